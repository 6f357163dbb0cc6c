"""Does each euro spent on winning customers contribute, and when does it come back?"""

from lifeworth.answers.acquisition import Acquisition
from lifeworth.answers.acquisition_parts import CHANNEL, EARNS, EVERYBODY, LOSES, UNKNOWN, Verdict
from lifeworth.answers.estimate import Estimate
from lifeworth.report.bars import range_bars
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.cards.acquisition_costs import keeping_cards, over_time_card
from lifeworth.report.cards.acquisition_payback import payback_cards
from lifeworth.report.cards.acquisition_tables import marginal_cards, one, short, values_table
from lifeworth.report.numbers import SPACE, chance, count, day, decimals
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, number_word, sentence, span

_VERDICTS = {EARNS: EARNS, LOSES: LOSES, UNKNOWN: "open"}
_HABIT = "The “3:1” many aim at is a habit, not a law: what must be above one is what the last unit of money brings."


def acquisition_cards(found: Acquisition, voice: Voice) -> tuple[Card, ...]:
    """What an average and the last euro bring, when a cost comes back, what winning cost over time, and keeping beside it.

    None where nothing was spent on winning customers, or nobody was won.
    """
    if not found.costs:
        return ()
    return (
        *_euro(found, voice),
        *payback_cards(found, voice),
        *marginal_cards(found, voice),
        over_time_card(found, voice),
        *keeping_cards(found, voice),
    )


def _euro(found: Acquisition, voice: Voice) -> tuple[Card, ...]:
    if not found.verdicts:
        return ()
    return (
        Card(
            key="acquisition",
            title=_euro_title(found, voice),
            caption=_euro_caption(found, voice),
            shown=_euro_table(found, voice),
            points=tuple(_euro_points(found, voice)),
            details=values_table(found, voice),
            details_name="What a newcomer brings, by channel and horizon",
            footer=_euro_footer(found, voice),
            wide=True,
            tone="warn" if any(v.average_verdict == LOSES for v in found.verdicts) else "",
        ),
    )


def _euro_title(found: Acquisition, voice: Voice) -> str:
    told = [v for v in found.verdicts if v.average is not None]
    if not told:
        return f"{voice.money.about(found.spent)} went into winning customers; what it brings cannot be told"
    within = span(found.horizon_days)
    losing = [v for v in told if v.average_verdict == LOSES]
    if losing:
        worst = losing[-1]
        return f"An average {one(voice)} spent on {short(worst.channel)} brings back {_back(worst, voice)} within {within}: it does not pay for itself"
    earning = [v for v in told if v.average_verdict == EARNS]
    if len(earning) == len(told):
        said = "Every channel earns" if len(told) > 1 else f"{sentence(short(told[0].channel))} earns"
        return f"{said} on average more than it costs within {within}: {one(voice)} brings back {_between(told, voice)}"
    if earning:
        return f"{sentence(short(earning[0].channel))} brings back {_back(earning[0], voice)} for an average {one(voice)} within {within}; of others it cannot be told"
    return f"Whether the channels earn back on average within {within} what they cost cannot be told"


def _between(told: list[Verdict], voice: Voice) -> str:
    if len(told) == 1:
        return _back(told[0], voice)
    return f"{_back(told[-1], voice)} on {short(told[-1].channel)} up to {_back(told[0], voice)} on {short(told[0].channel)}"


def _back(verdict: Verdict, voice: Voice) -> str:
    """What an average euro brings, itself included."""
    return voice.money.about(1 + verdict.average.mean) if verdict.average else ""


def _euro_caption(found: Acquisition, voice: Voice) -> str:
    parts = []
    named = [v for v in found.verdicts if v.average is not None]
    best = max(named, key=lambda v: v.best or 0.0, default=None)
    if best is not None and len(named) > 1 and best.best is not None:
        sure = best.best >= voice.facts.interval_level
        parts.append(
            f"Most comes back from {short(best.channel)}, as {chance(best.best)} of plausible figures have it."
            if sure
            else f"Which channel brings back most cannot be told; {short(best.channel)} leads in {chance(best.best)} of plausible figures."
        )
    last = [v for v in found.verdicts if v.verdict != UNKNOWN]
    for word in (EARNS, LOSES):
        mine = [short(v.channel) for v in last if v.verdict == word]
        if mine:
            parts.append(f"The last {one(voice)} {word} on {listed(mine)}.")
    unknown = len(found.verdicts) - len(last)
    if not last:
        parts.append(f"Whether the last {one(voice)} earns can be told of no channel.")
    elif unknown:
        parts.append(f"Of {number_word(unknown)} {agree(unknown, 'channel', 'channels')} it cannot be told.")
    return " ".join(parts)


def _euro_table(found: Acquisition, voice: Voice) -> Table:
    nothing = Estimate(float("nan"), float("nan"), float("nan"))
    worth = [found.value(CHANNEL, v.channel, found.horizon_days) for v in found.verdicts]
    bars = range_bars([w.value if w else nothing for w in worth], voice.money, voice.level)
    rows = []
    for verdict, value, bar in zip(found.verdicts, worth, bars, strict=True):
        money = voice.money
        rows.append((
            Name(short(verdict.channel), verdict.channel),
            "too few" if verdict.newcomers is None else count(verdict.newcomers),
            money.exact(value.cac if value else None),
            money.exact(value.value.mean if value else None),
            bar,
            _times(verdict.average),
            _times_range(verdict.average),
            _VERDICTS[verdict.average_verdict],
            _times(verdict.last),
            _times_range(verdict.last),
            _VERDICTS[verdict.verdict],
            money.exact(value.ceiling[1] if value and value.ceiling else None),
        ))  # fmt: skip
    return Table(
        caption="Channels with spend, by what each unit of money brings back",
        columns=(
            Column("Channel"),
            *numbers("Won", "Cost each", phone=False),
            *numbers(f"{sentence(voice.worth)} each (pace)"),
            Column("", "range", phone=False),
            *numbers(f"An average {one(voice)} brings"),
            *numbers(f"{voice.level} range", phone=False),
            Column("and so"),
            *numbers(f"The last {one(voice)} brings"),
            *numbers(f"{voice.level} range", phone=False),
            Column("and so", phone=False),
            *numbers("Pay at most", phone=False),
        ),
        rows=tuple(rows),
    )


def _times(each: Estimate | None) -> str:
    """What a euro brings back, itself included."""
    return decimals(None if each is None else 1 + each.mean, 2)


def _times_range(each: Estimate | None) -> str:
    if each is None:
        return decimals(None)
    return f"{decimals(1 + each.low, 2)}{SPACE}… {decimals(1 + each.high, 2)}"


def _euro_points(found: Acquisition, voice: Voice) -> list[str]:
    said = []
    if found.unshared:
        lost = sum(amount for *_, amount in found.unshared)
        named = dict.fromkeys(short(channel) for channel, *_ in found.unshared)
        where = listed(list(named)[:3]) + (" and others" if len(named) > 3 else "")
        said.append(
            f"{voice.money.exact(lost)} of {voice.money.exact(found.spent)} was spent in months in which its channel won nobody "
            f"({where}); nobody shares it."
        )
    few = [short(m.channel) for m in found.marginals if m.elasticity is None]
    if few:
        said.append(f"Too few months to say what one customer more costs: {listed(few)}.")
    return said


def _euro_footer(found: Acquisition, voice: Voice) -> str:
    if not found.in_profit:
        return "No costs are known, so values are revenue, and revenue pays no advert back: add a margin first."
    judged = [c for c in found.costs if c.grouped_by == EVERYBODY][-1:]
    days = f"; judged by the days from {day(judged[0].since)} to before {day(judged[0].until)}" if judged else ""
    return (
        f"Cost each: spend of the channel over its first orders, same days. Profit each (pace): what, at last year's pace, an average newcomer brings over "
        f"{span(found.horizon_days)} from the first order, refunds and service taken off, not discounted{days}; every age is what newcomers of that age did in these days. Cohorts follows whole newcomers from their "
        f"first order instead and draws small groups towards all, so its figures differ; they stand beside these in the table below. An average {one(voice)}: profit each "
        f"over cost each. The last {one(voice)}: over what one newcomer more costs, from how newcomers followed spend month by month; it "
        "supposes that spend changed for other reasons than demand. Open: cannot be told from chance, the number of channels allowed for. Pay at most: the low end of profit each. "
        f"{_HABIT} Next: move money to where the last one earns, one channel at a time, and watch newcomers there."
    )
