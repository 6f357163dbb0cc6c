"""The products of a run: what sold, where relationships begin, what goes together, how baskets change."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.products.after import share_events
from lifeworth.insight.products.baskets import write_baskets
from lifeworth.insight.products.exact import make_exact
from lifeworth.insight.products.gateways import write_gateways
from lifeworth.insight.products.going_together import write_going_together
from lifeworth.insight.products.keyed import forget, key_lines, key_orders, key_products
from lifeworth.insight.products.newcomers import find_first_days, find_newcomers, forget_newcomers
from lifeworth.insight.products.returning import write_returning
from lifeworth.insight.products.sales import write_sales
from lifeworth.insight.products.shares import SUMS, share_orders
from lifeworth.insight.products.trends import write_trends
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``products_`` tables; those about products stay empty where no line names one.

    Where orders are bills, nobody chooses to come back or what to take next: those tables stay empty.
    """
    since = find_first_days(engine, frame)
    if since is None:
        return
    known = key_products(engine, frame.as_of)
    live = key_orders(engine, frame.as_of)
    if known:
        key_lines(engine, live)
        share_orders(engine, frame.as_of, live)
        share_events(engine, frame.as_of)
        make_exact(engine, frame.as_of)
        write_sales(engine, frame)
        asked = find_newcomers(engine, frame, since)
        if asked is not None:
            write_gateways(engine, frame, asked)
        if not frame.orders_are_bills:
            write_going_together(engine, frame)
    write_baskets(engine, frame, live, lines=known)
    write_trends(engine, frame)
    if not frame.orders_are_bills:
        write_returning(engine, frame, since)
    forget(engine)
    drop(engine, SUMS)
    forget_newcomers(engine)
