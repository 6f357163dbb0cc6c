"""Columns whose names say that they must not describe a customer, beside the protected ones: what customers did, and codes."""

from lifeworth.features.protected import speaks_of, words_of

# What a customer bought, brought or answered is the value itself, a part of it, or comes after it.
_DID = (
    "mnt", "spent", "spend", "spending", "expenditure*", "revenue*", "sales", "turnover", "umsatz*", "ausgaben",
    "purchase", "purchases", "purchased", "order", "orders", "ordered", "bestellung*", "bestellwert", "käufe", "kaeufe",
    "achat*", "achats", "compras", "pedidos", "acquisti", "basket", "aov", "ltv", "clv", "lifetime", "recency",
    "frequency", "monetary", "rfm", "refund*", "returns", "returned", "retoure*", "complain*", "beschwerde*",
    "ticket", "tickets", "churn*", "cmp*", "acceptedcmp*", "campaign*", "kampagne*", "response", "responded", "clicks",
    "clicked", "opens", "opened", "visits", "logins", "last login", "loyalty points", "loyaltypoints", "points", "bonuspunkte",
)  # fmt: skip

# Numbers by these names are names: their size says nothing.
_CODES = (
    "id",
    "ids",
    "key",
    "no",
    "nr",
    "nummer",
    "uuid",
    "code",
    "zip",
    "zipcode",
    "postcode",
    "plz",
    "postal*",
    "phone*",
    "telefon*",
)


def tells_what_they_did(name: str) -> bool:
    """Whether a column's name says that it holds what customers bought, brought or answered.

    Examples
    --------
    >>> tells_what_they_did("NumWebPurchases"), tells_what_they_did("MntWines"), tells_what_they_did("household_size")
    (True, True, False)
    """
    return speaks_of(words_of(name), _DID)


def is_a_code(name: str) -> bool:
    """Whether numbers in a column of this name are names, such as a postcode."""
    return speaks_of(words_of(name), _CODES)
