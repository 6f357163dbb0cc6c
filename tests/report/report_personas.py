"""Personas written out by hand, for the tests of the answer and of the cards."""

from datetime import UTC, date, datetime

from lifeworth.answers.run_facts import RunFacts
from lifeworth.insight.ground import create, fill
from lifeworth.insight.personas import TABLES, tables
from lifeworth.store.duckdb.engine import DuckDB

BUYER, GIVER = "business buyer, brewing at work every day", "brewing at work never, no newsletter"


def facts(**changes):
    usual = {
        "run_id": "r1", "lifeworth_version": "0.1.0", "as_of": date(2026, 6, 30), "horizon_days": 365, "interval_level": 0.8,
        "discount": 0.1, "currency": "EUR", "basis": "profit", "basis_reason": "", "seed": 1, "base": {"customers": 1_000.0},
        "model_chosen": "", "model_reason": "", "warnings": (), "created_at": datetime(2026, 6, 30, tzinfo=UTC),
    }  # fmt: skip
    return RunFacts(**(usual | changes))


def no_personas(
    reason="none of 7 columns tells customers' worth apart better than chance could",
    parts=("tells nothing beyond chance",),
    kinds=1,
):
    """An engine with empty tables, a reason, and a column for each part."""
    engine = DuckDB(threads=1)
    create(engine, *TABLES)
    fill(engine, tables.FINDING, [[False, kinds, 0, 0, 1_000, 1_000, 0, 0.8, reason, f"No personas: {reason}."]])
    rows = [
        [
            f"col_{place}",
            "own column",
            part,
            False,
            False,
            f"{part}.",
            0.9,
            3,
            900,
            0.2,
            0.1,
            0.3,
            0.01,
            0.2,
            0.1,
            0.3,
            0.01,
            0.01,
            0.02,
            None,
            None,
        ]
        for place, part in enumerate(parts)
    ]
    fill(engine, tables.ATTRIBUTES, rows)
    return engine


def by_hand(
    persona=BUYER, column="coffee_machine", level="fully automatic", quote="The office likes it.", hidden=False
):
    """An engine with one persona, its opposite, everybody else and the base."""
    engine = DuckDB(threads=1)
    create(engine, *TABLES)
    fill(engine, tables.FINDING, [[True, 4, 1, 8, 1_000, 800, 500, 0.8, None, "1,000 customers come in 4 kinds."]])
    blank = [None] * 17
    shown = [
        120,
        0.12,
        9_000,
        3_000,
        2_880.0,
        2_500.0,
        3_260.0,
        2_600.0,
        0.2,
        24.0,
        20.8,
        27.2,
        9.6,
        7.0,
        12.2,
        1.667,
        0.0004,
    ]
    fill(engine, tables.PROFILES, [
        [1, persona, "ideal", *(blank if hidden else shown), "business buyer (96 % of them, 13 % of all)", "In plain words."],
        [2, GIVER, "opposite", 380, 0.38, 8_000, 2_500, 3_344.0, 2_900.0, 3_800.0, 3_900.0, 0.23, 8.8, 7.6, 10.0, -5.6, -6.2, -5.0, 0.611, 0.0001, "no newsletter (89 % of them, 51 % of all)", "x"],
        [3, "everybody else", "everybody else", 500, 0.5, 9_000, 3_000, 8_176.0, 7_000.0, 9_300.0, 7_900.0, 0.57, 16.35, 14.0, 18.6, 1.95, 0.5, 3.4, 1.14, None, None, "x"],
        [4, "base", "base", 1_000, 1.0, 26_000, 8_500, 14_400.0, 12_000.0, 16_800.0, 14_400.0, 1.0, 14.4, 12.0, 16.8, 0.0, 0.0, 0.0, 1.0, None, None, "x"],
    ])  # fmt: skip
    fill(
        engine,
        tables.RULES,
        [
            [
                persona,
                1,
                "business buyer",
                "business_buyer = 'yes'",
                60,
                0.86,
                0.82,
                0.89,
                0.89,
                0.85,
                0.92,
                7.2,
                6.9,
                7.4,
                27.0,
                22.0,
                31.0,
            ]
        ],
    )
    fill(engine, tables.CONTRAST, [
        [persona, GIVER, column, level, 0.69, 0.65, 0.73, 0.14, 0.12, 0.16, 0.55, 0.51, 0.59, 0.19],
        [persona, GIVER, column, "any other", 0.20, 0.17, 0.23, 0.12, 0.10, 0.14, 0.08, 0.04, 0.12, 0.2],
        [persona, GIVER, "hobby", "sport", 0.13, 0.10, 0.16, 0.12, 0.10, 0.14, 0.01, -0.03, 0.05, 0.12],
    ])  # fmt: skip
    fill(engine, tables.JOURNEY, [
        [persona, 1, "first category", "Coffee beans", "share", 0.44, 0.4, 0.47, 0.25, 0.24, 0.26, 120, True, "x"],
        [persona, 2, "days to the second purchase", None, "days", 43.0, 39.0, 49.0, 75.0, 73.0, 77.0, 90, True, "x"],
        [persona, 3, "value of an order", None, "currency", 48.3, 46.0, 51.0, 48.0, 47.0, 49.0, 120, False, "x"],
    ])  # fmt: skip
    fill(
        engine,
        tables.VOICES,
        [[persona, 1, "office, crema", 14, 0.3, 0.2, 0.4, 0.2, 0.1, 0.3, 0.01, True, quote, None]],
    )
    rows = []
    for band, people, worth, apart, adjusted, p in (
        ("0 to 6", 50, 10.5, -15.9, -16.6, 0.0),
        ("9 to 10", 80, 33.7, 18.1, 18.7, 0.0),
        ("one point more", 200, None, 5.3, 5.6, 0.0),
    ):
        for name, figure in (("nothing", apart), ("how long customers have been known", adjusted)):
            ends = (None, None, None) if worth is None else (worth, worth - 2, worth + 2)
            rows.append(
                ["nps", band, name, people, 200 - people, *ends, figure, figure - 2, figure + 2, p, p, True, "x"]
            )
    rows.append(["theme", "office, crema", "nothing", 14, 60, 30.0, 20.0, 40.0, 4.0, -6.0, 14.0, 0.5, 0.6, False, "x"])
    fill(engine, tables.SATISFACTION, rows)
    fill(engine, tables.EXAMPLES, [
        [persona, 1, "customer DDZ3V", 0, None, "has in common with at least ten others", "business buyer", None],
        [persona, 1, "customer DDZ3V", 1, 0, "first order", "Coffee beans", 90.0],
    ])  # fmt: skip
    fill(engine, tables.PROXIES, [
        ["gender", "apron_size", False, 0.86, 0.85, 0.87, 900, True, "x"],
        ["gender", column, True, 0.5, 0.49, 0.51, 900, False, "x"],
    ])  # fmt: skip
    fill(engine, tables.ATTRIBUTES, [
        [column, "own column", "tells worth", True, False, "Tells worth apart (q 0.001).", 0.9, 4, 900, 0.12, 0.1, 0.15, 0.001, 0.2, 0.1, 0.3, 0.001, 0.001, 0.001, 0.02, "newsletter (0.43)"],
        ["gender", "own column", "left out", False, True, "protected: declared in the settings. It never describes a persona", 0.9, 3, *([None] * 13)],
    ])  # fmt: skip
    return engine
