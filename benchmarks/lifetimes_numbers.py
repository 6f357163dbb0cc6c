"""What `lifetimes` answers on CDNOW, for the page that puts its calls beside ours.

Usage: .venv-bench/bin/python benchmarks/lifetimes_numbers.py ../shared/data/cdnow/sample.csv
"""

import sys
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

from lifetimes import (  # noqa: E402
    BetaGeoBetaBinomFitter,
    BetaGeoFitter,
    GammaGammaFitter,
    ModifiedBetaGeoFitter,
    ParetoNBDFitter,
)
from lifetimes.utils import summary_data_from_transaction_data  # noqa: E402

orders = pd.read_csv(sys.argv[1], dtype={"customer_id": str})


def summary(**grain):
    return summary_data_from_transaction_data(
        orders, "customer_id", "date", "amount", observation_period_end="1997-09-30", **grain
    )


def show(what, *values):
    flat = np.concatenate([np.ravel(np.asarray(value, dtype=float)) for value in values])
    print(f"{what:<58}", *(f"{value:.6g}" for value in flat))


for label, table in (
    ("calendar weeks", summary(freq="W")),
    ("days", summary(freq="D")),
    ("days / 7", summary(freq="D", freq_multiplier=7)),
):
    model = BetaGeoFitter().fit(table.frequency, table.recency, table["T"])
    show(f"{label}: repeat purchases; r, alpha, a, b", table.frequency.sum(), model.params_)
    show(f"{label}: the log-likelihood it reports, a customer", -model._negative_log_likelihood_)

table = summary(freq="D", freq_multiplier=7)
rows = table.frequency, table.recency, table["T"]
bg, mbg, pareto = BetaGeoFitter().fit(*rows), ModifiedBetaGeoFitter().fit(*rows), ParetoNBDFitter().fit(*rows)
longest = float(table["T"].max())
moved = table.frequency.sum() * np.log(longest)
show("BG/NBD log-likelihood of the data", -bg._negative_log_likelihood_ * len(table) - moved)
show("Pareto/NBD: what it reports, and of the data", -pareto._negative_log_likelihood_, -pareto._negative_log_likelihood_ - moved)  # fmt: skip
show("MBG/NBD P(alive) of (0, 0, 39), (2, 30.43, 38.86)", [mbg.conditional_probability_alive(*h) for h in ((0, 0, 39), (2, 30.43, 38.86))])  # fmt: skip
show("BG/NBD P(alive) of (0, 0, 39)", bg.conditional_probability_alive(0, 0, 39))
for label, model in (("BG/NBD", bg), ("MBG/NBD", mbg), ("Pareto/NBD", pareto)):
    show(f"{label} expected in 39 weeks", model.predict(39, *rows).sum())
show("Pareto/NBD chance of 0 and 3 purchases, (2, 30.43, 38.86)", [pareto.conditional_probability_of_n_purchases_up_to_time(n, 39, 2, 30.43, 38.86) for n in (0, 3)])  # fmt: skip
repeat = table[(table.frequency > 0) & (table.monetary_value > 0)]
spend = GammaGammaFitter().fit(repeat.frequency, repeat.monetary_value)
show("Gamma-Gamma p, q, v", spend.params_)
try:
    GammaGammaFitter().fit(table.frequency, table.monetary_value)
except ValueError as error:
    print("Gamma-Gamma on all rows:", error)
show("value of all, 12 months at 1 % a month", spend.customer_lifetime_value(bg, *rows, table.monetary_value, time=12, discount_rate=0.01, freq="W").sum())  # fmt: skip
donors = BetaGeoBetaBinomFitter()
donors.params_ = pd.Series({"alpha": 1.204, "beta": 0.750, "gamma": 0.657, "delta": 2.783})
show("BG/BB P(alive), m = 0 and 1, of (2, 4, 6)", [donors.conditional_probability_alive(m, np.array([2]), np.array([4]), np.array([6])) for m in (0, 1)])  # fmt: skip
