"""Answers → one HTML page that needs no network and runs no script but its own."""

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from math import isfinite
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lifeworth.answers.gather import Answers
from lifeworth.report.actions import action_lines
from lifeworth.report.card import Card, Section
from lifeworth.report.cards.proof import rival_card
from lifeworth.report.headline import headline
from lifeworth.report.numbers import day
from lifeworth.report.sections import contents, sections
from lifeworth.report.voice import Voice

_SCRIPTS = ("static/page.js", "static/charts.js", "static/start.js")


def render(answers: Answers) -> str:
    """The whole report as the text of one HTML file, the same bytes for the same answers.

    Parameters
    ----------
    answers : Answers
        Everything a run can say, from :func:`lifeworth.answers.gather.gather`.
    """
    voice = Voice(answers.facts, answers.proof.no_signal)
    shown = sections(answers, voice)
    style, scripts = _text("static/page.css"), [_library(), "\n".join(map(_text, _SCRIPTS))]
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            policy=_policy(style, scripts),
            style=Markup(style),
            scripts=[Markup(script) for script in scripts],
            data=_as_json(_charts(shown, voice)),
            lead=headline(answers, voice),
            actions=action_lines(answers.actions, voice),
            rival=rival_card(answers.proof, answers.chosen, voice),
            sections=shown,
            contents=contents(shown),
            facts=answers.facts,
            voice=voice,
            as_of=day(answers.facts.as_of),
            made=f"{day(answers.facts.created_at.date())} {answers.facts.created_at:%H:%M}",
        )
    )


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("lifeworth.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text(name: str) -> str:
    return files("lifeworth.report").joinpath(name).read_text(encoding="utf-8")


def _library() -> str:
    return _text("vendor/echarts.common.min.js")


def _policy(style: str, scripts: list[str]) -> str:
    """A content security policy: nothing from anywhere, only these very scripts and this very style sheet."""
    allowed = " ".join(_fingerprint(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_fingerprint(style)}; "
        f"style-src-elem {_fingerprint(style)}; style-src-attr 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    )


def _fingerprint(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _charts(shown: tuple[Section, ...], voice: Voice) -> dict[str, Any]:
    cards: list[Card] = [card for section in shown for card in section.cards]
    charts = {card.key: card.chart for card in cards if card.chart is not None}
    return {"money": voice.money.before, "charts": charts}


def _as_json(value: Any) -> Markup:
    """JSON that cannot end its own script element, with no NaN in it."""
    text = json.dumps(_finite(value), allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return value
