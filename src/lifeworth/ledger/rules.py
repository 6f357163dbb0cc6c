"""Cost rules of the configuration as SQL."""

from collections.abc import Callable, Sequence

from lifeworth.ledger.tables import day as day_literal
from lifeworth.ledger.tables import text
from lifeworth.settings import CostRule


def rule_sql(
    rules: Sequence[CostRule], cost: str, amount: Callable[[CostRule], str], day: str, about: str = "NULL"
) -> str:
    """What something costs by rule, as an SQL expression that is NULL where no rule holds.

    Where several rules hold on a day, the one for this very category, payment method or type goes first,
    then the one that began last, then the one further down in the file.

    Parameters
    ----------
    amount : callable
        SQL of the cost under one rule.
    day, about : str
        SQL of the day that decides, and of the category, payment method or type at hand.
    """
    chosen = [rule for rule in rules if rule.cost == cost]
    chosen.reverse()
    chosen.sort(key=_precedence)
    if not chosen:
        return "NULL"
    cases = " ".join(f"WHEN {_holds(rule, day, about)} THEN {amount(rule)}" for rule in chosen)
    return f"CASE {cases} END"


def ruled_sql(rules: Sequence[CostRule], cost: str, day: str, about: str = "NULL") -> str:
    """SQL for whether any rule of a cost holds."""
    return f"COALESCE({rule_sql(rules, cost, lambda _: 'TRUE', day, about)}, FALSE)"


def _precedence(rule: CostRule) -> tuple[bool, int]:
    begins = rule.valid_from.toordinal() if rule.valid_from else 0
    return _narrowed_to(rule) is None, -begins


def _narrowed_to(rule: CostRule) -> str | None:
    return rule.category or rule.payment_method or rule.type


def _holds(rule: CostRule, day: str, about: str) -> str:
    conditions = []
    if name := _narrowed_to(rule):
        conditions.append(f"lower(trim({about})) = {text(name.strip().lower())}")
    if rule.valid_from:
        conditions.append(f"{day} >= {day_literal(rule.valid_from)}")
    if rule.valid_to:
        conditions.append(f"{day} < {day_literal(rule.valid_to)}")
    return " AND ".join(conditions) or "TRUE"
