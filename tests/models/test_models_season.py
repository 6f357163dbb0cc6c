"""The seasonal clock: planted seasons are found, none is invented, and a year of real orders is closer for it."""

import os
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.special import betaln, gammaln

from lifeworth.errors import UsageError
from lifeworth.maths.bg_nbd import log_likelihood_rows
from lifeworth.maths.season import elapsed, fourier, usual_pace
from lifeworth.models import BGCNBD, BGNBD, ParetoNBD
from lifeworth.models.season import SeasonalClock
from lifeworth.models.season.calendar import Calendar
from lifeworth.models.season.clock import _by_day
from lifeworth.models.season.dated import DatedTable, read_dated
from lifeworth.models.season.learning import Profile

START = np.datetime64("2023-01-01")
TRUTH = {"r": 0.9, "alpha": 60.0, "a": 0.6, "b": 3.0}
WAVES = np.array([-0.25, 0.1, -0.15, 0.2])


def shop(waves, *, years=3.0, customers=4000, seed=1, burst=None, horizon=90):
    """Customers of a BG/NBD on a planted clock: frequency, first, last, end, repeat days and what came in the horizon."""
    rng = np.random.default_rng(seed)
    length = round(years * 365.25)
    days = START + np.arange(length + horizon)
    pace = np.exp(fourier(days, len(waves) // 2) @ waves) / usual_pace(waves)
    if burst:
        pace = pace * np.where(np.isin(days, burst[0]), np.exp(burst[1]), 1.0)
    clock = elapsed(pace)
    first = rng.integers(0, length - 60, customers)
    rate, leave = rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], customers), rng.beta(TRUTH["a"], TRUTH["b"], customers)
    left = rng.geometric(leave)
    x, last, came, repeats = np.zeros(customers), first.copy(), 0, []
    for who in range(customers):
        gaps = np.cumsum(rng.exponential(1 / max(rate[who], 1e-9), left[who] if left[who] < 2000 else 2000))
        at = np.searchsorted(clock, clock[first[who]] + pace[first[who]] * rng.random() + gaps, side="right") - 1
        at = np.unique(at[at > first[who]])
        seen = at[at < length]
        x[who], came = seen.size, came + int(((at >= length) & (at < length + horizon)).sum())
        if seen.size:
            last[who] = seen[-1]
            repeats.append(seen)
    return x, START + first, START + last, START + length, START + np.concatenate(repeats), came


def fit(columns, model=None, **options):
    x, first, last, end, repeats, _ = columns
    return SeasonalClock(model or BGNBD(), **options).fit(x, first, last, end, repeats)


@pytest.fixture(scope="module")
def seasonal():
    return shop(WAVES)


def test_a_planted_season_is_found_with_the_customers_own_rates(seasonal):
    found = fit(seasonal)
    errors = np.array(list(found.standard_errors_.values()))
    assert found.converged_ and found.kept_ > 0.9 and found.p_value_ < 1e-6
    assert np.all(np.abs(np.array(list(found.coefficients_.values())) - WAVES) < 4 * errors + 0.02)
    for name, value in TRUTH.items():
        spread = np.sqrt(found.model_.log_covariance_[found.model_.names.index(name)][found.model_.names.index(name)])
        assert abs(np.log(found.model_.params_[name] / value)) < 4 * spread + 0.05, name


def test_the_next_season_is_forecast_where_the_plain_model_misses_it(seasonal):
    x, first, last, end, _, came = seasonal
    recency, T = (last - first).astype(float), (end - first).astype(float)
    plain = BGNBD().fit(x, recency, T).expected_purchases(90, x, recency, T).sum()
    found = fit(seasonal)
    clock = found.expected_purchases(90, x, first, last, end).sum()
    assert abs(clock / came - 1) < 0.07 < abs(plain / came - 1)
    assert found.log_likelihood_ > BGNBD().fit(x, recency, T).log_likelihood_ + 50


def test_no_season_is_invented():
    kept = [fit(shop(np.zeros(4), customers=1500, seed=seed)) for seed in range(12)]
    assert sum(each.p_value_ < 0.05 for each in kept) <= 3
    assert np.mean([each.kept_ for each in kept]) < 0.35
    swings = [max(abs(v) for v in each.coefficients_.values()) for each in kept]
    assert max(swings) < 0.06


def test_the_density_of_the_calendar_days_is_the_models_in_clock_time(seasonal):
    """A twin of the likelihood, customer by customer from the paper's formula."""
    x, first, last, end, repeats, _ = (column[:300] if np.ndim(column) else column for column in seasonal)
    inside = seasonal[0][:300]
    found = fit(seasonal)
    days = START + np.arange(int((end - START).astype(int)))
    clock = elapsed(found.pace(days))
    place = [(column - START).astype(int) for column in (first, last)]
    t_x, T = clock[place[1]] - clock[place[0]], clock[len(days)] - clock[place[0]]
    r, alpha, a, b = (found.model_.params_[name] for name in ("r", "alpha", "a", "b"))
    total = 0.0
    for n, early, late in zip(inside, t_x, T, strict=True):
        head = gammaln(r + n) - gammaln(r) + r * np.log(alpha)
        stays = betaln(a, b + n) - betaln(a, b) - (r + n) * np.log(alpha + late)
        leaves = betaln(a + 1, b + n - 1) - betaln(a, b) - (r + n) * np.log(alpha + early) if n > 0 else -np.inf
        total += head + np.logaddexp(stays, leaves)
    ahead, seen = found.histories(0.0, x, first, last, end)
    assert not ahead.any()
    np.testing.assert_allclose(seen.recency, t_x, atol=1e-9)
    np.testing.assert_allclose(seen.T, T, atol=1e-9)
    rows = log_likelihood_rows(found.model_.parameters, seen.frequency, seen.recency, seen.T)
    assert rows.sum() == pytest.approx(total, abs=1e-6)


def test_slopes_of_the_profile_are_its_own_differences(seasonal):
    x, first, last, end, repeats, _ = seasonal
    table = DatedTable.collapse(read_dated(x, first, last, end), None)
    profile = Profile(BGNBD(), Calendar.read(2, None), table, _by_day(table, repeats, None))
    at = np.array([-0.1, 0.05, 0.1, 0.0])
    _, slope = profile.at(at)
    for k in range(4):
        step = np.eye(4)[k] * 1e-3
        rise = (profile.at(at + step)[0] - profile.at(at - step)[0]) / 2e-3
        assert slope[k] == pytest.approx(rise, rel=1e-4, abs=1e-7)


def test_named_days_have_a_pace_of_their_own():
    sales = [np.datetime64(f"{year}-11-{day}") for year in (2023, 2024, 2025, 2026) for day in range(20, 25)]
    found = fit(shop(WAVES[:2], burst=(sales, 1.2)), terms=1, holidays={"sale": [each.item() for each in sales]})
    assert found.coefficients_["sale"] == pytest.approx(1.2, abs=4 * found.standard_errors_["sale"])
    assert found.pace(sales[-1])[0] > 2 * found.pace(np.datetime64("2026-11-19"))[0]


def test_a_short_history_holds_no_season_and_says_so():
    found = fit(shop(WAVES, years=0.9))
    assert found.kept_ == 0 and set(found.coefficients_.values()) == {0.0}
    assert any("0.9 years" in words for words in found.warnings_)
    short, long = fit(shop(WAVES, years=1.5)), fit(shop(WAVES, years=2.0))
    assert 0 < short.kept_ < long.kept_ and any("believed" in words for words in short.warnings_)


def test_without_a_season_the_clock_is_the_calendar(seasonal):
    x, first, last, end, _, _ = seasonal
    flat = fit(seasonal, terms=0)
    recency, T = (last - first).astype(float), (end - first).astype(float)
    plain = BGNBD().fit(x, recency, T)
    assert flat.model_.params_ == pytest.approx(plain.params_, rel=1e-9)
    np.testing.assert_allclose(
        flat.expected_purchases(30, x, first, last, end), plain.expected_purchases(30, x, recency, T), rtol=1e-9
    )


def test_customers_may_come_as_weights_and_purchases_as_counts(seasonal):
    x, first, last, end, repeats, _ = seasonal
    days, counts = np.unique(repeats, return_counts=True)
    twice = SeasonalClock(BGNBD()).fit(x, first, last, end, days, 2 * counts, weights=np.full(x.size, 2.0))
    once = fit(seasonal)
    assert twice.log_likelihood_ == pytest.approx(2 * once.log_likelihood_, rel=1e-6)


def test_the_pareto_family_lives_on_the_clock_too(seasonal):
    found = fit(seasonal, ParetoNBD())
    assert found.kept_ > 0.8 and found.coefficients_["sine 1"] == pytest.approx(WAVES[0], abs=0.1)
    x, first, last, end, _, came = seasonal
    assert found.expected_purchases(90, x, first, last, end).sum() == pytest.approx(came, rel=0.1)
    alive = found.p_alive(x, first, last, end)
    assert np.all((alive > 0) & (alive <= 1))


def test_wrong_columns_are_named_kindly(seasonal):
    x, first, last, end, repeats, _ = seasonal
    clock = SeasonalClock(BGNBD())
    with pytest.raises(UsageError, match="repeat purchases, frequency adds up"):
        clock.fit(x, first, last, end, repeats[1:])
    with pytest.raises(UsageError, match="lies on end_day"):
        clock.fit(x, first, last, last.min(), repeats)
    with pytest.raises(UsageError, match="disagree"):
        clock.fit(x + 1, first, last, end, repeats)
    with pytest.raises(UsageError, match="outside the histories"):
        clock.fit(x, first, last, end, np.append(repeats[1:], end))
    with pytest.raises(UsageError, match="not a day"):
        clock.fit(x, ["someday"] * x.size, last, end, repeats)
    with pytest.raises(UsageError, match="names no day"):
        SeasonalClock(BGNBD(), holidays={"nothing": []}).fit(x, first, last, end, repeats)
    with pytest.raises(UsageError, match="call fit"):
        clock.summary()
    with pytest.raises(UsageError, match="BGCNBD cannot live on a seasonal clock"):
        SeasonalClock(BGCNBD(k=2)).fit(x, first, last, end, repeats)
    with pytest.raises(UsageError, match="terms"):
        SeasonalClock(BGNBD(), terms=-1).fit(x, first, last, end, repeats)


@pytest.fixture(scope="module")
def retail():
    given = os.environ.get("LIFEWORTH_DATA")
    folder = Path(given) if given else Path(__file__).parents[2].parent / "shared" / "data"
    path = folder / "online_retail_ii" / "online_retail_ii.parquet"
    if not path.exists():
        pytest.skip(f"{path.name} is not on this machine (set LIFEWORTH_DATA to the folder that holds it)")
    found = duckdb.execute(
        "SELECT CustomerID::BIGINT AS c, InvoiceDate::DATE AS d FROM read_parquet(?)"
        " WHERE CustomerID IS NOT NULL AND Quantity * Price > 0 GROUP BY ALL ORDER BY ALL",
        [str(path)],
    ).fetchnumpy()
    return np.asarray(found["c"]), np.asarray(found["d"]).astype("datetime64[D]")


def off(retail, cut, horizon=90):
    """Percent by which the plain model and the clock miss the purchases of the days ahead."""
    customer, day = retail
    seen = day < cut
    ids, first_row, place = np.unique(customer[seen], return_index=True, return_inverse=True)
    first, last = day[seen][first_row], day[seen][first_row].copy()
    np.maximum.at(last, place, day[seen])
    repeat = np.ones(int(seen.sum()), bool)
    repeat[first_row] = False
    x = np.bincount(place) - 1.0
    came = np.isin(customer[(day >= cut) & (day < cut + horizon)], ids).sum()
    history = x, (last - first).astype(float), (cut - first).astype(float)
    plain = BGNBD().fit(*history).expected_purchases(horizon, *history).sum()
    clock = SeasonalClock(BGNBD()).fit(x, first, last, cut, day[seen][repeat])
    return [100 * (total / came - 1) for total in (plain, clock.expected_purchases(horizon, x, first, last, cut).sum())]


CUTS = [date(2011, 5, 1), date(2011, 6, 1), date(2011, 7, 1), date(2011, 8, 1), date(2011, 9, 1), date(2011, 9, 10)]


def test_real_autumn_is_closer_on_the_clock(retail):
    found = {cut: off(retail, np.datetime64(cut)) for cut in CUTS}
    plain, clock = found[date(2011, 9, 10)]
    assert plain < -20 and abs(clock) < 6
    assert np.abs(list(found.values())).mean(axis=0)[1] < np.abs(list(found.values())).mean(axis=0)[0] - 3
    # In August two errors of the plain model cancel: no autumn, and a level that was too high all summer.
    worse = {cut for cut, (plain, clock) in found.items() if abs(clock) > abs(plain) + 5}
    assert worse <= {date(2011, 8, 1)}
