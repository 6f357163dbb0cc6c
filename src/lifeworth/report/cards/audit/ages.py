"""Lens 4: cohorts at equal age, and whether the newer ones do better beyond chance."""

from lifeworth.answers.audit import Audit
from lifeworth.answers.audit.lenses import BACK, MONEY, TREND, YEAR_AGO, Aged, Trend
from lifeworth.answers.estimate import Estimate
from lifeworth.report.bars import range_words
from lifeworth.report.card import Card, Cell, Column, Table, numbers
from lifeworth.report.cards.audit.words import to_day
from lifeworth.report.numbers import Figure, chance, count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many

_TITLE_AGE = 12
_WORDS = {"better": "better", "worse": "worse", "cannot be told": "may\u00a0be\u00a0chance"}


def ages_cards(found: Audit, voice: Voice) -> tuple[Card, ...]:
    """The tests, and the cohorts behind them; none where no cohort has an age."""
    if not found.lenses.ages:
        return ()
    # Who is billed comes back by contract.
    trends = tuple(t for t in found.lenses.trends if not (voice.bills and t.measure == BACK))
    return (
        Card(
            key="audit-ages",
            title=_title(trends, voice),
            caption=_caption(trends, voice),
            shown=_table(trends, voice) if trends else None,
            empty=""
            if trends
            else "There are fewer than four cohorts of thirty customers that can be compared, and none a year apart.",
            details=_cohorts(found.lenses.ages, voice),
            details_name="Every cohort at every age",
            footer="Age: months after that of the first order. Change a year: a line through the cohorts’ averages, each weighed by its customers and by how cohorts "
            f"scatter; {voice.level} range. May be chance: chance alone shows as much in more than one in twenty cases, the number of questions allowed for (Holm). "
            "Next: where newer customers are worse, look at the channels that won them (Acquisition).",
            wide=True,
            tone="warn" if any(trend.verdict == "worse" for trend in trends) else "",
        ),
    )


def _main(trends: tuple[Trend, ...]) -> Trend | None:
    """The line at twelve months or the nearest age, by money."""
    along = [trend for trend in trends if trend.kind == TREND and trend.measure == MONEY]
    return min(along, key=lambda t: (t.age_months > _TITLE_AGE, abs(t.age_months - _TITLE_AGE)), default=None)


def _title(trends: tuple[Trend, ...], voice: Voice) -> str:
    clear = [trend for trend in trends if trend.verdict != "cannot be told"]
    if clear:
        return _found(clear[0], voice)
    main = _main(trends)
    if main is None:
        return "Too few cohorts to say whether newer customers are better"
    low, high = main.relative.low, main.relative.high
    return f"Newer customers are neither better nor worse beyond chance: {percent(low)} to {percent(high)} a year by month {main.age_months}"


def _found(trend: Trend, voice: Voice) -> str:
    more = "more" if trend.change.mean > 0 else "less"
    size = percent(abs(trend.relative.mean))
    if trend.measure == BACK:
        said = f"come back {more} often: {size} {more}"
    else:
        said = f"bring {more}: {size} {more}"
    if trend.kind == YEAR_AGO:
        return f"The newest customers {said} by month {trend.age_months} than those of a year before"
    return f"Newer customers {said} by month {trend.age_months} with each year"


def _caption(trends: tuple[Trend, ...], voice: Voice) -> str:
    main = _main(trends)
    if main is None:
        return ""
    money = voice.money
    return (
        f"{many(main.cohorts, 'cohort')} at {main.age_months} months: an average customer had brought {money.exact(main.usual)}; from one year to the next that changed by "
        f"{money.exact(main.change.mean)} ({voice.level} range {money.exact_range(main.change.low, main.change.high)})."
    )


def _table(trends: tuple[Trend, ...], voice: Voice) -> Table:
    return Table(
        caption="Whether newer cohorts do better, by age",
        columns=(
            Column("What"),
            *numbers("Cohorts", phone=False),
            *numbers("Usual", phone=False),
            *numbers("Change"),
            *numbers(f"{voice.level} range", phone=False),
            *numbers("Chance shows as much", phone=False),
            Column("Verdict"),
        ),
        rows=tuple(_row(trend, voice) for trend in trends if trend.relative.mean == trend.relative.mean),
    )


def _row(trend: Trend, voice: Voice) -> tuple[Cell, ...]:
    what = f"{voice.worth.capitalize()} each" if trend.measure == MONEY else "Share back"
    kind = "a year" if trend.kind == TREND else "newest against a year before"
    usual = voice.money.exact(trend.usual) if trend.measure == MONEY else percent(trend.usual)
    return (
        f"{what} by month {trend.age_months}, {kind}",
        count(trend.cohorts),
        usual,
        percent(_at_most_all(trend.relative.mean)),
        _range(trend.relative),
        chance(max(trend.chance, 1e-6)),
        _WORDS[trend.verdict],
    )


def _range(value: Estimate) -> str:
    low, high = _at_most_all(value.low), _at_most_all(value.high)
    return Figure(f"{percent(low)} … {percent(high)}", 100 * low, 100 * high, unit="%")


def _at_most_all(change: float) -> float:
    """A line that reaches nothing within the year loses all of it, not more."""
    return max(change, -1.0) if change == change else change


def _cohorts(ages: tuple[Aged, ...], voice: Voice) -> Table:
    return Table(
        caption=f"{voice.worth.capitalize()} each{'' if voice.bills else ' and share back'}, by cohort and age",
        columns=(
            Column("Won"),
            *numbers("Month"),
            *numbers("Customers", phone=False),
            *numbers("Each"),
            *numbers(f"{voice.level} range", phone=False),
            *(() if voice.bills else numbers("Back")),
            Column("Compared", phone=False),
        ),
        rows=tuple(
            (
                to_day(one.won_until),
                count(one.age_months),
                count(one.customers),
                voice.money.exact(one.each.mean),
                range_words(one.each, voice.money),
                *(() if voice.bills else (percent(one.back.mean),)),
                "yes" if one.settled and one.customers >= 30 else "no",
            )
            for one in sorted(ages, key=lambda one: (one.age_months, one.won_since), reverse=True)
        ),
    )
