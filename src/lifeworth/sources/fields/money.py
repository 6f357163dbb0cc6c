"""Fields of what moves money beside the sale: refunds, products, costs, service, messages, spend."""

from lifeworth.sources.fields.field import Field, field

REFUNDS: tuple[Field, ...] = (
    field("refund_id", "id", "refund id", "returnid"),
    field("order_id", "id", "order id", "orderno ordernumber"),
    field("customer_id", "id", "customer id", "customer customerno custid"),
    field("refunded_at", "date", "refund date", "refundedon refunddate returnedon returndate", required=True),
    field("amount", "money", "refund amount", "refundamount refunded", required=True),
    field("quantity", "number", "quantity", "qty returnquantity"),
    field("product_id", "id", "product id", "sku productkey"),
    field("line_profit", "money", "profit", "profitgiven"),
    field("reason", "text", "reason"),
    field("kind", "text", "kind"),
    field("currency", "currency", "currency", "currencycode"),
)

PRODUCTS: tuple[Field, ...] = (
    field("product_id", "id", "product id", "sku variantsku productkey productsku", required=True),
    field("product_name", "text", "product name", "name title"),
    field("category", "text", "category", "productcategory type productcategoryname"),
    field("unit_cost", "money", "unit cost", "costperitem productcost cost"),
    field("valid_from", "date", "start of validity"),
    field("valid_to", "date", "end of validity"),
    field("currency", "currency", "currency", "currencycode"),
)

ORDER_COSTS: tuple[Field, ...] = (
    field("order_id", "id", "order id", "orderno ordernumber", required=True),
    field("cost_type", "text", "cost type", required=True),
    field("amount", "money", "cost", "cost", required=True),
    field("currency", "currency", "currency", "currencycode"),
)

SERVICE: tuple[Field, ...] = (
    field("ticket_id", "id", "ticket id", required=True),
    field("customer_id", "id", "customer id", "customer customerno", required=True),
    field("order_id", "id", "order id"),
    field("opened_on", "date", "opening date", "openedat createdat submittedat", required=True),
    field("cost", "money", "cost"),
    field("handle_minutes", "number", "handling time", "minutes"),
    field("category", "text", "category"),
    field("channel", "text", "channel"),
    field("currency", "currency", "currency", "currencycode"),
)

TOUCHES: tuple[Field, ...] = (
    field("customer_id", "id", "customer id", "customer customerno", required=True),
    field("touched_on", "date", "date", "touchedat at sentat senton", required=True),
    field("type", "text", "type"),
    field("unit_cost", "money", "unit cost", "cost"),
    field("currency", "currency", "currency", "currencycode"),
)

SPEND: tuple[Field, ...] = (
    field("spent_on", "date", "date", "date day", required=True),
    field("channel", "text", "channel", required=True),
    field("campaign", "text", "campaign", "campaignname"),
    field("amount", "money", "spend", "spend cost", required=True),
    field("purpose", "text", "purpose"),
    field("currency", "currency", "currency", "currencycode"),
)
