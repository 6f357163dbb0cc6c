"""A page of personas alone, for a list of customers whose value was given: one HTML file without scripts."""

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lifeworth.answers.personas import Personas
from lifeworth.answers.run_facts import RunFacts
from lifeworth.report.cards.personas import personas_cards
from lifeworth.report.voice import Voice

SIDE_BY_SIDE, WHY = "The kinds side by side", "What was found instead"


def render_personas(found: Personas, facts: RunFacts, about: str) -> str:
    """The page as text, the same bytes for the same answer.

    Parameters
    ----------
    about : str
        Which file, and what its value is, in a sentence.
    """
    style = files("lifeworth.report").joinpath("static/page.css").read_text(encoding="utf-8")
    mark = b64encode(sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=PackageLoader("lifeworth.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    voice = Voice(facts)
    first, *rest = personas_cards(found, voice)
    cards = (replace(first, title=SIDE_BY_SIDE if found.ideal else WHY), *rest)
    return environment.get_template("personas.html.j2").render(
        policy=f"default-src 'none'; style-src 'sha256-{mark}'; style-src-elem 'sha256-{mark}'; style-src-attr 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'",
        style=Markup(style),
        voice=voice,
        facts=facts,
        about=about,
        lead=first.title,
        under=facts.warnings,
        cards=cards,
    )
