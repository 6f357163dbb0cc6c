"""Which finished result a command reads: that of the folder it was given, or of the store named beside it."""

from pathlib import Path

import typer

from lifeworth.errors import UsageError
from lifeworth.store.publishing import Published, Publisher, borrowed_store, delivered, finish_delivery


def find_result(out: Path, store: Path | None = None) -> Published:
    """The published version in a result folder; of a store named by ``--store``, the one it serves.

    Raises
    ------
    UsageError
        There is none.
    """
    finish_delivery(out)
    if store is None:
        say_borrowed(out)
    folder = store or out / "store"
    served = Publisher(folder).current() if folder.is_dir() else None
    published = served if store else delivered(out) or served
    if published is None:
        raise UsageError(f"There is no published result in {folder}. Run `lifeworth run` first, or name it with --out.")
    return published


def store_of(out: Path, store: Path | None = None) -> Path:
    """The folder of the store behind a result folder, or the one named by ``--store``."""
    if store is not None:
        return store
    say_borrowed(out)
    origin = delivered(out)
    return origin.folder.parent.parent if origin is not None else out / "store"


def say_borrowed(out: Path) -> None:
    """Say on the error stream where a copied result folder reads the store of the one it was copied from."""
    borrowed = borrowed_store(out)
    if borrowed is not None:
        typer.echo(
            f"Note: {out} is a copy without a store of its own; the store read is {borrowed}. Name another with --store.",
            err=True,
        )
