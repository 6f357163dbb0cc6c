"""Orders whose own file gives no amount are worth what their lines say."""

from collections.abc import Sequence

from lifeworth.sources.stage import Staged
from lifeworth.store.engine import Engine


def price_orders_by_lines(engine: Engine, files: Sequence[Staged]) -> int:
    """Fill the amounts of orders from their lines; how many orders have no line that could tell.

    Where one order has an amount of its own, lines price none. Shipping is taken from lines only where it is known to
    be each line's own.
    """
    if engine.value("SELECT count(*) FROM sources_orders WHERE gross <> 0 OR discount <> 0"):
        return 0
    engine.execute(
        """
        UPDATE sources_orders SET gross = l.gross, discount = l.discount
        FROM (SELECT order_id, CAST(sum(amount + discount) AS DECIMAL(18,4)) AS gross,
                CAST(sum(discount) AS DECIMAL(18,4)) AS discount
            FROM sources_order_lines GROUP BY order_id) l
        WHERE l.order_id = sources_orders.order_id
        """
    )
    _add_shipping(engine, [file for file in files if "shipping" in file.content])
    if not engine.value("SELECT count(*) FROM sources_order_lines WHERE amount <> 0"):
        return 0
    return int(
        engine.value(
            "SELECT count(*) FROM sources_orders WHERE order_id NOT IN (SELECT order_id FROM sources_order_lines)"
        )
    )


def _add_shipping(engine: Engine, files: Sequence[Staged]) -> None:
    """An order's shipping is that of its lines, where no order says its own."""
    if not files or engine.value("SELECT count(*) FROM sources_orders WHERE shipping_charged <> 0"):
        return
    lines = " UNION ALL ".join(f"SELECT order_id, shipping FROM {file.relation} WHERE ruling IS NULL" for file in files)
    engine.execute(
        "UPDATE sources_orders SET shipping_charged = l.shipping FROM (SELECT order_id, "
        f"CAST(sum(shipping) AS DECIMAL(18,4)) AS shipping FROM ({lines}) GROUP BY order_id) l "
        "WHERE l.order_id = sources_orders.order_id"
    )
