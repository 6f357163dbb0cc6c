"""How experiments are staged: one row a customer and experiment, the first assignment counts."""

from lifeworth.sources.shape import Ask, Rule
from lifeworth.sources.table_shape import MONEY, TableShape, as_given, not_negative


def shape_experiments(has: frozenset[str], ask: Ask) -> TableShape:
    """Assignments; whoever is seen again in the same arm was assigned the first time."""
    columns = as_given(
        has, experiment_id="VARCHAR", customer_id="VARCHAR", arm="VARCHAR", assigned_on="DATE", ended_on="DATE",
        treatment_cost=MONEY, offer="VARCHAR",
    )  # fmt: skip
    columns |= {"happened_at": ("TIMESTAMP", "v_assigned_on"), "currency": ("VARCHAR", "v_currency")}
    rules = [*not_negative(has, "treatment_cost", "cost of the treatment")]
    if "ended_on" in has:
        backwards = "CAST(v_ended_on AS DATE) < CAST(v_assigned_on AS DATE)"
        rules.append(Rule(backwards, "quarantined", "ended before it was assigned"))
    # The arm is part of the key: two arms of one customer are no versions of each other, they spoil the comparison.
    key = "concat_ws(chr(31), experiment_id, customer_id, lower(arm))"
    return TableShape(columns, key, "unique", tuple(rules), "-treatment_cost", keeps="earliest")
