"""The whole relationship: everything still to come and everything together, without a horizon."""

from math import isfinite

from lifeworth.answers.worth import BaseWorth
from lifeworth.report.card import Card, Column, Table, numbers
from lifeworth.report.voice import Voice
from lifeworth.report.words import sentence


def whole_cards(worth: BaseWorth, voice: Voice) -> tuple[Card, ...]:
    """One card with the residual and the lifetime value of the base; none where they are not known."""
    rows = (
        (f"Next {voice.ahead}", worth.value),
        ("Everything still to come", worth.residual),
        ("Whole relationship, past and still to come", worth.lifetime),
    )
    known = tuple((name, value) for name, value in rows if isfinite(value.mean))
    if worth.customers == 0 or not isfinite(worth.residual.mean) or not any(value.mean for _, value in known):
        return ()
    return (
        Card(
            key="whole",
            title=f"Without a horizon, about {voice.money.about(worth.residual.mean)} of {voice.worth} is still to come",
            caption=f"Everything beyond the {voice.ahead} is extrapolation that no proof covers.",
            shown=Table(
                caption=f"{sentence(voice.worth)} of all customers, with and without a horizon",
                columns=(Column("All customers together"), *numbers("Expected", f"{voice.level} range")),
                rows=tuple(
                    (name, voice.money.fine(value.mean), voice.money.fine_range(value.low, value.high))
                    for name, value in known
                ),
            ),
            footer=f"What is to come in today's money; past {voice.worth} as it was.",
            wide=True,
        ),
    )
