"""The ``lifeworth.toml`` of the shop: what costs where no record says so, and which columns describe customers."""

from lifeworth.demo import terms
from lifeworth.demo.attributes import ATTRIBUTES

OF_LEADS = ("industry", "first_contact")
"""Columns that only leads have."""


def write_configuration() -> str:
    """The settings, as TOML."""
    named = ["city", *(attribute.name for attribute in ATTRIBUTES), *OF_LEADS]
    protected = [attribute.name for attribute in ATTRIBUTES if attribute.role == "protected"]
    lines = [
        "# The demo shop: what things cost where no record says so. Records win over rules.",
        f'currency = "{terms.CURRENCY}"',
        f"returns_resold = {terms.RETURNS_RESOLD}",
        f"attributes = [{_quoted(named)}]",
        f"protected = [{_quoted(protected)}]",
    ]
    for payment in terms.PAYMENTS:
        lines += ["", "[[costs]]", 'cost = "payment_fee"', f'payment_method = "{payment.name}"']
        lines += [f"rate = {payment.fee_rate}", f"fixed = {payment.fee_fixed}"]
    lines += [
        "",
        "[[costs]]",
        'cost = "pick_pack"',
        f"fixed = {terms.PICK_PACK_FIXED}",
        f"rate = {terms.PICK_PACK_RATE}",
    ]
    lines += ["", "[[costs]]", 'cost = "returns_handling"', f"fixed = {terms.RETURN_HANDLING}"]
    lines += ["", "[[costs]]", 'cost = "service_ticket"', f"fixed = {terms.TICKET_FIXED}"]
    lines += [f"per_minute = {terms.TICKET_PER_MINUTE}"]
    lines += ["", "[[costs]]", 'cost = "contact"', 'type = "e-mail"', f"fixed = {terms.EMAIL_COST}"]
    lines += ["", "[contact]", f"cost = {terms.WRITING_COST}", ""]
    return "\n".join(lines)


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
