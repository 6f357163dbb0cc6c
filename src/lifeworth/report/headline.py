"""The first sentence of the page: the number, its range, how wrong the method was last time, and four tiles."""

from dataclasses import dataclass
from math import isfinite

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.gather import Answers
from lifeworth.report.cards.proof import last_time
from lifeworth.report.cards.readiness import SUPPLY, WINNING
from lifeworth.report.numbers import UNKNOWN, count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, clause, many, number_word

_FEW = 10
# Percent of the bar: how wide a label is on a phone, and from where on the high one would leave the bar.
_LABEL = 17.0
_FULL = 86.0


@dataclass(frozen=True)
class RangeBar:
    """The headline's range on a scale with zero: places in percent, the words at the ends.

    ``low_edge`` and ``high_edge`` say which edge of the words stands at the end of the range, so that they stay on
    the scale; ``zero_named`` whether there is room for the nought.
    """

    low: float
    mean: float
    high: float
    zero: float
    low_words: str
    high_words: str
    loss: bool
    low_edge: str
    high_edge: str
    zero_named: bool


@dataclass(frozen=True)
class Tile:
    """One figure worth knowing, with what it is and a sentence that holds its range."""

    name: str
    figure: str
    words: str


@dataclass(frozen=True)
class Headline:
    """``before`` + ``figure`` + ``after`` is the sentence; ``under`` says how far to trust it."""

    before: str
    figure: str
    after: str
    bar: RangeBar | None
    under: tuple[str, ...]
    tiles: tuple[Tile, ...]
    loss: bool


def headline(answers: Answers, voice: Voice) -> Headline:
    """The answer to "what are my customers worth", in one sentence."""
    before, figure, after = _sentence(answers, voice)
    mean = answers.worth.value.mean
    return Headline(
        before=before,
        figure=figure,
        after=after,
        bar=_bar(answers, voice),
        under=_under(answers, voice),
        tiles=_tiles(answers, voice),
        loss=isfinite(mean) and mean < 0,
    )


def _sentence(answers: Answers, voice: Voice) -> tuple[str, str, str]:
    customers, mean = answers.worth.customers, answers.worth.value.mean
    who = "Your one customer" if customers == 1 else f"Your {count(customers)} customers"
    when = f"in the {voice.ahead} from {day(voice.facts.as_of)}."
    if customers == 0:
        return (
            "There are ",
            "no customers",
            f" with a {'bill' if voice.bills else 'purchase'} before the cut, so there is nothing to value.",
        )
    if not isfinite(mean):
        return f"What {who[0].lower()}{who[1:]} will bring is ", UNKNOWN, f" for the {voice.ahead} ahead."
    if abs(mean) < 0.005:
        return f"{who} should bring ", f"no more {voice.worth}", f" {when}"
    if mean < 0:
        verb = "cost" if voice.facts.in_profit else "take back"
        return f"{who} will {verb} you about ", voice.money.about(-mean), f" more than they bring {when}"
    return f"{who} will bring about ", voice.money.about(mean), f" of {voice.worth} {when}"


def _bar(answers: Answers, voice: Voice) -> RangeBar | None:
    value = answers.worth.value
    ends = (value.low, value.mean, value.high)
    if answers.worth.customers == 0 or not all(map(isfinite, ends)) or value.low == value.high:
        return None
    bottom, top = min(0.0, value.low), max(0.0, value.high)
    bottom, top = bottom * 1.2, top * 1.2
    width = (top - bottom) or 1.0

    def place(amount: float) -> float:
        return round((amount - bottom) / width * 100, 1)

    low, high, zero = place(value.low), place(value.high), place(0.0)
    low_edge = "left" if low < _LABEL else "right"
    high_edge = "right" if high > _FULL else "left"
    taken = (low if low_edge == "left" else low - _LABEL, high if high_edge == "left" else high - _LABEL)
    return RangeBar(
        low,
        place(value.mean),
        high,
        zero,
        voice.money.fine(value.low),
        voice.money.fine(value.high),
        value.mean < 0,
        low_edge,
        high_edge,
        all(zero < start - 2 or zero > start + _LABEL for start in taken),
    )


def _under(answers: Answers, voice: Voice) -> tuple[str, ...]:
    value, parts = answers.worth.value, [f"{voice.alike}; only the total is forecast."] if voice.no_signal else []
    if answers.worth.customers:
        if not value.low == value.high == value.mean:
            parts.append(
                f"{voice.level} range: {voice.money.fine_range(value.low, value.high)}. {_todays_money(voice)}"
            )
        elif isfinite(value.mean):
            parts.append(_todays_money(voice))
        parts.append(last_time(answers.proof, voice))
    if not voice.facts.in_profit:
        parts.append(f"This is revenue, not profit: {clause(voice.facts.basis_reason)}. {SUPPLY}")
    else:
        parts.extend(_cost_caveats(answers))
    if voice.facts.currency is None and answers.worth.customers:
        parts.append("The files do not say which currency this is, so amounts stand without a sign.")
    return tuple(parts)


def _todays_money(voice: Voice) -> str:
    """Whether the headline is a present value, and at which rate."""
    discount = voice.facts.discount
    if not discount:
        return "Money to come is not discounted."
    return f"In today's money: what comes later is discounted at {percent(discount)} a year."


def _cost_caveats(answers: Answers) -> list[str]:
    """What is missing from the costs of a value; winning customers is not among them, values stand before it."""
    costs = [cost for cost in answers.readiness.coverage if cost.cost != WINNING]
    missing = [cost.cost.lower() for cost in costs if cost.missing > 0.995]
    ruled = [cost.cost.lower() for cost in costs if cost.ruled > 0.5]
    said = []
    if missing:
        said.append(f"Not known and counted as nothing: {', '.join(missing)}.")
    if ruled:
        said.append(f"Priced by rules more than by records: {', '.join(ruled)}.")
    return [" ".join(said)] if said else []


def _tiles(answers: Answers, voice: Voice) -> tuple[Tile, ...]:
    if answers.worth.customers == 0:
        return ()
    kept = _recurring(answers, voice) if voice.bills else _at_risk(answers, voice)
    told = (_carried(answers, voice), kept, _giving_back(answers, voice), _new(answers, voice))
    return tuple(tile for tile in told if tile is not None)


def _carried(answers: Answers, voice: Voice) -> Tile | None:
    """How few bring half of what is brought; nothing where nobody can be told apart."""
    if voice.no_signal:
        return None
    share = answers.worth.half_share
    if share is None or answers.worth.half_customers is None:
        return Tile("half of the value comes from", "nobody", f"there is no {voice.worth} to share out")
    half, everybody = answers.worth.half_customers, answers.worth.customers
    if everybody == 1:
        return Tile("all of the value comes from", "one", f"customer, who brings all of the expected {voice.worth}")
    if everybody < _FEW:
        words = f"of {everybody} customers, half or more of the expected {voice.worth}"
        return Tile("half of the value comes from", number_word(half), words)
    words = f"of customers ({count(half)} of {count(everybody)})"
    return Tile("half of the value comes from", percent(share), words)


def _at_risk(answers: Answers, voice: Voice) -> Tile | None:
    """What hangs on valuable customers gone quiet; nothing where nobody's silence tells what they will bring."""
    quiet = answers.lists["gone_quiet"]
    if voice.no_signal:
        return None
    if quiet.customers == 0:
        return Tile(
            "gone quiet",
            voice.money.short(0.0),
            "no valuable customer is silent for more than twice their average gap",
        )
    return Tile(
        "gone quiet",
        voice.money.short(quiet.value.mean),
        f"{_ranged(quiet.value, voice)}expected from {many(quiet.customers, 'valuable customer')} silent for more than twice "
        f"{agree(quiet.customers, 'the', 'their')} average gap, if nothing is done",
    )


def _recurring(answers: Answers, voice: Voice) -> Tile | None:
    """What contracts bring a month, if anything yet; where orders are bills nobody goes quiet."""
    months = answers.retention.months
    if not months:
        return None
    last = next((month for month in reversed(months) if month.customers is not None), None)
    if last is None or last.customers is None:
        return Tile("recurring revenue a month", UNKNOWN, "so few customers pay that it is not shown")
    words = f"from {many(last.customers, 'customer')} on {day(last.closes_on)}"
    return Tile("recurring revenue a month", voice.money.short(last.closing), words)


def _ranged(value: Estimate, voice: Voice) -> str:
    """The range in brackets before a tile's words; nothing where it holds one figure only."""
    return "" if value.low == value.high == value.mean else f"({voice.money.range(value.low, value.high)}) "


def _giving_back(answers: Answers, voice: Voice) -> Tile:
    whale = answers.whale
    if not voice.facts.in_profit:
        orders = answers.worth.orders
        words = f"({count(orders.low)} … {count(orders.high)}) expected in {voice.ahead}"
        return Tile("bills" if voice.bills else "orders", count(orders.mean), words)
    if whale.losers == 0:
        return Tile("lost so far", voice.money.short(0.0), "no customer has cost more than they brought so far")
    people = many(whale.losers, "customer")
    return Tile("lost so far", voice.money.short(-whale.lost), f"on {people} who cost more than they brought")


def _new(answers: Answers, voice: Voice) -> Tile:
    worth = answers.worth
    if worth.new_customers == 0:
        first = "was billed" if voice.bills else "bought"
        return Tile("new in the last 90 days", "0", f"nobody {first} for the first time")
    return Tile(
        "new in the last 90 days",
        voice.money.short(worth.new_value.mean),
        f"{_ranged(worth.new_value, voice)}expected from {many(worth.new_customers, 'new customer')}",
    )
