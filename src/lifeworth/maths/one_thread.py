"""Matrix products on one thread, so that a result does not hang on how many cores a machine has or on which door was used.

OpenBLAS adds up in another order on two threads than on one, which moves the last digits; and two threads on a matrix of ten by
ten wait for each other longer than they work. Its number of threads can be set from outside only before numpy is first imported,
which a notebook has done long ago. So it is asked for directly, of the libraries that numpy and scipy bring with them. Where
they use another one, such as Accelerate on a Mac, nothing is changed.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy

_NAMES = tuple(
    (f"{start}get_num_threads{end}", f"{start}set_num_threads{end}")
    for start in ("scipy_openblas_", "openblas_")
    for end in ("64_", "")
)


class Pool(NamedTuple):
    """The threads of one library: how many there are, and the function that sets it."""

    threads: int
    change: "ctypes._NamedFuncPointer"


@contextmanager
def one_thread() -> Iterator[None]:
    """Inside, OpenBLAS works on one thread; afterwards on as many as before.

    Examples
    --------
    >>> with one_thread():
    ...     {pool.threads for pool in blas_pools()} <= {1}
    True
    """
    pools = list(blas_pools())
    try:
        for pool in pools:
            pool.change(1)
        yield
    finally:
        for pool in pools:
            pool.change(pool.threads)


def blas_pools() -> Iterator[Pool]:
    """Every OpenBLAS that came with numpy or scipy."""
    for package in (np, scipy):
        home = Path(str(package.__file__)).parent
        for folder in (home.parent / f"{home.name}.libs", home / ".dylibs"):
            for file in sorted(folder.glob("*openblas*")):
                yield from _pools_of(file)


def _pools_of(file: Path) -> Iterator[Pool]:
    try:
        library = ctypes.CDLL(str(file))
    except OSError:
        return
    for get, change in _NAMES:
        if hasattr(library, get) and hasattr(library, change):
            yield Pool(int(getattr(library, get)()), getattr(library, change))
            return
