"""The tables of retention: customers and the lists made of them, the proof, offers, subscriptions."""

from lifeworth.insight.retention.tables.customers import CUSTOMERS, MOMENTS, RISK
from lifeworth.insight.retention.tables.offers import OFFER_LIST, OFFERS
from lifeworth.insight.retention.tables.proof import GROUNDS, PAST_DAY, WAITS
from lifeworth.insight.retention.tables.subscriptions import MRR, NRR
from lifeworth.insight.retention.tables.winback import BUDGET, WINBACK

TABLES = (CUSTOMERS, RISK, WINBACK, BUDGET, MOMENTS, OFFERS, OFFER_LIST, MRR, NRR, WAITS, PAST_DAY, GROUNDS)

__all__ = [
    "BUDGET",
    "CUSTOMERS",
    "GROUNDS",
    "MOMENTS",
    "MRR",
    "NRR",
    "OFFERS",
    "OFFER_LIST",
    "PAST_DAY",
    "RISK",
    "TABLES",
    "WAITS",
    "WINBACK",
]
