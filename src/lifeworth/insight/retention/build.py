"""Retention, from each customer's rhythm to the month's recurring revenue."""

from lifeworth.insight.ground import Frame
from lifeworth.insight.retention.customers import read_rhythm, write_customers
from lifeworth.insight.retention.grounds import Learned, write_grounds, write_grounds_of_bills
from lifeworth.insight.retention.moments import write_moments
from lifeworth.insight.retention.offers import write_offers
from lifeworth.insight.retention.people import People, read_people
from lifeworth.insight.retention.proof import write_proof
from lifeworth.insight.retention.rhythm import Days, Rhythm, learn_rhythm, read_days
from lifeworth.insight.retention.rhythm.regularity import regularity_of
from lifeworth.insight.retention.risk import write_risk
from lifeworth.insight.retention.subscriptions import write_subscriptions
from lifeworth.insight.retention.winback.experiment import find_effect
from lifeworth.insight.retention.winback.gain import seems_lost, weigh_contacts
from lifeworth.insight.retention.winback.listing import Weighed, write_winback
from lifeworth.insight.retention.winback.returning import learn_worth, value_returns
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame) -> None:
    """Fill the ``retention_`` tables; where orders are bills, none of rhythm and silence: the contract sets the days."""
    if frame.orders_are_bills:
        write_customers(engine, read_people(engine, frame), None, None, None, None)
        write_subscriptions(engine, frame)
        write_grounds_of_bills(engine, frame)
        return
    days, people = read_days(engine, frame), read_people(engine, frame)
    regularity = regularity_of(days, frame.interval_level)
    rhythm = learn_rhythm(days, regularity)
    weighed = _weigh(engine, frame, days, people, rhythm) if rhythm else None
    if weighed:
        write_customers(engine, people, weighed.read, weighed.returning, weighed.gains, weighed.silent)
        write_winback(engine, frame, weighed)
    else:
        write_customers(engine, people, None, None, None, None)
    write_risk(engine, frame)
    write_moments(engine, frame)
    told, promise = None, None
    if rhythm:
        told = write_proof(engine, frame, days, rhythm)
        promise = write_offers(engine, frame, rhythm)
    write_subscriptions(engine, frame)
    write_grounds(engine, frame, Learned(regularity, rhythm, told, weighed, promise))


def _weigh(engine: Engine, frame: Frame, days: Days, people: People, rhythm: Rhythm) -> Weighed:
    """Everybody against their rhythm, and what a contact with them should gain."""
    read = read_rhythm(rhythm, people, frame)
    returning = value_returns(rhythm, learn_worth(days), people, frame)
    silent = seems_lost(read.overdue, read.comes)
    effect = find_effect(engine, frame, rhythm, read.comes[silent])
    gains = weigh_contacts(read.comes, returning, effect, float(frame.settings.contact.cost), frame)
    return Weighed(people, read, returning, effect, gains, silent)
