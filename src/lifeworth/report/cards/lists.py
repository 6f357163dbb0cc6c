"""Whom to look after, write to, rethink or win over: short lists with ranges and reasons."""

from lifeworth.answers.lines import GONE_BELOW, CustomerLine
from lifeworth.answers.lists import ActionList
from lifeworth.answers.worth import BaseWorth
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Cell, Column, Name, Table, numbers
from lifeworth.report.cards.amounts import in_currency
from lifeworth.report.numbers import chance, count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, many, sentence, set_well, shorten

_NOBODY = {
    "most_valuable": "No customer is expected to bring anything more.",
    "gone_quiet": "No valuable customer is silent for more than twice their average gap.",
    "merely_spend": "No big spender is expected to bring little.",
    "loss_makers": "No customer has cost more than they brought.",
    "promising_new": "No customer of the last 90 days is expected to bring more than the average.",
}
_CAPTIONS = {
    "most_valuable": "The customers worth most",
    "gone_quiet": "Valuable customers gone quiet",
    "merely_spend": "Customers who spent much and should bring little",
    "loss_makers": "Customers who took more than they brought",
    "promising_new": "New customers who look better than the average",
}
_EVERYBODY = "customers here cannot be told apart"
_ALIKE = {
    "most_valuable": "nobody can be named as worth most",
    "gone_quiet": "who has gone quiet may be worth as much as anybody",
    "merely_spend": "who spent much may well bring much",
    "promising_new": "no new customer stands out",
}
ONE_PURCHASE = "–: after one purchase the model cannot tell whether somebody has left."


def lists_cards(lists: dict[str, ActionList], worth: BaseWorth, voice: Voice) -> tuple[Card, ...]:
    """One card per list, the customers with most at stake first."""
    return tuple(_card(found, worth, voice) for found in lists.values())


def _card(found: ActionList, worth: BaseWorth, voice: Voice) -> Card:
    if not found.lines:
        return Card(key=found.name, title=_nobody(found.name, voice), footer=found.definition, wide=True)
    return Card(
        key=found.name,
        title=_alike_title(found, voice) if voice.no_signal else _title(found, worth, voice),
        caption=_alike_caption(found, voice) if voice.no_signal else _caption(found, voice),
        shown=None if _says_nothing(found, voice) else _table(found, voice),
        details=_table(found, voice) if _says_nothing(found, voice) else None,
        details_name="The list all the same",
        footer=_footer(found, voice),
        wide=True,
        tone="warn" if voice.no_signal else "",
    )


def _says_nothing(found: ActionList, voice: Voice) -> bool:
    """A list ordered by values that tell nobody apart; what customers cost so far is known all the same."""
    return voice.no_signal and found.name in _ALIKE


def _alike_title(found: ActionList, voice: Voice) -> str:
    """A title that claims nothing about who is worth more; the past is known all the same."""
    if found.name == "loss_makers":
        what = "cost more than they brought" if voice.facts.in_profit else "got back more than they paid"
        return f"{many(found.customers, 'customer')} {what} so far; what they will bring cannot be told apart"
    return f"{voice.alike}: {_ALIKE[found.name]}"


def _alike_caption(found: ActionList, voice: Voice) -> str:
    took = f"Together they took {voice.money.short(-found.past)} so far. " if found.name == "loss_makers" else ""
    return (
        f"{took}Everybody is given the mean of customers as old as they, so a figure here tells the customer's age and "
        "nothing more. Do not choose by it."
    )


def _nobody(name: str, voice: Voice) -> str:
    if name == "gone_quiet" and voice.bills:
        return "Bills follow contracts, so there is no list of customers gone quiet"
    if name == "loss_makers" and not voice.facts.in_profit:
        return "No customer got back more than they paid"
    return _NOBODY[name].removesuffix(".")


def _footer(found: ActionList, voice: Voice) -> str:
    parts = [found.definition]
    if not voice.bills and any(not line.p_alive_known for line in found.lines):
        parts.append(ONE_PURCHASE)
    if found.customers > len(found.lines):
        parts.append(f"The first {count(len(found.lines))} of {count(found.customers)}.")
    return " ".join(parts)


def _title(found: ActionList, worth: BaseWorth, voice: Voice) -> str:
    people = many(found.customers, "customer")
    match found.name:
        case "most_valuable":
            share = found.value.mean / worth.value.mean if worth.value.mean > 0 else None
            if share is None:
                return "Customers worth most"
            if worth.customers == 1:
                return "Your one customer"
            if found.customers > 0.5 * worth.customers:
                return f"{people} share about the same expected value"
            if found.customers == 1:
                return f"The customer worth most holds {_held(share)}"
            return f"The {people} worth most hold {_held(share)}"
        case "gone_quiet":
            verb = agree(found.customers, "has", "have")
            return f"{many(found.customers, 'valuable customer')} {verb} gone quiet: silent for more than twice their average gap"
        case "merely_spend":
            return f"{people} spent much and should bring little"
        case "loss_makers":
            what = "cost more than they brought" if voice.facts.in_profit else "got back more than they paid"
            return f"{people} {what}"
        case _:
            return f"{people} won lately {agree(found.customers, 'looks', 'look')} better than the average"


def _caption(found: ActionList, voice: Voice) -> str:
    money, value = voice.money, _together(found, voice)
    match found.name:
        case "most_valuable":
            return f"{value} Look after {agree(found.customers, 'this one', 'these')}."
        case "gone_quiet":
            this = agree(found.customers, "this one", "these")
            return f"{value} That is what comes if nothing is done. Write to {this} first, as far as they agreed to it."
        case "merely_spend":
            return f"{value} {_gone_or_still(found, voice)}"
        case "loss_makers":
            look = "returns, discounts and service" if voice.facts.in_profit else "returns"
            who = agree(found.customers, "This customer", "They")
            return f"{who} took {money.short(-found.past)} so far. {value} Look at {look} first."
        case _:
            next_step = (
                "Help them to use what they took" if voice.bills else "Another purchase soon would say most about them"
            )
            return f"{value} {next_step}."


def _gone_or_still(found: ActionList, voice: Voice) -> str:
    """Why big spenders should bring little, counted, with the advice that fits each."""
    if voice.bills:
        return _contracts_over(found)
    gone, still = found.probably_gone, found.still_there
    parts = []
    if gone:
        left = f"{percent(GONE_BELOW)} chance of still being a customer"
        parts.append(
            f"{count(gone)} {agree(gone, 'is', 'are')} probably gone (less than a {left}): write to those of them whom Retention lists, and let the others go."
        )
    if still:
        these = agree(still, "is still there but brings little: look at what this one costs", "")
        parts.append(f"{count(still)} {these or 'are still there but bringing little: look at what they cost'}.")
    if rest := found.customers - gone - still:
        parts.append(f"Of {count(rest)} the model cannot tell.")
    return " ".join(parts)


def _contracts_over(found: ActionList) -> str:
    """Big spenders whose contracts are over, and those whose contracts should bring less than others' do."""
    gone, still = found.probably_gone, found.customers - found.probably_gone
    said = []
    if gone:
        said.append(f"{count(gone)} {agree(gone, 'has', 'have')} no running contract any more: ask why, then let go.")
    if still:
        said.append(
            f"{count(still)} still {agree(still, 'has', 'have')} one, yet others’ should bring more: look at what they use."
        )
    return " ".join(said)


def _held(share: float) -> str:
    """What part of the whole value a group holds; above 100 % when the others cost money."""
    return "all of the value" if share >= 0.9995 else f"{percent(share)} of the value"


def _together(found: ActionList, voice: Voice) -> str:
    """What the group should bring in all, or cost, with the range of the sum."""
    money, value = voice.money, found.value
    if value.mean < 0:
        said = f"should cost about {money.short(-value.mean)} more than they bring"
    else:
        said = f"should bring about {money.short(value.mean)}"
    who = agree(found.customers, "This customer", "Together they")
    return f"{who} {said} in {voice.ahead} ({voice.level} range {money.range(value.low, value.high)})."


def _table(found: ActionList, voice: Voice) -> Table:
    bars = range_bars([line.value for line in found.lines], voice.money, voice.level)
    return Table(
        caption=_CAPTIONS[found.name],
        columns=(
            Column("Customer", "id"),
            Column(sentence(voice.ahead), "worth"),
            Column(f"{voice.level} range", "range", phone=False),
            *numbers("from … to"),
            *numbers("Spent so far", phone=False),
            *((*numbers("Profit so far", phone=False),) if voice.facts.in_profit else ()),
            *numbers("Contract runs" if voice.bills else "Still a customer", phone=False),
            Column("Evidence", "badge", phone=False),
            Column("Why", "why"),
        ),
        rows=tuple(_row(line, bar, voice) for line, bar in zip(found.lines, bars, strict=True)),
        part=""
        if len(found.lines) == found.customers
        else f"the {count(len(found.lines))} shown of {count(found.customers)}; all customers stand in customer_value.csv",
    )


def _row(line: CustomerLine, bar: Cell, voice: Voice) -> tuple[Cell, ...]:
    money = voice.money
    return (
        Name(shorten(line.customer_id), line.customer_id),
        money.exact(line.value.mean),
        bar,
        range_words(line.value, money),
        money.exact(line.past_revenue),
        *((money.exact(line.past_profit),) if voice.facts.in_profit else ()),
        _still(line, voice),
        line.evidence,
        _why(line, voice),
    )


def _still(line: CustomerLine, voice: Voice) -> str:
    """The chance of still being a customer; of a contract it is known."""
    if voice.bills:
        return "yes" if line.p_alive > 0 else "no"
    return chance(line.p_alive) if line.p_alive_known else "–"


def _why(line: CustomerLine, voice: Voice) -> str:
    """The reasons of a line; what holds for everybody stands above the list."""
    own = [reason for reason in line.reasons if not (voice.no_signal and reason.startswith(_EVERYBODY))]
    return in_currency(set_well("; ".join(own)), voice.money)
