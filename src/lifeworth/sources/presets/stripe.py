"""Stripe's payments export: one row per payment, the refund on the same row, Stripe's fee beside it."""

from lifeworth.sources.presets.preset import Preset
from lifeworth.sources.shape import Ask, Rule, Shape, customer_rule

_PAID = "('paid', 'succeeded', 'refunded', 'partially refunded', 'disputed')"


def _shape(has: frozenset[str], ask: Ask) -> Shape:
    tax = "coalesce(v_tax, 0)" if "tax" in has else "0"
    if "tax" in has and "original_amount" in has:
        tax = f"coalesce(TRY_CAST({tax}::DOUBLE * v_amount::DOUBLE / v_original_amount::DOUBLE AS DECIMAL(18,4)), 0)"
    refunded = "coalesce(v_refunded, 0)" if "refunded" in has else "0"
    tax_free = f"((v_amount - {tax})::DOUBLE / nullif(v_amount, 0)::DOUBLE)"
    mode = "lower(v_mode)" if "mode" in has else "'live'"
    captured = "coalesce(lower(v_captured), 'true')" if "captured" in has else "'true'"
    email = "lower(v_email)" if "email" in has else "NULL"
    customer = f"coalesce(v_customer_id, {email})" if "customer_id" in has else email
    return Shape(
        grain="order",
        columns={
            "order_id": "v_order_id",
            "customer_id": customer,
            "happened_at": "v_ordered_at",
            "currency": "v_currency",
            "status": "v_status",
            "effect": "'sale'",
            "amount": f"v_amount - {tax}",
            "gross": f"v_amount - {tax}",
            "tax": tax,
            "refunded": f"coalesce(TRY_CAST({refunded}::DOUBLE * {tax_free} AS DECIMAL(18,4)), 0)",
            **({"fee": "v_fee"} if "fee" in has else {}),
        },
        rules=(
            Rule(f"{mode} = 'test'", "ignored", "test payment"),
            Rule(f"status IS NULL OR lower(status) NOT IN {_PAID}", "ignored", "not paid"),
            Rule(f"{captured} IN ('false', '0', 'no')", "ignored", "not captured"),
            Rule("amount IS NULL", "quarantined", "no amount"),
            customer_rule(),
        ),
        notes=(
            "The customer is the Customer ID, else the e-mail address; card columns are never read.",
            "Refunds have no date in this export: they stand on the day of the payment.",
        ),
    )


def _fields(prefix: str) -> dict[str, tuple[str, ...]]:
    return {
        "order_id": ("id",),
        "customer_id": ("Customer ID",),
        "email": ("Customer Email",),
        "ordered_at": ("Created (UTC)", "Created date (UTC)"),
        "amount": (f"{prefix}Amount",),
        **({"original_amount": ("Amount",)} if prefix else {}),
        "refunded": (f"{prefix}Amount Refunded",),
        "currency": (f"{prefix}Currency",),
        "fee": ("Fee",),
        "tax": ("Tax",),
        "status": ("Status",),
        "mode": ("Mode",),
        "captured": ("Captured",),
    }


# What arrived in the account's own currency comes first: it never mixes currencies.
STRIPE = tuple(
    Preset(
        "Stripe payments",
        ("id", created, f"{prefix}Amount", f"{prefix}Currency", "Status", "Customer Email"),
        _fields(prefix),
        _shape,
        is_utc=True,
    )
    for prefix in ("Converted ", "")
    for created in ("Created (UTC)", "Created date (UTC)")
)
