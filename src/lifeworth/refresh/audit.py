"""What must hold before a result is put in front of anybody."""

from lifeworth.errors import DataError
from lifeworth.store.engine import Engine

_BAND = "({0}_mean IS NULL OR {0}_low IS NULL OR {0}_high IS NULL OR {0}_low > {0}_high)"
_MEASURES = ("orders", "revenue", "value")
_OPEN_ENDED = ("residual_value", "lifetime_value")


def audit(engine: Engine, orders_are_bills: bool) -> None:
    """Check the result against itself and against the books; where orders are bills nothing is said without a horizon.

    Raises
    ------
    DataError
        Something does not add up; the last published result stays in place.
    """
    checks = (_books_add_up, _everybody_is_there, _rows_belong_together)
    faults = [text for check in checks for text in check(engine)]
    faults += _numbers_are_whole(engine, _MEASURES if orders_are_bills else (*_MEASURES, *_OPEN_ENDED))
    if faults:
        raise DataError("Nothing was published, because the result does not hold together:\n- " + "\n- ".join(faults))


def _books_add_up(engine: Engine) -> list[str]:
    rows = engine.rows("SELECT check_name, difference, explanation FROM ledger_reconciliation WHERE difference <> 0")
    return [f"{name}: off by {difference} ({why or 'unexplained'})" for name, difference, why in rows if not why]


def _everybody_is_there(engine: Engine) -> list[str]:
    counted = engine.value("SELECT count(*) FROM ledger_histories")
    valued, ids = engine.rows("SELECT count(*), count(DISTINCT customer_id) FROM values_customers")[0]
    if counted == valued == ids:
        return []
    return [f"{counted} customers have a history, {valued} rows with {ids} different ids were valued"]


def _rows_belong_together(engine: Engine) -> list[str]:
    """Evidence is worked out beside the estimates, frequency beside the histories: they must agree."""
    count = engine.value("SELECT count(*) FROM values_customers WHERE (evidence = 'D') <> (frequency = 0)")
    return [f"{count} customers' estimates stand beside another customer's history"] if count else []


def _numbers_are_whole(engine: Engine, measures: tuple[str, ...]) -> list[str]:
    broken = " OR ".join(_BAND.format(measure) for measure in measures)
    count = engine.value(f"SELECT count(*) FROM values_customers WHERE {broken} OR p_alive NOT BETWEEN 0 AND 1")
    return [f"{count} customers have a missing number or a range upside down"] if count else []
