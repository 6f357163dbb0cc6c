"""The personas of a run, from the columns up."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from lifeworth.insight.ground import Frame, fill
from lifeworth.insight.personas import tables
from lifeworth.insight.personas.attributes import read
from lifeworth.insight.personas.belonging import write_belonging
from lifeworth.insight.personas.described.contrast import contrast
from lifeworth.insight.personas.described.examples import tell_examples
from lifeworth.insight.personas.described.journey import find_steps, step_row
from lifeworth.insight.personas.described.profiles import REST, write_profiles
from lifeworth.insight.personas.described.rules import find_rules
from lifeworth.insight.personas.finding import Finding, find
from lifeworth.insight.personas.people import SEEN, People, see
from lifeworth.insight.personas.proxies import find_proxies
from lifeworth.insight.personas.roles import OPPOSITE
from lifeworth.insight.personas.scores import score
from lifeworth.insight.personas.telling import find_telling
from lifeworth.insight.personas.words.satisfaction import satisfaction_rows, tie_scores, tie_themes
from lifeworth.insight.personas.words.texts import lay_out_texts, put_texts_away
from lifeworth.insight.personas.words.themes import find_themes
from lifeworth.insight.personas.words.voices import find_voices
from lifeworth.insight.personas.written import attribute_rows, choice_rows, finding_row
from lifeworth.ledger.tables import drop
from lifeworth.store.engine import Engine


def build(engine: Engine, frame: Frame, value: Sequence[str] = ()) -> None:
    """Fill the ``personas_`` tables.

    Parameters
    ----------
    value : sequence of str
        Own columns that the value was made of, where the value was given; they describe nobody.
    """
    people = see(engine, frame)
    reading = read(engine, frame, people, value)
    scores = score(people)
    telling = find_telling(reading, people, scores, frame.interval_level)
    finding = find(reading, people, telling, scores, frame)
    write_belonging(engine, frame, reading, finding)
    fill(engine, tables.FINDING, [finding_row(engine, frame, people, finding)])
    fill(engine, tables.ATTRIBUTES, attribute_rows(telling, bool(finding.groups)))
    fill(engine, tables.CHOICE, choice_rows(finding))
    fill(engine, tables.PROFILES, write_profiles(engine, frame, people, finding))
    fill(engine, tables.RULES, _rules(people, finding, frame))
    fill(engine, tables.CONTRAST, _contrasts(finding, frame))
    fill(engine, tables.JOURNEY, _journey(engine, frame, finding) if people.has_past else ())
    fill(engine, tables.EXAMPLES, tell_examples(engine, frame, people, finding))
    fill(engine, tables.PROXIES, find_proxies(reading, telling, people, finding, frame))
    _listen(engine, frame, finding)
    drop(engine, SEEN)


def _rules(people: People, finding: Finding, frame: Frame) -> Iterator[list[Any]]:
    for place, group in enumerate(finding.groups):
        found = find_rules(finding.used, finding.member == place, people.value, frame.seed, frame.interval_level)
        for number, rule in enumerate(found, 1):
            ranged = [
                end
                for each in (rule.coverage, rule.confidence, rule.lift, rule.worth)
                for end in (each.mean, each.low, each.high)
            ]
            yield [group.name, number, rule.words, rule.condition or None, rule.confidence.people, *ranged]


def _contrasts(finding: Finding, frame: Frame) -> Iterator[list[Any]]:
    opposite = next((place for place, group in enumerate(finding.groups) if group.role == OPPOSITE), None)
    against = REST if opposite is None else finding.groups[opposite].name
    for each in contrast(finding.used, finding.member, len(finding.groups), opposite, frame.interval_level):
        ranged = [
            end for figure in (each.share, each.other, each.apart) for end in (figure.mean, figure.low, figure.high)
        ]
        yield [finding.groups[each.group].name, against, each.attribute.name, each.label, *ranged, each.base]


def _journey(engine: Engine, frame: Frame, finding: Finding) -> Iterator[list[Any]]:
    places = [0] * len(finding.groups)
    for step in find_steps(engine, frame, finding):
        places[step.group] += 1
        yield step_row(finding.groups[step.group].name, places[step.group], step, frame)


def _listen(engine: Engine, frame: Frame, finding: Finding) -> None:
    """What customers write and how satisfied they are, whether there are personas or not."""
    written = lay_out_texts(engine, frame)
    try:
        themes = find_themes(engine, written)
        tied = [*tie_scores(engine, frame), *tie_themes(engine, frame, themes)]
        fill(engine, tables.SATISFACTION, satisfaction_rows(tied, frame))
        member = _group_of(engine, written.customers, finding)
        voices = find_voices(written, themes, member, len(finding.groups), frame.interval_level)
    finally:
        put_texts_away(engine)
    rows, places = [], [0] * len(finding.groups)
    for voice in voices:
        places[voice.group] += 1
        ranged = [end for each in (voice.share, voice.difference) for end in (each.mean, each.low, each.high)]
        quotes = [*voice.quotes, None, None][:2]
        name = finding.groups[voice.group].name
        rows.append([name, places[voice.group], voice.theme, voice.people, *ranged, voice.q, voice.differs, *quotes])
    fill(engine, tables.VOICES, rows)


def _group_of(engine: Engine, customers: Any, finding: Finding) -> Any:
    """Place of each writer's group; −1 for none."""
    places = {group.name: place for place, group in enumerate(finding.groups)}
    found = engine.rows(
        "SELECT p.persona FROM personas_said s JOIN personas_customers p USING (customer_id) ORDER BY s.place"
    )
    return np.array([places.get(persona, -1) for (persona,) in found], dtype=np.intp)
