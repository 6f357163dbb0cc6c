"""The rows of ``values_newcomers``: everybody, then group by group."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.cold_start import Carry, Cells, DayZero, learn_day_zero
from lifeworth.models.cold_start.lead import around
from lifeworth.models.cold_start.newcomer import MONTH
from lifeworth.values.newcomers.seen import Seen
from lifeworth.values.newcomers.words import Told, behind, money, of_group, percent

Floats = NDArray[np.float64]
ALL = "all newcomers"


@dataclass(frozen=True)
class Newcomer:
    """What newcomers of one group bring, one row of ``values_newcomers``.

    Attributes
    ----------
    grouped_by, member : str
        The group; "all newcomers" for everybody.
    customers : int
        Newcomers behind it: those whose stretch had finished.
    value_mean, value_low, value_high : float
        Money of the first order and of the horizon after it, a customer on average, and the range of that average.
    chance_of_second : float
        Share that buys on another day within the horizon.
    first_order_mean : float
        Money of the first purchase day, less what came back of it.
    shrunk_share : float
        From 0, the group's own numbers speak, to 1, the base speaks for it.
    sentence : str
    as_of : date
    horizon_days, seen_days : int
        How far ahead the value looks, and how long these newcomers were seen.
    interval_level : float
    """

    grouped_by: str
    member: str
    customers: int
    value_mean: float
    value_low: float
    value_high: float
    chance_of_second: float
    first_order_mean: float
    shrunk_share: float
    sentence: str
    as_of: date
    horizon_days: int
    seen_days: int
    interval_level: float


def everybody(seen: Seen, carry: Carry, told: Told, noise: Floats) -> Newcomer:
    """The base, exactly as the ledger has it; its range from how months and customers differ."""
    base, people = seen.base, float(seen.base.customers)
    first, later = base.first / people, base.later / people * carry.orders
    chance = min(base.returned / people * carry.chance, 1.0)
    model = learn_day_zero(seen.cells.only(MONTH))
    draws = model.draws(np.array([[-1]]), noise, carry)[0]
    low, high = around(first + later, draws, told.level)
    sentence = (
        f"A newcomer brings {money(first + later, told)} on average in the first {told.horizon_days} days "
        f"({low:,.2f} to {money(high, told)}): {money(first, told)} with the first order; "
        f"{percent(chance)} order again. {behind(people, told, False)}"
    )
    return _row(ALL, ALL, people, (first + later, low, high), chance, first, 0.0, sentence, told)


def members_of_all(seen: Seen, carry: Carry, told: Told, noise: Floats) -> list[Newcomer]:
    """Every member of every dimension that tells newcomers apart."""
    rows: list[Newcomer] = []
    for dimension in seen.cells.dimensions:
        wanted = (MONTH,) if dimension == MONTH else (MONTH, dimension)
        if len(seen.cells.members[seen.cells.place(dimension)]) > 1:
            rows += _of_dimension(seen, seen.cells.only(*wanted), dimension, carry, told, noise)
    return rows


def _of_dimension(seen: Seen, cells: Cells, dimension: str, carry: Carry, told: Told, noise: Floats) -> list[Newcomer]:
    """Every member of one dimension, brought to the base's own totals."""
    place, members = cells.place(dimension), cells.members[cells.place(dimension)]
    model = learn_day_zero(cells)
    if dimension == MONTH:
        model = _as_groups(model)
    codes = np.full((len(members), len(cells.dimensions)), -1, dtype=np.intp)
    codes[:, place] = np.arange(len(members))
    people = cells.by(dimension, "customers")
    found = model.expect(codes)
    base, share = seen.base, people / people.sum()
    first = _to_mean(found.first, share, base.first / base.customers)
    chance = _to_mean(found.chance, share, base.returned / base.customers)
    later = _to_mean(found.later, share, base.later / base.customers) * carry.orders
    draws = model.draws(codes, noise, carry)
    drawn, usual = model.drawn_to_base(place), float((share * (first + later)).sum())
    rows = []
    for code in np.argsort(-(first + later), kind="stable"):
        value = float(first[code] + later[code])
        low, high = around(value, draws[code], told.level)
        again = min(float(chance[code]) * carry.chance, 1.0)
        sentence = of_group(
            dimension, members[code], (value, low, high), usual, again, float(people[code]), float(drawn[code]), told
        )
        rows.append(
            _row(dimension, members[code], people[code], (value, low, high), again, first[code], drawn[code], sentence, told)
        )  # fmt: skip
    return rows


def _as_groups(model: DayZero) -> DayZero:
    """The same model with its months told apart instead of taken as average."""
    return DayZero(
        (f"{MONTH} itself",), model.members, model.first, model.chance, model.money, model.orders, model.customers
    )


def _to_mean(said: Floats, share: Floats, wanted: float) -> Floats:
    """Means whose average is that of the base: by a ratio where all are positive, else by a shift."""
    average = float((share * said).sum())
    if wanted > 0 and (said > 0).all():
        return said * (wanted / average)
    return np.asarray(said + (wanted - average))


def _row(
    grouped_by: str,
    member: str,
    people: float,
    value: tuple[float, float, float],
    chance: float,
    first: float,
    drawn: float,
    sentence: str,
    told: Told,
) -> Newcomer:
    mean, low, high = (round(float(each), 2) + 0.0 for each in value)
    return Newcomer(
        grouped_by,
        member,
        int(people),
        mean,
        min(low, mean),
        max(high, mean),
        round(float(chance), 6),
        round(float(first), 2) + 0.0,
        round(float(drawn), 4),
        sentence,
        told.as_of,
        told.horizon_days,
        told.seen_days,
        told.level,
    )
