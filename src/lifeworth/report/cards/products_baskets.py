"""How large baskets are, whether they grow, and what the same customers spend when they come back."""

from lifeworth.answers.estimate import Estimate
from lifeworth.answers.products import Comparison, Period, Products, Trend
from lifeworth.report.bars import miss_bars, range_bars, range_words
from lifeworth.report.card import Card, Column, Table, numbers
from lifeworth.report.numbers import MINUS, SPACE, count, decimals, month, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence

_NAMES = {
    "later orders": "Later orders against the first, same customers",
    "second order": "Second order against the first, same customers",
    "all later": "All later orders against all first orders, customers mixed",
    "first orders": "First orders of those who came back against those of the rest",
}
_QUARTERS = 8
_CLAIM = 0.31
_NOTHING = 0.0005


def basket_cards(found: Products, voice: Voice) -> tuple[Card, ...]:
    """Baskets by quarter with their trend, and first against later orders."""
    return (*_baskets(found, voice), *_returning(found, voice))


def _baskets(found: Products, voice: Voice) -> tuple[Card, ...]:
    known = [p for p in found.periods if p.order_value is not None]
    if not known:
        return ()
    quarters = [p for p in known if p.period == "quarter"][-_QUARTERS:]
    years = [p for p in known if p.period == "year"]
    return (
        Card(
            key="products-baskets",
            title=_baskets_title(found, years or quarters or known, voice),
            caption=_baskets_caption(found.trends),
            shown=_periods_table([*years, *quarters], voice),
            details=_periods_table([p for p in known if p.period == "month"], voice),
            details_name="Month by month",
            footer=(
                "Value of an order as it was sold: goods less discounts, shipping charged included, refunds not taken off. * Not all days of the period are known. Ranges are those of the mean and "
                "hold that one customer's orders are alike. The trend is a straight line through the months' means (logarithms), with the season taken out where two years are known. "
                "Next: where value grows by prices alone, pieces stand still."
            ),
            wide=True,
        ),
    )


def _baskets_title(found: Products, periods: list[Period], voice: Voice) -> str:
    trend, last = found.trend("order value"), periods[-1]
    value = voice.money.about(last.order_value.mean) if last.order_value else ""
    if trend is None:
        return f"An order is worth {value} on average"
    if trend.verdict.startswith("no"):
        return f"An order is worth {value}; no trend beyond chance ({_signed(trend.change.mean)} a year)"
    return f"Orders {'grow' if trend.change.mean > 0 else 'shrink'}: {_signed(trend.change.mean)} a year, to {value} in {_name(last).rstrip('*')}"


def _baskets_caption(trends: tuple[Trend, ...]) -> str:
    said = [
        f"{sentence(t.measure)}: {_signed(t.change.mean)} a year ({_signed(t.change.low)} to {_signed(t.change.high)}), {t.verdict}"
        for t in sorted(trends, key=lambda t: t.measure != "order value")
    ]
    return f"{'; '.join(said)}." if said else ""


def _signed(share: float) -> str:
    """A change with its sign: +4.2 %, −3 %."""
    if abs(share) < _NOTHING:
        return f"±0{SPACE}%"
    return f"{MINUS if share < 0 else '+'}{percent(abs(share))}"


def _name(period: Period) -> str:
    start = period.starts_on
    named = {"month": month(start), "quarter": f"Q{(start.month + 2) // 3}{SPACE}{start.year}"}
    return named.get(period.period, str(start.year)) + ("" if period.complete else "*")


def _periods_table(periods: list[Period], voice: Voice) -> Table:
    values = [p.order_value or Estimate(0.0, 0.0, 0.0) for p in periods]
    pieces = any(p.pieces for p in periods)
    return Table(
        caption="Orders and what was in them, by period",
        columns=(
            Column("When"),
            *numbers("Order value"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range"),
            *numbers("Median", phone=False),
            *(numbers("Pieces", "Lines", phone=False) if pieces else ()),
            *numbers("Orders"),
            *numbers("Customers", phone=False),
        ),
        rows=tuple(
            (
                _name(p),
                voice.money.exact(value.mean),
                bar,
                range_words(value, voice.money),
                voice.money.exact(p.median),
                *((_mean(p.pieces), _mean(p.lines)) if pieces else ()),
                count(p.orders),
                count(p.customers),
            )
            for p, value, bar in zip(periods, values, range_bars(values, voice.money, voice.level), strict=True)
        ),
    )


def _mean(value: Estimate | None) -> str:
    return decimals(value.mean) if value else ""


# --- first against later orders


def _returning(found: Products, voice: Voice) -> tuple[Card, ...]:
    ours = found.comparison("later orders", "revenue")
    if ours is None or ours.change is None:
        return ()
    profit = "; profit with all that followed" if voice.facts.in_profit else ""
    return (
        Card(
            key="products-returning",
            title=_returning_title(ours),
            caption=_returning_caption(found, ours, voice),
            shown=_comparisons_table(found.comparisons, voice),
            footer=(
                f"An order is all a customer bought on one day. Revenue less what was given back of it{profit}. Same customers: those with at least two orders, each counted "
                "once. Customers mixed: what is usually reckoned; whoever orders often counts most there, and those who never return stand on one side only. Prices that rose in between are in it. "
                "“Returning customers spend 31 % more” is repeated without a source. Next: plan with the figure of the same customers."
            ),
            wide=True,
        ),
    )


def _returning_title(ours: Comparison) -> str:
    assert ours.change is not None
    if ours.verdict == "cannot be told":
        return f"Whether customers who come back spend more an order than at first cannot be told: {_signed(ours.change.mean)} may be chance"
    more = "more" if ours.change.mean > 0 else "less"
    return f"Customers who come back spend {percent(abs(ours.change.mean))} {more} an order than with their first"


def _returning_caption(found: Products, ours: Comparison, voice: Voice) -> str:
    assert ours.change is not None
    said = [
        f"The same {many(ours.customers, 'customer')}: {voice.money.exact(ours.other)} of revenue a later order against {voice.money.exact(ours.first)} "
        f"({voice.level} range {_signed(ours.change.low)} to {_signed(ours.change.high)})."
    ]
    profit = found.comparison("later orders", "profit")
    if profit is not None and profit.change is not None:
        said.append(
            f"In profit: {_signed(profit.change.mean)} ({_signed(profit.change.low)} to {_signed(profit.change.high)})."
        )
    mixed = found.comparison("all later", "revenue")
    if mixed is not None and mixed.change is not None:
        said.append(f"All orders mixed would say {_signed(mixed.change.mean)} in revenue.")
    inside = ours.change.low <= _CLAIM <= ours.change.high
    said.append(f"The +31{SPACE}% often quoted lies {'inside' if inside else 'outside'} the range.")
    return " ".join(said)


def _comparisons_table(comparisons: tuple[Comparison, ...], voice: Voice) -> Table:
    shown = [c for c in comparisons if c.change is not None]
    percents = [(100 * c.change.mean, 100 * (c.change.high - c.change.low) / 2) for c in shown if c.change]
    return Table(
        caption="One mean against another",
        columns=(
            Column("Compared"),
            Column("In"),
            *numbers("First", "Other", phone=False),
            *numbers("Change"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Customers", phone=False),
            Column("Verdict"),
        ),
        rows=tuple(
            (
                next(
                    (words for start, words in _NAMES.items() if c.comparison.startswith(start)), sentence(c.comparison)
                ),
                c.money,
                voice.money.exact(c.first),
                voice.money.exact(c.other),
                _signed(c.change.mean) if c.change else "",
                bar,
                f"{_signed(c.change.low)} … {_signed(c.change.high)}" if c.change else "",
                count(c.customers),
                "may be chance" if c.verdict == "cannot be told" else c.verdict,
            )
            for c, bar in zip(shown, miss_bars(percents), strict=True)
        ),
    )
