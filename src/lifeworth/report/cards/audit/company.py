"""From customers to the value of the company, and what would change it."""

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.ahead import COMING, CURRENT, LATER, MISSING, SHAREHOLDERS, Lever, Step
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.numbers import percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, sentence, set_well

_BRIEF = {
    "current customers": "Current customers",
    "customers to come within five years": "To come, 5 years",
    "customers to come after that": "To come, later",
    "winning customers": "Cost of winning",
    "spend on keeping customers": "Keeping spend",
    "fixed costs": "Fixed costs",
    "tax": "Tax",
    "operating value": "Operating value",
    "non-operating assets": "Other assets",
    "net debt": "Net debt",
    "shareholder value": "Shareholder value",
}
_NAMED = {"winning customers": "Cost of winning"}
_COSTS = ("fixed costs", "tax")
_CUSTOMERS = ("current customers", "customers to come within five years", LATER)


def company_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """The steps and the levers; where values are revenue, why there are none."""
    notes = tuple(set_well(note) for note in found.ahead.notes.get("valuation", ()))
    worth = found.ahead.worth
    if worth is None or worth.amount is None:
        if not notes:
            return ()
        return (
            Card(key="audit-company", title="The value of the company cannot be stated without costs", empty=notes[0]),
        )
    return (
        Card(
            key="audit-company",
            title=_title(found, worth, voice),
            caption=_caption(found, worth, voice),
            chart=_chart(found, voice),
            chart_label="Bars from customers to the value of the company: "
            + ", ".join(
                f"{step.step} {voice.money.short(step.amount.mean)}" for step in found.ahead.valuation if step.amount
            ),
            points=notes,
            details=_table(found.ahead.valuation, voice),
            details_name="Every step with its range",
            footer=f"Operating value: {found.definitions['operating value']}. Shareholder value: {found.definitions['shareholder value']}. Five years month by month at {percent(voice.facts.discount)} a year; after them newcomers go on at "
            "the fifth year’s pace, costs as they are. Investment, working capital and losses carried forward are left out. A valuation for a transaction needs a professional. Next: state fixed costs, tax, "
            "assets and debt in lifeworth.toml, section [valuation].",
            wide=True,
            tone="warn" if any(step.how == MISSING for step in found.ahead.valuation if step.step in _COSTS) else "",
        ),
        *_levers(found, worth, voice),
    )


def _title(found: Audit, worth: Step, voice: Voice) -> str:
    assert worth.amount is not None
    missing = [step.step for step in found.ahead.valuation if step.how == MISSING and step.step in _COSTS]
    before = f" before {listed(missing)}" if missing else ""
    what = "The company is worth" if worth.step == SHAREHOLDERS else "The business is worth"
    return f"{what} about {voice.money.about(worth.amount.mean)} by its customers{before}"


def _caption(found: Audit, worth: Step, voice: Voice) -> str:
    assert worth.amount is not None
    said = f"{voice.level} range {voice.money.fine_range(worth.amount.low, worth.amount.high)}."
    share = _extrapolated(found)
    if share:
        said += (
            f" {percent(share)} of what customers bring in it comes {found.definitions['extrapolated']}: extrapolated."
        )
    return said


def _extrapolated(found: Audit) -> float | None:
    """Of what customers bring, the share that comes later than twice the history is long; all of those who join after five years."""
    steps = {name: step.amount.mean for name in _CUSTOMERS if (step := found.ahead.step(name)) and step.amount}
    shares = {_CUSTOMERS[0]: found.ahead.part(CURRENT, None), _CUSTOMERS[1]: found.ahead.part(COMING, None)}
    beyond = steps.get(LATER, 0.0)
    for name, part in shares.items():
        if part is not None and part.extrapolated is not None:
            beyond += part.extrapolated * steps.get(name, 0.0)
    whole = sum(steps.values())
    return beyond / whole if whole > 0 else None


def _chart(found: Audit, voice: Voice) -> dict[str, object]:
    rows: list[dict[str, object]] = []
    level = 0.0
    for step in found.ahead.valuation:
        if step.amount is None:
            continue
        mean = step.amount.mean
        start = 0.0 if step.is_total else level
        level = mean if step.is_total else level + mean
        rows.append(
            {
                "name": _BRIEF.get(step.step, sentence(step.step)),
                "full": _NAMED.get(step.step, sentence(step.step)),
                "from": round(min(start, level), 2),
                "to": round(max(start, level), 2),
                "short": voice.money.fine(mean),
                "note": "" if step.is_total else step.how,
                "colour": "revenue" if step.is_total else "worth" if mean >= 0 else "cost",
                "guess": step.how == "extrapolated",
            }
        )
    return {"kind": "waterfall", "rows": rows}


def _table(steps: tuple[Step, ...], voice: Voice) -> Table:
    return Table(
        caption="From customers to the value of the company",
        columns=(
            Column("Step"),
            *numbers("Present value"),
            *numbers(f"{voice.level} range", phone=False),
            Column("How", phone=False),
        ),
        rows=tuple(
            (
                _NAMED.get(step.step, sentence(step.step)),
                voice.money.exact(step.amount.mean) if step.amount else "not stated",
                range_words(step.amount, voice.money) if step.amount else "",
                step.how,
            )
            for step in steps
        ),
    )


def _levers(found: Audit, worth: Step, voice: Voice) -> tuple[Card, ...]:
    levers = found.ahead.levers
    if not levers:
        return ()
    bars = range_bars([lever.change for lever in levers], voice.money, voice.level)
    return (
        Card(
            key="audit-levers",
            title=_levers_title(levers, voice),
            caption=f"What each lever alone changes of the {worth.step}, in thought.",
            shown=Table(
                caption="What would change the value of the company",
                columns=(
                    Column("Lever"),
                    *numbers("Change"),
                    Column("", "range", phone=False),
                    *numbers(f"{voice.level} range", phone=False),
                    *numbers("of the value"),
                ),
                rows=tuple(_lever_row(lever, bar, voice) for lever, bar in zip(levers, bars, strict=True)),
            ),
            footer="Keeping rate: of what customers bring in a year, one point more comes in the next, for those of today and to come. Newcomers: customers to come, and what winning them costs. Margin: one point of net revenue more is kept. All else stays; what it costs to pull a lever is "
            "not taken off. Next: start with the lever that moves most for what pulling it costs you.",
            wide=True,
        ),
    )


def _levers_title(levers: tuple[Lever, ...], voice: Voice) -> str:
    kept = next((lever for lever in levers if lever.lever == "keeping rate" and lever.change.mean > 0), levers[0])
    share = f" ({percent(kept.share)})" if kept.share is not None else ""
    verb = "adds" if kept.change.mean >= 0 else "takes"
    return f"{sentence(kept.lever)} {set_well(kept.words)} {verb} {voice.money.about(abs(kept.change.mean))}{share}"


def _lever_row(lever: Lever, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    return (
        f"{sentence(lever.lever)} {set_well(lever.words)}",
        voice.money.exact(lever.change.mean),
        bar,
        range_words(lever.change, voice.money),
        percent(lever.share) if lever.share is not None else "",
    )
