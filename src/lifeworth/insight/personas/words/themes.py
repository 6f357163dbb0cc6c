"""What customers write about: words that occur in the same texts make a theme.

Every customer speaks once, in their latest text. Words are weighted by how few use them (tf-idf, Spärck Jones 1972); words are
near when the same texts use them (cosine of their weights), and near words are joined until joining would bring words together
that have little in common (average linkage, Sokal and Michener 1958). No number of themes is set beforehand.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_array
from scipy.spatial.distance import squareform

from lifeworth.insight.ground import FEWEST
from lifeworth.insight.personas.words.stopwords import STOPWORDS
from lifeworth.insight.personas.words.texts import USED, Written
from lifeworth.ledger.tables import drop
from lifeworth.maths.arrays import BoolArray, FloatArray, IntArray
from lifeworth.store.engine import Engine

MOST_WORDS = 300
COMMON = 0.5
NEAR = 0.2
IN_NAME = 3


@dataclass(frozen=True)
class Theme:
    """Words that go together, and the people whose text speaks of them.

    Attributes
    ----------
    words : tuple of str
        The most telling first.
    speaks : array of bool, shape (texts,)
    nearness : array, shape (texts,)
        How typical each text is of it.
    """

    words: tuple[str, ...]
    speaks: BoolArray
    nearness: FloatArray

    @property
    def name(self) -> str:
        """Its first words."""
        return ", ".join(self.words[:IN_NAME])


def find_themes(engine: Engine, written: Written) -> tuple[Theme, ...]:
    """Themes of the texts laid out, those most people speak of first; none where too few wrote."""
    words, uses = _words(engine, len(written))
    if len(words) < 2:
        return ()
    people = np.asarray(uses.sum(axis=0)).ravel()
    weighted = uses * np.log(len(written) / people)[None, :]
    length = np.sqrt(np.asarray((weighted * weighted).sum(axis=1)).ravel())
    weighted = csr_array(weighted / np.where(length > 0, length, 1.0)[:, None])
    together = _join(weighted)
    telling = np.asarray(weighted.sum(axis=0), dtype=np.float64).ravel()
    found = [_theme(np.flatnonzero(together == each), words, uses, weighted, telling) for each in np.unique(together)]
    kept = [theme for theme in found if theme.speaks.sum() >= FEWEST]
    return tuple(sorted(kept, key=lambda theme: (-int(theme.speaks.sum()), theme.words)))


def _words(engine: Engine, texts: int) -> tuple[list[str], Any]:
    """Words that enough people use and not most, and who uses them, shape (texts, words)."""
    counted = engine.rows(
        f"""SELECT word, count(*) AS people FROM {USED} WHERE length(word) >= 3 AND regexp_full_match(word, '\\p{{L}}+')
        GROUP BY word HAVING count(*) >= {FEWEST} AND count(*) <= {COMMON * texts!r}"""
    )
    telling = [(str(word), int(people)) for word, people in counted if word not in STOPWORDS]
    telling.sort(key=lambda item: (-item[1] * float(np.log(texts / item[1])), item[0]))
    words = sorted(word for word, _ in telling[:MOST_WORDS])
    engine.write("personas_vocabulary", {"word": np.array(words, dtype=object), "code": np.arange(len(words))})
    found = engine.arrays(f"SELECT place, code FROM {USED} JOIN personas_vocabulary USING (word) ORDER BY place, code")
    drop(engine, "personas_vocabulary")
    rows, columns = (np.asarray(found[name]).astype(np.intp) for name in ("place", "code"))
    return words, csr_array((np.ones(len(rows)), (rows, columns)), shape=(texts, len(words)))


def _join(weighted: Any) -> IntArray:
    """The cluster of each word."""
    dots = (weighted.T @ weighted).toarray()
    norms = np.sqrt(np.diag(dots))
    apart = np.clip(1 - dots / np.outer(norms, norms), 0.0, None)
    apart = np.round((apart + apart.T) / 2, 12)
    np.fill_diagonal(apart, 0.0)
    return np.asarray(fcluster(linkage(squareform(apart, checks=False), "average"), 1 - NEAR, "distance"))


def _theme(members: IntArray, words: list[str], uses: Any, weighted: Any, telling: FloatArray) -> Theme:
    """A text speaks of one or two words when it uses one of them, of more when it uses at least two."""
    ordered = members[np.argsort(-telling[members], kind="stable")]
    used = np.asarray(uses[:, members].sum(axis=1)).ravel()
    near = np.asarray(weighted[:, members].sum(axis=1)).ravel()
    return Theme(tuple(words[place] for place in ordered), used >= (1 if len(members) <= 2 else 2), near)
