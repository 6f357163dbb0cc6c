"""From gross sales to profit."""

from lifeworth.answers.waterfall import AFTER_WINNING, BEFORE_WINNING, WINNING, Waterfall, WaterfallStep
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, sentence

_REVENUE_STEPS = ("Gross sales", "Net revenue", "Shipping charged")

_BRIEF = {BEFORE_WINNING: "Profit before winning", WINNING: "Winning", AFTER_WINNING: "Profit after winning"}
# Costs many orders or customers do not have by nature.
_MAY_BE_NONE = ("Commissions", WINNING)


def waterfall_card(waterfall: Waterfall, voice: Voice) -> Card:
    """What is taken off gross sales on the way to profit, and how each step is known."""
    if not any(step.amount for step in waterfall.steps):
        return Card(key="waterfall", title="No sales yet", empty="The files hold no money to take apart.")
    return Card(
        key="waterfall",
        title=_title(waterfall, voice),
        caption=_caption(waterfall, voice),
        chart=_chart(waterfall, voice),
        chart_label="Bars from gross sales to "
        + ("profit: " if waterfall.in_profit else "net revenue: ")
        + ", ".join(f"{step.step} {voice.money.short(step.amount)}" for step in waterfall.steps if step.amount),
        details=_table(waterfall, voice),
        footer=waterfall.definition,
    )


def _amount(waterfall: Waterfall, step: str) -> float:
    return next((found.amount for found in waterfall.steps if found.step == step), 0.0)


def _title(waterfall: Waterfall, voice: Voice) -> str:
    gross, net = _amount(waterfall, "Gross sales"), _amount(waterfall, "Net revenue")
    hundred = voice.money.about(100)
    if not waterfall.in_profit:
        if gross <= 0:
            return "There are no sales to take apart"
        if abs(net / gross - 1) < 0.005:
            return f"{'All' if net == gross else 'Nearly all'} of gross sales stays as net revenue"
        made = voice.money.about(round(net / gross * 100))
        if net > gross:
            return f"Every {hundred} of gross sales makes {made} of net revenue: shipping charged comes on top"
        return f"Of every {hundred} of gross sales, {made} stays as net revenue"
    if net <= 0:
        return "Refunds and discounts took all of the sales"
    left, won = _profit(waterfall) / net * 100, -_amount(waterfall, WINNING) / net * 100
    if left < 0:
        return f"Every {hundred} of net revenue ends as a loss of {voice.money.about(max(1, round(-left)))}"
    said = f"Of every {hundred} of net revenue, {voice.money.about(round(left))} stays as profit"
    return f"{said}; winning customers then took {voice.money.about(round(won))}" if round(won) > 0 else said


def _profit(waterfall: Waterfall) -> float:
    """Profit as in the headline: before the cost of winning customers."""
    before = [step.amount for step in waterfall.steps if step.step == BEFORE_WINNING]
    return before[0] if before else waterfall.steps[-1].amount


def _caption(waterfall: Waterfall, voice: Voice) -> str:
    if not waterfall.in_profit:
        return "No costs are known, so the steps end at net revenue: what is left of it as profit is not known."
    net = _amount(waterfall, "Net revenue")
    costs = sorted(
        (step for step in _after_revenue(waterfall) if step.amount < 0 and step.step != WINNING),
        key=lambda step: step.amount,
    )[:3]
    parts = [f"{step.step.lower()} {voice.money.short(-step.amount)}" for step in costs]
    taken = (
        f"The largest {agree(len(parts), 'taker', 'takers')}: {listed(parts)}."
        if parts and net > 0
        else "Nothing is taken off."
    )
    unknown = [step.step.lower() for step in waterfall.steps if step.missing_share > 0.995]
    if not unknown:
        return taken
    verb = "is" if len(unknown) == 1 else "are"
    return f"{taken} {sentence(listed(unknown))} {verb} not known and counted as nothing."


def _after_revenue(waterfall: Waterfall) -> list[WaterfallStep]:
    names = [step.step for step in waterfall.steps]
    start = names.index("Net revenue") + 1 if "Net revenue" in names else 0
    return [step for step in waterfall.steps[start:] if step.kind in ("minus", "plus")]


def _chart(waterfall: Waterfall, voice: Voice) -> dict[str, object]:
    rows, level = [], 0.0
    for step in waterfall.steps:
        start = 0.0 if step.kind in ("start", "total") else level
        level = step.amount if step.kind in ("start", "total") else level + step.amount
        if step.amount == 0 and step.missing_share < 0.5:
            continue
        rows.append(
            {
                "name": _BRIEF.get(step.step, step.step),
                "full": step.step,
                "from": round(min(start, level), 2),
                "to": round(max(start, level), 2),
                "short": "not known" if step.missing_share > 0.995 else voice.money.fine(step.amount),
                "note": _known_how(step) if step.missing_share <= 0.995 else "",
                "colour": _colour(step),
                "guess": step.ruled_share + step.allocated_share + _missing(step) > 0.5,
            }
        )
    return {"kind": "waterfall", "rows": rows}


def _colour(step: WaterfallStep) -> str:
    if step.step in _REVENUE_STEPS:
        return "revenue"
    if step.kind == "total":
        return "worth" if step.amount >= 0 else "loss"
    return "cost"


def _missing(step: WaterfallStep) -> float:
    """The share that ought to be known and is not."""
    return 0.0 if step.step in _MAY_BE_NONE and step.amount else step.missing_share


def _known_how(step: WaterfallStep) -> str:
    shares = (("by rule", step.ruled_share), ("spread", step.allocated_share), ("missing", _missing(step)))
    parts = [
        word if share > 0.995 else f"{percent(share)} {word}"
        for word, share in shares
        if share > 0.0005 and step.kind != "total"
    ]
    return ", ".join(parts)


def _table(waterfall: Waterfall, voice: Voice) -> Table:
    return Table(
        caption=f"From gross sales to {'profit' if waterfall.in_profit else 'net revenue'}, and how each step is known",
        columns=(
            Column("Step"),
            *numbers("Amount"),
            *numbers("Recorded", "By rule", "Spread", phone=False),
            *numbers("Not recorded"),
        ),
        rows=tuple(_row(step, voice) for step in waterfall.steps),
    )


def _row(step: WaterfallStep, voice: Voice) -> tuple[Cell, ...]:
    shares = (step.actual_share, step.ruled_share, step.allocated_share, step.missing_share)
    known = ("", "", "", "") if step.kind == "total" else tuple(percent(share) for share in shares)
    return (step.step, voice.money.exact(step.amount), *known)
