"""Yes and no, as people and programs write them."""

YES = ("yes", "y", "true", "t", "1")
NO = ("no", "n", "false", "f", "0")


def listed(words: tuple[str, ...]) -> str:
    """The words as a list of SQL literals."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def boolean_of(column: str, yes: tuple[str, ...] = YES, no: tuple[str, ...] = NO) -> str:
    """SQL: true, false, or NULL where the text is neither."""
    text = f"lower({column})"
    return f"CASE WHEN {text} IN ({listed(yes)}) THEN true WHEN {text} IN ({listed(no)}) THEN false END"


def is_neither(column: str, yes: tuple[str, ...] = YES, no: tuple[str, ...] = NO) -> str:
    """SQL: a text that says neither yes nor no; NULL where there is none."""
    return f"lower({column}) NOT IN ({listed((*yes, *no))})"
