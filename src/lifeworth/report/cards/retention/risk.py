"""How much of the expected value stands behind customers who may have left, and who of them matters most."""

from dataclasses import replace

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.retention import Retention
from lifeworth.answers.retention.risk import Holder, Proof, RiskLine
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.numbers import chance, count, day, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, in_a_hundred, listed, many, sentence, set_well, shorten, span

OVERDUE = 0.9
_NOTHING = Estimate(0.0, 0.0, 0.0)


def risk_cards(found: Retention, voice: Voice) -> tuple[Card, ...]:
    """What is at risk by group, then the customers who hold most of it; none where nobody can be told to have left."""
    whole = found.risk.whole
    if whole is None or not whole.customers:
        return ()
    return (_at_risk(found, whole, voice), *_overdue(found, voice))


def _at_risk(found: Retention, whole: RiskLine, voice: Voice) -> Card:
    schemes: dict[str, tuple[RiskLine, ...]] = found.risk.schemes or {"whole base": (whole,)}
    first, *others = schemes.items()
    return Card(
        key="retention-risk",
        title=_risk_title(whole, voice),
        caption=_risk_caption(whole, voice),
        shown=_groups(first[0], first[1], voice),
        details=_others(others, voice) if others else None,
        details_name=f"By {listed([name for name, _ in others])}" if others else "",
        footer=f"At risk: expected {voice.worth} over {voice.ahead} times the chance of having left already, customer by customer; the {voice.level} range "
        "holds which of them have left. It is part of the value, not on top of it. Groups add up to the base; who should cost more than they bring counts as nothing here. "
        "Next step: write to those below, while they still read it.",
        wide=True,
        tone="warn" if voice.no_signal else "",
    )


def _risk_title(whole: RiskLine, voice: Voice) -> str:
    if whole.at_risk.mean <= 0:
        return f"No expected {voice.worth} stands behind customers who may have left"
    return f"{voice.money.about(whole.at_risk.mean)} of the expected {voice.worth} stands behind customers who may have left already"


def _risk_caption(whole: RiskLine, voice: Voice) -> str:
    money, risk = voice.money, whole.at_risk
    said = f"{voice.level} range {money.range(risk.low, risk.high)}, {percent(whole.share)} of what {many(whole.customers or 0, 'customer')} should bring."
    if whole.untold:
        verb = agree(whole.untold, "is", "are")
        said += f" {count(whole.untold)} with a single purchase {verb} not in it: of them no model can tell."
    return said


def _others(schemes: list[tuple[str, tuple[RiskLine, ...]]], voice: Voice) -> Table:
    if len(schemes) == 1:
        return _groups(*schemes[0], voice)
    named = [replace(line, member=f"{name}: {line.member}") for name, lines in schemes for line in lines]
    return _groups(listed([name for name, _ in schemes]), tuple(named), voice)


def _groups(scheme: str, lines: tuple[RiskLine, ...], voice: Voice) -> Table:
    bars = range_bars(
        [line.at_risk if line.customers is not None else _NOTHING for line in lines], voice.money, voice.level
    )
    return Table(
        caption=f"Expected {voice.worth} at risk by {scheme}",
        columns=(
            Column(sentence(scheme)),
            *numbers("Customers"),
            *numbers(f"Expected {voice.worth}", phone=False),
            *numbers("At risk"),
            Column(f"{voice.level} range", "range", phone=False),
            *numbers("from … to", phone=False),
            *numbers("Share"),
            *numbers("Overdue", "One purchase", phone=False),
        ),
        rows=tuple(_group(line, bar, voice) for line, bar in zip(lines, bars, strict=True)),
    )


def _group(line: RiskLine, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    name = Name(shorten(line.member), line.member)
    if line.customers is None:
        return (name, "hidden", *[""] * 7)
    money = voice.money
    share = percent(line.share) if line.share == line.share else "–"
    return (
        name,
        count(line.customers),
        money.exact(line.value),
        money.exact(line.at_risk.mean),
        bar,
        range_words(line.at_risk, money),
        share,
        count(line.overdue),
        count(line.untold),
    )


def _overdue(found: Retention, voice: Voice) -> tuple[Card, ...]:
    risk = found.risk
    if not risk.known:
        return ()
    return (
        Card(
            key="retention-overdue",
            title=_overdue_title(found, voice),
            caption=_held_words(found.proof, voice),
            shown=_holders(risk.holders, voice) if risk.holders else None,
            empty="" if risk.holders else "Nobody past their usual gap holds any value that is at risk.",
            details=_bands(found.proof, voice) if found.proof.bands else None,
            details_name="The score on a past day, and who came since",
            points=tuple(
                set_well(found.grounds[name].sentence)
                for name in ("score", "regularity", "rhythm")
                if name in found.grounds
            ),
            footer="Overdue: the chance that a customer like this, still there, would have ordered by now; from their own gaps, drawn to the "
            "base’s where these are few. It knows no season. Shown are those past their usual gap with most at risk; all stand in "
            "tables/retention_customers.csv. Shown are those who may be written to. Next step: call or write to the first ones yourself.",
            wide=True,
            tone="warn" if voice.no_signal or tells_nothing(found) else "",
        ),
    )


def tells_nothing(found: Retention) -> bool:
    """Whether those with a high score came as often as the others on a past day."""
    score = found.grounds.get("score")
    return score is not None and score.low <= 0.5


def _overdue_title(found: Retention, voice: Voice) -> str:
    risk = found.risk
    if tells_nothing(found) and not voice.no_signal:
        return "How long a customer has been silent tells nothing here of who comes again"
    if voice.no_signal:
        return f"{voice.alike}: who is overdue may be worth as much as anybody"
    if not risk.overdue:
        return "No customer has been silent for longer than nine in ten of their own waits"
    who = f"{sentence(many(risk.overdue, 'customer'))} of {count(risk.known)}"
    return f"{who} {agree(risk.overdue, 'has', 'have')} been silent for longer than nine in ten of their own waits"


def _held_words(proof: Proof, voice: Voice) -> str:
    found = proof.passed(OVERDUE)
    if found is None:
        return "The past is too short to hold the score against it."
    low, high = (percent(end) for end in (found.share.low, found.share.high))
    said = (
        f"Of {count(found.waits)} past waits, {in_a_hundred(found.share.mean)} of those of customers still there passed 0.9 "
        f"({voice.level} range {low} to {high}); {in_a_hundred(found.expected)} should."
    )
    last = proof.bands[-1] if proof.bands else None
    if last is None or not last.customers:
        return said
    came = percent(last.came.mean)
    return f"{said} Of those beyond 0.9 on {day(proof.asked_on)}, {came} ordered in the {span(proof.follow_days)} since; {percent(last.expected)} were expected to."


def _holders(holders: tuple[Holder, ...], voice: Voice) -> Table:
    bars = range_bars([holder.value for holder in holders], voice.money, voice.level)
    return Table(
        caption="The customers past their usual gap with most at risk",
        columns=(
            Column("Customer", "id"),
            *numbers("At risk"),
            *numbers(f"Expected {voice.worth}", phone=False),
            Column(f"{voice.level} range", "range", phone=False),
            *numbers("from … to", phone=False),
            *numbers("Silent for"),
            *numbers("Usual gap", phone=False),
            *numbers("Overdue"),
            *numbers("Still a customer", phone=False),
        ),
        rows=tuple(_holder(holder, bar, voice) for holder, bar in zip(holders, bars, strict=True)),
        part=f"the {count(len(holders))} past their usual gap with most at risk; all customers stand in tables/retention_customers.csv",
    )


def _holder(holder: Holder, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        Name(shorten(holder.customer_id), holder.customer_id),
        money.exact(holder.at_risk),
        money.exact(holder.value.mean),
        bar,
        range_words(holder.value, money),
        many(holder.silent_days, "day"),
        many(holder.usual_gap_days, "day") if holder.usual_gap_days == holder.usual_gap_days else "–",
        score(holder.overdue),
        chance(holder.p_alive),
    )


def score(value: float) -> str:
    """An overdue score for a table cell: two decimals, never 1.00."""
    if value != value:
        return "–"
    return decimals(value, 2) if value < 0.995 else f"over {decimals(0.99, 2)}"


def _bands(proof: Proof, voice: Voice) -> Table:
    return Table(
        caption=f"Customers as they stood on {day(proof.asked_on)}, and who ordered in the {span(proof.follow_days)} since",
        columns=(
            Column("Overdue score then"),
            *numbers("Customers", "Came"),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Expected"),
        ),
        rows=tuple(
            (
                f"{band.low:g} to {band.high:g}",
                "hidden" if band.customers is None else count(band.customers),
                percent(band.came.mean) if band.customers else "",
                f"{percent(band.came.low)} … {percent(band.came.high)}" if band.customers else "",
                percent(band.expected) if band.customers else "",
            )
            for band in proof.bands
        ),
    )
