"""What a newcomer is worth on the day of the first order, by channel, country, first category and the like.

Reckoned from customers whose first stretch has finished: the money of their first purchase day (with what came back
of it) and of everything after it, as the ledger has it. Differences between groups are drawn to the base as far as
chance could have made them (``models/cold_start``). Writes ``values_newcomers``.
"""

from collections.abc import Collection
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from lifeworth.features.attributes import attributes, raw_text
from lifeworth.ledger.days import NET_SALE, PROFIT_SALE
from lifeworth.ledger.tables import MONEY, drop, has_rows, make_table, money, text
from lifeworth.ledger.tables import day as day_literal
from lifeworth.models.cold_start import Carry, Cells, DayZero, LeadModel, drift, learn_day_zero
from lifeworth.models.cold_start.cells import SUMS
from lifeworth.models.cold_start.lead import OTHERS, around
from lifeworth.models.cold_start.newcomer import MONTH
from lifeworth.models.forecast import Forecaster
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

ALL = "all newcomers"
NOT_STATED = "not stated"
FIRST_ORDER = "first order"
AFTER_THE_ORDER = ("first category", "payment", "coupon", FIRST_ORDER)

FEWEST = 30
MOST_MEMBERS = 40
MOST_DIMENSIONS = 12
MOST_ASKED = 200_000
WARM_UP_DAYS = 84
CROWDED = 1.5
YEAR = 365
ENOUGH_OF_A_YEAR = 500
SHORTEST_DAYS = 28
FINISHED_SHARE = 0.2
SHORTENED_SHARE = 1 / 3
DRAWS = 2000
OUTLIERS = 0.999
FIFTHS = (0.2, 0.4, 0.6, 0.8)

ROWS = "values_newcomer_rows"
FIRST_DAYS = "values_newcomer_days"


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


@dataclass(frozen=True)
class Groups:
    """How newcomers are told apart: dimensions and their members, and the SQL that finds a member's code."""

    dimensions: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Base:
    """All newcomers whose stretch has finished, as the ledger has them; ``half`` counts later purchase days in its
    first half.
    """

    customers: int
    returned: float
    first: float
    later: float
    orders: float
    half: float


@dataclass(frozen=True)
class Seen:
    """What is known of newcomers whose stretch of ``days`` has finished.

    ``cells`` counts them by their groups, with the wildest amounts capped; where there are more than 200,000, an even
    sample of one in ``every``.
    """

    base: Base
    cells: Cells
    groups: Groups
    days: int
    every: int


def newcomers(
    engine: Engine,
    *,
    as_of: date,
    horizon_days: int,
    level: float,
    in_profit: bool,
    seed: int,
    forecaster: Forecaster | None = None,
    leave_out: Collection[str] = (),
) -> tuple[Newcomer, ...]:
    """Write ``values_newcomers`` and return its rows: everybody first, then group by group, the best first.

    Reckoned from the newcomers of the last year whose horizon has finished, or of all years where a year has few.
    Where fewer than a fifth of all newcomers are a horizon old, the longest stretch that a third of them
    finished is used, and carried to the horizon by the purchase model's curve for new customers when a forecaster is
    given; without one, values are of that stretch and ``horizon_days`` says so. No rows where fewer than 30
    newcomers were seen for four weeks.

    Parameters
    ----------
    level : float
        Share of plausible averages a range holds.
    in_profit : bool
        Whether money is profit, else net revenue; not discounted, without the cost of winning the customer.
    leave_out : collection of str
        Attributes of the company's own not to group by, such as those that leak.
    """
    engine.execute(f"CREATE OR REPLACE TABLE values_newcomers ({_COLUMNS})")
    seen = look_at(engine, as_of, horizon_days, in_profit, leave_out)
    if seen is None:
        return ()
    carry = carry_from(seen, horizon_days, forecaster)
    told = _Told(
        as_of,
        horizon_days if forecaster or seen.days >= horizon_days else seen.days,
        seen.days,
        level,
        _unit(engine),
        seen.every,
    )
    noise = np.random.default_rng([seed, 23]).standard_normal((4, DRAWS))
    found = (_everybody(seen, carry, told, noise), *_members(seen, carry, told, noise))
    for row in found:
        engine.execute(
            f"INSERT INTO values_newcomers VALUES ({', '.join('?' * len(astuple(row)))})", list(astuple(row))
        )
    return found


def lead_model(
    engine: Engine,
    *,
    as_of: date,
    horizon_days: int,
    level: float,
    in_profit: bool,
    seed: int,
    forecaster: Forecaster | None = None,
    leave_out: Collection[str] = (),
) -> LeadModel | None:
    """What values leads before their first order; ask it with ``lead_value``. None where too little was seen.

    Arguments are those of :func:`newcomers`.
    """
    seen = look_at(engine, as_of, horizon_days, in_profit, leave_out)
    if seen is None:
        return None
    before = [name for name in seen.cells.dimensions if name not in AFTER_THE_ORDER]
    carry = carry_from(seen, horizon_days, forecaster)
    days = horizon_days if forecaster or seen.days >= horizon_days else seen.days
    return LeadModel(seen.cells.only(*before), carry, days, level, seed)


_COLUMNS = """grouped_by VARCHAR, member VARCHAR, customers BIGINT, value_mean DOUBLE, value_low DOUBLE,
    value_high DOUBLE, chance_of_second DOUBLE, first_order_mean DOUBLE, shrunk_share DOUBLE, sentence VARCHAR,
    as_of DATE, horizon_days INTEGER, seen_days INTEGER, interval_level DOUBLE"""


def look_at(
    engine: Engine, as_of: date, horizon_days: int, in_profit: bool, leave_out: Collection[str] = ()
) -> Seen | None:
    """Count the newcomers whose stretch had finished on a day; nothing later is read."""
    days = find_newcomers(engine, as_of, horizon_days)
    if days is None:
        return None
    base = add_up(engine, days, in_profit)
    every = keep_sample(engine, base.customers)
    write_rows(engine, days, in_profit, leave_out)
    groups = find_groups(engine)
    seen = Seen(base, count_cells(engine, groups), groups, days, every)
    drop(engine, ROWS, FIRST_DAYS)
    return seen


def find_newcomers(engine: Engine, as_of: date, horizon_days: int, since: date | None = None) -> int | None:
    """Write the first day of every newcomer whose stretch has finished; how long the stretch is.

    Without a day ``since``, these are the newcomers of the last year that could finish it where they are enough, and
    not those of the first weeks where the data begin in the middle of a business.
    """
    moment, born = day_literal(as_of), f"{FIRST_DAYS}_all"
    make_table(
        engine,
        born,
        f"SELECT customer_key, min(day) AS first_day FROM ledger_days WHERE day < {moment} GROUP BY customer_key",
    )
    days = _stretch_days(engine, f"SELECT {moment} - first_day AS age FROM {born}", horizon_days)
    if days is not None:
        start = since or _first_asked(engine, born, as_of - timedelta(days=days))
        kept = f"b.first_day + {days} <= {moment} AND b.first_day >= {day_literal(start)}"
        make_table(
            engine,
            FIRST_DAYS,
            f"SELECT b.*, k.customer_id FROM {born} b JOIN ledger_keys k USING (customer_key) WHERE {kept}",
        )
    drop(engine, born)
    return days


def _first_asked(engine: Engine, born: str, last: date) -> date:
    """The first day whose newcomers count: a year back where a year has enough, and after a crowded beginning.

    Where the first twelve weeks have half as many newcomers again as the twelve that follow, the data begin in the
    middle of a business, and many of the first had bought before.
    """
    begin: date = engine.value(f"SELECT min(first_day) FROM {born}")
    warm, settled = begin + timedelta(days=WARM_UP_DAYS), begin + timedelta(days=2 * WARM_UP_DAYS)
    year = max(warm, last - timedelta(days=YEAR - 1))
    counts = f"""SELECT count(*) FILTER (first_day < {day_literal(warm)}),
                        count(*) FILTER (first_day >= {day_literal(warm)} AND first_day < {day_literal(settled)}),
                        count(*) FILTER (first_day <= {day_literal(last)}),
                        count(*) FILTER (first_day BETWEEN {day_literal(warm)} AND {day_literal(last)}),
                        count(*) FILTER (first_day BETWEEN {day_literal(year)} AND {day_literal(last)})
                 FROM {born}"""
    [(first, second, finished, after, recent)] = engine.rows(counts)
    crowded = first > CROWDED * second and after >= max(FEWEST, FINISHED_SHARE * finished)
    if recent >= ENOUGH_OF_A_YEAR and last - timedelta(days=YEAR - 1) > begin:
        return year
    return warm if crowded else begin


def _stretch_days(engine: Engine, ages: str, horizon_days: int) -> int | None:
    """The horizon where enough newcomers finished it, else the longest stretch that a third of them did."""
    [(known, finished, third)] = engine.rows(
        f"SELECT count(*), count(*) FILTER (age >= {horizon_days}), quantile_disc(age, {1 - SHORTENED_SHARE}) FROM ({ages})"
    )
    if finished >= max(FEWEST, FINISHED_SHARE * known):
        return horizon_days
    if third is None or third < SHORTEST_DAYS or SHORTENED_SHARE * known < FEWEST:
        return None
    return min(int(third), horizon_days)


def add_up(engine: Engine, days: int, in_profit: bool) -> Base:
    """Everybody's stretch in the ledger's own numbers."""
    sale, effect = _money_columns(in_profit)
    [(customers, sold, later, orders, half)] = engine.rows(
        f"""SELECT count(*) FILTER (d.day = f.first_day), sum({sale}) FILTER (d.day = f.first_day),
                   COALESCE(sum({sale}) FILTER (d.day > f.first_day), 0), count(*) FILTER (d.day > f.first_day),
                   count(*) FILTER (d.day > f.first_day AND d.day < f.first_day + {days // 2})
            FROM ledger_days d JOIN {FIRST_DAYS} f USING (customer_key) WHERE d.day < f.first_day + {days}"""
    )
    returned = engine.value(
        f"SELECT count(DISTINCT d.customer_key) FROM ledger_days d JOIN {FIRST_DAYS} f USING (customer_key) "
        f"WHERE d.day > f.first_day AND d.day < f.first_day + {days}"
    )
    [(back, after)] = engine.rows(
        f"SELECT COALESCE(sum(first), 0), COALESCE(sum(later), 0) FROM ({_AFTER.format(effect=effect, days=days)})"
    )
    return Base(int(customers), float(returned), float(sold + back), float(later + after), float(orders), float(half))


def keep_sample(engine: Engine, customers: int) -> int:
    """Leave one newcomer in so many, evenly over their numbers, where there are too many to ask all."""
    every = max(customers // MOST_ASKED, 1)
    if every > 1:
        make_table(engine, FIRST_DAYS, f"SELECT * FROM {FIRST_DAYS} WHERE customer_key % {every} = 0")
    return every


def _money_columns(in_profit: bool) -> tuple[str, str]:
    """SQL of a purchase day's money at the sale, and the column of what follows it."""
    return (f"({PROFIT_SALE})", "profit_effect") if in_profit else (f"({NET_SALE})", "revenue_effect")


# One row a newcomer: money by what the ledger says happened from the first day until before its end.
_SALES = """
  SELECT d.customer_key, any_value(f.first_day) AS first_day,
         COALESCE(sum({sale}) FILTER (d.day = f.first_day), 0) AS first,
         COALESCE(sum({sale}) FILTER (d.day > f.first_day), 0) AS later,
         count(*) FILTER (d.day > f.first_day) AS orders
  FROM ledger_days d JOIN values_newcomer_days f USING (customer_key)
  WHERE d.day < f.first_day + {days} GROUP BY d.customer_key"""

_AFTER = """
  SELECT f.customer_key, COALESCE(sum(e.{effect}) FILTER (e.order_day = f.first_day), 0) AS first,
         COALESCE(sum(e.{effect}) FILTER (e.order_day IS DISTINCT FROM f.first_day), 0) AS later
  FROM ledger_events e JOIN values_newcomer_days f ON f.customer_id = e.customer_id
  WHERE e.happened_on >= f.first_day AND e.happened_on < f.first_day + {days} GROUP BY f.customer_key"""

_ORDER = """
  SELECT f.customer_key, arg_min({{{columns}}}, (o.ordered_at, o.order_id)) AS told
  FROM sources_orders o JOIN values_newcomer_days f ON f.customer_id = o.customer_id AND o.ordered_on = f.first_day
  GROUP BY f.customer_key"""

_CATEGORY = """
  SELECT f.customer_key,
         arg_min(nullif(trim(COALESCE(l.category, c.category)), ''), (o.ordered_at, o.order_id, l.line_no)) AS category
  FROM sources_order_lines l JOIN sources_orders o ON o.order_id = l.order_id
  JOIN values_newcomer_days f ON f.customer_id = o.customer_id AND o.ordered_on = f.first_day
  LEFT JOIN (SELECT product_id, arg_min(category, (COALESCE(valid_from, DATE '0001-01-01'), category)) AS category
             FROM sources_products WHERE category IS NOT NULL GROUP BY product_id) c ON c.product_id = l.product_id
  WHERE l.kind = 'goods' GROUP BY f.customer_key"""

_PEOPLE = """
  SELECT f.customer_key, {columns}
  FROM sources_customers c JOIN values_newcomer_days f ON f.customer_id = c.customer_id GROUP BY f.customer_key"""


def write_rows(engine: Engine, days: int, in_profit: bool, leave_out: Collection[str] = ()) -> None:
    """One row for every newcomer found: money, and a text by dimension."""
    sale, effect = _money_columns(in_profit)
    texts, joins = _texts(engine, leave_out)
    joins.append(f"LEFT JOIN ({_AFTER.format(effect=effect, days=days)}) a USING (customer_key)")
    columns = "".join(f", {sql} AS g{place}" for place, sql in enumerate(texts.values()))
    make_table(
        engine,
        ROWS,
        f"SELECT s.customer_key, s.first_day, s.first AS sold, s.orders,"
        f" CAST(s.first + COALESCE(a.first, 0) AS {MONEY}) AS first,"
        f" CAST(s.later + COALESCE(a.later, 0) AS {MONEY}) AS later{columns}"
        f" FROM ({_SALES.format(sale=sale, days=days)}) s {' '.join(joins)}",
    )
    make_table(engine, f"{ROWS}_names", _names(texts))


def _names(texts: dict[str, str]) -> str:
    rows = ", ".join(f"({place}, {text(name)})" for place, name in enumerate(texts)) or "(-1, '')"
    return f"SELECT * FROM (VALUES {rows}) AS t(place, name)"


def _texts(engine: Engine, leave_out: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """SQL of what is said of a newcomer by dimension, and the joins it needs."""
    told, joins = _order_texts(engine), list[str]()
    found = {MONTH: "strftime(s.first_day, '%Y-%m')"}
    own = _people_texts(engine, leave_out)
    if told:
        columns = ", ".join(f"'{name}': {sql}" for name, sql in told.items())
        joins.append(f"LEFT JOIN ({_ORDER.format(columns=columns)}) o USING (customer_key)")
    if own:
        columns = ", ".join(f"min({sql}) AS c{place}" for place, sql in enumerate(own.values()))
        joins.append(f"LEFT JOIN ({_PEOPLE.format(columns=columns)}) c USING (customer_key)")
    of_people = {name: f"c.c{place}" for place, name in enumerate(own)}
    of_orders = {name: f"o.told.{name}" for name in told}
    for name, first in (("channel", of_people), ("country", of_orders)):
        either = [source[name] for source in (first, of_orders, of_people) if name in source]
        if either:
            found[name] = f"COALESCE({', '.join(dict.fromkeys(either))})"
    found |= {name: sql for name, sql in of_orders.items() if name in ("payment", "coupon")}
    if _categories(engine):
        joins.append(f"LEFT JOIN ({_CATEGORY}) l USING (customer_key)")
        found["first category"] = "l.category"
    found |= {name: sql for name, sql in of_people.items() if name not in ("channel", "country")}
    return dict(list(found.items())[:MOST_DIMENSIONS]), joins


def _order_texts(engine: Engine) -> dict[str, str]:
    plain = {"channel": "channel", "country": "country", "payment": "payment_method"}
    told = {
        name: f"nullif(trim(o.{column}), '')"
        for name, column in plain.items()
        if has_rows(engine, "sources_orders", f"trim({column}) <> ''")
    }
    if has_rows(engine, "sources_orders", "trim(coupon) <> ''"):
        told["coupon"] = "CASE WHEN trim(o.coupon) <> '' THEN 'with a coupon' ELSE 'without a coupon' END"
    return told


def _people_texts(engine: Engine, leave_out: Collection[str]) -> dict[str, str]:
    """What the list of customers says; numbers and days only where they are few, as groups."""
    found = {
        name: f"nullif(trim(c.{column}), '')"
        for name, column in (("channel", "acquisition_channel"), ("country", "country"))
        if has_rows(engine, "sources_customers", f"trim({column}) <> ''")
    }
    for each in attributes(engine):
        taken = {*found, MONTH, *AFTER_THE_ORDER}
        if each.form != "day" and each.feature.name not in leave_out and each.key not in leave_out:
            count = engine.value(f"SELECT count(DISTINCT {each.raw}) FROM sources_customers")
            if 1 < count <= MOST_MEMBERS:
                found[each.key if each.key not in taken else f"{each.key} (own)"] = raw_text(each.key)
    return found


def _categories(engine: Engine) -> bool:
    return has_rows(engine, "sources_order_lines", "trim(category) <> ''") or (
        has_rows(engine, "sources_order_lines") and has_rows(engine, "sources_products", "trim(category) <> ''")
    )


def find_groups(engine: Engine) -> Groups:
    """Members with at least 30 newcomers, the rest folded into others; dimensions that tell nobody apart go."""
    names = engine.rows(f"SELECT place, name FROM {ROWS}_names WHERE place >= 0 ORDER BY place")
    drop(engine, f"{ROWS}_names")
    found = [(name, *_member_codes(engine, f"g{place}")) for place, name in names]
    found.append((FIRST_ORDER, *_size_codes(engine)))
    kept = [each for each in found if len(each[1]) > 1 or each[0] == MONTH]
    return Groups(tuple(k[0] for k in kept), tuple(k[1] for k in kept), tuple(k[2] for k in kept))


def _member_codes(engine: Engine, column: str) -> tuple[tuple[str, ...], str]:
    said = f"COALESCE({column}, {text(NOT_STATED)})"
    counts = engine.rows(f"SELECT {said} AS member, count(*) FROM {ROWS} GROUP BY 1 ORDER BY 2 DESC, 1")
    large = [member for member, count in counts[:MOST_MEMBERS] if count >= FEWEST and member != OTHERS]
    members = (*large, OTHERS) if len(large) < len(counts) else tuple(large)
    cases = " ".join(f"WHEN {text(member)} THEN {code}" for code, member in enumerate(large))
    return members, f"CASE {said} {cases} ELSE {len(large)} END" if large else "0"


def _size_codes(engine: Engine) -> tuple[tuple[str, ...], str]:
    """Fifths of the first order as it was sold."""
    found = engine.value(f"SELECT quantile_cont(sold, {list(FIFTHS)}) FROM {ROWS}")
    edges = sorted({round(float(edge), 2) for edge in found})
    cases = " ".join(f"WHEN sold <= {edge!r} THEN {code}" for code, edge in enumerate(edges))
    spans = [f"{low:,.2f} to {high:,.2f}" for low, high in zip(edges, edges[1:], strict=False)]
    return (f"up to {edges[0]:,.2f}", *spans, f"above {edges[-1]:,.2f}"), f"CASE {cases} ELSE {len(edges)} END"


# Squares are rounded before they are added, so that the order of adding changes nothing.
_CELLS = """
WITH capped AS (
  SELECT {codes}, orders, least(first, {cap_first}) AS first, least(later, {cap_later}) AS later FROM {rows})
SELECT {names}, count(*)::DOUBLE AS customers,
       count(*) FILTER (orders > 0)::DOUBLE AS returned,
       sum(first)::DOUBLE AS first, sum(CAST(first::DOUBLE ** 2 AS DECIMAL(38,4)))::DOUBLE AS first_squares,
       sum(later)::DOUBLE AS later, sum(CAST(later::DOUBLE ** 2 AS DECIMAL(38,4)))::DOUBLE AS later_squares,
       sum(orders)::DOUBLE AS orders, sum(orders * orders)::DOUBLE AS orders_squares
FROM capped GROUP BY ALL ORDER BY ALL"""


def count_cells(engine: Engine, groups: Groups) -> Cells:
    """Newcomers by combination of groups, the wildest one in a thousand amounts capped."""
    [(cap_first, cap_later)] = engine.rows(
        f"SELECT quantile_disc(first, {OUTLIERS}), quantile_disc(later, {OUTLIERS}) FILTER (orders > 0) FROM {ROWS}"
    )
    codes = ", ".join(f"CAST({sql} AS SMALLINT) AS c{place}" for place, sql in enumerate(groups.codes))
    names = ", ".join(f"c{place}" for place in range(len(groups.codes)))
    caps = {"cap_first": money(cap_first), "cap_later": money(cap_later or Decimal(0))}
    columns = engine.arrays(_CELLS.format(codes=codes, names=names, rows=ROWS, **caps))
    arrays = {name: np.ma.filled(values, 0).astype(np.float64) for name, values in columns.items()}
    places = np.column_stack([arrays[f"c{place}"] for place in range(len(groups.codes))]).astype(np.intp)
    return Cells(groups.dimensions, groups.members, places, **{name: arrays[name] for name in SUMS})


def carry_from(seen: Seen, horizon_days: int, forecaster: Forecaster | None) -> Carry:
    """How much more a horizon brings than the stretch that was seen, by the curve for new customers.

    Its doubt is how far the same curve missed from half the stretch to all of it, a doubling of time at a time,
    beside how far later newcomers were from earlier ones.
    """
    moved = drift(seen.cells)
    if seen.days >= horizon_days or forecaster is None:
        return Carry(spread=moved)
    model = forecaster.purchases_
    days = np.array([seen.days // 2, seen.days, horizon_days], dtype=np.float64)
    half, whole, far = np.asarray(model.expected_for_new_customer(days))
    none_whole, none_far = np.asarray(model.probability_of_n(np.zeros(2), days[1:]))
    base = seen.base
    missed = abs(np.log(base.orders / base.half * half / whole)) if base.half > 0 else 1.0
    doublings = float(np.log2(horizon_days / seen.days))
    return Carry(
        float(far / whole),
        float((1.0 - none_far) / max(1.0 - none_whole, 1e-12)),
        float(np.hypot(min(missed * doublings, 1.0), moved)),
    )


@dataclass(frozen=True)
class _Told:
    """What every row repeats; ``unit`` is the currency after an amount, ``every`` as in :class:`Seen`."""

    as_of: date
    horizon_days: int
    seen_days: int
    level: float
    unit: str
    every: int


def _unit(engine: Engine) -> str:
    currency = engine.value("SELECT currency FROM ledger_facts")
    return f" {currency}" if currency else ""


def _everybody(seen: Seen, carry: Carry, told: _Told, noise: Floats) -> Newcomer:
    """The base, exactly as the ledger has it; its range from how months and customers differ."""
    base, people = seen.base, float(seen.base.customers)
    first, later = base.first / people, base.later / people * carry.orders
    chance = min(base.returned / people * carry.chance, 1.0)
    model = learn_day_zero(seen.cells.only(MONTH))
    draws = model.draws(np.array([[-1]]), noise, carry)[0]
    low, high = around(first + later, draws, told.level)
    sentence = (
        f"A newcomer brings {_money(first + later, told)} on average in the first {told.horizon_days} days "
        f"({low:,.2f} to {_money(high, told)}): {_money(first, told)} with the first order; "
        f"{_percent(chance)} order again. {_behind(people, told, False)}"
    )
    return _row(ALL, ALL, people, (first + later, low, high), chance, first, 0.0, sentence, told)


def _members(seen: Seen, carry: Carry, told: _Told, noise: Floats) -> list[Newcomer]:
    rows: list[Newcomer] = []
    for dimension in seen.cells.dimensions:
        wanted = (MONTH,) if dimension == MONTH else (MONTH, dimension)
        if len(seen.cells.members[seen.cells.place(dimension)]) > 1:
            rows += _of_dimension(seen, seen.cells.only(*wanted), dimension, carry, told, noise)
    return rows


def _of_dimension(seen: Seen, cells: Cells, dimension: str, carry: Carry, told: _Told, noise: Floats) -> list[Newcomer]:
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
        sentence = _sentence(
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
    told: _Told,
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


def _sentence(
    dimension: str,
    member: str,
    value: tuple[float, float, float],
    usual: float,
    chance: float,
    people: float,
    drawn: float,
    told: _Told,
) -> str:
    mean, low, high = value
    against = f", against {_money(usual, told)} for all"
    if low <= usual <= high:
        against += "; chance alone could make the difference"
    held = f" {_percent(drawn)} of the difference seen is put down to chance." if drawn >= 0.5 else ""
    return (
        f"{dimension}: {member}. A newcomer brings {_money(mean, told)} on average ({low:,.2f} to "
        f"{_money(high, told)}){against}. {_percent(chance)} order again. {_behind(people, told, told.every > 1)}{held}"
    )


def _behind(people: float, told: _Told, sampled: bool) -> str:
    sample = f" in an even sample of one in {told.every}" if sampled else ""
    carried = f", carried on from their first {told.seen_days} days" if told.seen_days < told.horizon_days else ""
    return f"From {people:,.0f} newcomers{sample}{carried}."


def _money(amount: float, told: _Told) -> str:
    return f"{amount:,.2f}{told.unit}"


def _percent(share: float) -> str:
    if 0 < share < 0.01:
        return f"{100 * share:.1f} %"
    return f"{100 * share:.0f} %"
