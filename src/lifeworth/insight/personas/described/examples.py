"""Two typical histories of each persona, told without saying whose they are: the rows of ``personas_examples``.

Real people, so nothing singles them out: no id, no day, months counted from the first purchase, categories instead of products,
amounts rounded, and only traits that at least ten customers of the persona have together. The pseudonym is a keyed hash (HMAC,
RFC 2104) of the id; the key comes from everybody's figures and is not kept.
"""

from base64 import b32encode
from collections.abc import Iterator
from hashlib import sha256
from hmac import new as keyed
from math import floor, log10
from typing import Any

import numpy as np

from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.insight.personas.described.naming import Trait
from lifeworth.insight.personas.finding import Finding
from lifeworth.insight.personas.people import SEEN, People
from lifeworth.insight.personas.roles import IDEAL
from lifeworth.ledger.tables import day, text
from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.store.engine import Engine

EXAMPLES = 2
MOST_EVENTS = 10
MOST_TRAITS = 3

# Lines of the customers' own orders alone are looked at: there may be millions of others.
_ORDERS = """
WITH own AS (SELECT * FROM ledger_orders WHERE customer_id = {customer} AND ordered_on < {as_of}),
bought AS (
  SELECT l.order_id, arg_max(coalesce(nullif(trim(l.category), ''), p.category), (l.amount, -l.line_no)) AS category
  FROM sources_order_lines l LEFT JOIN (SELECT product_id, max(category) AS category FROM sources_products GROUP BY 1) p
    USING (product_id)
  WHERE l.kind = 'goods' AND l.order_id IN (SELECT order_id FROM own) GROUP BY l.order_id)
SELECT o.ordered_on AS day, 0 AS kind,
       CASE WHEN row_number() OVER (ORDER BY o.ordered_on, o.order_id) = 1 THEN 'first order' ELSE 'order' END AS event,
       b.category AS detail, CAST(o.gross - o.discount + o.shipping_charged AS DOUBLE) AS amount
FROM own o LEFT JOIN bought b USING (order_id)"""

_RETURNS = """
SELECT happened_on, 1, 'sent something back', NULL, -sum(CAST(revenue_effect AS DOUBLE)) FROM ledger_events
WHERE customer_id = {customer} AND happened_on < {as_of} AND revenue_effect < 0 GROUP BY happened_on"""

_TICKETS = """
SELECT opened_on, 2, 'asked for help', NULL, NULL FROM sources_service
WHERE customer_id = {customer} AND opened_on < {as_of} GROUP BY opened_on"""

_ANSWERS = """
SELECT answered_on, 3, 'answered a survey', 'score ' || CAST(max(score) AS INTEGER), NULL FROM sources_surveys
WHERE customer_id = {customer} AND answered_on < {as_of} AND score IS NOT NULL GROUP BY answered_on"""


def tell_examples(engine: Engine, frame: Frame, people: People, finding: Finding) -> Iterator[list[Any]]:
    """Rows of the two histories of each persona; none where fewer than ten people are alike enough."""
    if not people.has_past or not finding.groups:
        return
    key = sha256(people.value.tobytes() + people.past.tobytes() + people.orders.tobytes()).digest()
    for place, group in enumerate(finding.groups):
        if group.role != IDEAL:
            continue
        shown, alike = share_traits(group.traits, finding.member == place)
        for example, seen in enumerate(_typical(people, alike, finding.chance, finding.member == place), 1):
            [(customer,)] = engine.rows(f"SELECT customer_id FROM {SEEN} ORDER BY customer_id LIMIT 1 OFFSET {seen}")
            yield from _history(engine, frame, group.name, example, str(customer), key, shown)


def share_traits(traits: tuple[Trait, ...], inside: BoolArray) -> tuple[list[Trait], BoolArray]:
    """The strongest traits that at least ten of a group have together, and who has them."""
    shown: list[Trait] = []
    alike = inside.copy()
    for trait in traits:
        narrower = alike & (trait.attribute.codes == trait.level)
        if len(shown) < MOST_TRAITS and narrower.sum() >= FEWEST:
            shown.append(trait)
            alike = narrower
    return shown, alike


def _typical(people: People, alike: BoolArray, chance: FloatArray, inside: BoolArray) -> IntArray:
    """Those nearest to the middle of their group in value, orders and time known."""
    who = np.flatnonzero(alike)
    if len(who) < FEWEST:
        return np.array([], dtype=np.intp)
    away = np.zeros(len(who))
    for figures in (people.value, people.orders, people.known_days):
        ranks = np.searchsorted(np.sort(figures[inside]), figures[who]) / max(inside.sum(), 1)
        away += (ranks - 0.6) ** 2
    away += (1 - np.nan_to_num(chance[who])) ** 2
    return who[np.argsort(away, kind="stable")][:EXAMPLES]


def _history(
    engine: Engine, frame: Frame, persona: str, example: int, customer: str, key: bytes, shown: list[Trait]
) -> Iterator[list[Any]]:
    name = f"customer {b32encode(keyed(key, customer.encode(), sha256).digest()).decode()[:5]}"
    traits = "; ".join(trait.words for trait in shown)
    yield [persona, example, name, 0, None, "has in common with at least ten others", traits or None, None]
    marks = {"customer": text(customer), "as_of": day(frame.as_of)}
    union = " UNION ALL ".join(f"({sql.format(**marks)})" for sql in (_ORDERS, _RETURNS, _TICKETS, _ANSWERS))
    events = engine.rows(f"SELECT * FROM ({union}) ORDER BY day, kind, event, detail, amount")
    if not events:
        return
    start = events[0][0]
    for place, (when, _, event, detail, amount) in enumerate(_fewer(events), 1):
        yield [
            persona,
            example,
            name,
            place,
            (when - start).days * 12 // 365,
            event,
            detail,
            None if amount is None else _round(amount),
        ]


def _fewer(events: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The first events and the last ones."""
    if len(events) <= MOST_EVENTS:
        return events
    gap = (None, None, f"{len(events) - MOST_EVENTS} more events", None, None)
    head = events[: MOST_EVENTS // 2]
    return [*head, (head[-1][0], *gap[1:]), *events[-(MOST_EVENTS - MOST_EVENTS // 2) :]]


def _round(amount: float) -> float:
    """One leading digit below a hundred, two above."""
    if amount == 0:
        return 0.0
    size = floor(log10(abs(amount)))
    return float(round(amount, -size if size < 2 else 1 - size))
