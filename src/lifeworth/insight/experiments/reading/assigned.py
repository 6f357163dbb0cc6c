"""Who was assigned to what, and for how long they are watched: ``experiments_people``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lifeworth.insight.experiments.reading.arms import Plan, control_of, plain, plans
from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import day, make_table
from lifeworth.store.engine import Engine

SOURCE, PEOPLE = "sources_experiments", "experiments_people"

# Whoever stands in several arms cannot be compared with themselves; reading the files sets such customers aside, too.
_ONCE = """
SELECT trim(experiment_id) AS experiment_id, customer_id, min(lower(trim(arm))) AS arm, min(assigned_on) AS assigned_on,
       min(ended_on) AS ended_on, max(treatment_cost) AS cost, min(lower(trim(arm))) <> max(lower(trim(arm))) AS crossed
FROM sources_experiments
WHERE assigned_on < {as_of} AND trim(experiment_id) <> '' AND trim(arm) <> '' AND customer_id IS NOT NULL
GROUP BY 1, 2"""

# A last day counts as a whole; nothing on the day of the run or later is known.
_PEOPLE = """
SELECT (row_number() OVER (ORDER BY experiment_id, e.customer_id) - 1)::INTEGER AS row_no,
       (dense_rank() OVER (ORDER BY experiment_id) - 1)::INTEGER AS experiment_no,
       e.customer_id, k.customer_key, e.arm, e.assigned_on, CAST(e.cost AS DECIMAL(18,4)) AS cost,
       least(COALESCE(e.ended_on + 1, {as_of}), {as_of})::DATE AS until
FROM ({once}) e LEFT JOIN ledger_keys k USING (customer_id) WHERE NOT crossed
ORDER BY row_no"""

_EXPERIMENTS = """
SELECT experiment_id, min(assigned_on) AS first, max(assigned_on) AS last,
       CASE WHEN count(ended_on) = count(*) THEN max(ended_on) END AS ended_on,
       count(*) FILTER (crossed) AS crossed, COALESCE(bool_or(cost > 0), FALSE) AS costs_stated
FROM ({once}) GROUP BY 1 HAVING count(*) FILTER (NOT crossed) > 0 ORDER BY 1"""

_ARMS = """
SELECT trim(experiment_id) AS experiment_id, lower(trim(arm)) AS plain, min(trim(arm)) AS arm, max(nullif(trim(offer), '')) AS offer
FROM sources_experiments WHERE assigned_on < {as_of} AND trim(arm) <> '' GROUP BY 1, 2 ORDER BY 1, 2"""


@dataclass(frozen=True)
class Arm:
    """An arm: its name as it is compared, as the file writes it, and what was offered."""

    key: str
    name: str
    offer: str | None


@dataclass(frozen=True)
class Experiment:
    """One experiment that has begun.

    Attributes
    ----------
    number : int
        Place among all; ``experiment_no`` in ``experiments_people``.
    first, last : date
        Days of assignment.
    ended_on : date, optional
        Last day that counts; none while anybody in it has no end.
    crossed : int
        Customers left out because they stand in several arms.
    costs_stated : bool
        Whether any treatment has a cost.
    control : Arm, optional
        The untreated arm, where one is named.
    """

    number: int
    name: str
    first: date
    last: date
    ended_on: date | None
    ended: bool
    crossed: int
    costs_stated: bool
    arms: tuple[Arm, ...]
    control: Arm | None
    plan: Plan

    @cached_property
    def treated(self) -> tuple[Arm, ...]:
        """Every arm but the control."""
        return tuple(arm for arm in self.arms if self.control and arm.key != self.control.key)

    @property
    def comparisons(self) -> int:
        """How many arms are held against the control."""
        return max(len(self.treated), 1)


def assign_people(engine: Engine, frame: Frame) -> tuple[Experiment, ...]:
    """Write ``experiments_people``, a row per experiment and customer by their names; what experiments there are."""
    if SOURCE not in engine.tables():
        return ()
    once = _ONCE.format(as_of=day(frame.as_of))
    make_table(engine, PEOPLE, _PEOPLE.format(as_of=day(frame.as_of), once=once))
    found = engine.records(_EXPERIMENTS.format(once=once))
    arms: dict[str, list[Arm]] = {}
    for row in engine.records(_ARMS.format(as_of=day(frame.as_of))):
        arms.setdefault(row["experiment_id"], []).append(Arm(row["plain"], row["arm"], row["offer"]))
    said = plans(frame.settings)
    return tuple(
        _experiment(number, row, arms[row["experiment_id"]], said.get(plain(row["experiment_id"]), Plan()), frame)
        for number, row in enumerate(found)
    )


def _experiment(number: int, row: dict[str, object], arms: Sequence[Arm], plan: Plan, frame: Frame) -> Experiment:
    first, last, ended_on = (row[name] for name in ("first", "last", "ended_on"))
    assert isinstance(first, date) and isinstance(last, date) and (ended_on is None or isinstance(ended_on, date))
    untreated = control_of([arm.key for arm in arms], plan)
    return Experiment(
        number=number,
        name=str(row["experiment_id"]),
        first=first,
        last=last,
        ended_on=ended_on,
        ended=ended_on is not None and ended_on < frame.as_of,
        crossed=int(str(row["crossed"])),
        costs_stated=bool(row["costs_stated"]),
        arms=tuple(sorted(arms, key=lambda arm: (arm.key != untreated, arm.key))),
        control=next((arm for arm in arms if arm.key == untreated), None),
        plan=plan,
    )
