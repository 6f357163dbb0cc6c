"""Which order each refund or cancellation belongs to: ``ledger_refunds`` -> ``ledger_returns``.

A refund that names an order of ours belongs to it. Any other with a customer, a product and a quantity is
taken, piece by piece, from the most recent earlier order of that product which still has pieces left; one
refund may so touch several orders, and never takes more than was sold. What is left over belongs to the
customer alone, or, without a customer, to nobody.
"""

from lifeworth.ledger.tables import MONEY, drop, has_rows, make_table
from lifeworth.store.engine import Engine

# A refund known only by its day counts as the last thing that happened on it. Postage, discounts and gift
# cards, as they were sold up to that day, are given back as money alone.
_REFUNDS = f"""
WITH without_goods AS (
  SELECT l.product_id, min(o.ordered_on) AS since,
         min(o.ordered_on) FILTER (l.kind NOT IN ('shipping', 'discount', 'gift_card')) AS until
  FROM sources_order_lines l JOIN sources_orders o USING (order_id) WHERE l.product_id IS NOT NULL
  GROUP BY l.product_id HAVING bool_or(l.kind IN ('shipping', 'discount', 'gift_card')))
SELECT row_number() OVER (ORDER BY r.refunded_on, r.refunded_at, r.refund_id, r.order_id, r.customer_id,
                                   r.product_id, r.amount, r.quantity, r.profit_given) AS refund_no,
       r.refund_id, r.order_id AS asked_order_id, o.order_id,
       CASE WHEN o.order_id IS NULL THEN r.customer_id ELSE o.customer_id END AS customer_id,
       o.ordered_on AS order_day, greatest(COALESCE(r.refunded_on, o.ordered_on), o.ordered_on) AS happened_on,
       CASE WHEN r.refunded_at > r.refunded_on THEN r.refunded_at
            ELSE r.refunded_on + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND END AS happened_at,
       r.kind, r.product_id, COALESCE(r.quantity, 0) AS quantity,
       CAST(COALESCE(r.amount, 0) AS {MONEY}) AS amount, r.profit_given,
       o.order_id IS NULL AND r.customer_id IS NOT NULL AND r.product_id IS NOT NULL
         AND COALESCE(r.quantity, 0) > 0 AS is_loose,
       w.product_id IS NULL AND (r.kind = 'cancellation' OR r.product_id IS NOT NULL OR COALESCE(r.quantity, 0) > 0)
         AS goods_returned
FROM sources_refunds r
LEFT JOIN sources_orders o ON o.order_id = r.order_id
LEFT JOIN without_goods w ON w.product_id = r.product_id
  AND w.since <= greatest(COALESCE(r.refunded_on, o.ordered_on), o.ordered_on)
  AND (w.until IS NULL OR w.until > greatest(COALESCE(r.refunded_on, o.ordered_on), o.ordered_on))"""

# Sales push pieces on a stack, returns take them off; low..high are the levels a row adds or removes.
_LEVELS = """
WITH loose AS (
  SELECT DISTINCT customer_id, product_id FROM ledger_refunds WHERE is_loose),
move AS (
  SELECT o.customer_id, l.product_id, max(o.ordered_at) AS moment, FALSE AS is_return, o.order_id, o.ordered_on,
         NULL AS refund_no, FALSE AS is_loose, sum(l.quantity) AS quantity
  FROM sources_order_lines l JOIN sources_orders o USING (order_id)
  SEMI JOIN loose ON loose.customer_id = o.customer_id AND loose.product_id = l.product_id
  GROUP BY o.customer_id, l.product_id, o.order_id, o.ordered_on HAVING sum(l.quantity) > 0
  UNION ALL
  SELECT f.customer_id, f.product_id, f.happened_at, TRUE, NULL, NULL, f.refund_no, f.is_loose, f.quantity
  FROM ledger_refunds f SEMI JOIN loose USING (customer_id, product_id) WHERE f.quantity > 0),
stock AS (
  SELECT *, row_number() OVER w AS step, sum(CASE WHEN is_return THEN -quantity ELSE quantity END) OVER w AS net
  FROM move
  WINDOW w AS (PARTITION BY customer_id, product_id ORDER BY moment, is_return, order_id, refund_no)),
floored AS (
  SELECT *, net - least(min(net) OVER (PARTITION BY customer_id, product_id ORDER BY step), 0) AS level
  FROM stock)
SELECT customer_id, product_id, step, is_return, is_loose, order_id, ordered_on, refund_no, quantity,
       CASE WHEN is_return THEN level ELSE level - quantity END AS low,
       CASE WHEN is_return
            THEN COALESCE(lag(level) OVER (PARTITION BY customer_id, product_id ORDER BY step), 0)
            ELSE level END AS high
FROM floored"""

# Of an earlier order only the pieces below every later order's starting level are still on the stack. A
# match is dropped where refunds that name the order had already taken its pieces.
_MATCHES = f"""
WITH visible AS (
  SELECT r.refund_no, r.product_id, s.order_id, s.ordered_on AS order_day, s.step, s.quantity AS sold,
         least(s.high, r.high, min(s.low) OVER (PARTITION BY r.refund_no ORDER BY s.step
               ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)) - greatest(s.low, r.low) AS pieces
  FROM ledger_levels r JOIN ledger_levels s
    ON s.customer_id = r.customer_id AND s.product_id = r.product_id AND s.step < r.step AND s.high > r.low
  WHERE r.is_loose AND NOT s.is_return AND r.high > r.low),
back AS (
  SELECT refund_no, order_id, product_id, pieces FROM visible WHERE pieces > 0
  UNION ALL
  SELECT refund_no, order_id, product_id, quantity FROM ledger_refunds
  WHERE order_id IS NOT NULL AND product_id IS NOT NULL),
so_far AS (
  SELECT b.refund_no, b.order_id,
         sum(b.pieces) OVER (PARTITION BY b.order_id, b.product_id ORDER BY f.happened_at, f.refund_no) AS back
  FROM back b JOIN ledger_refunds f USING (refund_no)),
counted AS (
  SELECT v.refund_no, v.order_id, v.order_day, v.pieces, f.quantity, f.amount, f.profit_given,
         sum(v.pieces) OVER (PARTITION BY v.refund_no ORDER BY v.step DESC) AS upto
  FROM visible v
  JOIN so_far b ON b.refund_no = v.refund_no AND b.order_id = v.order_id AND b.back <= v.sold
  JOIN ledger_refunds f ON f.refund_no = v.refund_no
  WHERE v.pieces > 0),
shared AS (
  SELECT *, CASE WHEN upto = quantity THEN amount ELSE CAST(amount * (upto / quantity) AS {MONEY}) END
              AS amount_upto,
         CASE WHEN upto = quantity THEN profit_given
              ELSE CAST(profit_given * (upto / quantity) AS {MONEY}) END AS profit_upto
  FROM counted)
SELECT refund_no, order_id, order_day, pieces AS quantity,
       amount_upto - lag(amount_upto, 1, 0) OVER w AS amount,
       profit_upto - lag(profit_upto, 1, 0) OVER w AS profit_given
FROM shared
WINDOW w AS (PARTITION BY refund_no ORDER BY upto)"""

_RETURNS = f"""
WITH used AS (
  SELECT refund_no, sum(quantity) AS quantity, sum(amount) AS amount, sum(profit_given) AS profit_given
  FROM ledger_matches GROUP BY refund_no),
part AS (
  SELECT refund_no, order_id, order_day, quantity, amount, profit_given FROM ledger_refunds
  WHERE order_id IS NOT NULL
  UNION ALL
  SELECT refund_no, order_id, order_day, quantity, amount, profit_given FROM ledger_matches
  UNION ALL
  SELECT f.refund_no, NULL, NULL, f.quantity - COALESCE(u.quantity, 0), f.amount - COALESCE(u.amount, 0),
         f.profit_given - COALESCE(u.profit_given, 0)
  FROM ledger_refunds f LEFT JOIN used u USING (refund_no)
  WHERE f.order_id IS NULL AND (u.quantity IS NULL OR u.quantity < f.quantity))
SELECT f.refund_no, f.refund_id, f.asked_order_id, p.order_id, f.customer_id, p.order_day, f.happened_on,
       f.kind, f.product_id, f.goods_returned, CAST(p.quantity AS {MONEY}) AS quantity,
       CAST(p.amount AS {MONEY}) AS amount, CAST(p.profit_given AS {MONEY}) AS profit_given
FROM part p JOIN ledger_refunds f USING (refund_no)"""


def match_returns(engine: Engine) -> None:
    """Every refund with its order, split where its pieces come from several; money is kept to the last digit."""
    make_table(engine, "ledger_refunds", _REFUNDS)
    limit = "" if has_rows(engine, "ledger_refunds", "is_loose") else " LIMIT 0"
    make_table(engine, "ledger_levels", _LEVELS + limit)
    make_table(engine, "ledger_matches", _MATCHES)
    make_table(engine, "ledger_returns", _RETURNS)
    drop(engine, "ledger_refunds", "ledger_levels", "ledger_matches")
