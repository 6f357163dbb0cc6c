"""Our fits alone on the same orders: seconds for BG/NBD, Gamma-Gamma and Pareto/NBD after one summary."""

import json
import resource
import sys
import time
from datetime import date

from lifeworth.models import BGNBD, GammaGamma, ParetoNBD
from lifeworth.store.duckdb.engine import DuckDB

END = date(2024, 12, 30)


def main(path: str, steps: str) -> None:
    seconds: dict[str, float] = {}
    began = time.perf_counter()
    columns = DuckDB().arrays(
        f"""
        WITH days AS (SELECT customer_id, ordered_at AS day, sum(amount) AS amount FROM '{path}' GROUP BY ALL)
        SELECT count(*) - 1 AS x, date_diff('day', min(day), max(day)) / 7.0 AS t_x,
            date_diff('day', min(day), DATE '{END}') / 7.0 AS T, coalesce((sum(amount) - arg_min(amount, day)) / nullif(count(*) - 1, 0), 0) AS spend
        FROM days GROUP BY customer_id
        """
    )
    seconds["summary"] = round(time.perf_counter() - began, 2)
    answer: dict[str, object] = {}
    x, t_x, T = (columns[name].astype(float) for name in ("x", "t_x", "T"))
    if "bg" in steps:
        began = time.perf_counter()
        bg = BGNBD().fit(x, t_x, T)
        seconds["bg_nbd_fit"] = round(time.perf_counter() - began, 2)
        began = time.perf_counter()
        gg = GammaGamma().fit(x[x > 0], columns["spend"].astype(float)[x > 0])
        seconds["gamma_gamma_fit"] = round(time.perf_counter() - began, 2)
        began = time.perf_counter()
        orders = bg.discounted_expected_purchases(52.0, 0.00797 * 12 / 52, x, t_x, T)
        value = orders * gg.conditional_expected_value(x, columns["spend"].astype(float))
        seconds["clv_12_months"] = round(time.perf_counter() - began, 2)
        answer |= {"bg_nbd": bg.params_, "gamma_gamma": gg.params_, "value": round(float(value.sum()), 2)}
    if "pareto" in steps:
        began = time.perf_counter()
        pareto = ParetoNBD().fit(x, t_x, T)
        seconds["pareto_nbd_fit"] = round(time.perf_counter() - began, 2)
        answer |= {"pareto_nbd": pareto.params_, "log_likelihood": pareto.log_likelihood_}
    peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(answer | {"seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
