"""The public data sets, their cuts, and what a user says to the command line for each."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Cut:
    """A day that closes the books (its own midnight is the future) and the days ahead that are forecast."""

    day: date
    horizon_days: int

    def __str__(self) -> str:
        return f"{self.day} · {self.horizon_days} d"


@dataclass(frozen=True)
class DataSet:
    """A folder of files. ``lines`` is SQL giving c (customer), d (date), v (money forecast), s (sale: makes a purchase)."""

    name: str
    title: str
    money: str
    lines: str
    files: tuple[str, ...]
    cuts: tuple[Cut, ...]
    options: tuple[str, ...] = ()
    column: str = "revenue"
    claims_accuracy: bool = True
    totals_only: bool = False
    joined: str = ""
    notes: tuple[str, ...] = field(default=())

    def lines_sql(self, data: Path) -> str:
        """The lines, with the folder of the data put in."""
        return self.lines.replace("{D}", str(data))


def _cuts(horizon_days: int, *days: str) -> tuple[Cut, ...]:
    return tuple(Cut(date.fromisoformat(day), horizon_days) for day in days)


ONLINE_RETAIL = DataSet(
    name="online_retail_ii",
    title="Online Retail II",
    money="net revenue, GBP: quantity × price over all lines that name a customer, cancellations and postage included",
    lines="""select cast(cast(CustomerID as bigint) as varchar) c, cast(InvoiceDate as date) d, Quantity * Price v, Quantity * Price s
             from read_parquet('{D}/online_retail_ii/online_retail_ii.parquet') where CustomerID is not null""",
    files=("online_retail_ii/online_retail_ii.parquet",),
    cuts=(
        *_cuts(90, "2011-05-01", "2011-06-01", "2011-07-01", "2011-08-01", "2011-09-01", "2011-09-10"),
        *_cuts(180, "2011-06-12"),
    ),
)

CDNOW = DataSet(
    name="cdnow",
    title="CDNOW (full)",
    money="revenue, USD",
    lines="""select lpad(cast(customer_id as varchar), 5, '0') c, cast(date as date) d, amount v, amount s
             from read_csv('{D}/cdnow/master.csv')""",
    files=("cdnow/master.csv",),
    cuts=(
        *_cuts(273, "1997-10-01"),
        *_cuts(182, "1997-12-31"),
        *_cuts(91, "1998-04-01"),
        *_cuts(90, "1997-11-01", "1998-01-15", "1998-02-15", "1998-03-15"),
    ),
)

SUPERSTORE = DataSet(
    name="superstore",
    title="Superstore, profit",
    money="profit, the file's Profit column",
    lines="""select "Customer ID" c, strptime("Order Date", '%m/%d/%Y')::date d, Profit v, Sales s
             from read_csv('{D}/superstore/superstore.csv', types = {'Order Date': 'VARCHAR'})""",
    files=("superstore/superstore.csv",),
    cuts=_cuts(180, "2019-01-01", "2019-07-01"),
    options=("--map", "line_profit=Profit", "--discount", "0"),
    column="value",
    notes=(
        "Ours is told which column is profit, and not to discount, so that its value can be held against plain profit.",
        "Customers with a loss make the Gini and the share of the best tenth hard to read: both may leave 0 … 1.",
    ),
)

ADVENTUREWORKS = DataSet(
    name="adventureworks",
    title="AdventureWorks, sales",
    money="sales: quantity × product price",
    lines="""select cast(CustomerKey as varchar) c, strptime(OrderDate, '%m/%d/%Y')::date d,
                    OrderQuantity * ProductPrice v, OrderQuantity * ProductPrice s
             from read_csv('{D}/adventureworks/AdventureWorks_Sales_201*.csv', types = {'OrderDate': 'VARCHAR'})
             join read_csv('{D}/adventureworks/AdventureWorks_Products.csv') using (ProductKey)""",
    files=(
        "adventureworks/AdventureWorks_Sales_2015.csv",
        "adventureworks/AdventureWorks_Sales_2016.csv",
        "adventureworks/AdventureWorks_Sales_2017.csv",
        "adventureworks/AdventureWorks_Products.csv",
    ),
    cuts=_cuts(90, "2017-01-01", "2017-04-01"),
    claims_accuracy=False,
    notes=("The behaviour in this sample was written by a script. It is shown; no accuracy is claimed from it.",),
)

OLIST = DataSet(
    name="olist_sample",
    title="Olist sample (cold start)",
    money="sales, BRL: price and freight of every item",
    lines="""select customer_unique_id c, cast(order_purchase_timestamp as date) d, price + freight_value v, price + freight_value s
             from read_csv('{D}/olist_sample/olist_orders_dataset.csv') as orders
             join read_csv('{D}/olist_sample/olist_customers_dataset.csv') as people using (customer_id)
             join read_csv('{D}/olist_sample/olist_order_items_dataset.csv') as items using (order_id)""",
    files=(),
    cuts=_cuts(90, "2018-03-01", "2018-06-01"),
    totals_only=True,
    joined="""select order_id, customer_unique_id as customer_id, cast(order_purchase_timestamp as timestamp) as ordered_at,
                     round(sum(price + freight_value), 2) as amount
              from read_csv('{D}/olist_sample/olist_orders_dataset.csv') as orders
              join read_csv('{D}/olist_sample/olist_customers_dataset.csv') as people using (customer_id)
              join read_csv('{D}/olist_sample/olist_order_items_dataset.csv') as items using (order_id)
              group by all order by all""",
    notes=(
        "Almost nobody buys twice here, so only the total is compared.",
        "Ours reads one file of orders, joined beforehand, because the person behind an order is named in another file than the order.",
    ),
)

DATA_SETS = (ONLINE_RETAIL, CDNOW, SUPERSTORE, ADVENTUREWORKS, OLIST)
TITLES = {data_set.name: data_set.title for data_set in DATA_SETS}
