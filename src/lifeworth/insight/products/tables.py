"""The tables of the products: what sold, what begins lasting relationships, what goes with what, and how baskets change."""

from lifeworth.contract.table import MONEY_SUM, TEXT, Column, Table

_LEVEL = Column("interval_level", "DOUBLE", "share of plausible values a range holds", "share", True)
_MEMBER = (
    Column("product_id", TEXT, "product or stock code; empty for a category and for what is of no product"),
    Column("name", TEXT, "the name most lines give", required=True),
)

SALES = Table(
    "products_sales",
    "one row per product, and per category, for all years together and for each calendar year",
    (
        Column("grouped_by", TEXT, "product or category", required=True),
        *_MEMBER,
        Column("category", TEXT, "the category most lines give; empty where none is stated"),
        Column("year", "INTEGER", "calendar year in which it was sold or came back; empty for all years together"),
        Column("pieces", MONEY_SUM, "pieces sold", "pieces", True),
        Column("orders", "BIGINT", "orders that hold it", required=True),
        Column("customers", "BIGINT", "customers who bought it; empty where too few to be shown"),
        Column("gross", MONEY_SUM, "at list price", "currency", True),
        Column("discount", MONEY_SUM, "taken off, the part of the order's own discount included", "currency", True),
        Column("shipping_charged", MONEY_SUM, "its part of the shipping the customers paid", "currency", True),
        Column("refunded", MONEY_SUM, "given back, by the day it was given back", "currency", True),
        Column("net_revenue", MONEY_SUM, "gross less discount and refunds, with shipping charged", "currency", True),
        Column("goods_cost", MONEY_SUM, "cost of the goods, less what came back on the shelf", "currency", True),
        Column(
            "order_costs", MONEY_SUM, "its part of payment fees, fulfilment, shipping and commission", "currency", True
        ),
        Column("returns_handling", MONEY_SUM, "its part of the handling of returned parcels", "currency", True),
        Column("service", MONEY_SUM, "its part of the service for orders that hold it", "currency", True),
        Column("communications", MONEY_SUM, "messages to customers, which are of no product", "currency", True),
        Column(
            "profit", MONEY_SUM, "what is left, before winning customers; empty where values are revenue", "currency"
        ),
        Column("pieces_returned", MONEY_SUM, "pieces given back", "pieces", True),
        Column("return_rate_pieces", "DOUBLE", "pieces given back per piece sold", "share"),
        Column("return_rate_money", "DOUBLE", "refunds per amount sold, after discount", "share"),
    ),
    "Products add up to every step of the ledger's waterfall before winning customers, and so do categories; what is of no product "
    "(manual entries, gift cards, samples, communications, orders without lines) stands in a row of its own. What an order has beyond "
    "its lines is shared by the money of the lines. Single years reach back twenty calendar years. Empty where no line names a product.",
)

GATEWAYS = Table(
    "products_gateways",
    "one row per product or category of first purchases and way of counting",
    (
        Column("grouped_by", TEXT, "product or category", required=True),
        *_MEMBER,
        Column("counted", TEXT, "after the first day, or first day included", required=True),
        Column(
            "buyers", "BIGINT", "newcomers whose first purchase day held it and who are old enough", "customers", True
        ),
        Column("share_of_newcomers", "DOUBLE", "of all newcomers old enough", "share", True),
        Column("compared", "BIGINT", "buyers with others of the same channel and month beside them", "customers", True),
        Column("buyers_mean", "DOUBLE", "what a buyer brought on average", "currency", True),
        Column("others_mean", "DOUBLE", "what any other newcomer brought", "currency", True),
        Column("naive_difference", "DOUBLE", "the plain difference of the two", "currency", True),
        Column(
            "difference_mean",
            "DOUBLE",
            "what buyers brought more than others of the same channel and month",
            "currency",
            True,
        ),
        Column("difference_low", "DOUBLE", "low end of its range", "currency", True),
        Column("difference_high", "DOUBLE", "high end of it", "currency", True),
        Column(
            "same_basket_mean",
            "DOUBLE",
            "the same among first orders of the same size, too; empty where none compare",
            "currency",
        ),
        Column("same_basket_low", "DOUBLE", "low end of its range", "currency"),
        Column("same_basket_high", "DOUBLE", "high end of it", "currency"),
        Column("p_value", "DOUBLE", "chance of such a difference where there is none", "probability", True),
        Column("q_value", "DOUBLE", "the same, held against all products or categories asked", "probability", True),
        Column("verdict", TEXT, "brings more, brings less, or cannot be told", required=True),
        Column("newcomers", "BIGINT", "newcomers old enough, of whom all this is reckoned", "customers", True),
        Column("channels", "BIGINT", "channels told apart", required=True),
        Column("days", "INTEGER", "how long newcomers are watched, from the day of the first order", "days", True),
        Column("every", "INTEGER", "one newcomer in so many was asked", required=True),
        _LEVEL,
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "Profit, or net revenue where values are revenue, before the cost of winning customers, not discounted. Products first bought by fewer "
    "than 30 newcomers, or by all but nine, are left out. One amount in a thousand is capped while newcomers are compared. What goes with a product need "
    "not come from it.",
)

PAIRS = Table(
    "products_pairs",
    "one row per product and one that goes with it, the surest first",
    (
        Column("product_id", TEXT, "product or stock code", required=True),
        Column("name", TEXT, "its name", required=True),
        Column("place", "INTEGER", "1 goes with it most surely", required=True),
        Column("with_product_id", TEXT, "the other product", required=True),
        Column("with_name", TEXT, "its name", required=True),
        Column("baskets", "BIGINT", "baskets in all", required=True),
        Column("together", "BIGINT", "baskets that hold both", required=True),
        Column("customers", "BIGINT", "customers with such a basket", required=True),
        Column("support", "DOUBLE", "share of all baskets that hold both", "share", True),
        Column(
            "confidence", "DOUBLE", "share of the baskets with the product that hold the other, too", "share", True
        ),
        Column("lift", "DOUBLE", "how many times as often as if neither knew of the other", "times", True),
        Column("lift_low", "DOUBLE", "low end of its range", "times", True),
        Column("lift_high", "DOUBLE", "high end of it", "times", True),
        Column("q_value", "DOUBLE", "chance of such a lift where there is none, held against all pairs", "probability", True),
        Column("every", "INTEGER", "one customer in so many was asked", required=True),
        _LEVEL,
    ),
    "A basket is what a customer bought on one day. Of the 2,000 products in most baskets; pairs that fewer than ten customers bought are left out. "
    "Ranges hold that one customer's baskets are alike.",
)  # fmt: skip

PROOF = Table(
    "products_next_proof",
    "one row per way of counting and method, on each customer's last basket of the latest days, held out",
    (
        Column("counted", TEXT, "every product, or products new to the customer", required=True),
        Column("method", TEXT, "how ten products were chosen", required=True),
        Column("baskets", "BIGINT", "baskets held out", required=True),
        Column("hits", "BIGINT", "of them, those that hold at least one of the ten", required=True),
        Column("hit_rate", "DOUBLE", "share of them", "share", True),
        Column("hit_rate_low", "DOUBLE", "low end of its range", "share", True),
        Column("hit_rate_high", "DOUBLE", "high end of it", "share", True),
        Column("times_popularity", "DOUBLE", "hit rate over that of the favourites of all customers", "times"),
        Column("times_popularity_low", "DOUBLE", "low end of its range", "times"),
        Column("times_popularity_high", "DOUBLE", "high end of it", "times"),
        Column("serves", "BOOLEAN", "whether offers are made by it", required=True),
        Column("trained_until", "DATE", "what was bought on or after this day was not learned from", required=True),
        _LEVEL,
    ),
    "Ten products are named for each customer from what had been bought before; the customer's own baskets up to the held-out one "
    "are known, other customers' only up to the day in trained_until.",
)

OFFERS = Table(
    "products_offers",
    "one row per customer worth most, kind of offer and place",
    (
        Column("customer_id", TEXT, "as the files name the customer", required=True),
        Column("kind", TEXT, "new to the customer, or bought before", required=True),
        Column("place", "INTEGER", "1 is the first to offer", required=True),
        Column("product_id", TEXT, "product or stock code", required=True),
        Column("name", TEXT, "its name", required=True),
        Column("because_product_id", TEXT, "the product in the customer's baskets that speaks for it most"),
        Column("because_name", TEXT, "its name"),
        Column("chance_mean", "DOUBLE", "how often the next basket held the product of this kind and place in the proof", "probability"),
        Column("chance_low", "DOUBLE", "low end of its range", "probability"),
        Column("chance_high", "DOUBLE", "high end of it", "probability"),
        Column("value_mean", "DOUBLE", "what the customer should bring over the horizon, present value", "currency"),
        Column("consent_email", "BOOLEAN", "whether the customer may be written to; empty where nobody stated it: counts as no"),
        Column("consent_ads", "BOOLEAN", "whether the customer may be shown adverts; empty counts as no"),
        _LEVEL,
    ),
    "The 500 customers worth most, less those who said no to e-mail and to adverts. Only products bought by somebody in the last ninety days. "
    "Empty where no method did better than the favourites of all customers.",
)  # fmt: skip

BASKETS = Table(
    "products_baskets",
    "one row per month, quarter and year with orders",
    (
        Column("period", TEXT, "month, quarter or year", required=True),
        Column("starts_on", "DATE", "its first day", required=True),
        Column("complete", "BOOLEAN", "whether all its days lie between the first order and as_of", required=True),
        Column("orders", "BIGINT", "orders", required=True),
        Column("customers", "BIGINT", "customers who placed them; empty where too few to be shown"),
        Column("order_value_mean", "DOUBLE", "net value of an order as sold, shipping charged included", "currency"),
        Column("order_value_low", "DOUBLE", "low end of the range of the mean", "currency"),
        Column("order_value_high", "DOUBLE", "high end of it", "currency"),
        Column("order_value_median", "DOUBLE", "half of the orders are worth less", "currency"),
        Column("pieces_mean", "DOUBLE", "pieces an order; empty where no line is known", "pieces"),
        Column("pieces_low", "DOUBLE", "low end of the range of the mean", "pieces"),
        Column("pieces_high", "DOUBLE", "high end of it", "pieces"),
        Column("lines_mean", "DOUBLE", "different lines an order; empty where no line is known", "lines"),
        Column("lines_low", "DOUBLE", "low end of the range of the mean", "lines"),
        Column("lines_high", "DOUBLE", "high end of it", "lines"),
        Column("every", "INTEGER", "ranges and medians come from one customer in so many; all else from everybody", required=True),
        _LEVEL,
    ),
    "Means of periods with fewer than ten customers are hidden, and those that would give them away. Ranges hold that one customer's orders are "
    "alike. Pieces and lines are of goods, over orders whose lines are known.",
)  # fmt: skip

TRENDS = Table(
    "products_trends",
    "one row per measure of the basket",
    (
        Column("measure", TEXT, "order value, pieces an order, or lines an order", required=True),
        Column("change_mean", "DOUBLE", "change in a year", "share", True),
        Column("change_low", "DOUBLE", "low end of its range", "share", True),
        Column("change_high", "DOUBLE", "high end of it", "share", True),
        Column("months", "INTEGER", "complete months it is reckoned from", "months", True),
        Column("season", "BOOLEAN", "whether the season was taken out, which needs two years", required=True),
        Column("verdict", TEXT, "rises, falls, or no trend beyond chance", required=True),
        _LEVEL,
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "A straight line through the logarithms of the months' means. At least six complete months.",
)

RETURNING = Table(
    "products_returning",
    "one row per comparison and kind of money",
    (
        Column("comparison", TEXT, "what is held against what", required=True),
        Column("money", TEXT, "revenue or profit", required=True),
        Column("customers", "BIGINT", "customers it rests on", required=True),
        Column("first_mean", "DOUBLE", "mean of what stands first in the comparison", "currency", True),
        Column("other_mean", "DOUBLE", "mean of what is held against it", "currency", True),
        Column("change_mean", "DOUBLE", "the other over the first, less one", "share"),
        Column("change_low", "DOUBLE", "low end of its range", "share"),
        Column("change_high", "DOUBLE", "high end of it", "share"),
        Column(
            "verdict", TEXT, "more, less, or cannot be told: whether zero lies outside a range of 95 %", required=True
        ),
        Column("same_customers", "BOOLEAN", "whether both sides are the same customers", required=True),
        _LEVEL,
        Column("sentence", TEXT, "in plain words", required=True),
    ),
    "An order is all a customer bought on one day. Revenue less what was given back of it; profit with all that followed. Customers with at least two "
    "orders, each counted once, unless the comparison says otherwise. Prices that rose in between are in it.",
)

TABLES = (SALES, GATEWAYS, PAIRS, PROOF, OFFERS, BASKETS, TRENDS, RETURNING)
