"""The columns that say something of a customer, and the SQL that reads them as text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lifeworth.insight.ground import Frame
from lifeworth.ledger.tables import day, has_rows, text
from lifeworth.store.engine import Engine

OWN, CHANNEL, COUNTRY, SURVEY = "own column", "channel", "country", "survey"
MOST_QUESTIONS = 20

_KEYS = """
SELECT DISTINCT unnest(json_keys(attributes)) AS key FROM sources_customers
WHERE attributes IS NOT NULL AND customer_id IN (SELECT customer_id FROM {who}) ORDER BY 1"""

# One question may have been asked of many; free answers that hardly anybody shares are left out later.
_QUESTIONS = """
SELECT question FROM sources_surveys
WHERE answer IS NOT NULL AND question IS NOT NULL AND answered_on < {as_of}
GROUP BY question ORDER BY count(*) DESC, question LIMIT {most}"""

_CHOICES = """
SELECT customer_id, {latest} FROM sources_surveys
WHERE answer IS NOT NULL AND question IS NOT NULL AND answered_on < {as_of} GROUP BY customer_id"""

_LATEST = "arg_max(answer, (answered_on, answer_id)) FILTER (question = {question}) AS q{place}"

# All columns of a row are read from its JSON at once: one by one takes three times as long.
_LISTED = """
SELECT customer_id, json_extract_string(attributes, [{paths}]) AS a
FROM {listed} WHERE customer_id IN (SELECT customer_id FROM {who})"""

_ONCE = "(SELECT customer_id, max(attributes) AS attributes FROM sources_customers GROUP BY customer_id)"

# What people type where they have nothing to say. A pattern, because the engine makes a join of every longer IN.
_NOTHING = (
    "[?-]+|n/a|nan|null|unknown|not stated|not specified|not known|unbekannt|keine angabe|k[.]a[.]|inconnu|non renseigné|"
    "desconocido|onbekend|sconosciuto|não informado"
)


@dataclass(frozen=True)
class Column:
    """A column by the name the company gave it, and where it comes from."""

    name: str
    origin: str


def find_columns(engine: Engine, frame: Frame, who: str) -> tuple[Column, ...]:
    """Every column that may describe a customer: the company's own, channel, country, options chosen in surveys.

    ``who`` is a table with the ``customer_id`` of those of whom it must say something.
    """
    own = [Column(str(key), OWN) for (key,) in engine.rows(_KEYS.format(who=who))]
    asked = [Column(question, SURVEY) for question in _questions(engine, frame)]
    return (Column("channel", CHANNEL), Column("country", COUNTRY), *own, *asked)


def texts_sql(
    engine: Engine,
    frame: Frame,
    columns: tuple[Column, ...],
    places: Iterable[int],
    who: str,
    told: Mapping[int, str] | None = None,
) -> str:
    """SQL of ``customer_id`` and ``t0``, ``t1`` … for the columns at some places: their texts, empty where nothing is said.

    Parameters
    ----------
    who : str
        A table with ``customer_id``, ``channel`` and ``country``.
    told : dict of int to str, optional
        By place, SQL of what is wanted instead of the text ``t{place}``; empty for a customer of whom no list says anything.
    """
    wanted = {place: columns[place] for place in places}
    told = told or {}
    known = {place: f'"{each.origin}"' for place, each in wanted.items() if each.origin in (CHANNEL, COUNTRY)}
    joined = f"({_layer(who, known, told)}) c"
    own = {place: each.name for place, each in wanted.items() if each.origin == OWN}
    if own:
        listed = {place: f"a[{at}]" for at, place in enumerate(own, 1)}
        joined += (
            f" LEFT JOIN ({_layer(f'({_listed(engine, own.values(), who)})', listed, told)}) l USING (customer_id)"
        )
    asked = {place: each.name for place, each in wanted.items() if each.origin == SURVEY}
    if asked:
        chosen = {place: f"q{place}" for place in asked}
        joined += f" LEFT JOIN ({_layer(f'({_choices(frame, asked)})', chosen, told)}) s USING (customer_id)"
    return f"SELECT {', '.join(['customer_id', *(f't{place}' for place in wanted)])} FROM {joined}"


def _layer(relation: str, raw: Mapping[int, str], told: Mapping[int, str]) -> str:
    """Columns of a relation: trimmed, emptied where nothing is said, and turned into what is wanted."""
    trimmed = [f"nullif(trim({sql}), '') AS t{place}" for place, sql in raw.items()]
    kept = [
        f"CASE WHEN NOT regexp_full_match(lower(t{place}), {text(_NOTHING)}) THEN t{place} END AS t{place}"
        for place in raw
    ]
    said = [f"{told.get(place, f't{place}')} AS t{place}" for place in raw]
    inner = f"SELECT {', '.join(['customer_id', *trimmed])} FROM {relation}"
    return (
        f"SELECT {', '.join(['customer_id', *said])} FROM (SELECT {', '.join(['customer_id', *kept])} FROM ({inner}))"
    )


def _listed(engine: Engine, names: Iterable[str], who: str) -> str:
    """The company's own columns of each customer as a list; a customer listed twice is taken once."""
    once = engine.value("SELECT count(*) = count(DISTINCT customer_id) FROM sources_customers")
    paths = ", ".join(text("/" + name.replace("~", "~0").replace("/", "~1")) for name in names)
    return _LISTED.format(paths=paths, listed="sources_customers" if once else _ONCE, who=who)


def _questions(engine: Engine, frame: Frame) -> list[str]:
    if not has_rows(engine, "sources_surveys", "answer IS NOT NULL"):
        return []
    rows = engine.rows(_QUESTIONS.format(as_of=day(frame.as_of), most=MOST_QUESTIONS))
    return sorted(str(question) for (question,) in rows)


def _choices(frame: Frame, asked: Mapping[int, str]) -> str:
    """The latest option each customer chose, a column per question."""
    latest = [_LATEST.format(question=text(question), place=place) for place, question in asked.items()]
    return _CHOICES.format(latest=", ".join(latest), as_of=day(frame.as_of))
