"""Answers that name only an order belong to the customer who placed it."""

from collections.abc import Sequence

from lifeworth.sources.stage import Staged, materialise, overrule
from lifeworth.store.engine import Engine

_WITHOUT = "ruling IS NULL AND customer_id IS NULL"


def name_customers(engine: Engine, files: Sequence[Staged]) -> list[Staged]:
    """Fill the customer of answers by their order; those whose order is in no file are set aside.

    An order that was called off has a customer too, and it is just such customers who write. An id that several
    customers share names nobody.
    """
    sales = [file for file in files if file.shape is not None and file.shape.grain != "log"]
    return [_name(engine, file, sales) if file.source.kind == "surveys" else file for file in files]


def _name(engine: Engine, file: Staged, sales: Sequence[Staged]) -> Staged:
    if not engine.value(f"SELECT count(*) FROM {file.relation} WHERE {_WITHOUT}"):
        return file
    file = materialise(engine, file)
    if sales:
        asked = f"SELECT order_id FROM {file.relation} WHERE {_WITHOUT}"
        placed = " UNION ALL ".join(
            f"SELECT order_id, customer_id FROM {one.relation} WHERE customer_id IS NOT NULL AND order_id IN ({asked})"
            for one in sales
        )
        engine.execute(
            f"UPDATE {file.relation} AS s SET customer_id = o.customer_id FROM (SELECT order_id, min(customer_id) AS "
            f"customer_id FROM ({placed}) GROUP BY order_id HAVING min(customer_id) = max(customer_id)) AS o "
            f"WHERE s.order_id = o.order_id AND s.ruling IS NULL AND s.customer_id IS NULL"
        )
    overrule(
        engine,
        file,
        f"SELECT line, 'ignored: its order is in no file, or has several customers' AS ruling FROM {file.relation} "
        f"WHERE {_WITHOUT}",
    )
    return file
