"""``customer_value`` as it is published: the customer table with the groups each customer belongs to."""

from lifeworth.contract.customer_value import CUSTOMER_VALUE
from lifeworth.errors import DataError
from lifeworth.ledger.tables import make_view
from lifeworth.store.engine import Engine

_JOINED = """
SELECT {columns} FROM values_customers v
POSITIONAL JOIN segments_customers s POSITIONAL JOIN personas_customers p"""

_APART = """
SELECT count(*) FROM values_customers v
POSITIONAL JOIN segments_customers s POSITIONAL JOIN personas_customers p
WHERE v.customer_id IS DISTINCT FROM s.customer_id OR v.customer_id IS DISTINCT FROM p.customer_id"""


def name_groups(engine: Engine) -> None:
    """Make the view ``customer_value``; every table of it stands in the order of the ids, so rows are joined by place.

    Raises
    ------
    DataError
        A row stands beside another customer's: a defect of ours, and nothing is published.
    """
    named = {"segment": "s.tier AS segment", "persona": "p.persona"}
    columns = ", ".join(named.get(name, f"v.{name}") for name in CUSTOMER_VALUE.names)
    make_view(engine, "customer_value", _JOINED.format(columns=columns))
    if apart := int(engine.value(_APART)):
        raise DataError(f"{apart} customers' groups stand beside another customer. Nothing was published.")
