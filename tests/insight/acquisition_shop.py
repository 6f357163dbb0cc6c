"""A shop of newcomers written down by hand, with its orders in the ledger and its spend shared by the ledger itself."""

from datetime import date, timedelta

from insight_shop import AS_OF, small_shop

from lifeworth.insight import acquisition
from lifeworth.insight.ground import create
from lifeworth.ledger.acquisition import share_spend

_SPEND = ("spent_on", "channel", "amount", "campaign", "purpose")
_MONEY = (
    "orders",
    "discount",
    "shipping_charged",
    "goods_cost",
    "payment_fee",
    "fulfilment",
    "shipping_cost",
    "commission",
)


def won(channel, first_day, *later, first=20.0, **said):
    """A newcomer: channel, day of the first order and its profit, then (age in days, profit) of later orders."""
    return {"channel": channel, "first_day": first_day, "orders": ((0, first), *later), **said}


def acquired(people, spend=(), events=(), as_of=AS_OF, **framed):
    """Engine and frame of these newcomers.

    ``spend``: (day, channel, amount) with campaign and purpose after it where wanted; ``events``: (customer's place, day,
    kind, profit effect, day of the order it belongs to).
    """
    engine, frame = small_shop([], as_of=as_of, **framed)
    orders = [(place, person, age, profit) for place, person in enumerate(people) for age, profit in person["orders"]]
    days = [person["first_day"] + timedelta(days=age) for _, person, age, _ in orders]
    _add(engine, "ledger_keys", customer_key=range(1, len(people) + 1), customer_id=map(_name, range(len(people))))
    _add(engine, "insight_customers", **_columns([_customer(place, each, as_of) for place, each in enumerate(people)]))
    _add(
        engine, "ledger_days", customer_key=[place + 1 for place, *_ in orders], day=days, gross=[p for *_, p in orders]
    )
    engine.execute("UPDATE ledger_days SET " + ", ".join(f"{name} = COALESCE({name}, 0)" for name in _MONEY))
    _add(
        engine,
        "sources_orders",
        order_id=[f"O{place}-{age}" for place, _, age, _ in orders],
        customer_id=[_name(place) for place, *_ in orders],
        ordered_on=days,
        ordered_at=days,
        channel=[person["channel"] for _, person, *_ in orders],
        coupon=[person.get("coupon") for _, person, *_ in orders],
    )
    filled = [(*each, *(None, "acquire")[len(each) - 3 :]) for each in spend]
    _add(engine, "sources_spend", **_columns([dict(zip(_SPEND, each, strict=True)) for each in filled]))
    _add(engine, "ledger_events", **_columns([_event(*each) for each in events]))
    share_spend(engine)
    create(engine, *acquisition.TABLES)
    return engine, frame


def built(people, spend=(), events=(), **framed):
    """The same with the room's tables filled."""
    engine, frame = acquired(people, spend, events, **framed)
    acquisition.build(engine, frame)
    return engine


def records(engine, table, order="ALL", where="TRUE"):
    return engine.records(f"SELECT * FROM acquisition_{table} WHERE {where} ORDER BY {order}")


def _name(place):
    return f"C{place:04d}"


def _customer(place, person, as_of):
    ages = [age for age, _ in person["orders"]]
    return {
        "customer_id": _name(place),
        "channel": person["channel"],
        "first_order_at": person["first_day"],
        "T_days": (as_of - person["first_day"]).days,
        "recency_days": max(ages),
        "frequency": len(set(ages)) - 1,
        "orders": len(ages),
    }


def _event(place, day, kind, effect, order_day):
    cost = -effect if kind == "contact" else 0
    return {
        "customer_id": _name(place), "happened_on": day, "kind": kind, "order_day": order_day, "profit_effect": effect,
        "revenue_effect": effect, "cost": cost,
    }  # fmt: skip


def _columns(rows):
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _add(engine, table, **columns):
    """Rows column by column, each cast to the column's own type."""
    types = engine.columns(table)
    parts = ", ".join(f"CAST(unnest(?) AS {types[name]}) AS {name}" for name in columns)
    if parts:
        engine.execute(f"INSERT INTO {table} BY NAME SELECT {parts}", [list(values) for values in columns.values()])


def days_from(first, count, step=1):
    """So many days, one after the other."""
    return [first + timedelta(days=place * step) for place in range(count)]


ON = date(2024, 9, 1)
