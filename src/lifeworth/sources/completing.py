"""Files that complete a list which another file holds: how leads ended, who is one person, who consented."""

from lifeworth.settings import Settings
from lifeworth.sources.consent import CONSENTS
from lifeworth.sources.fields import plain
from lifeworth.sources.marks import UNUSED_KINDS
from lifeworth.sources.recognise import Recognised

_COMPLETING = ("person_id", *CONSENTS)


def only_completes(source: Recognised, settings: Settings) -> bool:
    """A file that says nothing of customers but who they are and what they consent to stands beside the list of them."""
    fields = source.mapped.fields.keys()
    headers = {plain(header) for header in source.mapped.opened.headers}
    is_alone = fields <= {"customer_id", *_COMPLETING} and not headers & set(map(plain, settings.attributes))
    return source.kind == "customers" and bool(fields & set(_COMPLETING)) and is_alone


def family_of(source: Recognised, file_no: int, completes: bool) -> str:
    """Files whose rows can be versions of each other.

    Rows that are not used are not compared; what completes a list is no other version of it, and a file of consents no
    other version of a file of persons.
    """
    if source.kind in UNUSED_KINDS:
        return f"{source.kind} {file_no}"
    if source.kind == "leads" and completes:
        return "endings of leads"
    if completes:
        fields = source.mapped.fields
        return "customers by " + " and ".join(fields[name][0].words for name in _COMPLETING if name in fields)
    return source.kind


def attribute_words(source: Recognised, settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Notes and warnings about the columns the company chose to keep beside each customer and lead."""
    wanted = set(map(plain, settings.attributes))
    found = ", ".join(header for header in source.mapped.opened.headers if plain(header) in wanted)
    if not found or source.kind not in ("customers", "leads"):
        return (), ()
    if not source.completes:
        return (f"Kept as attributes: {found}.",), ()
    return (), (
        f"{found} is known only of leads that came to an end, so it is not kept: it would give away which leads are "
        "closed. To use it, put it into the list of all leads.",
    )
