"""What it means, in plain words, that the data leave parameters of the BG/NBD or a sister open."""

from lifeworth.maths.arrays import FloatArray


def describe_open(names: frozenset[str], values: FloatArray, earliest: str) -> str:
    """Say what the data do not settle.

    Parameters
    ----------
    names : parameters that take part in the open direction
    values : (4,)
        r, alpha, a, b.
    earliest : str
        When customers may leave first: "at the first repeat purchase".
    """
    _, _, a, b = values
    if names & {"a", "b"} and a / (a + b) < 1e-2:
        return "no sign of customers leaving in these data"
    if names & {"a", "b"} and a / (a + b) > 0.95:
        return f"nearly every customer leaves {earliest}"
    if names == {"a", "b"} and a > 1.0:
        return (
            "(a, b) lie on a ridge: the data fix their ratio "
            f"(on average {a / (a + b):.1%} leave after a purchase), not their size"
        )
    if names == {"r", "alpha"}:
        return "(r, alpha) lie on a ridge: customers buy at nearly one rate; the data fix r / alpha, not their size"
    return f"the data hardly say anything about {', '.join(sorted(names))}"
