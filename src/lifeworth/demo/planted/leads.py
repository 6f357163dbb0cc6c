"""What drives the chance that a lead is won, and how many of those open will be."""

from typing import Any

from lifeworth.demo.attributes import ATTRIBUTES
from lifeworth.demo.leads import (
    BASE_LOG_ODDS,
    INDUSTRIES,
    INDUSTRY_LOG_ODDS,
    NEWSLETTER_LOG_ODDS,
    OPEN,
    SOURCE_LOG_ODDS,
    SOURCES,
)
from lifeworth.demo.simulation import Simulation

DRIVERS = ("source", "industry", "newsletter")


def know_leads(shop: Simulation) -> dict[str, Any]:
    """Log odds of winning by what is known at the start, and the sum over open leads."""
    leads = shop.leads
    still = leads.stage == OPEN
    effects = {
        "source": dict(zip(SOURCES, SOURCE_LOG_ODDS, strict=True)),
        "industry": dict(zip(INDUSTRIES, INDUSTRY_LOG_ODDS, strict=True)),
        "newsletter": dict(zip(("", "no", "yes"), NEWSLETTER_LOG_ODDS, strict=True)),
    }
    return {
        "definition": "A new lead is won with log odds base_log_odds plus those of its source, industry and newsletter cell;"
        " nothing else drives it. lead_truth.parquet has the chance of each open lead, given its age; expected_wins: their"
        " sum. decoys are independent of the chance; nothing_beyond_drivers go with it only through the kind behind source"
        " and industry. With structure false only base_log_odds counts.",
        "leads": len(leads.like),
        "won": int(leads.won.sum()),
        "open": int(still.sum()),
        "expected_wins": leads.chance[still].sum(),
        "base_log_odds": BASE_LOG_ODDS,
        "log_odds": effects if shop.structure else {},
        "decoys": ["first_contact", "country", *(each.name for each in ATTRIBUTES if each.role != "kind")],
        "nothing_beyond_drivers": [
            each.name for each in ATTRIBUTES if each.role == "kind" and each.name not in DRIVERS
        ],
    }
