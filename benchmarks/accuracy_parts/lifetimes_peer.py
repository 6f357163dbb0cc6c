"""BG/NBD and Gamma-Gamma by `lifetimes`. Runs alone, in an environment that holds it.

Usage: python lifetimes_peer.py DAYS.csv CUT HORIZON_DAYS OUT.csv. Reads customer_id, day, amount (one row per purchase
day before the cut), writes customer_id, money; prints one JSON line of what it did.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import lifetimes  # noqa: E402
import pandas as pd  # noqa: E402
from lifetimes import BetaGeoFitter, GammaGammaFitter  # noqa: E402
from lifetimes.utils import summary_data_from_transaction_data  # noqa: E402

DAYS_PER_WEEK = 7
PENALTIES = (0.0, 0.001, 0.01, 0.1)


def fitted(make, *columns):
    """The first fit that converges, from no penalty upwards."""
    failure: Exception | None = None
    for penalty in PENALTIES:
        try:
            return make(penalizer_coef=penalty).fit(*columns), penalty
        except Exception as error:
            failure = error
    raise SystemExit(f"no fit converged: {failure}")


def main(source: str, cut: str, horizon_days: int, target: str) -> None:
    days = pd.read_csv(source, dtype={"customer_id": str}, parse_dates=["day"])
    summary = summary_data_from_transaction_data(
        days, "customer_id", "day", "amount", observation_period_end=cut, freq="D", freq_multiplier=DAYS_PER_WEEK
    )
    x, t_x, T = summary["frequency"], summary["recency"], summary["T"]
    bg, bg_penalty = fitted(BetaGeoFitter, x, t_x, T)
    paying = summary[(x > 0) & (summary["monetary_value"] > 0)]
    gg, gg_penalty = fitted(GammaGammaFitter, paying["frequency"], paying["monetary_value"])
    orders = bg.conditional_expected_number_of_purchases_up_to_time(horizon_days / DAYS_PER_WEEK, x, t_x, T)
    per_order = gg.conditional_expected_average_profit(x, summary["monetary_value"])
    money = pd.DataFrame({"customer_id": summary.index, "money": (orders * per_order).to_numpy()})
    money.to_csv(target, index=False)
    print(
        json.dumps(
            {
                "version": lifetimes.__version__,
                "bg_nbd": dict(bg.params_),
                "gamma_gamma": dict(gg.params_),
                "penalties": [bg_penalty, gg_penalty],
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
