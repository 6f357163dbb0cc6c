"""What goes with what, what a customer may want next, and whether naming it beats the favourites of all."""

from datetime import date

import numpy as np

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.products import tables
from lifeworth.insight.products.contents import baskets_of, sample_baskets
from lifeworth.insight.products.keyed import KNOWN
from lifeworth.insight.products.offers import AGAIN, NEW, WORTH_MOST, offer_rows
from lifeworth.insight.products.pairs import find_pairs, pair_rows
from lifeworth.insight.products.proof import EVERY_PRODUCT, NEW_PRODUCTS, hold_out, proof_rows, serves
from lifeworth.insight.products.scores import learn_taste
from lifeworth.store.engine import Engine

_NAMES = f"SELECT product_id, name FROM {KNOWN} WHERE product_id IS NOT NULL ORDER BY product_no"
_EPOCH = date(1970, 1, 1)


def write_going_together(engine: Engine, frame: Frame) -> None:
    """Pairs; the proof on held-out baskets; and, where the proof holds, offers for the customers worth most."""
    names = [(str(product), str(name)) for product, name in engine.rows(_NAMES)]
    if not names:
        return
    baskets = sample_baskets(engine, len(names))
    if len(baskets) == 0:
        return
    fill(engine, tables.PAIRS, pair_rows(find_pairs(baskets), baskets, names, frame.interval_level))
    trial = hold_out(baskets, frame.as_of)
    if trial is None:
        return
    rows = proof_rows(trial, frame.interval_level)
    fill(engine, tables.PROOF, rows)
    kinds = tuple(kind for kind, counted in ((NEW, NEW_PRODUCTS), (AGAIN, EVERY_PRODUCT)) if serves(rows, counted))
    people = engine.records(WORTH_MOST) if kinds else []
    if people:
        theirs = baskets_of(engine, len(names), np.array([person["customer_key"] for person in people]))
        taste = learn_taste(baskets, (frame.as_of - _EPOCH).days)
        fill(engine, tables.OFFERS, offer_rows(taste, theirs, people, names, trial, kinds, frame.interval_level))
