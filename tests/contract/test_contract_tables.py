"""The contract is code: every table can be made, is described, and holds the columns other rooms count on."""

import pytest

from lifeworth.contract import TABLES, create_tables, describe
from lifeworth.store.duckdb.engine import DuckDB


@pytest.fixture
def engine():
    engine = DuckDB()
    create_tables(engine)
    yield engine
    engine.close()


def test_every_table_exists_and_is_empty(engine):
    assert engine.tables() == sorted(TABLES)
    assert all(engine.value(f"SELECT count(*) FROM {name}") == 0 for name in TABLES)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_columns_are_those_of_the_contract(engine, name):
    assert tuple(engine.columns(name)) == TABLES[name].names
    assert list(engine.columns(name).values()) == [column.type for column in TABLES[name].columns]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_column_says_what_it_means(name):
    for column in TABLES[name].columns:
        assert len(column.meaning) > 5
        if column.type.startswith("DECIMAL(18"):
            assert column.unit in ("currency", "pieces")


def test_the_reference_page_names_every_table_and_column():
    page = describe()
    for table in TABLES.values():
        assert f"## {table.name}" in page
        for column in table.columns:
            assert f"| {column.name} | {column.type} |" in page


def test_money_is_never_binary():
    money = [c for t in TABLES.values() for c in t.columns if c.unit == "currency"]
    assert money
    assert all(column.type.startswith("DECIMAL") for column in money)
