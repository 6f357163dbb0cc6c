"""Ground for personas of a plain list: customers with columns of their own and a value that the list gives.

No orders are known, so nothing is forecast: the value is what the named columns add up to.
"""

from collections.abc import Sequence
from datetime import date

from lifeworth.errors import InputError
from lifeworth.features.attributes import raw_text
from lifeworth.insight.ground import Frame
from lifeworth.insight.personas.attributes.columns import OWN, Column
from lifeworth.insight.personas.attributes.forms import find_forms
from lifeworth.ledger.tables import drop, make_table
from lifeworth.settings import Settings
from lifeworth.store.engine import Engine

# A list has no day of its own: everything in it is known.
NO_DAY = date(9999, 12, 31)
NOT_AHEAD = 0
_TEXTS = "personas_given"

_GROUND = """
SELECT customer_id, NULL::INTEGER AS orders, NULL::INTEGER AS frequency, NULL::INTEGER AS recency_days, NULL::INTEGER AS T_days,
       NULL::BIGINT AS days_since_last, NULL::DOUBLE AS gap, NULL::DOUBLE AS order_value, NULL::DATE AS first_order_at,
       NULL::DATE AS last_order_at, CAST(value AS DECIMAL(18, 2)) AS past_revenue, NULL::DECIMAL(18, 2) AS past_profit,
       NULL::DOUBLE AS returned_share, NULL::INTEGER AS tickets, NULL::DOUBLE AS p_alive, NULL::DOUBLE AS orders_mean,
       value AS revenue_mean, value AS value_mean, value AS value_low, value AS value_high, 0.0::DOUBLE AS value_sd,
       NULL::DOUBLE AS residual_value_mean, NULL::DATE AS next_order_mean, NULL::DATE AS next_order_low,
       NULL::DATE AS next_order_high, NULL::VARCHAR AS evidence, nullif(trim(acquisition_channel), '') AS channel,
       nullif(trim(country), '') AS country, NULL::DECIMAL(18, 4) AS acquisition_cost, NULL::VARCHAR AS acquisition_basis,
       NULL::VARCHAR AS first_order_id, consent_email, consent_ads
FROM (SELECT customer_id, {value} AS value FROM {texts}) JOIN sources_customers USING (customer_id)
WHERE value IS NOT NULL AND isfinite(value) AND abs(value) < 1e14 ORDER BY customer_id"""


def lay_given_ground(
    engine: Engine, value: Sequence[str], settings: Settings, *, file: str, level: float, seed: int
) -> Frame:
    """``insight_customers`` of everybody whose value the list gives: the sum of the columns named.

    Raises
    ------
    InputError
        A column of the value that is not numbers; says what stands in it.
    """
    columns = tuple(Column(name, OWN) for name in value)
    texts = ", ".join(f"{raw_text(column.name)} AS t{place}" for place, column in enumerate(columns))
    make_table(engine, _TEXTS, f"SELECT customer_id, {texts} FROM sources_customers")
    try:
        forms = find_forms(engine, _TEXTS, columns, NO_DAY)
        for place, (column, form) in enumerate(zip(columns, forms, strict=True)):
            if form.form != "number":
                found = engine.value(f"SELECT min(t{place}) FROM {_TEXTS} WHERE TRY_CAST(t{place} AS DOUBLE) IS NULL")
                raise InputError(
                    "a value is a number, and this column is not made of numbers",
                    file=file,
                    column=column.name,
                    found="nothing" if found is None else str(found)[:80],
                    remedy="Name a column of amounts, or several added up: --value wine+meat+fish.",
                )
        total = " + ".join(f"({form.reading})" for form in forms)
        make_table(engine, "insight_customers", _GROUND.format(value=total, texts=_TEXTS))
    finally:
        drop(engine, _TEXTS)
    return Frame(
        as_of=NO_DAY,
        first_day=NO_DAY,
        horizon_days=NOT_AHEAD,
        interval_level=level,
        discount=0.0,
        currency=settings.currency,
        in_profit=False,
        shared_spread=0.0,
        seed=seed,
        settings=settings,
    )
