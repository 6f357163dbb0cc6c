"""The latest text of each customer, word by word, and whether it may be quoted.

Quoted are only short texts of which every word is used by at least ten customers: what ten others say in the same words names
nobody. Names, places and rare mishaps are words of few. Texts with signs of an address, a number or a name are refused whatever their
words.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lifeworth.insight.ground import FEWEST, Frame
from lifeworth.ledger.tables import day, drop, make_table
from lifeworth.maths.arrays import BoolArray
from lifeworth.store.engine import Engine

MOST_TEXTS = 20_000
SHORTEST, LONGEST = 12, 160
SAID, USED = "personas_said", "personas_words"

_SAID = """
SELECT customer_id, text, row_number() OVER (ORDER BY customer_id) - 1 AS place FROM (
  SELECT customer_id, text, row_number() OVER (ORDER BY customer_id) AS place, count(*) OVER () AS everybody FROM (
    SELECT customer_id, arg_max(trim(text), (answered_on, answer_id)) AS text FROM sources_surveys
    WHERE nullif(trim(text), '') IS NOT NULL AND answered_on < {as_of}
      AND customer_id IN (SELECT customer_id FROM insight_customers) GROUP BY customer_id))
WHERE everybody <= {most} OR (place * {most}) // everybody <> ((place - 1) * {most}) // everybody"""

# Every word and number, so that a text may be refused for any of them.
_USED = r"SELECT DISTINCT place, unnest(regexp_extract_all(lower(text), '[\p{{L}}\p{{N}}]+')) AS word FROM {said}"

_REFUSED = r"'@|https?:|www\.|\.(com|de|org|net)\b|[0-9]{3,}|[0-9][ ./-]+[0-9]'"

# Titles, farewells and introductions, with what follows in capitals.
_NAMING = r"""'\b(Herr|Frau|Mr|Mrs|Ms|Miss|Dr|Mme|Monsieur|Madame|Señora?|Senhora?|Sra?|Signora?|Mevrouw|Meneer)\b\.? +\p{Lu}|"""
_NAMING += r"""(?i:regards|greetings|cheers|yours|thanks|grüße|gruß|gruss|danke|cordialement|merci|saludos|gracias|abraços?|obrigad[oa]|att|saluti|grazie|groet\w*|bedankt)[,.!]? +\p{Lu}|"""
_NAMING += r"""(?i:my name is|i am|i''m|says?|said|ich heiße|ich heisse|ich bin|je m''appelle|me llamo|meu nome é|mi chiamo|ik heet) +\p{Lu}'"""

# A capital inside a sentence begins a name, unless it begins a product's, or the text is German, where every noun has one.
_INSIDE = r"regexp_extract_all(text, '[\p{{Ll}},;:] +(\p{{Lu}}\p{{Ll}}+)', 1)"
_GERMAN = r"'\b(und|der|das|ist|sind|nicht|ein|eine|einen|sehr|mit|für|auch|wir|ich)\b'"
_NAMED = f"""
SELECT DISTINCT place
FROM (SELECT place, lower(unnest({_INSIDE})) AS word FROM {{said}} WHERE NOT regexp_matches(lower(text), {_GERMAN}))
WHERE word NOT IN (
  SELECT unnest(regexp_extract_all(lower(concat_ws(' ', product_name, category)), '\\p{{{{L}}}}+')) FROM (
    SELECT product_name, category FROM sources_products UNION SELECT product_name, category FROM sources_order_lines))"""

_QUOTABLE = """
SELECT place FROM {said} JOIN (
  SELECT place FROM {used} JOIN (SELECT word, count(*) AS people FROM {used} GROUP BY word) USING (word)
  GROUP BY place HAVING min(people) >= {fewest}) USING (place)
WHERE length(text) BETWEEN {shortest} AND {longest} AND NOT regexp_matches(lower(text), {refused})
  AND NOT regexp_matches(text, {naming}) ORDER BY place"""


@dataclass(frozen=True)
class Written:
    """One text a customer, in the order of ids.

    Attributes
    ----------
    customers, texts : array of str, shape (texts,)
    quotable : array of bool, shape (texts,)
        Which may be shown.
    """

    customers: Any
    texts: Any
    quotable: BoolArray

    def __len__(self) -> int:
        return len(self.texts)


def lay_out_texts(engine: Engine, frame: Frame) -> Written:
    """Make :data:`SAID` (a text a customer) and :data:`USED` (its different words), and read them."""
    make_table(engine, SAID, _SAID.format(as_of=day(frame.as_of), most=MOST_TEXTS))
    make_table(engine, USED, _USED.format(said=SAID))
    found = engine.arrays(f"SELECT customer_id, text FROM {SAID} ORDER BY place")
    customers, texts = (np.ma.getdata(found[name]) for name in ("customer_id", "text"))
    return Written(customers, texts, _quotable(engine, len(texts)))


def _quotable(engine: Engine, texts: int) -> BoolArray:
    marks = {"fewest": FEWEST, "shortest": SHORTEST, "longest": LONGEST, "refused": _REFUSED, "naming": _NAMING}
    allowed = np.zeros(texts, dtype=np.bool_)
    allowed[[int(place) for (place,) in engine.rows(_QUOTABLE.format(said=SAID, used=USED, **marks))]] = True
    allowed[[int(place) for (place,) in engine.rows(_NAMED.format(said=SAID))]] = False
    return allowed


def put_texts_away(engine: Engine) -> None:
    """Drop what :func:`lay_out_texts` made."""
    drop(engine, SAID, USED)
