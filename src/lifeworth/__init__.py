"""lifeworth: what each customer is worth to you, in profit, over the whole relationship, with a range.

>>> import lifeworth as lw
>>> sorted(lw.__all__)
['Result', 'errors', 'run']
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lifeworth import errors
    from lifeworth.api import Result, run

__all__ = ["Result", "errors", "run"]

_HOMES = {"Result": "lifeworth.api", "run": "lifeworth.api", "errors": "lifeworth.errors"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used, so that importing lifeworth stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'lifeworth' has no attribute {name!r}; it offers {', '.join(__all__)}")
    import importlib

    module = importlib.import_module(_HOMES[name])
    return module if name == "errors" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
