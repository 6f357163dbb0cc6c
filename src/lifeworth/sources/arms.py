"""Nobody can be compared with themselves: customers in several arms of an experiment leave it."""

from collections.abc import Sequence

from lifeworth.sources.stage import Staged, materialise, overrule
from lifeworth.store.engine import Engine

SEVERAL_ARMS = "the customer is in several arms of the experiment"


def set_crossed_aside(engine: Engine, files: Sequence[Staged]) -> list[Staged]:
    """Quarantine every row of customers who were assigned to more than one arm, in whichever files they stand."""
    experiments = [file for file in files if file.source.kind == "experiments"]
    if not experiments:
        return list(files)
    assigned = " UNION ALL ".join(
        f"SELECT experiment_id, customer_id, lower(arm) AS arm FROM {file.relation} WHERE ruling IS NULL"
        for file in experiments
    )
    engine.execute(
        "CREATE OR REPLACE TABLE sources_staged_crossed AS SELECT experiment_id, customer_id "
        f"FROM ({assigned}) GROUP BY ALL HAVING min(arm) <> max(arm)"
    )
    if not engine.value("SELECT count(*) FROM sources_staged_crossed"):
        return list(files)
    return [_set_aside(engine, file) if file.source.kind == "experiments" else file for file in files]


def _set_aside(engine: Engine, file: Staged) -> Staged:
    file = materialise(engine, file)
    overrule(
        engine,
        file,
        f"SELECT s.line, 'quarantined: {SEVERAL_ARMS}' AS ruling FROM {file.relation} AS s "
        "JOIN sources_staged_crossed AS c USING (experiment_id, customer_id) WHERE s.ruling IS NULL",
    )
    return file
