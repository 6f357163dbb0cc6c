"""How monthly recurring revenue moved, and how much of a year-old base is left."""

from lifeworth.contract.table import MONEY_SUM, Column, Table

MRR = Table(
    "retention_mrr",
    "one row per month since the first subscription",
    (
        Column("month", "DATE", "first day of the month", required=True),
        Column(
            "closes_on",
            "DATE",
            "the day the month's figures are taken: its last, or the day before the run's",
            required=True,
        ),
        Column("is_whole", "BOOLEAN", "whether the month was over", required=True),
        Column("opening", MONEY_SUM, "monthly recurring revenue at the end of the month before", "currency"),
        Column("new", MONEY_SUM, "of customers who never paid before", "currency"),
        Column("expansion", MONEY_SUM, "more from customers who paid before and still do", "currency"),
        Column("reactivation", MONEY_SUM, "of customers who had paid, stopped, and pay again", "currency"),
        Column("contraction", MONEY_SUM, "less from customers who still pay; zero or below", "currency"),
        Column("churn", MONEY_SUM, "of customers who no longer pay; zero or below", "currency"),
        Column("closing", MONEY_SUM, "opening and all of these", "currency"),
        Column("customers", "BIGINT", "customers who pay at the end", "customers"),
        Column("customers_new", "BIGINT", "of the month", "customers"),
        Column("customers_back", "BIGINT", "who pay again", "customers"),
        Column("customers_lost", "BIGINT", "who no longer pay", "customers"),
    ),
    "Adds up to the cent. Moves and levels of fewer than ten customers are empty, and so are other moves, and older levels, that would give them away. What a customer pays is the sum of all subscriptions that run that day; trials pay nothing.",
)

NRR = Table(
    "retention_nrr",
    "one row per month: customers who paid twelve months before, then and now",
    (
        Column("month", "DATE", "first day of the month", required=True),
        Column("since", "DATE", "the day twelve months before", required=True),
        Column("closes_on", "DATE", "the day of now", required=True),
        Column("customers", "BIGINT", "who paid then", "customers", required=True),
        Column("mrr_then", MONEY_SUM, "what they paid a month then", "currency", required=True),
        Column(
            "net_mean",
            "DOUBLE",
            "net revenue retention: what the same customers pay now, over then",
            "share",
            required=True,
        ),
        Column("net_low", "DOUBLE", "low end of its range", "share", required=True),
        Column("net_high", "DOUBLE", "high end of it", "share", required=True),
        Column(
            "gross_mean",
            "DOUBLE",
            "gross revenue retention: the same without what is paid above then",
            "share",
            required=True,
        ),
        Column("gross_low", "DOUBLE", "low end of its range", "share", required=True),
        Column("gross_high", "DOUBLE", "high end of it", "share", required=True),
        Column("logo_churn_mean", "DOUBLE", "share of these customers who pay nothing now", "share", required=True),
        Column("logo_churn_low", "DOUBLE", "low end of its range", "share", required=True),
        Column("logo_churn_high", "DOUBLE", "high end of it", "share", required=True),
        Column("interval_level", "DOUBLE", "share of ranges that hold the truth", "share", required=True),
    ),
    "Ranges by drawing customers again and again (bootstrap), of logo churn as of a share (Wilson). Empty where fewer than ten customers paid twelve months before.",
)
