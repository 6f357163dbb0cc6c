"""How answers are staged: surveys, reviews and notes about customers, one row an answer."""

from collections.abc import Mapping

from lifeworth.errors import InputError
from lifeworth.sources.cells.yes_no import listed
from lifeworth.sources.shape import Ask, Rule
from lifeworth.sources.table_shape import TableShape, as_given

# Which instrument a column of scores belongs to.
_SCORES: Mapping[str, str] = {
    "score": "survey",
    "nps_score": "nps",
    "csat_score": "csat",
    "ces_score": "ces",
    "review_score": "review",
}

# What people write for the instruments of the contract.
_MEANT: Mapping[str, tuple[str, ...]] = {
    "nps": ("net promoter score",),
    "csat": ("customer satisfaction", "customer satisfaction score"),
    "ces": ("customer effort score",),
    "review": ("reviews", "product review"),
    "note": ("notes", "account note"),
}
_SPOKEN = "lower(trim(replace(replace(v_instrument, '_', ' '), '-', ' ')))"

# An answer's id may name the whole questionnaire, or a review of several orders: these tell its answers apart.
_APART = ("customer_id", "order_id", "product_id", "question")


def shape_surveys(has: frozenset[str], ask: Ask) -> TableShape:
    """Answers; of several versions of one the latest stands."""
    columns = as_given(
        has, customer_id="VARCHAR", order_id="VARCHAR", product_id="VARCHAR", answered_on="DATE", question="VARCHAR",
        answer="VARCHAR",
    )  # fmt: skip
    score = _score_column(has)
    moments = [f"v_{name}" for name in ("updated_at", "answered_on") if name in has]
    columns |= {
        "answer_id": ("VARCHAR", _first(has, "answer_id", "review_id")),
        "instrument": ("VARCHAR", _instrument(has, score)),
        "score": ("DOUBLE", f"v_{score}" if score else "NULL"),
        "text": ("VARCHAR", _text(has)),
        "happened_at": ("TIMESTAMP", f"coalesce({', '.join(moments)})"),
    }
    rules = (
        Rule("order_id IS NULL AND customer_id IS NULL", "ignored", "the answer names no customer and no order"),
        Rule("score IS NULL AND answer IS NULL AND text IS NULL", "ignored", "nothing was answered"),
        Rule("instrument = 'nps' AND score NOT BETWEEN 0 AND 10", "quarantined", "an NPS score is not from 0 to 10"),
    )
    return TableShape(columns, _key(columns), "unique", rules)


def _key(columns: Mapping[str, object]) -> str:
    """SQL: what makes an answer this one: its id, or, where it has none, all it says."""
    known = ", ".join(f"coalesce({name}, '')" for name in _APART)
    said = ", ".join(name for name in columns if name != "answer_id")
    return (
        f"CASE WHEN answer_id IS NOT NULL THEN concat_ws(chr(31), 'id', answer_id, {known}) "
        f"ELSE 'said ' || CAST(hash({said}) AS VARCHAR) END"
    )


def _score_column(has: frozenset[str]) -> str | None:
    """The field that holds the scores; a row is one answer, so there is one at most."""
    found = [name for name in _SCORES if name in has]
    if len(found) > 1:
        raise InputError(
            "a row is one answer, but several columns hold scores",
            column=found[1],
            remedy=f"Leave all but one out, such as --map surveys.{found[1]}=- for the column 'COLUMN'.",
        )
    return found[0] if found else None


def _first(has: frozenset[str], *names: str) -> str:
    found = [f"v_{name}" for name in names if name in has]
    return f"coalesce({', '.join(found)})" if found else "NULL"


def _instrument(has: frozenset[str], score: str | None) -> str:
    """What the file says, in one spelling; else what its columns are called after."""
    if score and score != "score":
        usual = _SCORES[score]
    elif has & {"review_id"}:
        usual = "review"
    else:
        usual = "survey" if score or "question" in has else "note"
    if "instrument" not in has:
        return f"'{usual}'"
    words = " ".join(f"WHEN {_SPOKEN} IN ({listed(spoken)}) THEN '{name}'" for name, spoken in _MEANT.items())
    return f"CASE {words} WHEN v_instrument IS NULL THEN '{usual}' ELSE {_SPOKEN} END"


def _text(has: frozenset[str]) -> str:
    """What was written, its title in front."""
    if not {"title", "text"} <= has:
        return _first(has, "text", "title")
    mark = "CASE WHEN regexp_matches(v_title, '[.!?:…]$') THEN ' ' ELSE '. ' END"
    return f"CASE WHEN v_title IS NULL OR v_text IS NULL THEN coalesce(v_text, v_title) ELSE v_title || {mark} || v_text END"
