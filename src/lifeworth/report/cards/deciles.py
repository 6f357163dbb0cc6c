"""Whether those who were ranked highest brought most."""

from math import isfinite

from lifeworth.answers.proof import Proof, Verdict
from lifeworth.report.card import Card, Column, Table, numbers
from lifeworth.report.numbers import count, day, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import listed, many, sentence, span

_NO_RANKING = 0.12


def deciles_card(proof: Proof, verdict: Verdict, voice: Voice) -> Card:
    """Customers in tenths by what was predicted, beside what they brought."""
    if not any(decile.predicted_total or decile.actual_total for decile in proof.deciles):
        few = (
            "There were too few customers to make tenths." if not proof.deciles else "No money came, and none was said."
        )
        return Card(key="deciles", title="Ranking could not be tested", empty=few)
    return Card(
        key="deciles",
        title=_title(proof),
        caption=f"Customers in tenths by what was predicted. Bar: predicted; dot: happened ({verdict.measured}).",
        chart=_chart(proof, voice),
        chart_label="Predicted and actual money per customer by tenth: "
        + ", ".join(
            f"{d.decile}: {voice.money.about(d.predicted_mean)} and {voice.money.about(d.actual_mean)}"
            for d in proof.deciles
        ),
        details=_table(proof, voice),
        footer=f"{sentence(verdict.measured)} per customer over {span(verdict.horizon_days)} from {day(verdict.cut)}. "
        + _held(verdict, voice),
    )


def _title(proof: Proof) -> str:
    total = sum(decile.actual_total for decile in proof.deciles)
    if not proof.deciles or total <= 0:
        return "Ranking could not be tested"
    top = proof.deciles[0].actual_total / total
    if top <= _NO_RANKING:
        return f"The ranking did not work: the tenth ranked highest brought {percent(top)} of what came"
    return f"The tenth ranked highest brought {percent(top)} of what came"


def _held(verdict: Verdict, voice: Voice) -> str:
    """How often single customers' ranges held, with and without something to expect."""
    parts = []
    if isfinite(verdict.coverage):
        parts.append(f"{percent(verdict.coverage / 100)} of customers with something to expect")
    if isfinite(verdict.coverage_zero):
        parts.append(f"{percent(verdict.coverage_zero / 100)} of those with nothing to expect")
    if not parts:
        return ""
    promised = f"({voice.level} was promised; checked on {many(verdict.sample, 'customer')})"
    return f"Ranges held for {listed(parts)} {promised}."


def _chart(proof: Proof, voice: Voice) -> dict[str, object]:
    return {
        "kind": "deciles",
        "names": [str(decile.decile) for decile in proof.deciles],
        "predicted": [round(decile.predicted_mean, 2) for decile in proof.deciles],
        "actual": [round(decile.actual_mean, 2) for decile in proof.deciles],
        "says": [
            f"tenth {d.decile}, {count(d.customers)} customers\npredicted {voice.money.about(d.predicted_mean)} each\n"
            f"happened {voice.money.about(d.actual_mean)} each"
            for d in proof.deciles
        ],
        "x": "tenths of customers, 1 = predicted to bring most",
        "y": "per customer",
    }


def _table(proof: Proof, voice: Voice) -> Table:
    return Table(
        caption="Predicted and actual money by tenth of customers",
        columns=(
            Column("Tenth"),
            *numbers("Customers", "Predicted each", "Happened each"),
            *numbers("Predicted in all", "Happened in all", phone=False),
        ),
        rows=tuple(
            (
                str(d.decile),
                count(d.customers),
                voice.money.exact(d.predicted_mean),
                voice.money.exact(d.actual_mean),
                voice.money.exact(d.predicted_total),
                voice.money.exact(d.actual_total),
            )
            for d in proof.deciles
        ),
    )
