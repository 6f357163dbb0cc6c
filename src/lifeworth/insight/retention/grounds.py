"""What the room's figures rest on, measured or assumed: ``retention_grounds``."""

import re
from dataclasses import dataclass
from typing import Any

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.retention.offers import Promise
from lifeworth.insight.retention.people import consent_is_known
from lifeworth.insight.retention.rhythm import Rhythm
from lifeworth.insight.retention.rhythm.held import Told
from lifeworth.insight.retention.rhythm.learn import FEWEST_REPEATERS
from lifeworth.insight.retention.rhythm.regularity import FEWEST_PAIRS, Regularity
from lifeworth.insight.retention.tables import GROUNDS
from lifeworth.insight.retention.winback.effect import Effect
from lifeworth.insight.retention.winback.listing import Weighed
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

_UNPRICED = "SELECT count(*) FILTER (mrr IS NULL), count(*) FROM sources_subscriptions WHERE started_on < {as_of}"
_BILLS = "Every order is the bill of a subscription: the contract sets its day, so no rhythm, no reminder and no list to win back."
_MAY = "SELECT count(*) FILTER (may_contact), count(*) FROM retention_customers"


@dataclass(frozen=True)
class Learned:
    """What a run learned on its way; None where it could not."""

    regularity: Regularity
    rhythm: Rhythm | None
    told: Told | None
    weighed: Weighed | None
    promise: Promise | None


def write_grounds(engine: Engine, frame: Frame, learned: Learned) -> None:
    """Each figure and assumption as a row with a sentence."""
    rows = [_regularity(learned.regularity), _rhythm(learned.rhythm)]
    if learned.told is not None:
        rows.append(_score(learned.told))
    if learned.weighed is not None:
        rows.append(_brings_back(learned.weighed.effect, frame))
    rows += [*_contact(frame), _consent(engine)]
    if learned.promise is not None:
        rows.append(_offers(learned.promise, frame))
    fill(engine, GROUNDS, [*rows, *_unpriced(engine, frame), _level(frame)])


def write_grounds_of_bills(engine: Engine, frame: Frame) -> None:
    """What recurring revenue rests on, and why nothing is said of rhythm where orders are bills."""
    fill(engine, GROUNDS, [["rhythm", None, None, None, None, False, _BILLS], *_unpriced(engine, frame), _level(frame)])


def _regularity(found: Regularity) -> list[Any]:
    if found.pairs < FEWEST_PAIRS:
        said = (
            f"Only {found.pairs} customers have two gaps to compare; gaps are taken to come by chance (regularity 1)."
        )
        return ["regularity", 1.0, None, None, found.pairs, True, said]
    said = (
        f"Regularity {found.k:.2f} ({found.level:.0%} range {found.low:.2f} to {found.high:.2f}), from the last two gaps of "
        f"{found.pairs:,} customers: 1 is chance, more is steadier, less is bursts."
    )
    return ["regularity", found.k, found.low, found.high, found.pairs, False, _spaced(said)]


def _rhythm(rhythm: Rhythm | None) -> list[Any]:
    if rhythm is None:
        said = f"Fewer than {FEWEST_REPEATERS} customers ever came back, so nobody's rhythm can be learned: no scores, no list."
        return ["rhythm", None, None, None, None, False, said]
    when = "after any purchase, the first included" if rhythm.at_once else "after repeat purchases only"
    said = f"How often customers come and when they leave, learned from {rhythm.customers:,.0f} of them; leaving {when} fits best."
    return ["rhythm", None, None, None, int(rhythm.customers), False, said]


def _score(told: Told) -> list[Any]:
    said = (
        f"On the past day the score stood higher for who then stayed away than for who came in {told.share:.0%} of pairs "
        f"({told.level:.0%} range {told.low:.0%} to {told.high:.0%}); chance is 50 %."
    )
    if told.low <= 0.5:
        said = f"The score tells nothing here. {said}"
    return ["score", told.share, told.low, told.high, told.customers, False, _spaced(said)]


def _spaced(text: str) -> str:
    """Percent signs apart from their figures."""
    return re.sub(r"(?<=\d)%", " %", text)


def _brings_back(effect: Effect, frame: Frame) -> list[Any]:
    if not effect.is_measured:
        said = (
            f"Assumed: a contact brings back {100 * effect.stated:g} % of the customers past their usual gap whom it is sent to "
            "(setting contact.brings_back). No finished experiment has measured it; its doubt is in no range."
        )
        return ["brings_back", effect.mean, None, None, None, True, said]
    said = (
        f"Measured by the experiment {effect.source} on {effect.sample:,} customers: a contact brings back {effect.mean:.1%} of "
        f"those who would not come otherwise ({frame.interval_level:.0%} range {effect.low:.1%} to {effect.high:.1%})."
    )
    return ["brings_back", effect.mean, effect.low, effect.high, effect.sample, False, _spaced(said)]


def _contact(frame: Frame) -> list[list[Any]]:
    contact, unit = frame.settings.contact, f" {frame.currency}" if frame.currency else ""
    rows: list[list[Any]] = [
        [
            "contact_cost",
            float(contact.cost),
            None,
            None,
            None,
            True,
            f"One contact costs {contact.cost}{unit} (setting contact.cost).",
        ]
    ]
    if contact.budget is not None:
        said = f"The budget of a campaign is {contact.budget}{unit} (setting contact.budget)."
        rows.append(["budget", float(contact.budget), None, None, None, True, said])
    return rows


def _consent(engine: Engine) -> list[Any]:
    [(may, everybody)] = engine.rows(_MAY)
    if not consent_is_known(engine):
        said = "No file says who may be written to; everybody is taken to. Give consent_email with the customers."
        return ["consent", 1.0, None, None, None, True, said]
    said = f"{may:,} of {everybody:,} customers may be written to by e-mail; for the others no consent is stated, which counts as no."
    return ["consent", may / everybody if everybody else None, None, None, everybody, False, said]


def _offers(promise: Promise, frame: Frame) -> list[Any]:
    unit = f" {frame.currency}" if frame.currency else ""
    said = (
        f"The most promising offer of each of {promise.customers:,} customers should bring {promise.mean:,.0f}{unit} together "
        f"({frame.interval_level:.0%} range {promise.low:,.0f} to {promise.high:,.0f}), as such customers take them up unasked; "
        "what asking adds is not known."
    )
    return ["offers", promise.mean, promise.low, promise.high, promise.customers, False, _spaced(said)]


def _unpriced(engine: Engine, frame: Frame) -> list[list[Any]]:
    """Subscriptions of which nobody says what they bring."""
    [(unpriced, known)] = engine.rows(_UNPRICED.format(as_of=day(frame.as_of)))
    if not unpriced:
        return []
    said = f"{unpriced:,} of {known:,} subscriptions name no amount and are left out of recurring revenue."
    return [["subscriptions", float(unpriced), None, None, known, False, said]]


def _level(frame: Frame) -> list[Any]:
    said = _spaced(f"Ranges in the tables of retention are at {frame.interval_level:.0%}.")
    return ["interval_level", frame.interval_level, None, None, None, True, said]
