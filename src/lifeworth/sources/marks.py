"""Columns that together belong to one kind of table and to no other."""

from collections.abc import Collection, Mapping

from lifeworth.sources.fields import plain

# Kinds that are recognised and counted but not read, and why.
UNUSED_KINDS: Mapping[str, str] = {
    "payments": "payments say how an order was paid, not what was bought",
    "usage": "this version does not use records of usage",
    "returns": "a return that names no order and no customer can be taken off nobody",
}

# The first match decides.
_MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("usage", ("usageid", "subscriptionid")),
    ("surveys", ("surveyid",)),
    ("surveys", ("instrument", "score")),
    ("subscriptions", ("subscriptionid",)),
    ("leads", ("leadid",)),
    ("leads", ("opportunityid",)),
    ("leads", ("stagename", "closedate")),
    ("leads", ("stagename", "leadsource")),
    ("leads", ("dealstage", "createdate")),
    ("service", ("ticketid", "customerid")),
    ("refunds", ("refundedat", "amount")),
    ("refunds", ("refundedon", "amount")),
    ("refunds", ("refundid", "amount")),
    ("touches", ("customerid", "touchedon")),
    ("touches", ("customerid", "touchedat")),
    ("spend", ("spenton", "amount")),
    ("order_costs", ("orderid", "costtype", "amount")),
    ("customers", ("customerid", "acquisitionchannel")),
    ("customers", ("customerid", "createdon")),
    ("customers", ("customerid", "totalspent", "totalorders")),
)

# Asked only of a file that cannot be read as sales: these columns may also stand beside orders.
_LATE_MARKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("payments", ("orderid", "paymentsequential", "paymentvalue")),
    ("leads", ("mqlid",)),
    ("experiments", ("experimentid", "arm")),
    ("experiments", ("experimentid", "customerid")),
    ("experiments", ("experiment", "customerid", "arm")),
    ("experiments", ("experiment", "customerid", "variant")),
    ("surveys", ("reviewid", "reviewscore")),
    ("surveys", ("reviewid", "orderid")),
    ("surveys", ("reviewid", "customerid")),
    ("surveys", ("customerid", "answeredon")),
    ("surveys", ("customerid", "answeredat")),
    ("surveys", ("customerid", "npsscore")),
    ("surveys", ("noteid", "customerid")),
    ("surveys", ("customerid", "notedate")),
    ("customers", ("customerid", "personid")),
    ("customers", ("customerid", "customeruniqueid")),
    ("customers", ("customerid", "consentemail")),
    ("customers", ("customerid", "consentads")),
    ("customers", ("customerid", "signupdate")),
)

_SOLD = frozenset({"order_id", "gross", "amount", "total", "price", "unit_price"})

# A list of returned products is known by having nothing else: any other column might name who returned them.
_RETURNED = frozenset({"returndate", "returnedon", "returnquantity", "quantity", "productkey", "productid", "sku",
                       "territorykey", "reason", "returnreason"})  # fmt: skip


def kind_by_marks(headers: Collection[str]) -> str | None:
    """The kind of a file by its plain column names; none where they may be orders or anything else."""
    for kind, marks in _MARKS:
        if all(mark in headers for mark in marks):
            return kind
    names = set(headers)
    if names & {"unitcost", "costperitem", "productcost"} and not names & {"orderid", "customerid", "ordernumber"}:
        return "products"
    return None


def kind_by_late_marks(headers: Collection[str], chosen: Mapping[str, str], found: Collection[str]) -> str | None:
    """The kind of a file that is no list of sales; fields given by ``--map`` count like columns of their name.

    ``found``: the fields of sales it has all the same. What holds an order or an amount is no list of customers.
    """
    is_sold = bool(_SOLD & set(found))
    for kind, marks in (*_MARKS, *_LATE_MARKS):
        if set(marks) <= set(headers) | _mapped(headers, chosen, kind) and not (is_sold and kind == "customers"):
            return kind
    names = set(headers)
    if {"productid", "productcategoryname"} <= names and not names & {"orderid", "customerid"}:
        return "products"
    if names <= _RETURNED and names & {"returndate", "returnedon"} and names & {"productkey", "productid", "sku"}:
        return "returns"
    return None


def _mapped(headers: Collection[str], chosen: Mapping[str, str], kind: str) -> set[str]:
    """Fields of a kind that a ``--map`` line gives one of the columns to."""
    found = set()
    for key, header in chosen.items():
        scope, _, name = key.rpartition(".")
        if scope in ("", kind) and plain(header) in headers:
            found.add(plain(name))
    return found
