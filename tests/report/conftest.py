"""Pages of every case, rendered once."""

from functools import cache

import pytest
from report_cases import CASES

from lifeworth.report.page import render


@cache
def page_of(case: str) -> str:
    return render(CASES[case]())


@pytest.fixture(scope="session")
def page():
    return page_of
