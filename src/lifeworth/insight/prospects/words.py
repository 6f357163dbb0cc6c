"""What is said of prospects in plain words."""

from calendar import month_name
from collections.abc import Mapping
from typing import Any

from lifeworth.insight.ground import Frame

Row = Mapping[str, Any]
SEASON, NOT_STATED = "month of the year", "not stated"
BY_ALL = "by everything known"
FEWEST_FOR_ADS = 100


def percent(share: float) -> str:
    """A share in percent, with a decimal below ten.

    Examples
    --------
    >>> percent(0.034), percent(0.25), percent(0.0)
    ('3.4 %', '25 %', '0 %')
    """
    return f"{100 * share:.1f} %" if 0 < share < 0.0995 else f"{100 * share:.0f} %"


def points(share: float) -> str:
    """A difference of shares in points: +3.2 points."""
    return f"{100 * share:+.1f} points"


def money(amount: float, frame: Frame) -> str:
    """An amount with its currency."""
    return f"{amount:,.2f} {frame.currency}" if frame.currency else f"{amount:,.2f}"


def level_words(name: str, level: str) -> str:
    """A level with its column: industry office, came in December, newsletter not stated."""
    if name == SEASON and level.isdigit():
        return f"came in {month_name[int(level)]}"
    return f"{name.replace('_', ' ')} {level}"


def of_proof(row: Row) -> str:
    """How well the chance did on later leads."""
    if not row["judged"]:
        return (
            f"Too few leads came to hold everything known against the source alone ({row['finished']:,} have had their time), so "
            "the source alone tells leads apart."
        )
    all_, source = (f"{100 * row[f'area_by_{way}_mean']:.0f}" for way in ("all", "source"))
    ends = f"{100 * row['area_by_all_low']:.0f} to {100 * row['area_by_all_high']:.0f}"
    blind = f"{row['told_blind']:,} leads that came later than those learned from"
    if row["way"] == BY_ALL:
        return (
            f"Everything known is used: among {blind}, a won lead had the higher chance than one that was not won {all_} times in "
            f"100 ({ends}), by its source alone {source} times; 50 is guessing."
        )
    why = (
        "no more than chance could"
        if row["p"] >= 0.05
        else "and was on the whole no better, because too few leads were won to learn it"
    )
    return (
        f"The source alone tells leads apart: among {blind}, a won lead had the higher chance {source} times in 100; with everything "
        f"known {all_} ({ends}), {why}; 50 is guessing."
    )


def of_column(row: Row) -> str:
    """What a column tells, or why it may not."""
    name = str(row["name"]).replace("_", " ")
    if not row["asked"]:
        return f"{name} is left out: {row['left_out']}."
    told = [
        what
        for what, tells in (("being won", row["tells_chance"]), ("what newcomers bring", row["tells_value"]))
        if tells
    ]
    if told:
        return f"{name} goes with {' and with '.join(told)}, beyond chance."
    return f"{name} tells nothing beyond chance."


def of_effect(row: Row, frame: Frame) -> str:
    """What a level does to the chance, and goes with in money."""
    said = []
    if row["tells_chance"] and row["chance_mean"] is not None:
        said.append(
            f"{percent(row['chance_mean'])} of leads would be won if all had this level "
            f"({percent(row['chance_low'])} to {percent(row['chance_high'])}), {points(row['chance_effect_mean'])} beside all"
        )
    if row["tells_value"] and row["value_mean"] is not None:
        who = "customers who had been such leads" if row["former_leads"] else "newcomers of this level"
        said.append(
            f"{who} bring {money(row['value_mean'], frame)} each ({money(row['value_low'], frame)} to "
            f"{money(row['value_high'], frame)}), {row['value_effect_mean']:+,.2f} beside others"
        )
    return f"{level_words(row['name'], row['level'])}: {'; '.join(said) or 'nothing beyond chance'}."


def of_ceiling(row: Row, frame: Frame) -> str:
    """What one more may cost, and what is paid now."""
    if not frame.in_profit:
        what = f"{money(row['newcomer_mean'], frame)} of revenue"
        each = f", a new lead {money(row['lead_mean'], frame)}" if row["lead_mean"] is not None else ""
        return f"{row['member']}: a newcomer brings {what}{each}; without costs nobody can say what one may cost."
    parts = []
    if row["lead_mean"] is not None:
        parts.append(_at_most("lead", row, frame))
    parts.append(_at_most("newcomer", row, frame))
    paid = _paid(row, frame)
    return f"{row['member']}: {'; '.join(parts)}.{paid}"


def _at_most(part: str, row: Row, frame: Frame) -> str:
    mean, low = row[f"{part}_mean"], row[f"{part}_low"]
    if mean <= 0:
        return f"one more {part} brings nothing to pay with ({money(mean, frame)})"
    careful = f"{money(low, frame)} to be cautious" if low > 0 else "nothing to be cautious"
    return f"pay at most {money(mean, frame)} for one more {part} ({careful})"


def _paid(row: Row, frame: Frame) -> str:
    part = "lead" if row["paid_lead"] is not None else "newcomer"
    paid = row[f"paid_{part}"]
    if paid is None:
        return ""
    verdict = {
        "pays": "on average it pays",
        "does not pay": "on average it does not pay",
        "cannot be told": "whether it pays on average cannot be told",
    }[row["verdict"]]
    return f" Paid now: {money(paid, frame)} a {part}; {verdict}."


def of_seed(known: bool, worth_most: int, agree: int, listed: int, frame: Frame) -> str:
    """How the seed came about, or why there is none."""
    if not known:
        return (
            "No seed: the files say of no customer whether they agreed to advertising, and unknown counts as no. "
            "Add a column consent_ads to the list of customers."
        )
    if frame.no_signal:
        return "No seed: nothing tells customers apart by what they should bring, so no one is known to be worth more."
    if not listed:
        return f"No seed: none of the {worth_most:,} customers worth most has agreed to advertising."
    few = (
        f" Advertising systems ask for {FEWEST_FOR_ADS} people or more of one country."
        if listed < FEWEST_FOR_ADS
        else ""
    )
    cut = f" The best {listed:,} are listed." if listed < agree else ""
    return f"{agree:,} of the {worth_most:,} customers worth most have agreed to advertising.{cut}{few}"


def of_fairness(name: str, level: str, area: float | None, flagged: bool) -> str:
    """Whether the score tells a protected level."""
    if area is None:
        return f"{name} {level}: too few open leads to be shown."
    figure = f"a lead of this level has the higher value than another {100 * area:.0f} times in 100"
    return f"{name} {level}: {figure}; " + (
        "who acts on the score acts on it as well." if flagged else "beyond chance the score does not tell it."
    )
