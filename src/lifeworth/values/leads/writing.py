"""The rows of the tables of leads."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from lifeworth.maths.arrays import FloatArray
from lifeworth.store.engine import Engine
from lifeworth.values.leads import tables, words
from lifeworth.values.leads.bringing import Brings
from lifeworth.values.leads.chance import BY_ALL
from lifeworth.values.leads.judging import Figure, fifths
from lifeworth.values.leads.keeping import to_json
from lifeworth.values.leads.learning import Learned
from lifeworth.values.leads.reading import Leads, read_leads
from lifeworth.values.leads.reasons import reasons
from lifeworth.values.leads.rows import ROWS
from lifeworth.values.leads.scorer import Scorer, Scores
from lifeworth.values.leads.sources import source_rows
from lifeworth.values.leads.telling import Told, tell


def write_learned(engine: Engine, learned: Learned, scorer: Scorer, brings: tuple[Brings, ...]) -> None:
    """What was learned of leads, how well it did, what goes with being won, and what the next leads should bring."""
    told = _tell(learned, scorer.level)
    tables.fill(engine, tables.COLUMNS, _columns(learned, told))
    tables.fill(engine, tables.EFFECTS, _effects(told))
    tables.fill(engine, tables.WORTH, _worth(brings))
    tables.fill(engine, tables.JUDGED, [_judged(learned, scorer.level)])
    tables.fill(engine, tables.FIFTHS, _fifths(learned, scorer.level))
    tables.fill(engine, tables.SOURCES, source_rows(engine, scorer, learned.raw))
    tables.fill(engine, tables.MODEL, [[to_json(scorer)]])


def write_open(engine: Engine, learned: Learned, scorer: Scorer) -> None:
    """``values_leads`` and ``values_lead_scores``: every open lead, by id."""
    leads = read_leads(engine, scorer, learned.raw, table=ROWS, where="state = 'open'")
    if not len(leads):
        return
    scores = scorer.score(leads.levels)
    _write_leads(engine, leads, scores, scorer)
    said = reasons(scorer.chance, leads.levels.chance_codes, leads.levels.age_days, learned.usual)
    engine.append(
        tables.SCORES.name,
        {
            "lead_id": leads.key,
            "chance_low": np.round(scores.chance_low, 6),
            "chance_high": np.round(scores.chance_high, 6),
            "reason_1": np.array([one for one, _ in said], dtype=object),
            "reason_2": np.array([two for _, two in said], dtype=object),
        },
    )


def _write_leads(engine: Engine, leads: Leads, scores: Scores, scorer: Scorer) -> None:
    size, shown = len(leads), rounded(scores)
    engine.append(
        tables.LEADS.name,
        {
            "lead_id": leads.key,
            "created_on": leads.created_on.astype("datetime64[us]"),
            "source": leads.source,
            "chance_of_winning": shown.chance,
            "value_if_won_mean": shown.if_won,
            "value_mean": shown.mean,
            "value_low": shown.low,
            "value_high": shown.high,
            "evidence": np.array(scores.evidence, dtype=object),
            "sentence": np.array(sentences(leads, shown, scorer.currency), dtype=object),
            "as_of": np.full(size, np.datetime64(scorer.as_of), dtype="datetime64[us]"),
            "horizon_days": np.full(size, scorer.like.horizon_days),
            "currency": np.full(size, scorer.currency, dtype=object),
        },
    )


def rounded(scores: Scores) -> Scores:
    """Scores as they are shown: chances to a millionth, money to a hundredth, every mean within its range."""
    mean = _cents(scores.mean)
    return Scores(
        chance=np.round(scores.chance, 6),
        chance_low=np.round(scores.chance_low, 6),
        chance_high=np.round(scores.chance_high, 6),
        if_won=_cents(scores.if_won),
        mean=mean,
        low=np.minimum(_cents(scores.low), mean),
        high=np.maximum(_cents(scores.high), mean),
    )


def _cents(amounts: FloatArray) -> FloatArray:
    return np.asarray(np.round(amounts, 2) + 0.0)


def sentences(leads: Leads, scores: Scores, currency: str | None) -> list[str]:
    """A sentence for each lead."""
    terms = f" {currency}" if currency else ""
    value = np.column_stack([scores.mean, scores.low, scores.high])
    rows = zip(
        leads.source, leads.levels.age_days.tolist(), scores.chance.tolist(), scores.if_won.tolist(), value.tolist(), strict=True
    )  # fmt: skip
    return [words.of_lead(source, age, p, won, each, terms) for source, age, p, won, each in rows]


def _tell(learned: Learned, level: float) -> tuple[Told, ...]:
    finished = learned.finished
    months = (finished.month, len(finished.months), float(learned.chance.effects.spreads[0]))
    members = [column.members for column in finished.columns]
    return tell(finished.names, members, finished.codes, finished.won, months, level)


def _columns(learned: Learned, told: tuple[Told, ...]) -> Iterator[list[Any]]:
    used = {column.name for column in learned.chance.columns}
    levels = {column.name: len(column.members) for column in learned.finished.columns}
    place = 0
    for place, each in enumerate(told, 1):
        yield [place, each.name, True, each.name in used, None, levels[each.name], each.p, each.q, each.tells]
    for later, each_out in enumerate(learned.chosen.left_out, place + 1):
        yield [later, each_out.name, False, False, each_out.reason, None, None, None, None]


def _effects(told: tuple[Told, ...]) -> Iterator[list[Any]]:
    for column in told:
        for one in column.levels:
            figures = [one.chance, one.low, one.high, one.effect, one.effect_low, one.effect_high]
            yield [column.name, one.name, one.leads, one.won, *figures, one.p, one.q, one.tells]


def _worth(brings: tuple[Brings, ...]) -> Iterator[list[Any]]:
    for column in brings:
        for one in column.levels:
            figures = [one.mean, one.low, one.high, one.effect, one.effect_low, one.effect_high]
            chances = [one.p, one.q, one.tells, column.p, column.q, column.tells]
            yield [column.name, column.former_leads, one.name, one.newcomers, *figures, *chances]


def _judged(learned: Learned, level: float) -> list[Any]:
    judged, blind, counts = learned.judged, learned.blind, learned.counts
    known = [counts.finished, counts.won, learned.chance.days, len(learned.finished)]
    if judged is None or blind is None:
        return [learned.chance.way, False, *known, *[None] * 18, level]
    areas = [
        end for each in (judged.area_by_source, judged.area_by_all, judged.area_apart) for end in _ends(each, level)
    ]
    losses = [judged.loss_by_source, judged.loss_by_all, *_ends(judged.gain, level), judged.p, blind.strength]
    return [learned.chance.way, True, *known, judged.leads, judged.won, *areas, *losses, level]


def _ends(figure: Figure, level: float) -> tuple[float, float, float]:
    return (figure.mean, *figure.range(level))


def _fifths(learned: Learned, level: float) -> Iterator[list[Any]]:
    blind = learned.blind
    if blind is None:
        return
    told = blind.by_all if learned.chance.way == BY_ALL else blind.by_source
    for place, each in enumerate(fifths(told, blind.won, level), 1):
        yield [place, each.leads, each.expected, each.won, each.low, each.high, each.holds]
