"""What to do first: the findings of all rooms that money hangs on, the largest first."""

from dataclasses import dataclass

from lifeworth.answers.acquisition import Acquisition
from lifeworth.answers.acquisition_parts import LOSES
from lifeworth.answers.estimate import Estimate
from lifeworth.answers.margins import Margins
from lifeworth.answers.retention import Retention

LEAK, LOSS, CHANNEL, WIN_BACK = "leak", "loss", "channel", "win back"


@dataclass(frozen=True)
class Action:
    """A finding with what is at stake: money a year for leaks and losses, of the spend judged for channels, of one campaign for win-back.

    ``subject`` names the cost or the channel, ``names`` the group of orders, ``each`` is what one unit brings (a euro spent,
    an order), ``people`` how many to write to; what an action has no use for is empty. ``assumed``: it rests on an effect nobody has
    measured yet.
    """

    kind: str
    stake: Estimate
    subject: str = ""
    names: tuple[tuple[str, str], ...] = ()
    each: float = 0.0
    people: int = 0
    assumed: bool = False


def first_actions(lost: Margins, won: Acquisition, kept: Retention) -> tuple[Action, ...]:
    """One action of each kind at most, only where the whole range is a gain; the largest expected stake first."""
    found = [*_leak(lost), *_loss(lost), *_channel(won), *_win_back(kept, lost.value_ahead)]
    sure = [action for action in found if action.stake.low > 0]
    return tuple(sorted(sure, key=lambda action: (-action.stake.mean, action.kind)))


def _leak(lost: Margins) -> list[Action]:
    return [Action(LEAK, leak.excess, leak.cost, leak.names) for leak in lost.leaks[:1]]


def _loss(lost: Margins) -> list[Action]:
    return [Action(LOSS, group.loss, group.cost, group.names, group.profit_per_order.mean) for group in lost.groups[:1]]


def _channel(won: Acquisition) -> list[Action]:
    """The channel on which most is lost on average."""
    found = []
    for verdict in won.verdicts:
        if verdict.average_verdict == LOSES and verdict.average is not None:
            low, high = -verdict.average.high * verdict.spend, -verdict.average.low * verdict.spend
            stake = Estimate(-verdict.average.mean * verdict.spend, low, high)
            found.append(Action(CHANNEL, stake, verdict.channel, each=1 + verdict.average.mean))
    return sorted(found, key=lambda action: -action.stake.mean)[:1]


def _win_back(kept: Retention, value_ahead: float | None) -> list[Action]:
    """As far as the budget goes, or to where the gain is largest; no effect merely assumed that outdoes the whole base."""
    point = kept.winback.budget or kept.winback.peak
    if point is None:
        return []
    effect = kept.grounds.get("brings_back")
    assumed = effect is None or effect.is_assumed
    if assumed and value_ahead is not None and point.net.mean > max(value_ahead, 0.0):
        return []
    return [Action(WIN_BACK, point.net, people=point.contacts, assumed=assumed)]
