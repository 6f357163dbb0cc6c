"""Columns whose names say that they may not score anybody.

Whoever runs the river passes the full list of the house with what the company declared; this short one stands where nobody
does, so that a score is never made of these by an oversight.
"""

import re
from collections.abc import Callable

Ban = Callable[[str], str | None]

_USUAL = {
    "sex or gender": r"sex|gender|geschlecht|salutation|anrede|pronouns?",
    "sexual orientation": r"sexual|sexuell?e?",
    "ethnic origin": r"ethnic\w*|ethnie|race|racial|nationality|nationalitaet|nationalität|citizenship",
    "religion or belief": r"religion|religious|konfession|faith",
    "health or disability": r"health|gesundheit|disab\w*|handicap\w*|behinderung|disease|diagnosis",
    "pregnancy": r"pregnan\w*|schwanger\w*",
    "marital status": r"marital|married|familienstand",
    "political opinion": r"political|politics|party membership",
    "trade union": r"union|gewerkschaft",
}


def usually_protected(name: str) -> str | None:
    """What a column is protected as by its name; None for one that may be used.

    Examples
    --------
    >>> usually_protected("Marital_Status"), usually_protected("sextant model"), usually_protected("industry")
    ('marital status', None, None)
    """
    apart = re.sub(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])", " ", name)
    words = " ".join(re.findall(r"[^\W_]+", apart)).lower()
    for ground, known in _USUAL.items():
        if re.search(rf"\b({known})\b", words):
            return ground
    return None
