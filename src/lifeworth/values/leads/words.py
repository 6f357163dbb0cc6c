"""What is said of leads in plain words."""

from collections.abc import Mapping, Sequence
from datetime import date

from lifeworth.values.leads.reasons import percent


def of_lead(source: str | None, age: int, chance: float, won: float, value: Sequence[float], terms: str) -> str:
    """One open lead; ``value`` is mean, low and high of the average of many such, ``terms`` the currency."""
    mean, low, high = value
    came = f"{source[0].upper()}{source[1:]}, open" if source else "Open"
    return (
        f"{came} for {age:,} {'day' if age == 1 else 'days'}. {_first(percent(chance))} of such leads are still won, and then "
        f"bring {won:,.2f}{terms}: {mean:,.2f}{terms} a lead on average ({low:,.2f} to {high:,.2f}{terms}). {single(chance)}"
    )


def single(chance: float) -> str:
    """What a chance means for one lead alone."""
    nothing = round(100 * (1 - chance))
    if nothing >= 100:
        return "This one alone almost surely brings nothing."
    if nothing <= 0:
        return "This one alone is almost surely won."
    return f"This one alone brings nothing in {nothing} of 100 cases."


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def of_states(states: Mapping[str, int]) -> list[str]:
    """Leads that cannot be used, and what to do."""
    said = []
    if count := states.get("won some day", 0):
        said.append(
            f"{_leads(count)} won on a day that no file names; they are left out, which makes chances too low. "
            "Fill closed_on, or customer_id with the customer who then ordered."
        )
    if count := states.get("lost some day", 0):
        said.append(
            f"{_leads(count)} lost on a day that no file names; they count as never won, and old open leads look worse "
            "than they are. Fill closed_on."
        )
    if count := states.get("customer", 0):
        said.append(
            f"{_leads(count)} of customers who had ordered before the lead came; they are left out, for their value "
            "stands with the customer."
        )
    return said


def none_open(as_of: date) -> str:
    """Why no lead is valued: none is open."""
    return f"No lead in the files is open on {as_of}, so none is valued."


def too_few(finished: int, needed: int) -> str:
    """Why no lead is valued: nothing to learn from."""
    return (
        f"Open leads are not valued: only {finished:,} earlier leads have had their time to be won or lost, and {needed} are "
        "needed. Export all leads, also those that are closed."
    )


def none_won(finished: int) -> str:
    """Why no lead is valued: none was ever won, as far as the files say."""
    return (
        f"Open leads are not valued: none of the {finished:,} earlier leads is known to have been won. Say which were: a column "
        "won with closed_on, or customer_id with the customer who then ordered."
    )


NO_NEWCOMERS = (
    "Open leads are not valued: too few customers have had the time to show what a new one brings. Export a longer "
    "history of orders."
)


def written_later(columns: Sequence[str]) -> str:
    """Columns that are filled or answered otherwise for open leads."""
    return (
        f"The chances of leads leave out {', '.join(columns)}: filled or answered otherwise for finished leads than for "
        "open ones, so most likely written as a lead is won or lost."
    )


def _leads(count: int) -> str:
    return f"{count:,} lead is" if count == 1 else f"{count:,} leads are"
