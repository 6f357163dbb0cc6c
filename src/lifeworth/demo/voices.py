"""What customers say when asked: a score from 0 to 10 and a sentence, loosely tied to how they feel."""

from dataclasses import dataclass

import numpy as np

from lifeworth.demo.aftermath import Aftermath
from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.draws import draw_given
from lifeworth.demo.kinds import KIND_NAMES
from lifeworth.demo.people import People
from lifeworth.demo.purchases import Purchases

QUESTION = "How likely are you to recommend us to a friend?"
ASKED_SHARE = 0.10
_SILENT = 0.35

# Each theme: what pleased customers write, what displeased customers write.
_SAID = {
    "freshness": (
        ("The beans smell as if they were roasted this morning.", "Always freshly roasted, you can taste it.",
         "Best Sidamo I have had at home.", "The tea is so much fresher than in the supermarket."),
        ("The beans were roasted two months ago.", "The coffee tasted flat this time.",
         "The tea had lost its scent.", "The bag was not properly sealed."),
    ),
    "delivery": (
        ("Ordered on Monday, drinking it on Wednesday.", "Delivery is always on time.",
         "The parcel arrived a day early.", "Quick, and the neighbour did not have to take it in."),
        ("The parcel took nine days.", "Delivered to the wrong pick-up point.",
         "No message when the parcel would come.", "I had to wait over a week for filters."),
    ),
    "price": (
        ("Fair prices for this quality.", "The kilo bags are good value.",
         "Free shipping from a reasonable sum.", "The coupon made it easy to try something new."),
        ("Getting more expensive every half-year.", "Shipping is too dear for a small order.",
         "I find the same pods cheaper elsewhere.", "Nice, but too expensive for every day."),
    ),
    "packaging": (
        ("Hardly any plastic, thank you.", "Beautifully packed, could be given as it is.",
         "The cups survived the journey without a scratch.", "The tins are lovely and I reuse them."),
        ("A cup was broken.", "Far too much paper for one small bag.",
         "The box was crushed and the tin dented.", "The teapot rattled in its box."),
    ),
    "service": (
        ("A real person answered within the hour.", "They found the right grinder setting for me by phone.",
         "Very friendly when I had mixed up my order.", "The repair of my machine went smoothly."),
        ("Nobody answers the phone.", "I had to explain my problem three times.",
         "The answer came after a week and did not help.", "My machine is still at the repair shop."),
    ),
    "returns": (
        ("Sending the kettle back was no trouble at all.", "Money back within three days.",
         "They took the wrong size back without a word.", "Return label was in the box."),
        ("I am still waiting for my refund.", "The return had to be paid by me at first.",
         "They would not take the opened box back.", "Returning a heavy machine is a nuisance."),
    ),
    "choice": (
        ("There is always something new to try.", "The discovery box is a lovely idea.",
         "Good mix of the useful and the beautiful.", "The office orders its crema here, too."),
        ("My favourite blend is often sold out.", "Too few decaf coffees.",
         "The green teas disappeared from the shop.", "I could not find filters for my machine."),
    ),
}  # fmt: skip
THEMES = tuple(_SAID)
SENTENCES = tuple(text for said in _SAID.values() for mood in said for text in mood)
"""Every sentence: theme by theme, four pleased ones, then four displeased ones."""
PER_MOOD = 4
_COMMON_CHANCES = (0.24, 0.20, 0.20, 0.14, 0.08, 0.04, 0.10)
TALKATIVE = KIND_NAMES.index("home barista")
_TALKATIVE_CHANCES = (0.42, 0.11, 0.10, 0.06, 0.04, 0.02, 0.25)
TALKATIVE_THEMES = ("freshness", "choice")
"""Themes that home baristas speak of more than others do."""


@dataclass(frozen=True)
class Surveys:
    """One entry per answer: the order it followed, day from ``as_of``, score 0 to 10, theme, sentence (-1: none)."""

    order: Ints
    day: Ints
    score: Ints
    theme: Ints
    sentence: Ints


def ask(
    people: People, purchases: Purchases, after: Aftermath, rng: np.random.Generator, *, structure: bool
) -> Surveys:
    """Ask after some orders; trouble with the order lowers the score and sets the theme.

    Without ``structure`` all kinds of customers speak of the same things.
    """
    orders = len(purchases.customer)
    returned, called = np.zeros(orders, dtype=np.bool_), np.zeros(orders, dtype=np.bool_)
    returned[after.refunds.order], called[after.tickets.order] = True, True
    order = np.flatnonzero(rng.uniform(size=orders) < ASKED_SHARE)
    who = purchases.customer[order]
    feeling = people.contentment[who] + 0.5 * rng.standard_normal(len(order))
    score = 7.6 + 1.7 * feeling - 1.6 * returned[order] - 1.1 * called[order]
    score = np.clip(np.rint(score), 0, 10).astype(np.int64)
    theme = draw_given(theme_chances(structure=structure), people.kind[who], rng)
    theme = np.where(called[order], THEMES.index("service"), theme)
    theme = np.where(returned[order], THEMES.index("returns"), theme)
    displeased = rng.uniform(size=len(order)) < np.clip((8.5 - score) / 4, 0.02, 0.98)
    sentence = (2 * theme + displeased) * PER_MOOD + rng.integers(0, PER_MOOD, len(order))
    silent = rng.uniform(size=len(order)) < _SILENT
    day = purchases.day[order] + rng.integers(14, 31, len(order))
    return Surveys(order, day, score, theme, np.where(silent, -1, sentence))


def theme_chances(*, structure: bool) -> Floats:
    """What each kind of customer (a row) speaks of after an order without trouble."""
    rows = [_COMMON_CHANCES] * len(KIND_NAMES)
    if structure:
        rows[TALKATIVE] = _TALKATIVE_CHANCES
    return np.array(rows)
