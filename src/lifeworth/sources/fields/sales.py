"""Fields of orders and of their lines."""

from lifeworth.sources.fields.field import Field, field

SALES: tuple[Field, ...] = (
    field(
        "order_id",
        "id",
        "order id",
        "orderno ordernumber invoice invoiceno invoiceid invoicenumber transactionid transactionno receiptid",
    ),
    field(
        "customer_id",
        "id",
        "customer id",
        "customer customerno customernumber customerkey custid cust clientid userid buyerid memberid shopperid",
    ),
    field(
        "ordered_at",
        "date",
        "order date",
        "orderedon orderdate orderdatetime invoicedate transactiondate purchasedate date datetime timestamp createdat",
    ),
    field("currency", "currency", "currency", "currencycode"),
    field("status", "text", "status", "orderstatus"),
    field("channel", "text", "channel", "saleschannel"),
    field("country", "text", "country", "countrycode billingcountry shippingcountry"),
    field("payment_method", "text", "payment method", "paymenttype"),
    field("coupon", "text", "coupon", "couponcode discountcode vouchercode"),
    field("gross", "money", "gross amount", "grossamount"),
    field(
        "amount", "money", "amount", "lineamount linetotal netamount sales revenue netsales netrevenue subtotal spend"
    ),
    field("total", "money", "total", "totalamount ordertotal grandtotal totalprice amountpaid"),
    field("price", "money", "price"),
    field("unit_price", "money", "unit price", "priceeach unitpricesold itemprice"),
    field("quantity", "number", "quantity", "qty units orderquantity quantityordered"),
    field("discount", "money", "discount"),
    field("discount_amount", "money", "discount", "totaldiscount"),
    field("discount_rate", "number", "discount rate"),
    field("shipping_charged", "money", "shipping charged", "shipping shippingamount postage"),
    # Of one line; no column is taken for it unasked, for lines often repeat the shipping of their order.
    Field("line_shipping", "money", "shipping of the line"),
    field("tax", "money", "tax", "taxes taxamount vat totaltax"),
    field("product_id", "id", "product id", "sku productsku stockcode productkey productcode itemid articleid"),
    field("product_name", "text", "product name", "product description itemname item"),
    field("category", "text", "category", "productcategory"),
    field("line_no", "id", "line number", "linenumber lineid orderlineid orderlineitem rowid"),
    field("line_kind", "text", "kind of line", "kind"),
    field("unit_cost", "money", "unit cost", "unitcostgiven"),
    field("line_profit", "money", "profit", "profitgiven"),
)

# What only export formats say, under their own column names.
EXPORTS: tuple[Field, ...] = (
    field("phone", "text", "phone"),
    field("email", "text", "e-mail address"),
    field("cancelled_at", "date", "cancellation date"),
    field("duties", "money", "duties"),
    field("refunded", "money", "refunded amount"),
    field("line_discount", "money", "line discount"),
    field("original_amount", "money", "amount charged"),
    field("fee", "money", "fee"),
    field("mode", "text", "mode"),
    field("captured", "text", "captured"),
)
