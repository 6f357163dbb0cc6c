"""What each group leaves of its gross sales, step by step, against the whole base."""

from lifeworth.answers.margins import Fall, Margins
from lifeworth.report.card import Card, Cell, Column, Name, Shade, Table, numbers
from lifeworth.report.cards.amounts import labelled
from lifeworth.report.numbers import MINUS, SPACE, Figure, count
from lifeworth.report.voice import Voice
from lifeworth.report.words import sentence, shorten

_PROFIT, _AFTER, _REVENUE = "Profit before winning customers", "Profit after winning customers", "Net revenue"
_COLUMNS = {
    "Discounts": ("Discounts",),
    "Returns": ("Refunds", "Returns handling"),
    "Goods": ("Goods",),
    "Fees": ("Payment fees", "Commission"),
    "Delivery": ("Shipping charged", "Fulfilment", "Shipping"),
    "Service": ("Service", "Communications"),
    "Winning": ("Winning customers",),
}
_OF_REVENUE: dict[str, tuple[str, ...]] = {
    "Discounts": ("Discounts",),
    "Returns": ("Refunds",),
    "Shipping charged": ("Shipping charged",),
}
_LEAKING = ("Discounts", "Refunds")
_BY_WORTH = ("tier", "life cycle", "product")
_FULL_SHADE, _A_POINT = 0.10, 0.01
_UNNAMED = ("not stated", "others")
_LONGEST, _LONGEST_IN_TITLE = 38, 60
_FEWEST_CUSTOMERS = 10


def groups_cards(found: Margins, voice: Voice) -> tuple[Card, ...]:
    """A card for the grouping that differs most, the others behind it; none where nothing known could leak."""
    last = _last(found, voice)
    groupings = {name: falls for name, falls in found.falls.items() if name != "base" and len(_named(falls)) > 1}
    if not groupings or found.base is None or not _may_leak(found.base, voice):
        return ()
    first = max(groupings, key=lambda name: _telling(name, _spread(groupings[name], last)))
    others = tuple(fall for name, falls in groupings.items() if name != first for fall in falls)
    return (
        Card(
            key="margins-groups",
            title=_title(first, groupings[first], last, voice),
            caption="Shares of gross sales, underlined red where a step takes at least a point more than of all customers, green where it takes less. Every grouping adds up to the whole, to the last cent.",
            shown=_table(found.base, groupings[first], first, last, voice),
            details=_table(found.base, others, "the other groupings", last, voice) if others else None,
            details_name="The same by " + ", ".join(name for name in groupings if name != first),
            footer=_footer(voice),
            wide=True,
        ),
    )


def _telling(grouping: str, spread: float) -> tuple[bool, bool, float]:
    """What is shown first: a grouping that differs at all, one that is no sorting by worth, the largest difference."""
    return spread >= _A_POINT, grouping not in _BY_WORTH, spread


def _may_leak(base: Fall, voice: Voice) -> bool:
    """Whether anything is taken off that groups could differ in: without costs, discounts and returns nothing is."""
    return voice.facts.in_profit or any(bar.amount for bar in base.bars if bar.step in _LEAKING)


def _last(found: Margins, voice: Voice) -> str:
    """The step a group is judged by: profit after winning customers where that cost is known."""
    if not voice.facts.in_profit:
        return _REVENUE
    winning = found.base.bar("Winning customers") if found.base else None
    return _AFTER if winning and winning.amount else _PROFIT


def _named(falls: tuple[Fall, ...]) -> list[Fall]:
    return [fall for fall in falls if fall.member not in _UNNAMED]


def _share(fall: Fall, step: str) -> float:
    bar = fall.bar(step)
    return bar.share if bar is not None else float("nan")


def _known(falls: tuple[Fall, ...], step: str) -> list[Fall]:
    return [fall for fall in _named(falls) if _share(fall, step) == _share(fall, step)]


def _spread(falls: tuple[Fall, ...], step: str) -> float:
    shares = [_share(fall, step) for fall in _known(falls, step)]
    return max(shares) - min(shares) if len(shares) > 1 else 0.0


def _title(grouping: str, falls: tuple[Fall, ...], step: str, voice: Voice) -> str:
    known = sorted(_known(falls, step), key=lambda fall: _share(fall, step))
    if len(known) < 2:
        return f"What is left of gross sales, by {grouping}"
    worst, best = known[0], known[-1]
    hundred = voice.money.about(100)

    most, least = (round(100 * _share(fall, step)) for fall in (best, worst))
    if most == least:
        return f"By {grouping} nothing leaks: each leaves about {voice.money.about(most)} of every {hundred} of gross sales"

    def left(share: int) -> str:
        return f"leaves {voice.money.about(share)}" if share >= 0 else f"loses {voice.money.about(-share)}"

    first, last = (shorten(fall.label, _LONGEST_IN_TITLE) for fall in (best, worst))
    return f"Of every {hundred} of gross sales, {grouping} {first} {left(most)} and {last} {left(least)}"


def _table(base: Fall, falls: tuple[Fall, ...], grouping: str, last: str, voice: Voice) -> Table:
    columns = {name: steps for name, steps in _steps(voice).items() if _shown(base, name, steps, last)}
    return Table(
        caption=f"Shares of gross sales by {grouping}",
        columns=(
            Column(sentence(grouping)),
            *numbers("Customers", phone=False),
            *numbers("Gross sales", phone=False),
            *(Column(name, "heat", phone=False) for name in columns),
            Column("Left", "heat"),
            *numbers("In money"),
        ),
        rows=(
            _row(base, columns, last, voice, Name("All", "All")),
            *(_row(fall, columns, last, voice, _name(fall, grouping)) for fall in falls),
        ),
        heat=True,
    )


def _steps(voice: Voice) -> dict[str, tuple[str, ...]]:
    return _COLUMNS if voice.facts.in_profit else _OF_REVENUE


def _shown(base: Fall, name: str, steps: tuple[str, ...], last: str) -> bool:
    moved = any(bar.amount for bar in base.bars if bar.step in steps)
    return moved and (name != "Winning" or last == _AFTER)


def _name(fall: Fall, grouping: str) -> Name:
    if fall.grouping == grouping:
        return Name(shorten(fall.label, _LONGEST), fall.label)
    return Name(labelled(fall.grouping, fall.label, _LONGEST), f"{fall.grouping}: {fall.label}")


def _row(fall: Fall, columns: dict[str, tuple[str, ...]], last: str, voice: Voice, name: Name) -> tuple[Cell, ...]:
    gross, left = fall.bar("Gross sales"), fall.bar(last)
    return (
        name,
        "" if fall.customers is None else count(fall.customers),
        voice.money.exact(gross.amount if gross else None),
        *(_cell(fall, steps) for steps in columns.values()),
        _cell(fall, (last,)),
        voice.money.exact(left.amount if left else None),
    )


def _cell(fall: Fall, steps: tuple[str, ...]) -> Cell:
    """The share of some steps together, shaded by how far it is from the base's; more taken is red."""
    bars = [bar for bar in fall.bars if bar.step in steps]
    share, difference = sum(bar.share for bar in bars), sum(bar.difference for bar in bars)
    if share != share:
        return ""
    words = Figure(_percent(share), share * 100, unit="%")
    size = abs(difference) if difference == difference else 0.0
    level = min(5, round(5 * size / _FULL_SHADE))
    return Shade(words, level if difference > 0 else -level)


def _percent(share: float) -> str:
    """A signed share to a tenth of a percent below ten percent, so that columns can be compared."""
    size = abs(100 * share)
    if size < 0.05:
        return f"0{SPACE}%"
    text = f"{size:.1f}" if size < 9.95 else f"{size:.0f}"
    return f"{MINUS if share < 0 else ''}{text}{SPACE}%"


def _footer(voice: Voice) -> str:
    return (
        "Segments, channels and countries by what the ledger has of their customers; categories and products by their own list price, discount, "
        "goods and returns, and by net money of what stands on the whole order. Delivery is packing and shipping less what customers pay for it; "
        "goods that came back are taken off the goods. Winning customers hangs on customers: of goods it is not stated. "
        f"Groups of fewer than {_FEWEST_CUSTOMERS} people stand in “others”. All steps: tables/margins_waterfall.csv. Next step: start where red meets large sales."
    )
