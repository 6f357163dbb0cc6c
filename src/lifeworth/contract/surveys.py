"""Surveys: what customers said when asked, in reviews, and in notes about them."""

from lifeworth.contract.table import TEXT, Column, Table

INSTRUMENTS = ("nps", "csat", "ces", "review", "note", "survey")

SURVEYS = Table(
    "sources_surveys",
    "one row per answer",
    (
        Column("answer_id", TEXT, "the answer's id as given, or one made for it", required=True),
        Column("customer_id", TEXT, "who answered; of an answer that names only an order, its customer", required=True),
        Column("answered_on", "DATE", "the day of the answer", required=True),
        Column("instrument", TEXT, f"{', '.join(INSTRUMENTS)}, or what the file says, in lower case", required=True),
        Column("question", TEXT, "what was asked"),
        Column("score", "DOUBLE", "the score, on the scale of its instrument", "points"),
        Column("answer", TEXT, "the option that was chosen"),
        Column("text", TEXT, "what was written, a title in front; personal data"),
        Column("order_id", TEXT, "the order it was about, when known"),
        Column("product_id", TEXT, "the product it was about, when known"),
        Column("file_no", "INTEGER", "the file it came from", required=True),
    ),
    "Every row has a score, an answer or a text. An id may stand in several rows: one for each question, order and product.",
)
