"""JSON that names what it holds and proves that it is whole."""

import hashlib
import json
from typing import Any, NoReturn

from lifeworth.errors import DataError

SCHEMA_VERSION = 1
_ANEW = "Run `lifeworth run` again to write it anew."


def seal(kind: str, payload: dict[str, Any], *, version: int = SCHEMA_VERSION) -> str:
    """JSON text that names its kind and schema version and carries a checksum of the rest."""
    body = {"format": kind, "schema_version": version, **payload}
    return json.dumps({**body, "sha256": _checksum(body)}, ensure_ascii=False, allow_nan=False, indent=1)


def unseal(kind: str, text: str, what: str, *, version: int = SCHEMA_VERSION, remedy: str = _ANEW) -> dict[str, Any]:
    """What :func:`seal` was given; ``what`` names the file in errors, ``remedy`` says what to do about one.

    Raises
    ------
    DataError
        The text is not of this kind and version, or not what was written.
    """
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        refuse(what, "it is not JSON, or was cut off", remedy)
    if not isinstance(body, dict) or body.get("format") != kind:
        refuse(what, f"it does not hold {kind}", remedy)
    if body.get("schema_version") != version:
        refuse(what, f"its schema version is {body.get('schema_version')!r}, this lifeworth reads {version}", remedy)
    if body.pop("sha256", None) != _checksum(body):
        refuse(what, "its checksum does not match what it holds", remedy)
    return body


def refuse(what: str, why: str, remedy: str = _ANEW) -> NoReturn:
    """Say that a file cannot be read, why, and what to do."""
    raise DataError(f"{what} cannot be read: {why}. {remedy}")


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
