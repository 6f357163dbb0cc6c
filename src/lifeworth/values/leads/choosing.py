"""Which of the columns that leads have may tell them apart, and why the others may not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from lifeworth.features.attributes import attributes, day_sql, number_sql, raw_text
from lifeworth.models.cold_start.lead import OTHERS
from lifeworth.store.engine import Engine
from lifeworth.values.leads.banned import Ban
from lifeworth.values.leads.columns import Column, edges_of, level_sql, members_of
from lifeworth.values.leads.leaking import filled_later, speaks_later
from lifeworth.values.leads.rows import COUNTRY, ROWS, SEASON, SOURCE, Window
from lifeworth.values.leads.states import STATES
from lifeworth.values.newcomers.groups import NOT_STATED

MOST_COLUMNS = 24
FEW_NUMBERS = 12
LONGEST_NAME = 40
OWN_SHARE = 0.5
SEASONS_DAYS = 730

_KEYS = f"SELECT DISTINCT unnest(json_keys(attributes)) AS key FROM {STATES} WHERE attributes IS NOT NULL ORDER BY key"

_FACTS = """
SELECT count({raw}) AS filled, count(DISTINCT {raw}) AS levels, avg(length({raw})) AS letters,
       count({number}) AS numbers, count({day}) AS days,
       count(*) FILTER (regexp_matches({raw}, '^-?0[0-9]')) AS padded
FROM {rows} WHERE finished"""


@dataclass(frozen=True)
class LeftOut:
    """A column that does not tell leads apart, and why; ``later`` where it was written as leads closed."""

    name: str
    reason: str
    later: bool = False


@dataclass(frozen=True)
class Asked:
    """Columns of leads by name, each with the SQL of its raw text in ``values_lead_states``; and those not asked."""

    texts: dict[str, str]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Chosen:
    """Columns that tell leads apart, with the column of ``values_lead_rows`` each stands in; and the others."""

    columns: tuple[Column, ...]
    raw: dict[str, str]
    left_out: tuple[LeftOut, ...]

    def level_of(self, column: Column) -> str:
        """SQL of a column's level in a row of ``values_lead_rows``."""
        return column.level_sql(self.raw[column.name])


def ask_columns(engine: Engine, leave_out: Collection[str], protected: Ban) -> Asked:
    """Source, country, the month of the year and the company's own columns, without protected ones and leaks."""
    texts = {SOURCE: "source", COUNTRY: "country", SEASON: "strftime(created_on, '%m')"}
    leaking = {each.key for each in attributes(engine) if each.feature.name in leave_out} | set(leave_out)
    left = []
    for (key,) in engine.rows(_KEYS):
        if key in texts:
            continue
        if ground := protected(key):
            left.append(LeftOut(key, f"protected: {ground}"))
        elif key in leaking:
            left.append(LeftOut(key, "it knows the future of customers"))
        else:
            texts[key] = raw_text(key)
    return Asked(texts, tuple(left))


def choose_columns(engine: Engine, asked: Asked, raw: dict[str, str], window: Window) -> Chosen:
    """Columns known alike of open and finished leads that have at least two levels.

    Parameters
    ----------
    raw : dict of str to str
        Where each column's text stands in ``values_lead_rows``.
    """
    kept: list[Column] = []
    left = list(asked.left_out)
    for name, column in raw.items():
        found = _look_at(engine, name, column, window)
        if found is None:
            continue
        if isinstance(found, LeftOut):
            left.append(found)
        elif len(kept) == MOST_COLUMNS:
            left.append(LeftOut(name, f"{MOST_COLUMNS} columns before it are the most that are asked"))
        else:
            kept.append(found)
    return Chosen(tuple(kept), {each.name: raw[each.name] for each in kept}, tuple(left))


def _look_at(engine: Engine, name: str, raw: str, window: Window) -> Column | LeftOut | None:
    """A column with its levels, or why it is left out; nothing where no file has it."""
    if name == SEASON:
        return _season(engine, raw, window)
    [facts] = engine.records(_FACTS.format(raw=raw, number=number_sql(raw), day=day_sql(raw), rows=ROWS))
    if not facts["filled"]:
        stated = engine.value(f"SELECT count({raw}) FROM {ROWS}")
        return None if not stated or name in (SOURCE, COUNTRY) else LeftOut(name, "no finished lead says anything")
    if filled_later(engine, raw):
        return LeftOut(name, "filled far more or less often for finished leads than for open ones", later=True)
    if name != SOURCE and (reason := _says_too_much(facts)):
        return LeftOut(name, reason)
    edges = edges_of(engine, f"(SELECT * FROM {ROWS} WHERE finished)", raw) if _is_number(facts) else ()
    level = level_sql(edges, raw)
    if name not in (SOURCE, COUNTRY) and (when := speaks_later(engine, level, window)):
        return LeftOut(name, when, later=True)
    members = members_of(engine, f"(SELECT * FROM {ROWS} WHERE finished)", level)
    if len(members) < 2:
        return LeftOut(name, _too_alike(members))
    return Column(name, members, edges)


def _season(engine: Engine, raw: str, window: Window) -> Column | LeftOut:
    """The month of the year tells seasons from years only where two of each were seen."""
    if window.span_days < SEASONS_DAYS:
        return LeftOut(SEASON, "finished leads span less than two years")
    members = members_of(engine, f"(SELECT * FROM {ROWS} WHERE finished)", raw)
    return Column(SEASON, members) if len(members) > 1 else LeftOut(SEASON, _too_alike(members))


def _too_alike(members: tuple[str, ...]) -> str:
    if members == (OTHERS,):
        return "no level has thirty finished leads"
    only = next(iter(members), NOT_STATED)
    return f"nearly every finished lead says the same: {only}"


def _is_number(facts: dict[str, Any]) -> bool:
    """Numbers of many values, each without leading zeros."""
    whole = facts["numbers"] == facts["filled"] and not facts["padded"]
    return bool(whole and facts["levels"] > FEW_NUMBERS)


def _says_too_much(facts: dict[str, Any]) -> str:
    if facts["days"] == facts["filled"]:
        return "it holds days"
    if facts["letters"] > LONGEST_NAME:
        return "it holds free text"
    own = facts["levels"] > max(OWN_SHARE * facts["filled"], MOST_COLUMNS)
    return "nearly every lead has its own" if own and not _is_number(facts) else ""


def written_later(left_out: Collection[LeftOut]) -> Iterator[str]:
    """Names of the columns that were written as leads closed."""
    return (each.name for each in left_out if each.later)
