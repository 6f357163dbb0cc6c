"""Attributes that may never enter a score, a persona or a prospect model: known by their names, or declared.

A name is read word by word: ``MaritalStatus``, ``marital_status`` and ``Marital status`` are the same three ways of writing
two words. Words are whole (``sex`` is not in ``essex``) unless they stand here with a star, which allows any ending.
"""

import re
from collections.abc import Iterable, Mapping

from lifeworth.features.attributes import attributes
from lifeworth.store.engine import Engine

# GDPR article 9, EU directives 2000/43, 2000/78 and 2004/113, UK Equality Act 2010 section 4. Age is not
# among them: many trades may use it, and those that may not say so in the setting `protected`.
PROTECTED: Mapping[str, tuple[str, ...]] = {
    "sex or gender": (
        "sex", "gender*", "geschlecht*", "sexe", "sexo", "sesso", "genero", "género", "geslacht", "kön", "płeć",
        "salutation*", "anrede", "civilité", "civilite", "aanhef", "male", "female", "transgender*", "pronoun*",
    ),
    "sexual orientation": ("sexual*", "sexuelle*", "sexualit*", "lgbt*", "orientacion sexual", "homosexual*"),
    "ethnic origin": (
        "ethnic*", "ethni*", "etnia", "etnic*", "étnic*", "race", "races", "racial*", "raza", "rasse", "herkunftsland",
        "nationality", "nationalities", "nationalität", "nationalitaet", "nationalité", "nacionalidad", "nazionalità",
        "citizenship", "staatsangehörigkeit", "staatsangehoerigkeit", "migration*", "migrant*", "birthplace",
        "country of birth", "geburtsland", "skin colour", "skin color", "mother tongue", "muttersprache",
    ),
    "religion or belief": (
        "religio*", "religion*", "faith", "belief*", "glaube*", "konfession*", "confession*", "creed", "church*",
        "kirche*", "kirchensteuer", "religión", "geloof", "worship",
    ),
    "health or disability": (
        "health*", "gesundheit*", "santé", "sante", "salud", "salute", "gezondheid*", "disab*", "handicap*",
        "behinder*", "schwerbehindert*", "discapacid*", "disabil*", "illness*", "disease*", "krankheit*", "diagnos*",
        "allerg*", "medication*", "medikament*", "blood group", "patient*",
    ),
    "pregnancy": ("pregnan*", "schwanger*", "enceinte", "embaraz*", "gravid*", "zwanger*", "maternity", "due date"),
    "marital status": (
        "marital*", "married", "marriage", "familienstand", "civil status", "état civil", "etat civil", "estado civil",
        "stato civile", "burgerlijke staat", "verheiratet", "matrimonial*", "spouse",
    ),
    "political opinion": (
        "politic*", "politik", "politisch*", "politique*", "political party", "partei*", "voter*", "voting",
        "wahlabsicht", "partido",
    ),
    "trade union": ("trade union", "union member*", "labour union", "labor union", "gewerkschaft*", "syndicat*", "sindicat*", "vakbond*"),
    "genetic or biometric data": ("genetic*", "genetisch*", "biometri*", "dna", "fingerprint"),
    "criminal record": ("criminal*", "conviction*", "vorstraf*", "felony"),
}  # fmt: skip

_AGE = (
    "age", "ages", "aged", "alter", "âge", "edad", "età", "eta", "leeftijd", "idade", "birth", "birthday", "birthdate",
    "birthyear", "dob", "born", "geburt*", "geburtstag", "geburtsjahr", "naissance", "nacimiento", "nascita", "geboorte*",
)  # fmt: skip

DECLARED = "declared in the settings"


def words_of(name: str) -> tuple[str, ...]:
    """The words of a column's name, in small letters.

    Examples
    --------
    >>> words_of("MaritalStatus"), words_of("HTTP_visits2"), words_of("Dt-Customer")
    (('marital', 'status'), ('http', 'visits', '2'), ('dt', 'customer'))
    """
    apart = re.sub(
        r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", name
    )
    return tuple(word.lower() for word in re.findall(r"[^\W_]+", apart))


def protected_as(name: str, declared: Iterable[str]) -> str | None:
    """What a column is protected as, by its name or by the setting ``protected``; None for a column that may be used.

    ``declared`` names columns; ``age`` in it stands for every column that tells the age.

    Examples
    --------
    >>> protected_as("Marital_Status", ()), protected_as("sextant model", ()), protected_as("year_birth", ["age"])
    ('marital status', None, 'age')
    """
    words = words_of(name)
    plain = "".join(words)
    for entry in declared:
        said = "".join(words_of(entry))
        if said == "age" and speaks_of(words, _AGE):
            return "age"
        if said and said == plain:
            return DECLARED
    for ground, known in PROTECTED.items():
        if speaks_of(words, known):
            return ground
    return None


def tells_birth(name: str) -> bool:
    """Whether a column's name says that it tells when somebody was born, or how old they are."""
    return speaks_of(words_of(name), _AGE)


def speaks_of(words: tuple[str, ...], known: Iterable[str]) -> bool:
    """Whether any of the known words, or of their beginnings, stands among the words."""
    said = f" {' '.join(words)} "
    for entry in known:
        ending = "" if entry.endswith("*") else " "
        if f" {entry.rstrip('*')}{ending}" in said:
            return True
    return False


def protected_features(engine: Engine, declared: Iterable[str]) -> dict[str, str]:
    """The features made of protected attributes, by name, each with the column it is made of."""
    wanted = tuple(declared)
    return {a.feature.name: a.key for a in attributes(engine) if protected_as(a.key, wanted) is not None}
