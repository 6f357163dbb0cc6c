"""Products: what a piece costs, and when that cost held."""

from lifeworth.contract.table import MONEY, TEXT, Column, Table

PRODUCTS = Table(
    "sources_products",
    "one row per product and period of validity",
    (
        Column("product_id", TEXT, "product or stock code", required=True),
        Column("product_name", TEXT, "product name"),
        Column("category", TEXT, "product category"),
        Column("unit_cost", MONEY, "cost of one piece", "currency"),
        Column("valid_from", "DATE", "first day the cost holds; empty = always before"),
        Column("valid_to", "DATE", "first day it no longer holds; empty = still holds"),
        Column("currency", TEXT, "ISO code"),
    ),
)
