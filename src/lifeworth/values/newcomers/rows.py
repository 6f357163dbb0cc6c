"""One row for every newcomer found: money, and a text by dimension."""

from collections.abc import Collection

from lifeworth.features.attributes import attributes, raw_text
from lifeworth.ledger.tables import MONEY, has_rows, make_table, text
from lifeworth.models.cold_start.newcomer import MONTH
from lifeworth.store.engine import Engine
from lifeworth.values.newcomers.money import AFTER, SALES, money_columns

FIRST_ORDER = "first order"
AFTER_THE_ORDER = ("first category", "payment", "coupon", FIRST_ORDER)
MOST_MEMBERS = 40
MOST_DIMENSIONS = 12
ROWS = "values_newcomer_rows"


_ORDER = """
  SELECT f.customer_key, arg_min({{{columns}}}, (o.ordered_at, o.order_id)) AS told
  FROM sources_orders o JOIN values_newcomer_days f ON f.customer_id = o.customer_id AND o.ordered_on = f.first_day
  GROUP BY f.customer_key"""


_CATEGORY = """
  SELECT f.customer_key,
         arg_min(nullif(trim(COALESCE(l.category, c.category)), ''), (o.ordered_at, o.order_id, l.line_no)) AS category
  FROM sources_order_lines l JOIN sources_orders o ON o.order_id = l.order_id
  JOIN values_newcomer_days f ON f.customer_id = o.customer_id AND o.ordered_on = f.first_day
  LEFT JOIN (SELECT product_id, arg_min(category, (COALESCE(valid_from, DATE '0001-01-01'), category)) AS category
             FROM sources_products WHERE category IS NOT NULL GROUP BY product_id) c ON c.product_id = l.product_id
  WHERE l.kind = 'goods' GROUP BY f.customer_key"""


_PEOPLE = """
  SELECT f.customer_key, {columns}
  FROM sources_customers c JOIN values_newcomer_days f ON f.customer_id = c.customer_id GROUP BY f.customer_key"""


def write_rows(engine: Engine, days: int, in_profit: bool, leave_out: Collection[str] = ()) -> None:
    """One row for every newcomer found: money, and a text by dimension."""
    sale, effect = money_columns(in_profit)
    texts, joins = _texts(engine, leave_out)
    joins.append(f"LEFT JOIN ({AFTER.format(effect=effect, days=days)}) a USING (customer_key)")
    columns = "".join(f", {sql} AS g{place}" for place, sql in enumerate(texts.values()))
    make_table(
        engine,
        ROWS,
        f"SELECT s.customer_key, s.first_day, s.first AS sold, s.orders,"
        f" CAST(s.first + COALESCE(a.first, 0) AS {MONEY}) AS first,"
        f" CAST(s.later + COALESCE(a.later, 0) AS {MONEY}) AS later{columns}"
        f" FROM ({SALES.format(sale=sale, days=days)}) s {' '.join(joins)}",
    )
    make_table(engine, f"{ROWS}_names", _names(texts))


def _names(texts: dict[str, str]) -> str:
    rows = ", ".join(f"({place}, {text(name)})" for place, name in enumerate(texts)) or "(-1, '')"
    return f"SELECT * FROM (VALUES {rows}) AS t(place, name)"


def _texts(engine: Engine, leave_out: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """SQL of what is said of a newcomer by dimension, and the joins it needs."""
    told, joins = _order_texts(engine), list[str]()
    found = {MONTH: "strftime(s.first_day, '%Y-%m')"}
    own = _people_texts(engine, leave_out)
    if told:
        columns = ", ".join(f"'{name}': {sql}" for name, sql in told.items())
        joins.append(f"LEFT JOIN ({_ORDER.format(columns=columns)}) o USING (customer_key)")
    if own:
        columns = ", ".join(f"min({sql}) AS c{place}" for place, sql in enumerate(own.values()))
        joins.append(f"LEFT JOIN ({_PEOPLE.format(columns=columns)}) c USING (customer_key)")
    of_people = {name: f"c.c{place}" for place, name in enumerate(own)}
    of_orders = {name: f"o.told.{name}" for name in told}
    for name, first in (("channel", of_people), ("country", of_orders)):
        either = [source[name] for source in (first, of_orders, of_people) if name in source]
        if either:
            found[name] = f"COALESCE({', '.join(dict.fromkeys(either))})"
    found |= {name: sql for name, sql in of_orders.items() if name in ("payment", "coupon")}
    if _categories(engine):
        joins.append(f"LEFT JOIN ({_CATEGORY}) l USING (customer_key)")
        found["first category"] = "l.category"
    found |= {name: sql for name, sql in of_people.items() if name not in ("channel", "country")}
    return dict(list(found.items())[:MOST_DIMENSIONS]), joins


def _order_texts(engine: Engine) -> dict[str, str]:
    plain = {"channel": "channel", "country": "country", "payment": "payment_method"}
    told = {
        name: f"nullif(trim(o.{column}), '')"
        for name, column in plain.items()
        if has_rows(engine, "sources_orders", f"trim({column}) <> ''")
    }
    if has_rows(engine, "sources_orders", "trim(coupon) <> ''"):
        told["coupon"] = "CASE WHEN trim(o.coupon) <> '' THEN 'with a coupon' ELSE 'without a coupon' END"
    return told


def _people_texts(engine: Engine, leave_out: Collection[str]) -> dict[str, str]:
    """What the list of customers says; numbers and days only where they are few, as groups."""
    found = {
        name: f"nullif(trim(c.{column}), '')"
        for name, column in (("channel", "acquisition_channel"), ("country", "country"))
        if has_rows(engine, "sources_customers", f"trim({column}) <> ''")
    }
    for each in attributes(engine):
        taken = {*found, MONTH, *AFTER_THE_ORDER}
        if each.form != "day" and each.feature.name not in leave_out and each.key not in leave_out:
            count = engine.value(f"SELECT count(DISTINCT {each.raw}) FROM sources_customers")
            if 1 < count <= MOST_MEMBERS:
                found[each.key if each.key not in taken else f"{each.key} (own)"] = raw_text(each.key)
    return found


def _categories(engine: Engine) -> bool:
    return has_rows(engine, "sources_order_lines", "trim(category) <> ''") or (
        has_rows(engine, "sources_order_lines") and has_rows(engine, "sources_products", "trim(category) <> ''")
    )
