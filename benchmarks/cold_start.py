"""How well is a customer valued on the day of the first order, and as a lead before it?

At past days the newcomers of the weeks that follow are valued blind, from those whose stretch had finished by then, and
held against what they brought. Beside it, on simulated customers whose rates are known: how the day-zero value hands
over to the customer's own orders. Usage: ``python benchmarks/cold_start.py DATA`` prints the tables of
``docs/explanation/cold-start.md``; ``DATA`` is a folder of public data sets and may be left out.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from scipy.stats import norm

from lifeworth import ledger, sources
from lifeworth.backtest.measures import gini, gini_error
from lifeworth.demo import simulate
from lifeworth.models.cold_start import Carry, Cells, DayZero, drift, learn_day_zero, learn_handover
from lifeworth.models.forecast import Forecaster
from lifeworth.models.learned.boosting import boost
from lifeworth.models.purchase.bg_nbd import BGNBD
from lifeworth.models.scoring import crps
from lifeworth.settings import Settings, read_settings
from lifeworth.sources import FileRequest
from lifeworth.store.duckdb.engine import DuckDB
from lifeworth.values.leads import value_leads
from lifeworth.values.newcomers.born import FEWEST, find_newcomers
from lifeworth.values.newcomers.groups import Groups, count_cells, find_groups
from lifeworth.values.newcomers.rows import AFTER_THE_ORDER, ROWS, write_rows

LEVEL = 0.8
FEWEST_LEARNED, FEWEST_JUDGED, MOST_DAYS = 200, 100, 8


@dataclass(frozen=True)
class Shop:
    """Books of a shop, the stretch newcomers are judged over, and how far apart the days lie."""

    title: str
    engine: DuckDB
    in_profit: bool
    first_day: date
    as_of: date
    days: int
    step: int


@dataclass(frozen=True)
class People:
    """Newcomers one by one: codes (n, dimensions), ``sold`` with the first order, what came of it, and later."""

    codes: np.ndarray
    sold: np.ndarray
    first: np.ndarray
    later: np.ndarray


@dataclass(frozen=True)
class Judged:
    """One past day: money after the first order as it came and as each method said, and the whole as a lead."""

    came: np.ndarray
    said: dict[str, np.ndarray]
    value: np.ndarray
    lead: np.ndarray
    inside: list[bool]


def keep_books(
    title: str, files: list[Path], days: int, step: int, settings: Settings, as_of: date | None = None
) -> Shop:
    engine = DuckDB(threads=2)
    with tempfile.TemporaryDirectory() as scratch:
        sources.load(engine, [FileRequest(f) for f in files], settings, as_of=as_of, scratch=Path(scratch))
    ledger.keep_books(engine, settings)
    last = ledger.last_day(engine)
    assert last is not None
    closing = as_of or last + timedelta(days=1)
    facts = ledger.close_books(engine, closing)
    assert facts.first_day is not None
    return Shop(title, engine, facts.basis == "profit", facts.first_day, closing, days, step)


def past_days(shop: Shop) -> list[date]:
    """Days after which newcomers of one step finished their stretch, the latest first, back in time."""
    last = shop.as_of - timedelta(days=shop.days + shop.step)
    earliest = shop.first_day + timedelta(days=shop.days + 14)
    found = [last - timedelta(days=shop.step * back) for back in range(MOST_DAYS)]
    return sorted(day for day in found if day >= earliest)


def read_people(shop: Shop, groups: Groups) -> People:
    codes = ", ".join(f"CAST({sql} AS SMALLINT) AS c{place}" for place, sql in enumerate(groups.codes))
    found = shop.engine.arrays(
        f"SELECT {codes}, sold::DOUBLE AS sold, first::DOUBLE AS first, later::DOUBLE AS later FROM {ROWS} "
        "ORDER BY customer_key"
    )
    columns = [np.ma.filled(found[f"c{place}"], 0) for place in range(len(groups.codes))]
    return People(np.column_stack(columns).astype(np.intp), found["sold"], found["first"], found["later"])


def judge(shop: Shop, day: date) -> Judged | None:
    """Learn from stretches finished by a day, then value those who first bought in the step that follows."""
    if find_newcomers(shop.engine, day, shop.days) != shop.days:
        return None
    write_rows(shop.engine, shop.days, shop.in_profit)
    groups = find_groups(shop.engine)
    cells, known = count_cells(shop.engine, groups), read_people(shop, groups)
    end = day + timedelta(days=shop.days + shop.step)
    find_newcomers(shop.engine, end, shop.days, since=day)
    write_rows(shop.engine, shop.days, shop.in_profit)
    shop.engine.execute(f"DROP TABLE {ROWS}_names")
    new = read_people(shop, groups)
    if len(known.later) < FEWEST_LEARNED or len(new.later) < FEWEST_JUDGED:
        return None
    model = learn_day_zero(cells)
    before = [name for name in cells.dimensions if name not in AFTER_THE_ORDER]
    lead = learn_day_zero(cells.only(*before))
    lead_codes = new.codes[:, [cells.place(name) for name in before]]
    said = {
        "cohort mean": np.full(len(new.later), known.later.mean()),
        "day zero": model.expect(new.codes).later,
        "LightGBM": trees(known, new, cells.dimensions),
    }
    value = new.first + new.later
    return Judged(new.later, said, value, lead.expect(lead_codes).value, list(group_hits(cells, new, value)))


def trees(known: People, new: People, names: tuple[str, ...]) -> np.ndarray:
    """Boosted trees on the same groups, the first order's amount uncut."""
    columns = tuple(f"c{place}" for place in range(1, len(names)))
    matrix, ahead = (np.column_stack([p.codes[:, 1:], p.sold]).astype(np.float32) for p in (known, new))
    target = np.clip(known.later, 0, np.quantile(known.later, 0.999))
    if target.sum() <= 0:
        return np.zeros(len(new.later))
    scale = target.mean()
    fitted = boost("tweedie", matrix, target / scale, (*columns, "sold"), categories=columns, threads=1)
    return np.exp(fitted.raw(ahead)) * scale


def group_hits(cells: Cells, new: People, value: np.ndarray) -> Iterator[bool]:
    """Whether each group's average lay in its range, widened by the chance of the customers it is an average of."""
    noise = np.random.default_rng(5).standard_normal((4, 2000))
    reach = float(norm.ppf((1 + LEVEL) / 2))
    for name in cells.dimensions[1:]:
        few = cells.only(cells.dimensions[0], name)
        model: DayZero = learn_day_zero(few)
        members = len(few.members[1])
        codes = np.column_stack([np.full(members, -1), np.arange(members)])
        expected = model.expect(codes).value
        drawn = model.draws(codes, noise, Carry(spread=drift(cells))).std(axis=1)
        place = cells.place(name)
        for member in range(members):
            who = new.codes[:, place] == member
            if who.sum() >= FEWEST:
                doubt = np.hypot(drawn[member], value[who].std() / np.sqrt(who.sum()))
                yield bool(abs(value[who].mean() - expected[member]) <= reach * doubt)


def bias(came: np.ndarray, said: np.ndarray) -> float:
    return 100 * (said.sum() / came.sum() - 1) if came.sum() else float("nan")


def score(shop: Shop) -> str:
    """One block of lines: how far, how well ranked, how sharp."""
    found = [judged for day in past_days(shop) if (judged := judge(shop, day)) is not None]
    if not found:
        return f"{shop.title}: too few newcomers to judge"
    came = [j.came for j in found]
    lines = [f"{shop.title}: {sum(map(len, came)):,} newcomers on {len(found)} past days, {shop.days} days ahead"]
    losses = {name: np.concatenate(crps([j.said[name] for j in found], came)) for name in found[0].said}
    for name, loss in losses.items():
        ratios = [bias(j.came, j.said[name]) for j in found]
        rank, error = pooled([(gini(j.came, j.said[name]), gini_error(j.came, j.said[name])) for j in found])
        gain = losses["cohort mean"] - loss
        lines.append(
            f"  {name:<12} total {np.median(ratios):+6.1f} % (worst {max(ratios, key=abs):+.1f})   "
            f"Gini {rank:.3f} ± {error:.3f}   CRPS {loss.mean():.2f}, better by {gain.mean():.3f} ± "
            f"{gain.std() / np.sqrt(len(gain)):.3f}"
        )
    rank, error = pooled([(gini(j.value, j.lead), gini_error(j.value, j.lead)) for j in found])
    ratios = [bias(j.value, j.lead) for j in found]
    lines.append(
        f"  as leads     total {np.median(ratios):+6.1f} % (worst {max(ratios, key=abs):+.1f})   Gini {rank:.3f} ± {error:.3f}"
    )
    hits = [hit for j in found for hit in j.inside]
    if hits:
        lines.append(f"  averages of groups inside their {LEVEL:.0%} range: {np.mean(hits):.0%} of {len(hits)}")
    return "\n".join(lines)


def pooled(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Mean over past days and its standard error, as if the days were of different customers, which they are."""
    kept = [(a, b) for a, b in pairs if np.isfinite(a) and np.isfinite(b)]
    if not kept:
        return float("nan"), float("nan")
    values, errors = np.array(kept).T
    return float(values.mean()), float(np.sqrt((errors**2).sum()) / len(values))


def public_shops(data: Path, scratch: Path) -> Iterator[Shop]:
    plain = Settings()
    retail = data / "online_retail_ii" / "online_retail_ii.parquet"
    if retail.exists():
        yield keep_books("Online Retail II", [retail], 180, 45, plain)
    if (data / "olist_sample").exists():
        yield keep_books("Olist sample", olist_files(data / "olist_sample", scratch), 120, 45, plain)
    if (data / "cdnow" / "master.csv").exists():
        yield keep_books("CDNOW", [data / "cdnow" / "master.csv"], 28, 14, plain, as_of=date(1997, 5, 1))


def olist_files(folder: Path, scratch: Path) -> list[Path]:
    """Orders by person with state and way of paying, and lines with categories, joined beforehand."""
    orders, lines = scratch / "orders.csv", scratch / "order_lines.csv"
    engine = DuckDB(threads=1)
    engine.to_csv(
        f"""SELECT o.order_id, any_value(c.customer_unique_id) AS customer_id,
                   any_value(CAST(order_purchase_timestamp AS TIMESTAMP)) AS ordered_at,
                   any_value(c.customer_state) AS country, any_value(p.payment_type) AS payment_method,
                   round(sum(price + freight_value), 2) AS amount
            FROM read_csv('{folder}/olist_orders_dataset.csv') AS o
            JOIN read_csv('{folder}/olist_customers_dataset.csv') AS c USING (customer_id)
            JOIN read_csv('{folder}/olist_order_items_dataset.csv') AS i USING (order_id)
            LEFT JOIN (SELECT order_id, arg_max(payment_type, payment_value) AS payment_type
                       FROM read_csv('{folder}/olist_order_payments_dataset.csv') AS y GROUP BY order_id) p USING (order_id)
            GROUP BY o.order_id ORDER BY ALL""",
        orders,
    )
    engine.to_csv(
        f"""SELECT order_id, order_item_id AS line_no, product_id, product_category_name AS category, 1 AS quantity,
                   price AS amount
            FROM read_csv('{folder}/olist_order_items_dataset.csv') AS i
            JOIN read_csv('{folder}/olist_products_dataset.csv') AS p USING (product_id) ORDER BY ALL""",
        lines,
    )
    engine.close()
    return [orders, lines]


R, ALPHA, A, B = 0.6, 150.0, 0.8, 4.0
MOST_PURCHASES = 120
PACES = np.array([0.35, 0.8, 1.6, 3.0])


@dataclass(frozen=True)
class Known:
    """Simulated customers of known rate and chance of leaving: days of their purchases after the first, by customer."""

    group: np.ndarray
    rate: np.ndarray
    leaving: np.ndarray
    purchases: np.ndarray


def simulate_known(customers: int, most: int, rng: np.random.Generator) -> Known:
    """Days of the first ``most`` repeat purchases, infinite once the customer has left."""
    group = rng.integers(0, len(PACES), customers)
    rate = rng.gamma(R, 1 / ALPHA, customers) * PACES[group]
    leaving = rng.beta(A, B, customers)
    waits = rng.exponential(1.0, (customers, most)) / rate[:, None]
    stays = rng.random((customers, most)) >= leaving[:, None]
    here = np.column_stack([np.ones(customers, dtype=bool), np.cumprod(stays, axis=1)[:, :-1].astype(bool)])
    return Known(group, rate, leaving, np.where(here, np.cumsum(waits, axis=1), np.inf))


def handover(customers: int = 40_000, history: float = 730.0, ahead: float = 365.0, seed: int = 1) -> list[list[float]]:
    """By number of orders so far, at the moment of the last: error and bias of each way to say what comes.

    Rows of orders, customers, relative error and bias (percent) of: the group's own value until the second order
    and history alone after; history alone; the handover. The error is the root mean square distance from the
    expectation that knows each customer's rate and chance of leaving, over its mean.
    """
    rng = np.random.default_rng(seed)
    past, new = (simulate_known(customers, MOST_PURCHASES, rng) for _ in range(2))
    within = past.purchases < history
    x = within.sum(axis=1).astype(float)
    t_x = np.where(x > 0, np.where(within, past.purchases, 0.0).max(axis=1), 0.0)
    model = BGNBD().fit(x, t_x, np.full(customers, history))
    made = np.array([x[past.group == g].mean() for g in range(len(PACES))])
    learned = learn_handover(made[past.group], history, x, t_x, np.full(customers, history))
    rows = []
    for orders in range(1, 9):
        t = np.zeros(customers) if orders == 1 else new.purchases[:, orders - 2]
        who = np.flatnonzero(t < history)
        count, seen = np.full(len(who), orders - 1.0), t[who]
        alive = 1.0 if orders == 1 else 1.0 - new.leaving[who]
        truth = alive * -np.expm1(-new.rate[who] * new.leaving[who] * ahead) / new.leaving[who]
        alone = np.asarray(model.expected_purchases(ahead, count, seen, seen))
        joint = learned.expected(ahead, made[new.group[who]], count, seen, seen)
        switched = joint if orders == 1 else alone
        rows.append([orders, len(who)])
        for said in (switched, alone, joint):
            rows[-1] += [float(np.sqrt(((said - truth) ** 2).mean()) / truth.mean()), bias(truth, said)]
    return rows


def demo_truth(folder: Path, customers: int) -> list[list[float]]:
    """The demo shop's own truth: relative error of the expected orders of living customers, by orders so far."""
    shop = simulate(folder, customers=customers)
    books = keep_books("demo", list(shop.files.values()), 365, 60, read_settings(shop.config), shop.as_of)
    ledger.histories(books.engine, shop.as_of, "ledger_histories")
    engine = books.engine
    columns = engine.arrays("SELECT * EXCLUDE (customer_id) FROM ledger_histories")
    from lifeworth.models.forecast import CustomerHistory

    history = CustomerHistory.from_columns({n: np.ma.filled(v, 0) for n, v in columns.items()})
    fitted = Forecaster(1, 1, fast=True).fit(history).purchases_
    find_newcomers(engine, shop.as_of, 365)
    write_rows(engine, 365, books.in_profit)
    groups = find_groups(engine)
    model = learn_day_zero(count_cells(engine, groups))
    find_newcomers(engine, shop.as_of, 1)
    write_rows(engine, 1, books.in_profit)
    codes = ", ".join(f"CAST({sql} AS SMALLINT) AS c{place}" for place, sql in enumerate(groups.codes))
    found = engine.arrays(
        f"""SELECT {codes}, h.frequency::DOUBLE AS x, h.recency_days::DOUBLE AS t_x, h.T_days::DOUBLE AS T,
                   t.true_orders::DOUBLE AS truth
            FROM ledger_histories h JOIN ledger_keys k USING (customer_id) JOIN {ROWS} r USING (customer_key)
            JOIN read_parquet('{shop.truth}') t ON t.customer_id = h.customer_id ORDER BY k.customer_key"""
    )
    places = np.column_stack([np.ma.filled(found[f"c{i}"], 0) for i in range(len(groups.codes))]).astype(np.intp)
    x, t_x, T, truth = (np.ma.filled(found[name], 0).astype(float) for name in ("x", "t_x", "T", "truth"))
    said = model.expect(places).orders
    alone = np.asarray(fitted.expected_purchases(365.0, x, t_x, T))
    joint = learn_handover(said, 365.0, x, t_x, T).expected(365.0, said, x, t_x, T)
    rows = []
    for low, high in ((0, 0), (1, 1), (2, 3), (4, 7), (8, 10**6)):
        who = (x >= low) & (x <= high)
        ours = [float(np.sqrt(((s[who] - truth[who]) ** 2).mean()) / truth[who].mean()) for s in (alone, joint)]
        rows.append([low + 1, int(who.sum()), *ours, bias(truth[who], alone[who]), bias(truth[who], joint[who])])
    return rows


LEAD_DAYS = 120

_LEADS_CAME = f"""
WITH born AS (
  SELECT customer_id, min(ordered_on) AS first FROM values_leads v JOIN sources_leads l USING (lead_id)
  JOIN ledger_orders o USING (customer_id) GROUP BY customer_id),
money AS (
  SELECT customer_id, profit_sale AS m FROM ledger_orders JOIN born USING (customer_id)
  WHERE ordered_on < first + {LEAD_DAYS}
  UNION ALL
  SELECT customer_id, profit_effect FROM ledger_events JOIN born USING (customer_id)
  WHERE happened_on >= first AND happened_on < first + {LEAD_DAYS})
SELECT sum(m) FROM money GROUP BY customer_id"""


def open_leads(folder: Path, customers: int, seed: int) -> str:
    """Leads of the demo shop that were open on past days, and what they then brought."""
    shop = simulate(folder, customers=customers, seed=seed)
    books = keep_books("leads", list(shop.files.values()), 365, 60, read_settings(shop.config), shop.as_of)
    leads, won, said, came = 0, 0.0, 0.0, list[float]()
    for back in (180, 240, 300, 360, 420):
        day = shop.as_of - timedelta(days=back)
        value_leads(books.engine, as_of=day, horizon_days=LEAD_DAYS, level=LEVEL, in_profit=True, seed=1)
        [(count, chance, value)] = books.engine.rows(
            "SELECT count(*), sum(chance_of_winning), sum(value_mean) FROM values_leads"
        )
        leads, won, said = leads + count, won + chance, said + value
        came += [float(money) for (money,) in books.engine.rows(_LEADS_CAME)]
    noise = np.sqrt(np.square(came).sum())
    books.engine.close()
    return (
        f"open leads, seed {seed}: {leads:,} leads, {won:.1f} expected to be won, {len(came)} were; "
        f"{said:,.0f} expected, {sum(came):,.0f} ± {noise:,.0f} came"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--customers", type=int, default=12_000)
    parser.add_argument("--leads-customers", type=int, default=20_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        made = simulate(scratch / "demo", customers=asked.customers)
        files, settings = list(made.files.values()), read_settings(made.config)
        print(score(keep_books("Demo shop", files, 365, 60, settings, made.as_of)))
        for shop in public_shops(asked.data, scratch) if asked.data else ():
            print(score(shop))
        print("orders, customers, error and bias of: switching at the second order | history alone | handover")
        for row in handover():
            print("  {:2.0f} {:7,.0f}   {:.3f} {:+6.1f} %   {:.3f} {:+6.1f} %   {:.3f} {:+6.1f} %".format(*row))
        print("demo shop, orders from, customers, error of history alone and handover, bias of both")
        for row in demo_truth(scratch / "truth", asked.customers):
            print("  {:2.0f} {:7,.0f}   {:.3f} {:.3f}   {:+6.1f} % {:+6.1f} %".format(*row))
        for seed in (4, 5):
            print(open_leads(scratch / f"leads{seed}", asked.leads_customers, seed))


if __name__ == "__main__":
    main()
