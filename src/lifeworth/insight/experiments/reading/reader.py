"""One experiment's customers as arrays: what they brought, what was known of them before, what was expected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.experiments.reading.assigned import PEOPLE, Experiment
from lifeworth.insight.experiments.reading.before import look_before
from lifeworth.insight.experiments.reading.blind import Blind, Known, Learned
from lifeworth.insight.experiments.reading.came import watch
from lifeworth.insight.experiments.reading.days import learning_days
from lifeworth.insight.experiments.reading.groups import NOT_KNOWN, group_before, read_origins
from lifeworth.insight.experiments.reading.members import Members
from lifeworth.insight.experiments.reading.watched import Watched
from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import drop, make_view
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

CAME, BEFORE, ONE, THEN = "experiments_came", "experiments_before", "experiments_one", "experiments_then"

_READ = f"""
SELECT p.row_no, list_position($arms, p.arm) - 1 AS arm, p.assigned_on, (p.until - p.assigned_on)::INTEGER AS days,
       CAST(COALESCE(p.cost, 0) AS DOUBLE) AS cost, c.purchases AS bought, c.first_purchase, CAST(c.money AS DOUBLE) AS brought,
       b.purchases, b.recency_days, b.T_days, CAST(b.money AS DOUBLE) AS money, CAST(b.money_lately AS DOUBLE) AS money_lately
FROM {PEOPLE} p JOIN {CAME} c USING (row_no) JOIN {BEFORE} b USING (row_no)
WHERE p.experiment_no = $number ORDER BY p.row_no"""


@dataclass(frozen=True)
class Reading:
    """Everything about the customers of one experiment; one entry per customer in every array, sorted by id.

    ``expected`` is the money predicted over the window on the day of assignment, ``bought_on`` the first purchase since.
    """

    experiment: Experiment
    row_no: NDArray[np.int64]
    watched: Watched
    known: Known
    expected: Floats
    bought_on: NDArray[np.datetime64]
    groups: Callable[[], Mapping[str, Members]]
    seen: Callable[[date], Watched]


@dataclass(frozen=True)
class Reader:
    """Reads experiments one by one from the tables made for all of them; ``learned`` by the day it knows."""

    engine: Engine
    frame: Frame
    learned: Mapping[date, Learned | None]

    @classmethod
    def prepare(cls, blind: Blind, experiments: tuple[Experiment, ...]) -> "Reader":
        """Write what everybody brought and what was known before, and learn on the days of assignment."""
        engine, frame = blind.engine, blind.frame
        watch(engine, PEOPLE, CAME, frame.as_of, in_profit=frame.in_profit, costs_stated=_costs_stated(experiments))
        look_before(engine, PEOPLE, BEFORE, in_profit=frame.in_profit)
        assigned = engine.rows(f"SELECT assigned_on, count(*) FROM {PEOPLE} GROUP BY 1 ORDER BY 1")
        return cls(engine, frame, {day: blind.learn(day) for day in learning_days(assigned)})

    def read(self, experiment: Experiment) -> Reading:
        """The customers of one experiment."""
        found = self._arrays(experiment)
        known = _known(found)
        expected, assigned = np.zeros(len(known.T)), found["assigned_on"].astype("datetime64[D]")
        for learned, which in self._learned(assigned):
            if learned is not None:
                expected[which] = learned.expect(known.take(which), known.window[which])
        covariates = np.column_stack([expected, known.is_customer.astype(np.float64), known.money_lately])
        watched = Watched(
            found["arm"].astype(np.intp), found["brought"], found["cost"], found["bought"] > 0, covariates
        )
        row_no = found["row_no"].astype(np.int64)
        bought_on = found["first_purchase"].astype("datetime64[D]")
        return Reading(
            experiment,
            row_no,
            watched,
            known,
            expected,
            bought_on,
            lambda: self._groups(experiment, known, assigned),
            lambda on: self._seen(experiment, watched, row_no, on),
        )

    def close(self) -> None:
        """Drop what was made on the way."""
        drop(self.engine, CAME, BEFORE, PEOPLE)

    def _arrays(self, experiment: Experiment) -> dict[str, NDArray[Any]]:
        arms = [arm.key for arm in experiment.arms]
        found = self.engine.arrays(_READ, {"arms": arms, "number": experiment.number})
        blank = np.datetime64("NaT")
        return {name: np.ma.filled(part, blank if name == "first_purchase" else None) for name, part in found.items()}

    def _learned(self, assigned: NDArray[np.datetime64]) -> list[tuple[Learned | None, NDArray[np.bool_]]]:
        """What was learned on each day, and who is judged by it: those assigned from it up to the next."""
        days = np.array(sorted(self.learned), dtype="datetime64[D]")
        place = np.searchsorted(days, assigned, side="right") - 1
        return [(self.learned[days[at].item()], place == at) for at in np.unique(place)]

    def _groups(self, experiment: Experiment, known: Known, assigned: NDArray[np.datetime64]) -> dict[str, Members]:
        """Each customer's groups, as they were."""
        make_view(self.engine, ONE, f"SELECT * FROM {PEOPLE} WHERE experiment_no = {experiment.number}")
        groups = read_origins(self.engine, ONE)
        self.engine.execute(f"DROP VIEW {ONE}")
        parts: dict[str, list[tuple[Members, NDArray[np.bool_]]]] = {}
        for learned, which in self._learned(assigned):
            for name, members in group_before(known.take(which), learned, self.frame.horizon_days).items():
                parts.setdefault(name, []).append((members, which))
        made = {name: Members.together(found, len(known.T), NOT_KNOWN) for name, found in parts.items()}
        return made | groups

    def _seen(self, experiment: Experiment, watched: Watched, row_no: NDArray[np.int64], on: date) -> Watched:
        """The experiment as it stood on a day: who had been assigned, what they had brought."""
        make_view(self.engine, ONE, f"SELECT * FROM {PEOPLE} WHERE experiment_no = {experiment.number}")
        stated = "TRUE" if experiment.costs_stated else "FALSE"
        watch(self.engine, ONE, THEN, on, in_profit=self.frame.in_profit, costs_stated=stated)
        rows = self.engine.arrays(
            f"SELECT row_no, purchases, CAST(money AS DOUBLE) AS money FROM {THEN} ORDER BY row_no"
        )
        self.engine.execute(f"DROP TABLE {THEN}")
        self.engine.execute(f"DROP VIEW {ONE}")
        seen = {name: np.ma.filled(part, 0) for name, part in rows.items()}
        there = watched.take(np.searchsorted(row_no, seen["row_no"].astype(np.int64)))
        return replace(there, brought=seen["money"].astype(np.float64), bought=seen["purchases"] > 0)


def _known(found: Mapping[str, NDArray[Any]]) -> Known:
    names = ("purchases", "recency_days", "T_days", "money", "money_lately", "days")
    return Known(*(found[name].astype(np.float64) for name in names))


def _costs_stated(experiments: tuple[Experiment, ...]) -> str:
    numbers = ", ".join(str(one.number) for one in experiments if one.costs_stated)
    return f"p.experiment_no IN ({numbers})" if numbers else "FALSE"
