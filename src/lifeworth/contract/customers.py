"""Customers: what is known of a customer apart from orders."""

from lifeworth.contract.table import TEXT, Column, Table

CUSTOMERS = Table(
    "sources_customers",
    "one row per customer, or per person where the files say who is the same person",
    (
        Column("customer_id", TEXT, "the id the orders use; the person's id where the files give one", required=True),
        Column("created_on", "DATE", "the day the customer was first known"),
        Column("country", TEXT, "country"),
        Column("acquisition_channel", TEXT, "the channel that won the customer"),
        Column("attributes", TEXT, "JSON text of the columns chosen by `attributes`; nothing else is kept"),
        Column("consent_email", "BOOLEAN", "may be written to by e-mail; empty is not known and counts as no"),
        Column("consent_ads", "BOOLEAN", "may be addressed by advertising; empty is not known and counts as no"),
    ),
    "Of a person with several ids: the first day, the first country, channel and attributes that are known; one no is a no.",
)
