"""`lifeworth explain` from a published result alone, and the model card beside it."""

import csv
import re
import shutil
from datetime import date, timedelta

import numpy as np
import pytest

from lifeworth.refresh import Request, run
from lifeworth.refresh.stages import Stages
from lifeworth.sources import FileRequest
from lifeworth.store.publishing import delivered

AMOUNT = re.compile(r"^  [ =] +([+-][\d,]+\.\d\d)(?: [A-Z]{3})?  (.+)$")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Customers whose country says how often they come, so that a blend has something to learn."""
    folder = tmp_path_factory.mktemp("explained")
    r, first = np.random.default_rng(4), date(2025, 1, 1)
    lines = ["customer_id,order_id,date,amount,country"]
    for customer in range(260):
        rich, day, visit = customer % 3 == 0, int(r.integers(0, 200)), 0
        while day < 365:
            amount = r.gamma(6, 10 if rich else 4)
            lines.append(
                f"C{customer:03d},{customer}-{visit},{first + timedelta(days=day)},{amount:.2f},{'NO' if rich else 'PT'}"
            )
            if r.random() < (0.05 if rich else 0.3):
                break
            day, visit = day + 1 + int(r.exponential(12 if rich else 45)), visit + 1
    path = folder / "orders.csv"
    path.write_text("\n".join(lines) + "\n")
    outcome = run(
        Request(files=(FileRequest(path),), out=folder / "out", as_of=date(2026, 1, 1), horizon_days=45, threads=1),
        Stages(quiet=True),
    )
    return folder / "out", outcome.record


def rows_of(out):
    with open(out / "customer_value.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_parts_add_up_to_the_published_number(lifeworth, shop):
    out, record = shop
    assert record["model"]["kind"] == "blend", "the shop is made so that a blend wins"
    ranked = sorted(rows_of(out), key=lambda row: -float(row["value_mean"]))
    for row in (ranked[0], ranked[40], ranked[-1]):
        said = lifeworth("explain", row["customer_id"], "--out", out)
        assert said.code == 0, said.err
        part = said.out.split("How that comes about")[1]
        lines = [found.groups() for line in part.splitlines() if (found := AMOUNT.match(line))]
        money = [float(amount.replace(",", "")) for amount, _ in lines]
        assert lines[0][1] == "the average customer" and "total corrected" in lines[-3][1]
        assert sum(money[:-2]) == pytest.approx(money[-2], abs=0.01 * len(money))
        assert money[-2] == pytest.approx(float(row["revenue_mean"]), abs=0.011)
        assert money[-1] == pytest.approx(float(row["value_mean"]), abs=0.011)
        for method in ("purchase model", "two-stage", "Tweedie on purchase model"):
            assert method in part
        weights = [int(w) for w in re.findall(r"weight +(\d+)%", part)]
        assert sum(weights) == pytest.approx(100, abs=2)


def test_folder_and_card_are_published_and_private(shop):
    out, record = shop
    published = delivered(out).folder
    for name in ("model/facts.json", "model/learned.json", "model/features.parquet", "model_card.md"):
        for folder in (out, published):
            assert (folder / name).exists() and not (folder / name).stat().st_mode & 0o077, name


def test_the_card_says_what_the_record_says(shop):
    out, record = shop
    card = (out / "model_card.md").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert record["run_id"] in card and record["inputs"][0]["sha256"] in card
    assert f"{record['base']['customers']:,.0f} customers" in card
    assert f"multiplied by {record['total']['factor']:.2f}" in card
    for row in record["model"]["weights"]:
        for method, weight in row.items():
            if method != "situation":
                assert re.search(rf"\| {method} \|.*\b{round(weight * 100)} %", card) or weight < 0.0995
    methods = {row["model"] for row in record["league_table"]}
    assert methods <= set(re.findall(r"^\| \**([^|(*]+?)\**(?: \(simple rule\))? \|", card, flags=re.M))
    for finding in record["diagnostics"]:
        assert (f"**{finding['name']}**" in card) == finding["warns"]
    assert "seed 1" in card and "--as-of 2026-01-01 --horizon 45" in card
    assert "| group |" in card and "80 %" in card and "nan" not in card.lower().split()


def test_a_short_history_is_explained_by_the_purchase_model_alone(lifeworth, shop_csv, tmp_path):
    out = tmp_path / "out"
    assert lifeworth("run", shop_csv, "--out", out, "--fast", "--quiet").code == 0
    said = lifeworth("explain", "C006", "--out", out)
    assert said.code == 0 and "purchase model" in said.out and "orders their history alone suggests" in said.out
    assert "two-stage" not in said.out.split("How that comes about")[1]
    card = (out / "model_card.md").read_text(encoding="utf-8")
    assert card.count("\n## ") == 10 and "None" not in card.replace("None was found", "")


def test_damage_is_told_and_an_older_result_is_still_explained(lifeworth, shop, tmp_path):
    out, _ = shop
    copied, version = tmp_path / "store", delivered(out).version
    shutil.copytree(out / "store", copied)
    model = copied / "published" / str(version) / "model"
    learned = model / "learned.json"
    learned.write_text(learned.read_text().replace("leaf_value=", "leaf_value=9", 1))
    said = lifeworth("explain", "C003", "--out", tmp_path / "none", "--store", copied)
    assert said.code == 3 and "learned.json" in said.err and "checksum" in said.err and "Traceback" not in said.err
    shutil.rmtree(model)
    said = lifeworth("explain", "C003", "--out", tmp_path / "none", "--store", copied)
    assert said.code == 0 and "without keeping how its forecast comes about" in said.out


def test_a_range_that_holds_nothing_but_nothing_is_said_in_words(lifeworth, shop):
    out, _ = shop
    gone = next(row for row in rows_of(out) if float(row["value_low"]) == float(row["value_high"]) == 0)
    said = lifeworth("explain", gone["customer_id"], "--out", out).out
    assert "80% range: nothing at all" in said.splitlines()[0] and "the average over all of them" in said
    assert "0 to 0)" not in said
