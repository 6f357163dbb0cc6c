"""The fields a file can hold, and the column names that mean them without doubt.

Names are compared without case, blanks and punctuation: ``Customer ID``, ``customer_id`` and ``CustomerID`` are
one. A synonym is listed only where it can mean nothing else; the order of synonyms is the order of preference.
"""

import re
from dataclasses import dataclass
from typing import Literal

FieldType = Literal["id", "text", "money", "number", "date", "currency"]


@dataclass(frozen=True)
class Field:
    """One thing a row can say: its name, how to read it, what to call it in reasons, its synonyms."""

    name: str
    type: FieldType
    words: str
    synonyms: tuple[str, ...] = ()
    required: bool = False


def plain(header: str) -> str:
    """A column name reduced to its letters and digits."""
    return re.sub(r"[\W_]", "", header.lower().replace("#", "no"))


def _field(name: str, type_: FieldType, words: str, synonyms: str = "", *, required: bool = False) -> Field:
    return Field(name, type_, words, (plain(name), *synonyms.split()), required)


SALES: tuple[Field, ...] = (
    _field(
        "order_id",
        "id",
        "order id",
        "orderno ordernumber invoice invoiceno invoiceid invoicenumber transactionid transactionno receiptid",
    ),
    _field(
        "customer_id",
        "id",
        "customer id",
        "customer customerno customernumber customerkey custid cust clientid userid buyerid memberid shopperid",
    ),
    _field(
        "ordered_at",
        "date",
        "order date",
        "orderedon orderdate orderdatetime invoicedate transactiondate purchasedate date datetime timestamp createdat",
    ),
    _field("currency", "currency", "currency", "currencycode"),
    _field("status", "text", "status", "orderstatus"),
    _field("channel", "text", "channel", "saleschannel"),
    _field("country", "text", "country", "countrycode billingcountry shippingcountry"),
    _field("payment_method", "text", "payment method", "paymenttype"),
    _field("coupon", "text", "coupon", "couponcode discountcode vouchercode"),
    _field("gross", "money", "gross amount", "grossamount"),
    _field(
        "amount", "money", "amount", "lineamount linetotal netamount sales revenue netsales netrevenue subtotal spend"
    ),
    _field("total", "money", "total", "totalamount ordertotal grandtotal totalprice amountpaid"),
    _field("price", "money", "price"),
    _field("unit_price", "money", "unit price", "priceeach unitpricesold itemprice"),
    _field("quantity", "number", "quantity", "qty units orderquantity quantityordered"),
    _field("discount", "money", "discount"),
    _field("discount_amount", "money", "discount", "totaldiscount"),
    _field("discount_rate", "number", "discount rate"),
    _field("shipping_charged", "money", "shipping charged", "shipping shippingamount postage"),
    _field("tax", "money", "tax", "taxes taxamount vat totaltax"),
    _field("product_id", "id", "product id", "sku productsku stockcode productkey productcode itemid articleid"),
    _field("product_name", "text", "product name", "product description itemname item"),
    _field("category", "text", "category", "productcategory"),
    _field("line_no", "id", "line number", "linenumber lineid orderlineid orderlineitem rowid"),
    _field("line_kind", "text", "kind of line", "kind"),
    _field("unit_cost", "money", "unit cost", "unitcostgiven"),
    _field("line_profit", "money", "profit", "profitgiven"),
)

# What only export formats say, under their own column names.
EXPORTS: tuple[Field, ...] = (
    _field("phone", "text", "phone"),
    _field("email", "text", "e-mail address"),
    _field("cancelled_at", "date", "cancellation date"),
    _field("duties", "money", "duties"),
    _field("refunded", "money", "refunded amount"),
    _field("line_discount", "money", "line discount"),
    _field("original_amount", "money", "amount charged"),
    _field("fee", "money", "fee"),
    _field("mode", "text", "mode"),
    _field("captured", "text", "captured"),
)

REFUNDS: tuple[Field, ...] = (
    _field("refund_id", "id", "refund id", "returnid"),
    _field("order_id", "id", "order id", "orderno ordernumber"),
    _field("customer_id", "id", "customer id", "customer customerno custid"),
    _field("refunded_at", "date", "refund date", "refundedon refunddate returnedon returndate", required=True),
    _field("amount", "money", "refund amount", "refundamount refunded", required=True),
    _field("quantity", "number", "quantity", "qty returnquantity"),
    _field("product_id", "id", "product id", "sku productkey"),
    _field("line_profit", "money", "profit", "profitgiven"),
    _field("reason", "text", "reason"),
    _field("kind", "text", "kind"),
    _field("currency", "currency", "currency", "currencycode"),
)

PRODUCTS: tuple[Field, ...] = (
    _field("product_id", "id", "product id", "sku variantsku productkey productsku", required=True),
    _field("product_name", "text", "product name", "name title"),
    _field("category", "text", "category", "productcategory type"),
    _field("unit_cost", "money", "unit cost", "costperitem productcost cost"),
    _field("valid_from", "date", "start of validity"),
    _field("valid_to", "date", "end of validity"),
    _field("currency", "currency", "currency", "currencycode"),
)

CUSTOMERS: tuple[Field, ...] = (
    _field("customer_id", "id", "customer id", "customer customerno customerkey custid", required=True),
    _field("created_on", "date", "creation date", "createdat signupdate firstseenat"),
    _field("country", "text", "country", "countrycode defaultaddresscountrycode"),
    _field("acquisition_channel", "text", "acquisition channel", "channel"),
)

ORDER_COSTS: tuple[Field, ...] = (
    _field("order_id", "id", "order id", "orderno ordernumber", required=True),
    _field("cost_type", "text", "cost type", required=True),
    _field("amount", "money", "cost", "cost", required=True),
    _field("currency", "currency", "currency", "currencycode"),
)

SERVICE: tuple[Field, ...] = (
    _field("ticket_id", "id", "ticket id", required=True),
    _field("customer_id", "id", "customer id", "customer customerno", required=True),
    _field("order_id", "id", "order id"),
    _field("opened_on", "date", "opening date", "openedat createdat", required=True),
    _field("cost", "money", "cost"),
    _field("handle_minutes", "number", "handling time", "minutes"),
    _field("category", "text", "category"),
    _field("channel", "text", "channel"),
    _field("currency", "currency", "currency", "currencycode"),
)

TOUCHES: tuple[Field, ...] = (
    _field("customer_id", "id", "customer id", "customer customerno", required=True),
    _field("touched_on", "date", "date", "touchedat at sentat senton", required=True),
    _field("type", "text", "type"),
    _field("unit_cost", "money", "unit cost", "cost"),
    _field("currency", "currency", "currency", "currencycode"),
)

SPEND: tuple[Field, ...] = (
    _field("spent_on", "date", "date", "date day", required=True),
    _field("channel", "text", "channel", required=True),
    _field("campaign", "text", "campaign", "campaignname"),
    _field("amount", "money", "spend", "spend cost", required=True),
    _field("purpose", "text", "purpose"),
    _field("currency", "currency", "currency", "currencycode"),
)

LEADS: tuple[Field, ...] = (
    _field("lead_id", "id", "lead id", "opportunityid dealid recordid id", required=True),
    _field("created_on", "date", "creation date", "createdat createddate createdate creationdate", required=True),
    _field("closed_on", "date", "closing date", "closedat closeddate closedate"),
    _field("updated_at", "date", "date of the last change", "systemmodstamp lastmodifieddate updatedon modifiedat"),
    _field("source", "text", "source", "leadsource originalsource channel"),
    _field("country", "text", "country", "countrycode countryregion"),
    _field("stage", "text", "stage", "stagename dealstage leadstatus status"),
    _field("amount", "money", "amount", "dealamount expectedamount"),
    _field("won", "text", "won", "iswon converted isconverted"),
    _field("closed", "text", "closed", "isclosed"),
    _field("customer_id", "id", "customer id", "customer customerno customernumber"),
    _field("account_id", "id", "account id", "account associatedcompanyids"),
    _field("currency", "currency", "currency", "currencycode currencyisocode"),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "orders": SALES,
    "order_lines": SALES,
    "refunds": REFUNDS,
    "products": PRODUCTS,
    "customers": CUSTOMERS,
    "order_costs": ORDER_COSTS,
    "service": SERVICE,
    "touches": TOUCHES,
    "spend": SPEND,
    "leads": LEADS,
}
