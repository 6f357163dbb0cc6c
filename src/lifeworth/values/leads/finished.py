"""Leads whose time is over, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.store.engine import Engine
from lifeworth.values.leads.choosing import Chosen
from lifeworth.values.leads.columns import Column
from lifeworth.values.leads.penalised import Design
from lifeworth.values.leads.rows import ROWS

MOST_LEARNED = 20_000


@dataclass(frozen=True)
class Finished:
    """One entry per finished lead, the earliest first; an even sample where there are more than 20,000.

    Attributes
    ----------
    columns : tuple of Column
    months : tuple of str
        Months in which any of them came.
    month : (leads,) ints
    codes : (leads, columns) ints
    won : (leads,) floats
        1 where it was won in time.
    recent : (leads,) bools
        Whether it came in the days that say how often leads are won.
    """

    columns: tuple[Column, ...]
    months: tuple[str, ...]
    month: IntArray
    codes: IntArray
    won: FloatArray
    recent: BoolArray

    def __len__(self) -> int:
        return len(self.won)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(column.name for column in self.columns)

    def take(self, leads: slice | BoolArray) -> "Finished":
        """Some of the leads."""
        return Finished(
            self.columns, self.months, self.month[leads], self.codes[leads], self.won[leads], self.recent[leads]
        )

    def only(self, names: Sequence[str]) -> "Finished":
        """The same leads, told apart by fewer columns."""
        kept = [place for place, name in enumerate(self.names) if name in names]
        columns = tuple(self.columns[place] for place in kept)
        return Finished(columns, self.months, self.month, self.codes[:, kept], self.won, self.recent)

    def design(self) -> Design:
        """Months first, then the columns."""
        sizes = (len(self.months), *(len(column.members) for column in self.columns))
        return Design(np.column_stack([self.month, self.codes]), sizes)


def read_finished(engine: Engine, chosen: Chosen) -> Finished:
    """Finished leads by the day they came, then by id."""
    count = int(engine.value(f"SELECT count(*) FROM {ROWS} WHERE finished"))
    every = -(-count // MOST_LEARNED)
    listed = "".join(
        f", CAST({column.code_sql(chosen.level_of(column))} AS SMALLINT) AS c{place}"
        for place, column in enumerate(chosen.columns)
    )
    found = engine.arrays(
        f"SELECT month, recent, won{listed} FROM (SELECT *, row_number() OVER (ORDER BY created_on, lead_id) AS nth FROM {ROWS}"
        f" WHERE finished) WHERE nth % {every} = 0 ORDER BY nth"
    )
    arrays = {name: np.asarray(np.ma.getdata(values)) for name, values in found.items()}
    months, month = np.unique(arrays["month"].astype(str), return_inverse=True)
    codes = np.empty((len(month), len(chosen.columns)), dtype=np.intp)
    for place in range(len(chosen.columns)):
        codes[:, place] = arrays[f"c{place}"]
    return Finished(
        chosen.columns,
        tuple(map(str, months)),
        month.astype(np.intp),
        codes,
        arrays["won"].astype(np.float64),
        arrays["recent"].astype(np.bool_),
    )
