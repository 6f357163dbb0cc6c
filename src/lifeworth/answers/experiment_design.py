"""What would the next experiment take, and who goes into which arm? From a finished result."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from lifeworth.contract.customers import CUSTOMERS
from lifeworth.errors import DataError, InputError, UsageError
from lifeworth.insight.experiments.design.assigning import TABLE, Draw, assign
from lifeworth.insight.experiments.design.planning import ExperimentPlan, Wish, plan, read_experience
from lifeworth.insight.experiments.reading.arms import CONTROL_NAMES, plain
from lifeworth.insight.ground import FEWEST
from lifeworth.insight.segments.condition import ConditionError, known_columns, parse
from lifeworth.ledger.tables import day, make_table, make_view, text
from lifeworth.store.engine import Engine, one_file

Consent = Literal["email", "ads", "none"]

CHOSEN, OTHERS = "experiments_chosen", "experiments_others"
_NEEDED = ("segments_customers", "experiments_customers", "experiments_windows")
_WANTED = ("experiment_id", "customer_id", "arm")

_VALUED = """
SELECT v.*, e.channel, e.country, e.consent_email, e.consent_ads
FROM read_parquet({values}, hive_partitioning = false) v JOIN experiments_customers e USING (customer_id)"""

# Letters with which a spreadsheet takes a cell for a formula; a list of customers is opened in one.
_FORMULA = "substr(customer_id, 1, 1) IN ('=', '+', '-', '@', chr(9), chr(13), chr(10), '\uff1d', '\uff0b', '\uff0d', '\uff20')"


@dataclass(frozen=True)
class Result:
    """A finished result that an experiment starts from; money is ``basis``: profit or revenue."""

    folder: Path
    as_of: date
    currency: str | None
    basis: str


@dataclass(frozen=True)
class Chosen:
    """How many customers may take part, and in plain words who may not."""

    customers: int
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class ArmLine:
    """An arm of an assignment: its customers and what they are expected to bring each."""

    arm: str
    customers: int
    value_each: float


@dataclass(frozen=True)
class Assignment:
    """Who went where: arms in their order, strata, and who was left out."""

    arms: tuple[ArmLine, ...]
    strata: int
    chosen: Chosen


def open_result(engine: Engine, folder: Path) -> Result:
    """Give the engine the tables of a published result that an experiment is designed from.

    Raises
    ------
    UsageError
        The result was made by a version that did not write them.
    """
    for name in _NEEDED:
        file = folder / "tables" / f"{name}.parquet"
        if not file.exists():
            raise UsageError(f"{folder} has no table {name}. Run `lifeworth run` again to make it.")
        make_view(engine, name, f"SELECT * FROM read_parquet({one_file(file)}, hive_partitioning = false)")
    make_view(engine, "insight_customers", _VALUED.format(values=one_file(folder / "customer_value.parquet")))
    engine.execute(CUSTOMERS.ddl())
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    basis = "profit" if record["basis"] == "profit" else "revenue"
    return Result(folder, date.fromisoformat(record["as_of"]), record["currency"] or None, basis)


def choose(
    engine: Engine,
    where: str | None,
    consent: Consent,
    *,
    on: date,
    name: str | None = None,
    others: Sequence[Path] = (),
) -> Chosen:
    """Write the table ``experiments_chosen``: ids of those who may take part in an experiment.

    Parameters
    ----------
    where : str, optional
        A condition on the customer table, such as ``life_cycle = 'quiet'``.
    consent : str
        Whose consent is needed: for e-mail, for advertising, or nobody's. Where the files speak of consent at all, who is not said
        to have given it has not.
    on : date
        First day; earlier assignments that have ended before it hold nobody back.
    name : str, optional
        Of this experiment, whose own untreated arm is not held back from it.
    others : sequence of Path
        Assignments made since the result; their untreated arms are left out while they run.

    Raises
    ------
    ConditionError
        The condition cannot be read.
    """
    _read_others(engine, others, on, name)
    asked = _condition(engine, where)
    agreed, said_of_consent = _consent(engine, consent)
    held = "COALESCE(lower(trim(e.held_out_by)) <> {own}, FALSE) OR c.customer_id IN (SELECT customer_id FROM {others})"
    flags = f"""
        SELECT c.customer_id, {asked} AS asked, {agreed} AS agreed, {_FORMULA.replace("customer_id", "c.customer_id")} AS formula,
               {held.format(own=text(plain(name or "")), others=OTHERS)} AS held
        FROM insight_customers c JOIN segments_customers s USING (customer_id)
        JOIN experiments_customers e USING (customer_id) LEFT JOIN sources_customers l USING (customer_id)"""
    make_table(engine, "experiments_flags", flags)
    chosen = "asked AND agreed AND NOT held AND NOT formula"
    make_table(engine, CHOSEN, f"SELECT customer_id FROM experiments_flags WHERE {chosen}")
    [(customers, silent, held_out, formulas)] = engine.rows(
        f"SELECT count(*) FILTER ({chosen}), count(*) FILTER (asked AND NOT agreed), "
        "count(*) FILTER (asked AND agreed AND held), count(*) FILTER (asked AND agreed AND NOT held AND formula) FROM experiments_flags"
    )
    engine.execute("DROP TABLE experiments_flags")
    words = [(silent, "without consent"), (held_out, "kept untreated by an experiment that still runs")]
    left = [f"{count:,} {why}" for count, why in words if count]
    if formulas:
        left.append(f"{formulas:,} whose ids begin like a formula, which a spreadsheet would run")
    return Chosen(int(customers), (*said_of_consent, *(f"Left out: {said}." for said in left)))


def _condition(engine: Engine, where: str | None) -> str:
    if where is None:
        return "TRUE"
    try:
        return parse(where, known_columns(engine))
    except ConditionError as fault:
        raise ConditionError(f"--where: {fault.what}", found=fault.found, remedy=fault.remedy) from None


def _consent(engine: Engine, consent: Consent) -> tuple[str, tuple[str, ...]]:
    if consent == "none":
        return "TRUE", ()
    column = f"consent_{consent}"
    stated = engine.value(
        "SELECT count(*) FROM experiments_customers WHERE consent_email IS NOT NULL OR consent_ads IS NOT NULL"
    )
    if stated:
        return f"COALESCE(e.{column}, FALSE)", ()
    what = "e-mail" if consent == "email" else "advertising"
    return "TRUE", (f"No file says who agreed to {what}; see to it before writing to anybody.",)


def _read_others(engine: Engine, others: Sequence[Path], on: date, name: str | None) -> None:
    """Customers in the untreated arm of an earlier assignment that has not ended by a day."""
    engine.execute(f"CREATE OR REPLACE TABLE {OTHERS} (customer_id VARCHAR)")
    controls = ", ".join(text(one) for one in sorted(CONTROL_NAMES))
    for file in others:
        columns = _columns(engine, file)
        ended = "TRY_CAST(ended_on AS DATE)" if "ended_on" in columns else "NULL::DATE"
        engine.execute(
            f"INSERT INTO {OTHERS} SELECT customer_id FROM {_csv(file)} "
            f"WHERE lower(trim(arm)) IN ({controls}) AND ({ended} IS NULL OR {ended} >= {day(on)}) "
            f"AND lower(trim(experiment_id)) <> {text(plain(name or ''))}"
        )


def _csv(file: Path) -> str:
    return f"read_csv({one_file(file)}, header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')"


def _columns(engine: Engine, file: Path) -> set[str]:
    try:
        columns = {str(row[0]) for row in engine.rows(f"DESCRIBE SELECT * FROM {_csv(file)}")}
    except Exception as fault:
        raise InputError(
            "an assignment cannot be read",
            file=str(file),
            found=str(fault).splitlines()[0][:200],
            remedy="Remove it, or mend it.",
        ) from None
    missing = [name for name in _WANTED if name not in columns]
    if missing:
        raise InputError(
            f"an assignment lacks {', '.join(missing)}",
            file=str(file),
            remedy="Name only files that `lifeworth experiment assign` wrote.",
        )
    return columns


def plan_experiment(engine: Engine, wish: Wish) -> ExperimentPlan:
    """What an effect takes among the customers in ``experiments_chosen``.

    Raises
    ------
    DataError
        Nobody may take part, or the history is too short to say how customers differ over so many days.
    """
    experience = read_experience(engine, CHOSEN)
    if experience.customers == 0:
        raise DataError("No customer may take part. Widen --where, or see who agreed to be written to.")
    if not experience.spreads:
        raise DataError("Nothing is known of how customers differ: no customer was valued.")
    if wish.days > experience.longest:
        raise DataError(
            f"How customers differ is known for up to {experience.longest} days, not for {wish.days}. Choose --days up to that."
        )
    if wish.is_share and experience.over(wish.days).mean <= 0:
        raise DataError(
            "Customers like these brought nothing on average, so a percentage of it is nothing. Give --effect as an amount."
        )
    return plan(experience, wish)


def assign_customers(engine: Engine, draw: Draw, chosen: Chosen) -> Assignment:
    """Put the customers in ``experiments_chosen`` into arms: the table ``experiments_assignment``.

    Raises
    ------
    DataError
        An arm would hold fewer than ten customers.
    """
    assign(engine, draw, CHOSEN)
    rows: list[dict[str, Any]] = engine.records(
        f"SELECT arm, count(*) AS customers, avg(CAST(predicted_value AS DECIMAL(38, 6))) AS value_each FROM {TABLE} GROUP BY arm"
    )
    found = {row["arm"]: row for row in rows}
    for one in draw.arms:
        people = int(found[one.arm]["customers"]) if one.arm in found else 0
        if people < FEWEST:
            raise DataError(
                f"The arm {one.arm} would hold {people} of {chosen.customers:,} customers; it needs {FEWEST}. Widen --where or its share."
            )
    lines = [
        ArmLine(one.arm, int(found[one.arm]["customers"]), float(found[one.arm]["value_each"])) for one in draw.arms
    ]
    return Assignment(tuple(lines), int(engine.value(f"SELECT count(DISTINCT stratum) FROM {TABLE}")), chosen)
