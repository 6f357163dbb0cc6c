"""All canonical tables in one place: look one up, create them empty, describe them."""

from lifeworth.contract.accounting import FILES, REASONS, REJECTED
from lifeworth.contract.customers import CUSTOMERS
from lifeworth.contract.experiments import EXPERIMENTS
from lifeworth.contract.leads import LEADS
from lifeworth.contract.order_costs import ORDER_COSTS
from lifeworth.contract.order_lines import ORDER_LINES
from lifeworth.contract.orders import ORDERS
from lifeworth.contract.products import PRODUCTS
from lifeworth.contract.refunds import REFUNDS
from lifeworth.contract.service import SERVICE
from lifeworth.contract.spend import SPEND
from lifeworth.contract.subscriptions import SUBSCRIPTIONS
from lifeworth.contract.surveys import SURVEYS
from lifeworth.contract.table import Table
from lifeworth.contract.touches import TOUCHES
from lifeworth.store.engine import Engine

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ORDERS,
        ORDER_LINES,
        REFUNDS,
        PRODUCTS,
        CUSTOMERS,
        ORDER_COSTS,
        SERVICE,
        TOUCHES,
        SPEND,
        SURVEYS,
        SUBSCRIPTIONS,
        EXPERIMENTS,
        LEADS,
        FILES,
        REASONS,
        REJECTED,
    )
}


def create_tables(engine: Engine) -> None:
    """Give the engine every canonical table, empty."""
    for table in TABLES.values():
        engine.execute(table.ddl())


def describe() -> str:
    """The reference page of the data contract, as Markdown."""
    return "# The canonical tables\n\n" + "\n".join(_describe(table) for table in TABLES.values())


def _describe(table: Table) -> str:
    grain = table.grain[0].upper() + table.grain[1:]
    head = f"## {table.name}\n\n{grain}. {table.note}".rstrip() + "\n\n"
    titles = "| column | type | unit | always filled | meaning |\n|---|---|---|---|---|\n"
    rows = [
        f"| {c.name} | {c.type} | {c.unit} | {'yes' if c.required else ''} | {c.meaning} |\n" for c in table.columns
    ]
    return head + titles + "".join(rows)
