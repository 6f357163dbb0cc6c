"""What stands behind the cards of acquisition: values by horizon, campaigns, and the card of what one customer more costs."""

from lifeworth.answers.acquisition import Acquisition
from lifeworth.answers.acquisition_parts import CHANNEL, EVERYBODY, Marginal
from lifeworth.answers.estimate import Estimate
from lifeworth.report.bars import range_words
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.numbers import SPACE, Money, chance, count, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, sentence, shorten

_LONGEST, _SHOWN = 36, 40
_MOSTLY = 0.3


def short(name: str) -> str:
    """A channel's name, cut in the middle where it is long."""
    return shorten(name, _LONGEST)


def one(voice: Voice) -> str:
    """One unit of the run's money: €1."""
    return voice.money.about(1.0)


def values_table(found: Acquisition, voice: Voice) -> Table | None:
    """What a newcomer brings at every horizon, against its cost and against the run's own value."""
    rows = [v for kind in (EVERYBODY, CHANNEL) for v in found.values if v.grouped_by == kind]
    if not rows:
        return None
    money = voice.money
    return Table(
        caption="What a newcomer brings, by channel and horizon",
        columns=(
            Column("Newcomers"),
            *numbers("Days", f"{sentence(voice.worth)} each (pace)"),
            *numbers(f"{voice.level} range"),
            *numbers("Over cost", "its range", "Pay at most", "cautious", "As in Cohorts", phone=False),
            Column("Seen", phone=False),
        ),
        rows=tuple(
            (
                Name(shorten(v.name, _LONGEST), v.name),
                count(v.horizon_days),
                money.exact(v.value.mean),
                range_words(v.value, money),
                decimals(v.ratio.mean if v.ratio else None),
                _range(v.ratio, 1),
                money.exact(v.ceiling[0] if v.ceiling else None),
                money.exact(v.ceiling[1] if v.ceiling else None),
                money.exact(v.run_value.mean) if v.run_value else "",
                "seen" if v.seen else "partly predicted",
            )
            for v in rows
        ),
    )


def campaigns_table(found: Acquisition, voice: Voice) -> Table:
    """What each campaign cost, the dearest first; whom it won only where something ties anybody to one."""
    shown = found.campaigns[:_SHOWN]
    tied = any(c.newcomers is not None for c in found.campaigns)
    return Table(
        caption="Spend on winning customers by campaign, in the days judged",
        columns=(
            Column("Campaign"),
            Column("Channel", phone=False),
            *numbers("Spend", "Share"),
            *(numbers("Newcomers", "Cost each") if tied else ()),
        ),
        rows=tuple(
            (
                Name(shorten(c.name, _LONGEST), c.name),
                shorten(c.channel, _LONGEST),
                voice.money.exact(c.spend),
                percent(c.share),
                *((count(c.newcomers), voice.money.exact(c.cac)) if tied else ()),
            )
            for c in shown
        ),
        part=""
        if len(shown) == len(found.campaigns)
        else f"first {count(len(shown))} of {count(len(found.campaigns))} campaigns",
    )


def marginal_cards(found: Acquisition, voice: Voice) -> tuple[Card, ...]:
    """What one customer more costs, channel by channel; none where no channel has months enough."""
    told = [m for m in found.marginals if m.elasticity is not None and m.cost is not None]
    if not told:
        return ()
    return (
        Card(
            key="acquisition-marginal",
            title=_title(told, voice),
            caption="From how newcomers followed spend month by month, season, growth and shared shocks taken out.",
            shown=Table(
                caption="What one newcomer more costs, by channel",
                columns=(
                    Column("Channel"),
                    *numbers("10 % more spend wins", "One cost"),
                    *numbers("One more costs"),
                    *numbers(f"{voice.level} range", "Months", "From the months", phone=False),
                ),
                rows=tuple(_row(m, voice.money) for m in found.marginals),
            ),
            points=tuple(_points(told)),
            footer=(
                "One more costs: average cost over elasticity. Elasticity starts from 0.70 (standard deviation 0.32) and moves as far as "
                "the months say; “from the months” is how far. Spend that follows demand makes it too high, spend booked in another month "
                "than it worked too low. Next: change one channel’s budget by a third for two months on purpose; that says more than years."
            ),
            wide=True,
        ),
    )


def _title(told: list[Marginal], voice: Voice) -> str:
    dear = max(told, key=lambda m: (m.cost.mean / m.cac if m.cost and m.cac else 0.0, m.channel))
    assert dear.cost is not None
    return (
        f"One customer more from {shorten(dear.channel, _LONGEST)} costs about {voice.money.about(dear.cost.mean)}, where one cost "
        f"{voice.money.about(dear.cac)} on average ({voice.level} range {_upto(dear.cost, voice.money)})"
    )


def _row(m: Marginal, money: Money) -> tuple[str | Name, ...]:
    name = Name(shorten(m.channel, _LONGEST), m.channel)
    if m.elasticity is None or m.cost is None:
        return (name, "not enough months", money.exact(m.cac), "", "", count(m.months), "")
    return (
        name,
        f"{decimals(10 * m.elasticity.mean)}{SPACE}% more",
        money.exact(m.cac),
        money.exact(m.cost.mean),
        _upto(m.cost, money),
        count(m.months),
        chance(m.from_data),
    )


def _upto(cost: Estimate, money: Money) -> str:
    """A range that may have no upper end."""
    upto = "no upper end" if cost.high != cost.high else money.exact(cost.high)
    return f"{money.exact(cost.low)}{SPACE}… {upto}"


def _points(told: list[Marginal]) -> list[str]:
    weak = [shorten(m.channel, _LONGEST) for m in told if (m.from_data or 0.0) < _MOSTLY]
    return (
        [f"Spend hardly varied on {listed(weak)}: the figure there is mostly what was supposed before."] if weak else []
    )


def _range(each: Estimate | None, places: int) -> str:
    return decimals(None) if each is None else f"{decimals(each.low, places)}{SPACE}… {decimals(each.high, places)}"
