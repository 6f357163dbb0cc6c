"""Whom should advertising systems look for?"""

from lifeworth.answers.prospects import Prospects
from lifeworth.report.card import Card
from lifeworth.report.numbers import count
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, set_well


def seed_cards(found: Prospects, voice: Voice) -> tuple[Card, ...]:
    """The seed for lookalike audiences, or why there is none; no card where nobody is worth anything."""
    seed = found.seed
    if seed is None or not seed.worth_most:
        return ()
    title = (
        f"{many(seed.listed, 'customer')} can seed a lookalike audience"
        if seed.listed
        else f"No lookalike seed: 0 of {many(seed.worth_most, 'customer')} worth most may be used"
    )
    cap = f" No value is above {voice.money.exact(seed.capped_at)}, so that no single one steers the audience." if seed.capped_at else ""  # fmt: skip
    return (
        Card(
            key="prospects-seed",
            title=title,
            caption=f"{set_well(seed.sentence)}{cap}",
            footer=(
                "Worth most: tiers core and solid, and the top tenth by expected value. Consent to advertising must be stated; unknown counts as no. Nothing protected is in "
                f"the list. {_next(seed.listed)}"
            ),
            wide=True,
        ),
    )


def _next(listed: int) -> str:
    if not listed:
        return "Next step: add the column consent_ads to the list of customers, true only where the customer said yes."
    return (
        f"Next step: join e-mail or phone from your own system to tables/prospects_seed.csv ({count(listed)} rows: customer, country, value) and upload it as a "
        "value-based customer list, hashed."
    )
