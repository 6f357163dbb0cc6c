"""Customers: what is known of a customer apart from orders."""

from lifeworth.contract.table import TEXT, Column, Table

CUSTOMERS = Table(
    "sources_customers",
    "one row per customer",
    (
        Column("customer_id", TEXT, "the id the orders use", required=True),
        Column("created_on", "DATE", "the day the customer was first known"),
        Column("country", TEXT, "country"),
        Column("acquisition_channel", TEXT, "the channel that won the customer"),
        Column("attributes", TEXT, "JSON text of the columns chosen by `attributes`; nothing else is kept"),
    ),
)
