"""Consent: whether a customer may be written to by e-mail, and addressed by advertising.

What is empty or not understood stays unknown, which counts as no. Consent to text messages is consent to neither.
"""

from lifeworth.sources.cells.yes_no import NO, YES, boolean_of, is_neither
from lifeworth.sources.shape import Ask

CONSENTS = {"consent_email": "e-mail", "consent_ads": "advertising"}

_GIVEN = (*YES, "subscribed", "opted in", "opt in", "granted", "given", "accepted", "single opt in", "double opt in",
          "confirmed opt in")  # fmt: skip
_REFUSED = (*NO, "unsubscribed", "opted out", "opt out", "denied", "refused", "declined", "revoked", "withdrawn",
            "never subscribed", "not subscribed")  # fmt: skip
_UNKNOWN = ("unknown", "pending", "not set", "not asked", "unspecified")


def _spoken(name: str) -> str:
    """SQL: what the file says, without the marks that programs put between words."""
    return f"replace(replace(trim(v_{name}), '_', ' '), '-', ' ')"


def consent_columns(has: frozenset[str]) -> dict[str, tuple[str, str]]:
    """Staged columns of the consents a file speaks of."""
    return {name: ("BOOLEAN", boolean_of(_spoken(name), _GIVEN, _REFUSED)) for name in CONSENTS if name in has}


def consent_warnings(has: frozenset[str], ask: Ask) -> tuple[str, ...]:
    """Words nobody can place count as no, and that is said."""
    said = []
    for name, words in CONSENTS.items():
        if name not in has:
            continue
        odd = is_neither(_spoken(name), (*_GIVEN, *_UNKNOWN), _REFUSED)
        rows, line = ask(f"count_if({odd})"), ask(f"min(line) FILTER ({odd})")
        if rows:
            said.append(
                f"{rows:,} {'entry' if rows == 1 else 'entries'} about consent to {words} not understood as yes or no (first: "
                f"line {line}): not known, which counts as no."
            )
    return tuple(said)
