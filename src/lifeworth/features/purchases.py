"""How long ago, how often, how regularly, how much: features of the purchase days."""

from lifeworth.features.feature import Block, Column, Feature

_SPANS = (30, 90, 180, 365)

# Squares of two DECIMAL(18) amounts overflow above some 300,000 of money; wide ones do not.
_WIDE = "CAST(revenue AS DECIMAL(38,4))"

QUERY = f"""
  SELECT customer_key, count(*) AS n, sum(orders) AS orders, min(day) AS first_day, max(day) AS last_day,
         arg_max(gap, nth) AS last_gap, max(gap) AS longest_gap, sum(gap * gap) AS gap_squares,
         min(gap) FILTER (nth = 2) AS second_gap,
         {"".join(f"count(*) FILTER (day >= {{cut}} - {span}) AS n_{span}, " for span in _SPANS)}
         {"".join(f"sum(revenue) FILTER (day >= {{cut}} - {span}) AS revenue_{span}, " for span in _SPANS)}
         count(*) FILTER (day >= {{cut}} - 180 AND day < {{cut}} - 90) AS n_before,
         sum(revenue) FILTER (day >= {{cut}} - 180 AND day < {{cut}} - 90) AS revenue_before,
         count(*) FILTER (day >= {{cut}} - 365 AND day < {{cut}} - 275) AS n_season,
         sum(revenue) FILTER (day >= {{cut}} - 365 AND day < {{cut}} - 275) AS revenue_season,
         sum(revenue) AS revenue, max(revenue) AS largest, arg_max(revenue, nth) AS last_revenue,
         arg_min(revenue, nth) AS first_revenue, sum({_WIDE} * {_WIDE}) AS squares, sum({_WIDE} * nth) AS moments,
         count(*) FILTER (isodow(day) >= 6) AS weekend,
         sum(orders) FILTER (day < first_day + 30) AS orders_early,
         sum(revenue) FILTER (day < first_day + 30) AS revenue_early
  FROM {{days}} GROUP BY customer_key"""


def _number(name: str, unit: str, meaning: str, group: str, sql: str) -> Column:
    return Column(Feature(name, unit, meaning, group), sql)


def _double(amount: str) -> str:
    return f"CAST({amount} AS DOUBLE)"


_GAP_MEAN = "((p.last_day - p.first_day) / nullif(p.n - 1.0, 0))"
_GAP_SD = f"sqrt(greatest(p.gap_squares / (p.n - 1.0) - {_GAP_MEAN} * {_GAP_MEAN}, 0))"
_REVENUE = _double("p.revenue")
_VALUE_MEAN = f"({_REVENUE} / p.n)"
_VALUE_VARIANCE = f"greatest({_double('p.squares')} / p.n - {_VALUE_MEAN} * {_VALUE_MEAN}, 0)"
# Least squares through value against position 1..n; sum of squared positions about their mean is n(n²-1)/12.
_SLOPE = f"({_double('p.moments')} - {_REVENUE} * (p.n + 1) / 2.0) / (p.n * (p.n * p.n - 1.0) / 12.0)"

RECENCY = (
    _number("days_since_last", "days", "days since the last purchase", "recency", "{cut} - p.last_day"),
    _number("days_since_previous", "days", "days since the purchase before the last", "recency", "{cut} - p.last_day + p.last_gap"),
    _number("age_days", "days", "days since the first purchase (T)", "recency", "{cut} - p.first_day"),
    _number("age_months", "months", "calendar months since the month of the first purchase", "recency", "(year({cut}) - year(p.first_day)) * 12 + month({cut}) - month(p.first_day)"),
    _number("recency_share", "share", "first to last purchase as a share of the time known (t_x / T)", "recency", "(p.last_day - p.first_day) / ({cut} - p.first_day)::DOUBLE"),
    _number("purchase_days", "days", "days with a purchase", "recency", "p.n"),
    _number("orders", "orders", "orders", "recency", "p.orders"),
    _number("orders_per_30_days", "orders", "orders per 30 days since the first purchase", "recency", "30.0 * p.orders / ({cut} - p.first_day)"),
)  # fmt: skip

RHYTHM = (
    _number("gap_mean", "days", "mean days between purchases", "rhythm", _GAP_MEAN),
    _number("gap_sd", "days", "standard deviation of the days between purchases", "rhythm", f"CASE WHEN p.n > 2 THEN {_GAP_SD} END"),
    _number("gap_variation", "", "that deviation as a share of the mean", "rhythm", f"CASE WHEN p.n > 2 THEN {_GAP_SD} / {_GAP_MEAN} END"),
    _number("gap_last", "days", "days between the last two purchases", "rhythm", "p.last_gap"),
    _number("gap_longest", "days", "longest wait between purchases", "rhythm", "p.longest_gap"),
    _number("gap_last_ratio", "", "last wait as a multiple of the mean one", "rhythm", f"CASE WHEN p.n > 1 THEN p.last_gap / {_GAP_MEAN} END"),
    _number("silence_ratio", "", "days since the last purchase as a multiple of the mean wait", "rhythm", f"CASE WHEN p.n > 1 THEN ({{cut}} - p.last_day) / {_GAP_MEAN} END"),
    _number("silence_of_longest", "", "days since the last purchase as a multiple of the longest wait", "rhythm", "CASE WHEN p.n > 1 THEN ({cut} - p.last_day) / p.longest_gap::DOUBLE END"),
)  # fmt: skip

_KNOWN_LAST_YEAR = "p.first_day <= {cut} - 365"

WINDOWS = (
    *(_number(f"purchases_{s}", "days", f"days with a purchase in the last {s} days", "windows", f"p.n_{s}") for s in _SPANS),
    *(_number(f"revenue_{s}", "money", f"net revenue of purchases in the last {s} days", "windows", f"COALESCE(p.revenue_{s}, 0)") for s in _SPANS),
    _number("purchases_90_before", "days", "days with a purchase in the 90 days before the last 90", "windows", "p.n_before"),
    _number("revenue_90_before", "money", "net revenue in the 90 days before the last 90", "windows", "COALESCE(p.revenue_before, 0)"),
    _number("purchases_90_change", "days", "days with a purchase in the last 90 days less those in the 90 before", "windows", "p.n_90 - p.n_before"),
    _number("purchases_season", "days", "days with a purchase in the 90 days that began a year before the cut", "windows", f"CASE WHEN {_KNOWN_LAST_YEAR} THEN p.n_season END"),
    _number("revenue_season", "money", "net revenue in the 90 days that began a year before the cut", "windows", f"CASE WHEN {_KNOWN_LAST_YEAR} THEN COALESCE(p.revenue_season, 0) END"),
)  # fmt: skip

MONEY = (
    _number("revenue", "money", "net revenue so far, refunds taken off", "money", f"{_REVENUE}{{unmatched}}"),
    _number("value_mean", "money", "mean net revenue of a purchase day", "money", _VALUE_MEAN),
    _number("value_largest", "money", "largest purchase day", "money", "p.largest"),
    _number("value_last", "money", "last purchase day", "money", "p.last_revenue"),
    _number("value_first", "money", "first purchase day", "money", "p.first_revenue"),
    _number("value_sd", "money", "standard deviation of purchase days", "money", f"CASE WHEN p.n > 1 THEN sqrt({_VALUE_VARIANCE}) END"),
    _number("value_last_ratio", "", "last purchase day as a multiple of the mean one", "money", f"CASE WHEN p.n > 1 AND p.revenue > 0 THEN {_double('p.last_revenue')} / {_VALUE_MEAN} END"),
    _number("value_slope", "share", "how much more each purchase day brings than the one before, as a share of the mean", "money", f"CASE WHEN p.n > 1 AND p.revenue > 0 THEN {_SLOPE} / {_VALUE_MEAN} END"),
    _number("value_largest_share", "share", "share of net revenue that the largest purchase day brought", "money", f"CASE WHEN p.revenue > 0 THEN p.largest / {_REVENUE} END"),
)  # fmt: skip

EARLY = (
    _number("days_to_second", "days", "days from the first to the second purchase", "early", "p.second_gap"),
    _number("orders_first_30", "orders", "orders in the first 30 days", "early", "p.orders_early"),
    _number("revenue_first_30", "money", "net revenue in the first 30 days", "early", "p.revenue_early"),
)  # fmt: skip

CALENDAR = (
    _number("first_month", "1-12", "calendar month of the first purchase", "calendar", "month(p.first_day)"),
    _number("weekend_share", "share", "share of purchase days on a Saturday or Sunday", "calendar", "p.weekend / p.n::DOUBLE"),
)  # fmt: skip

PURCHASES = Block((*RECENCY, *RHYTHM, *WINDOWS, *MONEY, *EARLY, *CALENDAR), QUERY, lambda engine, cut: True)
