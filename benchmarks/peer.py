"""What `lifetimes` does for the same orders: summary, BG/NBD, Gamma-Gamma, 12-month value. No ranges there.

Prints one JSON line of seconds a step and peak memory. Runs in an environment of its own.
"""

import json
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas as pd  # noqa: E402
from lifetimes import BetaGeoFitter, GammaGammaFitter, ParetoNBDFitter  # noqa: E402
from lifetimes.utils import summary_data_from_transaction_data  # noqa: E402


def main(path: str, steps: str) -> None:
    seconds: dict[str, float] = {}

    def timed(name, work):
        began = time.perf_counter()
        result = work()
        seconds[name] = round(time.perf_counter() - began, 2)
        return result

    orders = timed("read", lambda: pd.read_parquet(path) if path.endswith("parquet") else pd.read_csv(path))
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"])
    summary = timed(
        "summary",
        lambda: summary_data_from_transaction_data(
            orders, "customer_id", "ordered_at", "amount", freq="D", freq_multiplier=7
        ),
    )
    arguments = (summary["frequency"], summary["recency"], summary["T"])
    answer: dict[str, object] = {}
    if "bg" in steps:
        bg = BetaGeoFitter()
        timed("bg_nbd_fit", lambda: bg.fit(*arguments))
        answer["bg_nbd"] = dict(bg.params_)
        paying = summary[(summary["frequency"] > 0) & (summary["monetary_value"] > 0)]
        gg = GammaGammaFitter()
        timed("gamma_gamma_fit", lambda: gg.fit(paying["frequency"], paying["monetary_value"]))
        timed(
            "clv_12_months",
            lambda: gg.customer_lifetime_value(
                bg, *arguments, summary["monetary_value"], time=12, discount_rate=0.00797, freq="W"
            ),
        )
        answer["gamma_gamma"] = dict(gg.params_)
    if "pareto" in steps:
        pareto = ParetoNBDFitter()
        timed("pareto_nbd_fit", lambda: pareto.fit(*arguments))
        answer["pareto_nbd"] = dict(pareto.params_)
    answer |= {
        "seconds": seconds,
        "total": round(sum(seconds.values()), 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
