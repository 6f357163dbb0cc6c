"""By what leads are told apart: source, country and the company's own columns that speak alike of open and finished."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lifeworth.features.attributes import attributes, raw_text
from lifeworth.ledger.tables import make_table
from lifeworth.store.engine import Engine
from lifeworth.values.leads.chance import Finished
from lifeworth.values.leads.states import STATES
from lifeworth.values.newcomers.groups import member_codes
from lifeworth.values.newcomers.rows import MOST_DIMENSIONS, MOST_MEMBERS

ROWS = "values_lead_rows"
APART = 0.2
SOURCE, COUNTRY = "source", "country"

_KEYS = f"SELECT DISTINCT unnest(json_keys(attributes)) AS key FROM {STATES} WHERE attributes IS NOT NULL ORDER BY key"


@dataclass(frozen=True)
class Groups:
    """Dimensions (name → SQL of its text), members of those that tell finished leads apart, and SQL of their codes.

    ``texts`` holds every dimension that has a text; ``written_later`` names those filled otherwise for open leads.
    """

    texts: dict[str, str]
    members: dict[str, tuple[str, ...]]
    codes: dict[str, str]
    written_later: tuple[str, ...]


def write_rows(engine: Engine, since: str, followed: int, leave_out: Collection[str]) -> dict[str, str]:
    """One row a lead, with a text by dimension (columns g0, g1, …); says which dimension each is.

    Parameters
    ----------
    since : str
        SQL of the first day whose leads are learned from.
    followed : int
        Days after which a lead has had its time.
    leave_out : collection of str
        The company's own columns, or features made of them, that know the future.
    """
    texts = {SOURCE: "source", COUNTRY: "country"}
    keys = [key for (key,) in engine.rows(_KEYS)]
    leaking = {each.key for each in attributes(engine) if each.feature.name in leave_out}
    texts |= {key: raw_text(key) for key in keys if key not in (SOURCE, COUNTRY, *leave_out, *leaking)}
    columns = "".join(f", {sql} AS g{place}" for place, sql in enumerate(texts.values()))
    make_table(
        engine,
        ROWS,
        f"SELECT lead_id, created_on, state, age_days, strftime(created_on, '%Y-%m') AS month,"
        f" state <> 'customer' AND state <> 'won some day' AND created_on >= {since} AND age_days >= {followed} AS finished,"
        f" state = 'won' AND days < {followed} AS won{columns} FROM {STATES}",
    )
    return {name: f"g{place}" for place, name in enumerate(texts)}


def find_groups(engine: Engine, texts: dict[str, str]) -> Groups:
    """Dimensions that tell finished leads apart and are as often filled for open ones."""
    members: dict[str, tuple[str, ...]] = {}
    codes: dict[str, str] = {}
    later = []
    for name, column in texts.items():
        if len(members) == MOST_DIMENSIONS or not _has_few(engine, column):
            continue
        if _written_later(engine, column):
            later.append(name)
            continue
        found, sql = member_codes(engine, f"(SELECT * FROM {ROWS} WHERE finished)", column)
        if len(found) > 1:
            members[name], codes[name] = found, sql
    return Groups(texts, members, codes, tuple(later))


def _has_few(engine: Engine, column: str) -> bool:
    """Sources may be many, the smallest are folded; a column of numbers or names has no groups."""
    count = engine.value(f"SELECT count(DISTINCT {column}) FROM {ROWS} WHERE finished")
    return bool(count) and (count <= MOST_MEMBERS or column == "g0")


def _written_later(engine: Engine, column: str) -> bool:
    """What is filled in as a lead is won or lost says nothing of one that is open."""
    filled = f"avg(({column} IS NOT NULL)::INTEGER)"
    [(finished, open_, count)] = engine.rows(
        f"SELECT {filled} FILTER (finished AND state <> 'open'), {filled} FILTER (state = 'open'),"
        f" count(*) FILTER (state = 'open') FROM {ROWS}"
    )
    if finished is None or not count:
        return False
    chance = 2.0 * np.sqrt(max(finished * (1.0 - finished), 0.01) / count)
    return bool(abs(finished - open_) > APART + chance)


def count_finished(engine: Engine, groups: Groups) -> Finished:
    """Finished leads by month and groups."""
    months = tuple(m for (m,) in engine.rows(f"SELECT DISTINCT month FROM {ROWS} WHERE finished ORDER BY month"))
    names = ["month", *(f"c{place}" for place in range(len(groups.codes)))]
    columns = engine.arrays(
        f"SELECT {_code_columns(groups, 'month, ')}, count(*)::DOUBLE AS leads, count(*) FILTER (won)::DOUBLE AS wins"
        f" FROM {ROWS} WHERE finished GROUP BY ALL ORDER BY ALL"
    )
    month = np.searchsorted(np.array(months), np.asarray(columns["month"], dtype=str))
    codes = np.column_stack([month, *(np.ma.getdata(columns[name]) for name in names[1:])]).astype(np.intp)
    leads, won = (np.asarray(np.ma.getdata(columns[name]), dtype=np.float64) for name in ("leads", "wins"))
    return Finished((months, *groups.members.values()), codes, leads, won)


@dataclass(frozen=True)
class Open:
    """Leads open on the day, by id: columns of equal length, ``codes`` (n, dimensions), -1 where not known.

    ``texts`` holds what is said of each by dimension; None where nothing is.
    """

    lead_id: NDArray[np.object_]
    created_on: NDArray[np.datetime64]
    age_days: NDArray[np.int64]
    codes: NDArray[np.intp]
    texts: dict[str, NDArray[np.object_]]

    def __len__(self) -> int:
        return len(self.lead_id)


def read_open(engine: Engine, groups: Groups) -> Open:
    """Leads that are open, in the order of their ids."""
    listed = "".join(f", {column}" for column in groups.texts.values())
    columns = engine.arrays(
        f"SELECT {_code_columns(groups, 'lead_id, created_on, age_days, ')}{listed} FROM {ROWS}"
        " WHERE state = 'open' ORDER BY lead_id"
    )
    size = len(columns["lead_id"])
    codes = np.zeros((size, 1 + len(groups.codes)), dtype=np.intp)
    codes[:, 0] = -1
    for place, members in enumerate(groups.members.values()):
        found = np.ma.getdata(columns[f"c{place}"]).astype(np.intp)
        codes[:, 1 + place] = np.where(found < len(members), found, -1)
    texts = {name: _texts(columns[column]) for name, column in groups.texts.items()}
    return Open(
        np.asarray(columns["lead_id"], dtype=object),
        np.ma.getdata(columns["created_on"]).astype("datetime64[D]"),
        np.ma.getdata(columns["age_days"]).astype(np.int64),
        codes,
        texts,
    )


def _texts(column: NDArray[np.object_] | np.ma.MaskedArray) -> NDArray[np.object_]:
    found = np.asarray(np.ma.getdata(column), dtype=object).copy()
    found[np.ma.getmaskarray(column)] = None
    return found


def _code_columns(groups: Groups, before: str) -> str:
    codes = (f"CAST({sql} AS SMALLINT) AS c{place}" for place, sql in enumerate(groups.codes.values()))
    return (before + ", ".join(codes)).rstrip(", ")
