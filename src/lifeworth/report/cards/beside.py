"""What came in beside orders and costs."""

from lifeworth.answers.beside import Beside, Consent
from lifeworth.answers.readiness import Readiness
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import count, day, percent
from lifeworth.report.words import listed, many, sentence

# A smaller number would point at somebody.
_FEWEST = 10


def beside_card(ready: Readiness) -> Card | None:
    """What customers said, subscribed to, took part in and agreed to; nothing where no file speaks of it."""
    if not (ready.beside or ready.consents):
        return None
    title = "What the files say about consent"
    if ready.beside:
        title = f"{sentence(listed([many(b.rows, *_nouns(b.words)) for b in ready.beside]))} came in"
    return Card(
        key="beside",
        title=title,
        caption=" ".join(_agreed(consent) for consent in ready.consents),
        shown=_table(ready.beside) if ready.beside else None,
        footer="Customers: how many of those valued here the rows speak of.",
        wide=True,
    )


def _nouns(words: str) -> tuple[str, str]:
    """One of them, several of them: subscription, subscriptions; place in experiments, places in experiments."""
    first, _, rest = words.partition(" ")
    return f"{first.removesuffix('s')} {rest}".rstrip(), words


def _agreed(consent: Consent) -> str:
    unknown = 1 - consent.known
    counts = f" Of {percent(unknown)} it is not known, which counts as no." if unknown > 0 else ""
    return f"{percent(consent.agreed)} of customers agreed to {consent.to}.{counts}"


def _table(rows: tuple[Beside, ...]) -> Table:
    return Table(
        caption="Loaded rows beside orders and costs",
        columns=(Column("What"), *numbers("Rows", "Customers"), *numbers("First day", "Last day", phone=False)),
        rows=tuple(
            (sentence(b.words), count(b.rows), _few(b.customers), day(b.first_day), day(b.last_day)) for b in rows
        ),
    )


def _few(customers: int) -> Cell:
    return count(customers) if customers == 0 or customers >= _FEWEST else f"under {_FEWEST}"
