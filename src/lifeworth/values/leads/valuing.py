"""What every open lead is worth: chance of winning x what it then brings. Writes ``values_leads``."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from lifeworth.ledger.tables import drop, has_rows
from lifeworth.models.cold_start import LeadModel
from lifeworth.models.forecast import Forecaster
from lifeworth.store.engine import Engine
from lifeworth.values.leads import words
from lifeworth.values.leads.ageing import Ageing, learn_ageing
from lifeworth.values.leads.chance import Chance, learn_chance
from lifeworth.values.leads.groups import ROWS, SOURCE, Groups, Open, count_finished, find_groups, read_open, write_rows
from lifeworth.values.leads.states import STATES, write_states
from lifeworth.values.leads.worth import Worth, value_if_won
from lifeworth.values.newcomers import lead_model

Floats = NDArray[np.float64]

FEWEST = 30
ENOUGH_OF_A_YEAR = 200
YEAR = 365
DRAWS = 500
AT_ONCE = 4000
BEGINNING = "DATE '0001-01-01'"
GRADES = ((0.15, "A"), (0.35, "B"), (0.75, "C"))

_COLUMNS = """lead_id VARCHAR, created_on DATE, source VARCHAR, chance_of_winning DOUBLE, value_if_won_mean DOUBLE,
    value_mean DOUBLE, value_low DOUBLE, value_high DOUBLE, evidence VARCHAR, sentence VARCHAR, as_of DATE,
    horizon_days INTEGER, currency VARCHAR"""


@dataclass(frozen=True)
class _Valued:
    """By lead: (n,) floats each."""

    chance: Floats
    if_won: Floats
    mean: Floats
    low: Floats
    high: Floats


def make_empty(engine: Engine) -> None:
    """Make ``values_leads`` without rows."""
    engine.execute(f"CREATE OR REPLACE TABLE values_leads ({_COLUMNS})")


def value_leads(
    engine: Engine,
    *,
    as_of: date,
    horizon_days: int,
    level: float,
    in_profit: bool,
    seed: int,
    forecaster: Forecaster | None = None,
    leave_out: Collection[str] = (),
) -> tuple[str, ...]:
    """Write ``values_leads``, one row per lead open on the day; returns what there is to warn of.

    The chance is that of ever being won, from this day on. What a lead then brings is that of newcomers like it over
    the horizon from their first order on, not discounted. The range is that of the *average* of many such leads: a single
    one mostly brings nothing. No rows, and the reason, where fewer than 30 earlier leads have had their time.

    Parameters
    ----------
    as_of : date
        Nothing from this day on is known: a lead created later does not exist, one closed later is open.
    horizon_days : int
        How long a won lead is followed from its first order.
    level : float
        Share of plausible averages a range holds.
    in_profit : bool
        Whether money is profit, else net revenue.
    forecaster, leave_out
        As in :func:`lifeworth.values.newcomers.newcomers`.
    """
    make_empty(engine)
    if not has_rows(engine, "sources_leads"):
        return ()
    states = write_states(engine, as_of)
    said = words.of_states(states)
    if states.get("open"):
        learned, warnings = _learn(engine, as_of, leave_out)
        said += warnings
        if learned is not None:
            model = lead_model(
                engine,
                as_of=as_of,
                horizon_days=horizon_days,
                level=level,
                in_profit=in_profit,
                seed=seed,
                forecaster=forecaster,
                leave_out=leave_out,
            )
            if model is None:
                said.append(words.NO_NEWCOMERS)
            else:
                _value_open(engine, learned, model, as_of)
    else:
        said.append(words.none_open(as_of))
    drop(engine, STATES, ROWS)
    return tuple(said)


@dataclass(frozen=True)
class _Learned:
    """The chance of winning, and by what leads are told apart."""

    chance: Chance
    groups: Groups


def _learn(engine: Engine, as_of: date, leave_out: Collection[str]) -> tuple[_Learned | None, list[str]]:
    """Learn the chance from leads that have had their time; none, and why, where they are too few."""
    followed = min(_age(engine, BEGINNING).slow_days, _usual_age(engine))
    since = _since(engine, followed, as_of)
    texts = write_rows(engine, since, followed, leave_out)
    [(finished, won)] = engine.rows(f"SELECT count(*), count(*) FILTER (won) FROM {ROWS} WHERE finished")
    if finished < FEWEST:
        return None, [words.too_few(finished, FEWEST)]
    if not won:
        return None, [words.none_won(finished)]
    groups = find_groups(engine, texts)
    chance = learn_chance(count_finished(engine, groups), _age(engine, since), followed)
    later = [words.written_later(groups.written_later)] if groups.written_later else []
    return _Learned(chance, groups), later


def _value_open(engine: Engine, learned: _Learned, model: LeadModel, as_of: date) -> None:
    leads = read_open(engine, learned.groups)
    noise = _even_noise(model.seed)
    worth = value_if_won(model, leads.texts, len(leads), noise[:4])
    valued = _value(learned.chance, leads, worth, noise[4], model.level)
    _write(engine, leads, valued, as_of, model.horizon_days)


def _age(engine: Engine, since: str) -> Ageing:
    """Leads by the days they took; those lost on an unknown day were not won as long as they have been known."""
    rows = engine.rows(
        f"SELECT CASE WHEN state IN ('won', 'lost') THEN state ELSE 'open' END, days, count(*) FROM {STATES}"
        f" WHERE state NOT IN ('customer', 'won some day') AND created_on >= {since} GROUP BY 1, 2"
    )
    size = 1 + max((days for _, days, _ in rows), default=0)
    counts = {state: np.zeros(size, dtype=np.int64) for state in ("won", "lost", "open")}
    for state, days, count in rows:
        counts[state][days] += count
    return learn_ageing(counts["won"], counts["lost"], counts["open"])


def _usual_age(engine: Engine) -> int:
    """Half of all leads came at least so many days ago."""
    return int(engine.value(f"SELECT quantile_disc(age_days, 0.5) FROM {STATES}"))


def _since(engine: Engine, followed: int, as_of: date) -> str:
    """SQL of the first day that counts: a year before the last finished lead where a year has enough, else all."""
    year = f"DATE '{as_of.isoformat()}' - {followed + YEAR}"
    where = f"created_on >= {year} AND age_days >= {followed}"
    recent = engine.value(f"SELECT count(*) FROM {STATES} WHERE {where}")
    return year if recent >= ENOUGH_OF_A_YEAR else BEGINNING


def _even_noise(seed: int) -> Floats:
    """Standard normal, spread evenly: (5, draws); four for the value, one for the chance."""
    even = norm.ppf((np.arange(DRAWS) + 0.5) / DRAWS)
    rng = np.random.default_rng([seed, 31])
    return np.array([rng.permutation(even) for _ in range(5)])


def _value(chance: Chance, leads: Open, worth: Worth, noise: Floats, level: float) -> _Valued:
    stand, doubt = chance.expect(leads.codes, leads.age_days)
    share, if_won = _share(stand), worth.mean[worth.kind]
    mean, low, high = share * if_won, np.empty(len(leads)), np.empty(len(leads))
    for start in range(0, len(leads), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        chances = _share(stand[part, None] + np.sqrt(doubt[part])[:, None] * noise)
        low[part], high[part] = _range(mean[part], chances * worth.draws[worth.kind[part]], level)
    return _Valued(share, if_won, mean, low, high)


def _share(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30))))


def _range(mean: Floats, draws: Floats, level: float) -> tuple[Floats, Floats]:
    """Central interval of each row of draws, brought to its mean: (n,) each."""
    middle = draws.mean(axis=1)
    same = middle * mean > 0
    factor = np.divide(mean, middle, out=np.ones_like(mean), where=same)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=1) * factor
    return np.minimum(low, mean), np.maximum(high, mean)


def _grade(width: Floats, mean: Floats) -> list[str]:
    """A to D by half the range over the mean."""
    share = width / 2.0 / np.maximum(np.abs(mean), 1e-12)
    return [next((letter for most, letter in GRADES if one <= most), "D") for one in share]


def _write(engine: Engine, leads: Open, valued: _Valued, as_of: date, horizon_days: int) -> None:
    currency = engine.value("SELECT currency FROM ledger_facts")
    terms = f" {currency}" if currency else ""
    mean, low, high, if_won = (
        np.round(each, 2) + 0.0 for each in (valued.mean, valued.low, valued.high, valued.if_won)
    )
    low, high = np.minimum(low, mean), np.maximum(high, mean)
    chance = np.round(valued.chance, 6)
    source = leads.texts[SOURCE]
    sentences = _sentences(leads, chance, if_won, np.column_stack([mean, low, high]), terms)
    size = len(leads)
    engine.append(
        "values_leads",
        {
            "lead_id": leads.lead_id,
            "created_on": leads.created_on.astype("datetime64[us]"),
            "source": source,
            "chance_of_winning": chance,
            "value_if_won_mean": if_won,
            "value_mean": mean,
            "value_low": low,
            "value_high": high,
            "evidence": np.array(_grade(valued.high - valued.low, valued.mean), dtype=object),
            "sentence": np.array(sentences, dtype=object),
            "as_of": np.full(size, np.datetime64(as_of), dtype="datetime64[us]"),
            "horizon_days": np.full(size, horizon_days),
            "currency": np.full(size, currency, dtype=object),
        },
    )


def _sentences(leads: Open, chance: Floats, if_won: Floats, value: Floats, terms: str) -> list[str]:
    rows = zip(
        leads.texts[SOURCE], leads.age_days.tolist(), chance.tolist(), if_won.tolist(), value.tolist(), strict=True
    )
    return [words.of_lead(source, age, p, won, each, terms) for source, age, p, won, each in rows]
