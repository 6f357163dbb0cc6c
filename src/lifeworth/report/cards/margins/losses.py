"""Customers who lose money, and groups of orders that do."""

from lifeworth.answers.margins import LossGroup, LossMaker, LossState, Margins
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.cards.amounts import in_currency
from lifeworth.report.cards.margins.words import group_cell, group_words
from lifeworth.report.numbers import count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, sentence, set_well, shorten

_LONGEST = 24


def losses_cards(found: Margins, voice: Voice) -> tuple[Card, ...]:
    """Losing groups of orders first, then customers; nothing where nobody and nothing loses."""
    return (*_groups(found, voice), *_customers(found, voice))


def _groups(found: Margins, voice: Voice) -> tuple[Card, ...]:
    if not found.groups:
        return ()
    first = found.groups[0]
    return (
        Card(
            key="margins-loss-groups",
            title=f"{sentence(group_words(first.names, voice.money))} lose {voice.money.exact(-first.profit_per_order.mean)} each, {voice.money.about(first.loss.mean)} a year",
            caption=set_well(first.sentence.split(". ", 1)[-1]),
            shown=_groups_table(found.groups, voice),
            footer=f"Profit of an order with all that followed it, before winning the customer, over the last {count(found.days)} days. Every one- and two-way "
            "group by channel, country, category, way to pay, delivery and order size was asked whether its orders lose money beyond chance; each "
            "order is told of once. Next step: charge for what these orders cost, raise the limit from which it is free, or stop offering it there.",
            wide=True,
            tone="warn",
        ),
    )


def _groups_table(groups: tuple[LossGroup, ...], voice: Voice) -> Table:
    bars = range_bars([group.profit_per_order for group in groups], voice.money, voice.level)
    return Table(
        caption="Groups of orders that lose money",
        columns=(
            Column("Orders"),
            *numbers("Profit of one"),
            Column("", "range", phone=False),
            *numbers("from … to", phone=False),
            *numbers("Orders a year", phone=False),
            *numbers("Loss a year"),
            *numbers("from … to", phone=False),
            Column("Above the usual", phone=False),
        ),
        rows=tuple(_group_row(group, bar, voice) for group, bar in zip(groups, bars, strict=True)),
    )


def _group_row(group: LossGroup, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        group_cell(group.names, money),
        money.exact(group.profit_per_order.mean),
        bar,
        range_words(group.profit_per_order, money),
        count(group.orders),
        money.exact(group.loss.mean),
        range_words(group.loss, money),
        group.cost,
    )


def _customers(found: Margins, voice: Voice) -> tuple[Card, ...]:
    if not found.states or found.lost == (0, 0.0):
        return ()
    return (
        Card(
            key="margins-losses",
            title=_lost(found, voice),
            caption=_why(found, voice),
            shown=_states_table(found.states, voice),
            details=_makers_table(found.makers, voice),
            details_name=f"The {many(len(found.makers), 'largest loss', 'largest losses')}, and why",
            footer=f"{'Profit' if voice.facts.in_profit else 'Net revenue'} so far before winning the customer. The reason of a loss is the cost furthest above that of "
            f"customers with as many orders of like value. {_refunds_only(found, voice)}More: tables/margins_loss_makers.csv. Next step: end the cost, not the customer.",
            wide=True,
        ),
    )


def _lost(found: Margins, voice: Voice) -> str:
    if found.lost is None:
        return "Some customers have lost money so far; how many is not shown, for fewer than ten would be given away"
    people, money = found.lost
    return f"{sentence(many(people, 'customer'))} {agree(people, 'has', 'have')} lost {voice.money.about(money)} so far{_going_on(found, voice)}"


def _going_on(found: Margins, voice: Voice) -> str:
    """How many of the losers should lose on; nothing where single customers cannot be told apart."""
    both = next((state for state in found.states if state.state == "so far and ahead"), None)
    if both is None or both.customers is None or voice.no_signal:
        return ""
    return f"; {count(both.customers)} of them {agree(both.customers, 'is', 'are')} expected to go on"


def _why(found: Margins, voice: Voice) -> str:
    behind = [(state.customers, state) for state in found.states if state.commonest_cost and state.customers]
    said = []
    if behind:
        _, largest = max(behind, key=lambda one: one[0])
        said.append(f"The cost that most of them have above customers alike: {largest.commonest_cost}.")
    if voice.no_signal:
        said.append(f"{voice.alike}, so who will lose money cannot be said.")
    return " ".join(said)


def _refunds_only(found: Margins, voice: Voice) -> str:
    """Who has refunds and no purchase: in the books, but no customer with a value."""
    rest = next((fall for fall in found.falls.get("tier", ()) if fall.member == "not stated"), None)
    left = rest.bar("Profit before winning customers" if voice.facts.in_profit else "Net revenue") if rest else None
    if rest is None or left is None or not rest.customers or not left.amount < 0:
        return ""
    who = f"{many(rest.customers, 'more customer')} {agree(rest.customers, 'has', 'have')}"
    return f"{who} only refunds in the files, no purchase ({voice.money.about(left.amount)}), and {agree(rest.customers, 'is', 'are')} not among them. "


def _states_table(states: tuple[LossState, ...], voice: Voice) -> Table:
    bars = range_bars([state.value for state in states], voice.money, voice.level)
    return Table(
        caption="Customers who lose money",
        columns=(
            Column("Loss"),
            *numbers("Customers"),
            *numbers("Share", phone=False),
            *numbers("So far", f"Expected {voice.worth}"),
            Column("", "range", phone=False),
            *numbers("from … to", phone=False),
            Column("Who", phone=False),
        ),
        rows=tuple(
            (
                sentence(state.state),
                *_figures(state, bar, voice),
                state.definition,
            )
            for state, bar in zip(states, bars, strict=True)
        ),
    )


def _figures(state: LossState, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    if state.customers is None:
        return ("hidden", *[""] * 5)
    return (
        count(state.customers),
        percent(state.share),
        voice.money.exact(state.past),
        voice.money.exact(state.value.mean),
        bar,
        range_words(state.value, voice.money),
    )


def _makers_table(makers: tuple[LossMaker, ...], voice: Voice) -> Table:
    return Table(
        caption="Customers with the largest losses",
        columns=(
            Column("Customer"),
            *numbers("Orders", phone=False),
            *numbers("Revenue", phone=False),
            *numbers("Profit so far" if voice.facts.in_profit else "Net revenue so far", "Expected"),
            Column("Why"),
        ),
        rows=tuple(
            (
                Name(shorten(maker.customer_id, _LONGEST), maker.customer_id),
                count(maker.orders),
                voice.money.exact(maker.past_revenue),
                voice.money.exact(maker.past_profit),
                voice.money.exact(maker.value.mean),
                in_currency(set_well(maker.reason), voice.money),
            )
            for maker in makers
        ),
    )
