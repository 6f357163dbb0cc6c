"""What was read and set aside, which costs are known, and what each gap does."""

from math import isfinite

from lifeworth.answers.readiness import CostCoverage, Readiness, SetAside
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.beside import beside_card
from lifeworth.report.numbers import Money, count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, clause, listed, many, sentence, set_well, shorten

SUPPLY = (
    "To see profit, supply what things cost: a product file with unit_cost, or --margin 0.35 for a rough start, or "
    "cost rules in lifeworth.toml."
)
_MOST_REASONS = 12
NO_CUSTOMER = "no customer"
WINNING = "Winning customers"
# Costs many orders or customers do not have by nature.
_MAY_BE_NONE = ("Commissions", WINNING)
_KINDS = {
    "goods": ("Goods", "what was sold"),
    "shipping": ("Postage", "delivery charged to the customer; counts as revenue"),
    "manual": ("Manual entries", "typed in by hand; counted as sales"),
    "discount": ("Discounts", "given on the whole order"),
    "gift_card": ("Gift cards", "money paid in advance"),
    "sample": ("Samples", "given away or charged little"),
    "cancellation": ("Cancellations", "money given back; taken off the customer it belongs to"),
    "refund": ("Refunds", "money given back; taken off the customer it belongs to"),
}


def readiness_cards(ready: Readiness, voice: Voice) -> tuple[Card, ...]:
    """Files, rows set aside, what the rows are, cost coverage, and whether the ledger still adds up."""
    cards = (
        _costs(ready, voice),
        _files(ready),
        _set_aside(ready, voice),
        beside_card(ready),
        _kinds(ready, voice),
        _checks(ready, voice),
    )
    return tuple(card for card in cards if card is not None)


def _costs(ready: Readiness, voice: Voice) -> Card:
    missing = [cost.cost.lower() for cost in ready.coverage if cost.missing > 0.995]
    if ready.basis != "profit":
        title, caption = "No costs are known: every value here is revenue, not profit", SUPPLY
    elif missing:
        title, caption = f"{many(len(missing), 'kind of cost', 'kinds of cost')} not known: {', '.join(missing)}", ""
    else:
        some = [cost.cost for cost in ready.coverage if cost.missing > 0.0005]
        partly = sum(cost not in _MAY_BE_NONE for cost in some)
        title, caption = "Every kind of cost is recorded, ruled or spread", ""
        if some:
            title += f"; some orders or customers have none of {listed([cost.lower() for cost in some])} on record"
        if partly:
            title = f"{many(partly, 'kind of cost', 'kinds of cost')} {agree(partly, 'is', 'are')} known only in part"
    return Card(
        key="costs",
        title=title,
        caption=f"{sentence(clause(set_well(ready.basis_reason)))}. {caption}".rstrip(),
        shown=_cost_table(ready) if ready.coverage else None,
        footer="Shares of net revenue, or of the events a cost belongs to." if ready.basis == "profit" else "",
        wide=True,
        tone="" if ready.basis == "profit" else "warn",
    )


def _cost_table(ready: Readiness) -> Table:
    if ready.basis != "profit":
        columns: tuple[Column, ...] = (Column("Cost"), Column("What it needs", "why"))
        rows: tuple[tuple[Cell, ...], ...] = tuple((cost.cost, cost.effect) for cost in ready.coverage)
    else:
        shares = (*numbers("Recorded"), *numbers("By rule", "Spread", phone=False), *numbers("Not recorded"))
        columns = (Column("Cost"), *shares, Column("What that does", "why"))
        rows = tuple(_cost_row(cost) for cost in ready.coverage)
    return Table(caption="How each kind of cost is known", columns=columns, rows=rows)


def _cost_row(cost: CostCoverage) -> tuple[Cell, ...]:
    shares = (cost.actual, cost.ruled, cost.allocated, cost.missing)
    return (cost.cost, *(percent(share) for share in shares), cost.effect)


def _files(ready: Readiness) -> Card:
    title = "No files on record"
    if ready.read:
        title = f"{percent(ready.loaded / ready.read)} of {many(ready.read, 'row')} read were loaded"
    return Card(
        key="files",
        title=title,
        caption=_span_words(ready),
        shown=Table(
            caption="Rows of each file",
            columns=(
                Column("File", "id"),
                Column("Kind", phone=False),
                *numbers("Read", "Loaded"),
                *numbers("Duplicate", "Quarantined", phone=False),
                *numbers("Ignored"),
            ),
            rows=tuple(
                (
                    shorten(f.name),
                    f.kind.replace("_", " "),
                    count(f.read),
                    count(f.loaded),
                    count(f.duplicate),
                    count(f.quarantined),
                    count(f.ignored),
                )
                for f in ready.files
            ),
        )
        if ready.files
        else None,
        footer=ready.definition,
        wide=True,
    )


def _span_words(ready: Readiness) -> str:
    said = f"Orders from {day(ready.first_day)} to {day(ready.last_day)}."
    merged = ready.merged_same_day
    if merged:
        how = agree(merged, "counts", "count")
        said += f" {many(merged, 'order')} fell on a day of another purchase and {how} as one with it."
    return said


def _kinds(ready: Readiness, voice: Voice) -> Card | None:
    """What the loaded rows are; not shown where all of them are goods."""
    if len(ready.kinds) < 2:
        return None
    back = [kind for kind in ready.kinds if kind.kind in ("cancellation", "refund")]
    title = "What the loaded rows are"
    if back:
        gone = many(sum(kind.rows for kind in back), "cancellation or refund", "cancellations and refunds")
        title = f"{gone} took {voice.money.fine(-sum(kind.amount for kind in back))} back"
    return Card(
        key="kinds",
        title=title,
        caption="Every loaded row by what it is, over the whole of the files, days after the as-of date included.",
        shown=Table(
            caption="Loaded rows by kind",
            columns=(Column("Kind"), *numbers("Rows", "Money"), Column("What it is", "why")),
            rows=tuple(
                (
                    _KINDS.get(kind.kind, (sentence(kind.kind), ""))[0],
                    count(kind.rows),
                    voice.money.exact(kind.amount),
                    _KINDS.get(kind.kind, ("", ""))[1],
                )
                for kind in ready.kinds
            ),
        ),
        wide=True,
    )


def _set_aside(ready: Readiness, voice: Voice) -> Card | None:
    if not ready.set_aside:
        return None
    reasons = ready.set_aside[:_MOST_REASONS]
    rows = sum(reason.rows for reason in ready.set_aside)
    return Card(
        key="set-aside",
        title=f"{many(rows, 'row')} set apart, with {_money_apart(ready)}",
        caption=_nobodys(ready, voice)
        + "Nothing is lost silently: rejected.csv lists each row with its file, line and reason.",
        shown=Table(
            caption="Rows not loaded, by reason",
            columns=(
                Column("Why"),
                Column("Verdict", phone=False),
                *numbers("Rows", "Money"),
                Column("First seen", phone=False),
            ),
            rows=tuple(_reason_row(reason, voice) for reason in reasons),
        ),
        footer=""
        if len(reasons) == len(ready.set_aside)
        else f"The {len(reasons)} commonest of {len(ready.set_aside)}.",
        wide=True,
    )


def _nobodys(ready: Readiness, voice: Voice) -> str:
    """What rows without a customer mean, said before the table when there are any."""
    found = [reason for reason in ready.set_aside if reason.reason == NO_CUSTOMER]
    if not found:
        return ""
    money = " and ".join(Money(reason.currency or voice.facts.currency).fine(reason.amount) for reason in found)
    rows = sum(reason.rows for reason in found)
    return (
        f"{many(rows, 'row')} with {money} {agree(rows, 'names', 'name')} no customer: money that came in, but that "
        "nobody's value can hold. With a customer id they would count. "
    )


def _money_apart(ready: Readiness) -> str:
    """What rows set apart carry, duplicates left out because their money is already counted once."""
    sums: dict[str, float] = {}
    for reason in ready.set_aside:
        if reason.verdict != "duplicate" and isfinite(reason.amount):
            sums[reason.currency] = sums.get(reason.currency, 0.0) + reason.amount
    parts = [Money(currency or None).fine(amount) for currency, amount in sums.items() if amount]
    return (
        f"{' and '.join(parts)} on balance that is not in the figures" if parts else "no money missing from the figures"
    )


def _reason_row(reason: SetAside, voice: Voice) -> tuple[Cell, ...]:
    where = f"{shorten(reason.file, 24)} line {reason.first_line}" if reason.first_line else shorten(reason.file, 24)
    money = Money(reason.currency or voice.facts.currency)
    amount = money.exact(reason.amount) if isfinite(reason.amount) else "–"
    return (sentence(set_well(reason.reason)), reason.verdict, count(reason.rows), amount, where)


def _checks(ready: Readiness, voice: Voice) -> Card | None:
    if not ready.checks:
        return None
    off = [check for check in ready.checks if abs(check.difference) >= 0.005]
    return Card(
        key="checks",
        title="The ledger equals the files to the cent"
        if not off
        else f"{many(len(off), 'total')} of the ledger {agree(len(off), 'differs', 'differ')} from the files, with reasons",
        shown=Table(
            caption="Totals of the files against the ledger",
            columns=(
                Column("Total"),
                *numbers("Files"),
                *numbers("Ledger", phone=False),
                *numbers("Difference"),
                Column("Why", "why"),
            ),
            rows=tuple(
                (
                    set_well(c.name),
                    voice.money.exact(c.source_total),
                    voice.money.exact(c.ledger_total),
                    voice.money.exact(c.difference),
                    set_well(c.explanation),
                )
                for c in ready.checks
            ),
        ),
        wide=True,
    )
