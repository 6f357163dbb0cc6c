"""Matrix products on one thread, whatever the process was started with."""

import os
import subprocess
import sys

import pytest

from lifeworth.maths.one_thread import blas_pools, one_thread


def test_inside_there_is_one_thread_and_afterwards_as_many_as_before():
    pools = list(blas_pools())
    for pool in pools:
        pool.change(2)
    with pytest.raises(ValueError, match="on purpose"), one_thread():
        assert {pool.threads for pool in blas_pools()} <= {1}
        raise ValueError("on purpose")
    assert {pool.threads for pool in blas_pools()} <= {2}
    for pool in pools:
        pool.change(pool.threads)


def test_a_notebook_that_began_with_many_threads_gets_the_sums_of_one():
    """Numpy is there before lifeworth, as in a notebook; the process was started with two threads, or with one."""
    code = """import numpy as np, hashlib
from lifeworth.maths.one_thread import one_thread
deal = np.random.default_rng(3)
one, other = deal.random((700, 900)), deal.random((900, 400))
with one_thread():
    said = (one @ other).tobytes() + np.linalg.solve(one @ one.T, one).tobytes()
print(hashlib.sha256(said).hexdigest())"""
    said = set()
    for threads in ("1", "2"):
        environment = os.environ | {"OPENBLAS_NUM_THREADS": threads}
        made = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
        said.add(made.stdout)
    assert len(said) == 1
