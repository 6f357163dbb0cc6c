"""What ``lifeworth experiment`` says on the terminal."""

from collections.abc import Iterator
from pathlib import Path

from lifeworth.answers.experiment_design import Assignment, Chosen, Result
from lifeworth.insight.experiments.design.assigning import Draw
from lifeworth.insight.experiments.design.planning import EFFECTS, ExperimentPlan, Size
from lifeworth.maths.power import Aim


def _percent(share: float) -> str:
    size = abs(100 * share)
    return f"{100 * share:,.0f} %" if size >= 10 or size == round(size) else f"{100 * share:,.1f} %"


def _amount(result: Result, value: float) -> str:
    return f"{value:,.2f} {result.currency}" if result.currency else f"{value:,.2f}"


def plan_lines(plan: ExperimentPlan, result: Result, chosen: Chosen) -> Iterator[str]:
    """The verdict, what it rests on, other sizes and lengths, the cost."""
    wish, aim = plan.wish, plan.wish.aim
    yield verdict(plan, result)
    if plan.cost is not None:
        yield f"Treating {plan.treated:,} of them costs {_amount(result, plan.cost)}." + _pays(plan, result)
    yield ""
    yield f"Customers who may take part: {plan.customers:,}; {_percent(aim.control_share)} of them are left untreated."
    yield from chosen.left_out
    yield from _basis(plan, result)
    if plan.needed_unadjusted is not None and plan.asked.needed is not None:
        yield (
            f"What is predicted of each customer before takes away {_percent(plan.spread.saved)} of the variance; without it, "
            f"{plan.needed_unadjusted:,} customers."
        )
    if aim.control_share != 0.5 and plan.needed_halved is not None:
        yield f"With half of the customers left untreated, {plan.needed_halved:,} would do."
    yield ""
    yield from _table(plan, result)
    yield ""
    yield (
        f"A customer counts whether they buy or not; {result.basis} before the cost of the treatment. Seen: the {_percent(1 - aim.error)} range "
        f"leaves zero outside, in {_percent(aim.power)} of such experiments."
    )
    if wish.is_share:
        yield f"{_percent(wish.effect)} is of the {_amount(result, plan.spread.mean)} that a customer brings in {wish.days} days."


def verdict(plan: ExperimentPlan, result: Result) -> str:
    """Whether the effect can be seen, and if not, what could."""
    size = plan.asked
    effect = _effect(result, size.effect, size.share)
    if plan.can_be_seen:
        return f"You can see it: {size.needed:,} of your {plan.customers:,} customers, watched for {size.days} days, show an effect of {effect}."
    needed = "more customers than can be counted" if size.needed is None else f"{size.needed:,} customers"
    smallest = _effect(result, plan.smallest, plan.smallest_share)
    return (
        f"You cannot see it: you would need {needed} to show an effect of {effect} in {size.days} days; you have {plan.customers:,}. "
        f"Instead {_instead(plan)}. The smallest effect yours would show is {smallest}."
    )


def _effect(result: Result, amount: float, share: float | None) -> str:
    """An effect in money and as a share: 0.17 EUR of profit a customer (5 %)."""
    said = f"{_amount(result, amount)} of {result.basis} a customer"
    return said if share is None else f"{said} ({_percent(share)})"


def _instead(plan: ExperimentPlan) -> str:
    if plan.other_days is None:
        return (
            "test a larger change, watch longer, or find more customers"
            if plan.wish.is_share
            else "test a larger change, or find more customers"
        )
    if plan.wish.is_share:
        return f"watch them for {plan.other_days} days"
    return f"watch them for {plan.other_days} days only, should the effect come within these"


def _pays(plan: ExperimentPlan, result: Result) -> str:
    cost = plan.wish.cost
    if not cost or plan.asked.effect >= cost:
        return ""
    return f" An effect of {_amount(result, plan.asked.effect)} does not bring back the {_amount(result, cost)} a customer costs: look for at least that."


def _basis(plan: ExperimentPlan, result: Result) -> Iterator[str]:
    spread = plan.spread
    source = "Over such a stretch of the past" if plan.past else "By the forecast, for the history is too short,"
    yield (
        f"{source} {'' if plan.past else 'over ' + str(spread.days) + ' days '}customers like these brought {_amount(result, spread.mean)} each, give or take "
        f"{_amount(result, spread.variance**0.5)}; {_percent(spread.bought_share)} of them bought."
    ).replace("past customers", "past, customers")


def _table(plan: ExperimentPlan, result: Result) -> Iterator[str]:
    yield f"Customers it takes, by days watched and effect ({_share_word(plan.wish.aim)}):"
    widths = [max(len(_percent(effect)), 12) for effect in EFFECTS]
    yield f"{'days':>6}  {'each brings':>14}  " + "  ".join(
        f"{_percent(e):>{w}}" for e, w in zip(EFFECTS, widths, strict=True)
    )
    for start in range(0, len(plan.table), len(EFFECTS)):
        row = plan.table[start : start + len(EFFECTS)]
        each = row[0].effect / EFFECTS[0]
        cells = "  ".join(f"{_cell(size, plan):>{w}}" for size, w in zip(row, widths, strict=True))
        yield f"{row[0].days:>6}  {_amount(result, each):>14}  {cells}"
    yield f"        {'':>14}  * more than the {plan.customers:,} there are"


def _share_word(aim: Aim) -> str:
    return f"{_percent(aim.control_share)} untreated, power {_percent(aim.power)}"


def _cell(size: Size, plan: ExperimentPlan) -> str:
    if size.needed is None:
        return "–"
    return f"{size.needed:,}{'*' if size.needed > plan.customers else ' '}"


def assignment_lines(found: Assignment, draw: Draw, result: Result, chosen: Chosen, file: Path) -> Iterator[str]:
    """Who went where, who was left out, what to do next."""
    until = f" to {draw.ended_on}" if draw.ended_on else ""
    yield f"{draw.name}: {chosen.customers:,} customers in {len(found.arms)} arms, from {draw.assigned_on}{until}."
    for one in found.arms:
        yield f"  {one.arm:<20}{one.customers:>10,}   expected to bring {_amount(result, one.value_each)} each"
    yield from chosen.left_out
    yield (
        f"Alike by tier and expected value: {found.strata:,} strata, each split by the lot of name, seed {draw.seed} and id; the same customers, name "
        "and seed give the same arms."
    )
    yield f"Written: {file}"
    yield "Treat each arm as it says, and give the file to the next `lifeworth run` with --experiments to read the result."
