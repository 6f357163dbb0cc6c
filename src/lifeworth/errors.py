"""Every error a user of lifeworth can meet, on one tree.

::

    LifeworthError
    ├── UsageError          2   the request was wrong: an unknown option, a file that does not exist
    │   └── InputError      2   a file was not understood: says file, line, column, what was found, what to do
    ├── DataError           3   the data cannot support the request: says why
    └── LockedError         4   another run holds the store: says which and since when

The number is the exit code of the command line. Code 1 is a defect of ours.
"""


class LifeworthError(Exception):
    """Anything lifeworth says to a person instead of a stack trace."""

    exit_code = 1


class UsageError(LifeworthError):
    """The request was wrong."""

    exit_code = 2


class InputError(UsageError):
    """A file was not understood.

    Parameters
    ----------
    what : str
        What happened, in one sentence.
    file, line, column, found : optional
        Where it happened and what stood there.
    remedy : str, optional
        What the reader can do about it.
    """

    def __init__(
        self,
        what: str,
        *,
        file: str | None = None,
        line: int | None = None,
        column: str | None = None,
        found: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.what, self.file, self.line, self.column, self.found, self.remedy = (
            what,
            file,
            line,
            column,
            found,
            remedy,
        )
        super().__init__(self._text())

    def _text(self) -> str:
        where = [self.file] if self.file else []
        if self.line is not None:
            where.append(f"line {self.line}")
        if self.column is not None:
            where.append(f"column {self.column!r}")
        text = f"{', '.join(where)}: {self.what}" if where else self.what
        if self.found is not None:
            text += f"\n  found: {self.found}"
        if self.remedy is not None:
            text += f"\n  what to do: {self.remedy}"
        return text


class DataError(LifeworthError):
    """The data cannot support the request."""

    exit_code = 3


class LockedError(LifeworthError):
    """Another run holds the store."""

    exit_code = 4
