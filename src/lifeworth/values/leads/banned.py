"""Columns whose names say that they may not score anybody."""

from collections.abc import Callable, Iterable

from lifeworth.features.protected import protected_as

Ban = Callable[[str], str | None]


def ban(declared: Iterable[str] = ()) -> Ban:
    """What says of a column's name what it is protected as: by the house's list, or ``declared`` in the settings.

    Examples
    --------
    >>> says = ban(["age"])
    >>> says("Marital_Status"), says("year_birth"), says("sextant model"), says("industry")
    ('marital status', 'age', None, None)
    """
    names = tuple(declared)

    def says(name: str) -> str | None:
        return protected_as(name, names)

    return says
