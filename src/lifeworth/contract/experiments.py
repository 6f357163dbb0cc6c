"""Experiments: who was given what, decided by lot, and what that cost."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

EXPERIMENTS = Table(
    "sources_experiments",
    "one row per customer in an experiment",
    (
        Column("experiment_id", TEXT, "the experiment", required=True),
        Column("customer_id", TEXT, "who was assigned", required=True),
        Column("arm", TEXT, "the arm, as the file names it", required=True),
        Column("assigned_on", "DATE", "the day of the assignment; of several, the first", required=True),
        Column("ended_on", "DATE", "the day the experiment ended for this customer"),
        Column("treatment_cost", MONEY, "what treating this customer cost; empty when not recorded", "currency"),
        Column("offer", TEXT, "what was offered"),
        Column("currency", TEXT, "ISO code"),
        Column("file_no", "INTEGER", "the file it came from", required=True),
    ),
    "Nobody stands in two arms of an experiment: such customers are quarantined from it.",
)
