"""Which columns describe personas, which do not and why, and what gives protected ones away."""

from lifeworth.answers.personas import Personas, ProxyLine
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.numbers import count, decimals
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, sentence, set_well, shorten

_LONGEST = 60
_TOGETHER = "all columns used, together"
_ASKED_OF_ALL = ("channel", "country")


def columns_card(found: Personas, voice: Voice) -> tuple[Card, ...]:
    """The columns that were considered; nothing where there were none."""
    if not found.columns:
        return ()
    used = [each for each in found.columns if each.used]
    tested = [each for each in found.columns if each.q == each.q]
    flagged = [each for each in found.proxies if each.flagged]
    return (
        Card(
            key="personas-columns",
            title=_title(len(used), len(tested), flagged),
            caption=_protected_words(found, flagged),
            details=Table(
                caption="Columns that were considered, and why each is used or not",
                columns=(
                    Column("Column"),
                    *numbers("Tells worth"),
                    Column("Part", phone=False),
                    Column("Why", phone=False),
                ),
                rows=tuple(
                    (
                        Name(shorten(each.name, _LONGEST), each.name),
                        decimals(each.strength.mean, 2) if each.strength.mean == each.strength.mean else "",
                        each.part,
                        set_well(each.reason),
                    )
                    for each in found.columns
                    if not (each.name in _ASKED_OF_ALL and each.reason == "empty")
                ),
            ),
            details_name="Every column, and why it is used or not",
            points=tuple(_proxy_words(each) for each in flagged[:6]),
            footer=f"Tells worth: correlation ratio of ranks, 0 nothing to 1 all. A column counts when it tells {_what_counts(voice)}, false discoveries under "
            "control at 5 %. It gives a protected column away when it tells it with an area under the curve above 0.65 (0.5 is a guess, 1 is certain). "
            "Next: name further protected columns in the setting protected.",
            wide=True,
        ),
    )


def _what_counts(voice: Voice) -> str:
    if not voice.facts.horizon_days:
        return "the value beyond chance"
    return "both what customers should bring and what they brought among those known equally long"


def _title(used: int, tested: int, flagged: list[ProxyLine]) -> str:
    said = f"{count(used)} of {many(tested, 'column')} {agree(used, 'describes', 'describe')} the personas"
    if not used:
        said = f"{sentence(many(tested, 'column'))} {agree(tested, 'was', 'were')} tested for what {agree(tested, 'it tells', 'they tell')} of worth"
    if not flagged:
        return said
    first = max(flagged, key=lambda each: (each.used, each.auc.mean))
    return f"{said}; {first.protected.replace('_', ' ')} is given away by {_predictor(first)}"


def _protected_words(found: Personas, flagged: list[ProxyLine]) -> str:
    names = [shorten(each.name.replace("_", " "), 30) for each in found.columns if each.protected]
    if not names:
        return "No column is protected, neither by its name nor by the settings."
    said = f"Protected, and never used: {listed(names[:8])}."
    if not found.proxies:
        return said
    return (
        f"{said} Something in use gives protected columns away."
        if any(each.used for each in flagged)
        else f"{said} Nothing in use gives them away."
    )


def _predictor(each: ProxyLine) -> str:
    return "all columns in use together" if each.predictor == _TOGETHER else each.predictor.replace("_", " ")


def _proxy_words(each: ProxyLine) -> str:
    how = "It is in use: who acts on it acts on that as well." if each.used else "It is not in use."
    auc = f"{decimals(each.auc.mean, 2)}, {decimals(each.auc.low, 2)} … {decimals(each.auc.high, 2)}"
    verb = "give" if each.predictor == _TOGETHER else "gives"
    return f"{sentence(_predictor(each))} {verb} {each.protected.replace('_', ' ')} away (area under the curve {auc}). {how}"
