"""What to do first, in words: under the headline, before the chapters."""

from dataclasses import dataclass

from lifeworth.answers.actions import CHANNEL, LEAK, LOSS, Action
from lifeworth.report.cards.margins.words import group_words
from lifeworth.report.voice import Voice
from lifeworth.report.words import many

MOST = 3

_CHAPTER = {LEAK: "margins", LOSS: "margins", CHANNEL: "acquisition"}


@dataclass(frozen=True)
class ActionLine:
    """What is at stake, its range, what to do about it, and the chapter that tells more."""

    stake: str
    range: str
    words: str
    chapter: str


def action_lines(actions: tuple[Action, ...], voice: Voice) -> tuple[ActionLine, ...]:
    """The first few actions; none where nothing is beyond chance."""
    return tuple(_line(action, voice) for action in actions[:MOST])


def _line(action: Action, voice: Voice) -> ActionLine:
    stake, money = action.stake, voice.money
    return ActionLine(
        stake=money.about(stake.mean),
        range=f"{voice.level} range {money.range(stake.low, stake.high)}",
        words=_words(action, voice),
        chapter=_CHAPTER.get(action.kind, "retention"),
    )


def _words(action: Action, voice: Voice) -> str:
    money = voice.money
    if action.kind == LEAK:
        return (
            f"Look into {action.subject} of {group_words(action.names, money)}. This is what they cost in a year beyond "
            "comparable ones."
        )
    if action.kind == LOSS:
        return (
            f"Charge for {group_words(action.names, money)}, or stop them. Each loses {money.exact(-action.each)}, mostly by "
            f"{action.subject}; this is the loss of a year."
        )
    if action.kind == CHANNEL:
        return (
            f"Spend less on {action.subject}, or find better customers with it. An average {money.exact(1.0)} there brings back "
            f"{money.exact(action.each)} within {voice.ahead}; this is what the last year's spend there does not bring back."
        )
    works = "if it works as assumed: try it on a part first" if action.assumed else "by what an experiment measured"
    return f"Write to {many(action.people, 'customer past the usual gap', 'customers past their usual gap')}. This is what should come back beyond the cost, {works}."
