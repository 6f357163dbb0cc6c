"""Export formats: small made-up files with the real headers and their traps."""

from decimal import Decimal

import pytest

from lifeworth.errors import InputError

SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem discount,Billing Name,Billing Street,"
    "Billing Country,Shipping Country,Notes,Cancelled at,Payment Method,Refunded Amount,Id,Source,Phone\n"
)


def shopify(name, email, status, subtotal, shipping, taxes, total, discount, created, quantity, item, price, **more):
    return ",".join(
        str(cell)
        for cell in (
            name, email, status, "", "", "", "no", "EUR" if total != "" else "", subtotal, shipping, taxes, total,
            more.get("code", ""), discount, "", created, quantity, item, price, "", more.get("sku", ""),
            more.get("line_discount", "0.00" if quantity else ""), "Ann Secret", "1 Hidden Street",
            "DE" if total != "" else "", "FR" if total != "" else "", more.get("notes", ""), more.get("cancelled", ""),
            "card" if total != "" else "", more.get("refunded", ""), "1", "web" if total != "" else "",
            more.get("phone", ""),
        )
    ) + "\n"  # fmt: skip


def test_shopify_orders_from_lines(load, write):
    text = SHOPIFY
    text += shopify("#1", "Ann@Shop.eu", "paid", "18.00", "5.00", "4.00", "27.00", "2.00",
                    "2026-03-01 23:15:00 -0500", 2, "Mug", "5.00", sku="MUG", code="SPRING", notes='"a\nnote"')  # fmt: skip
    text += shopify("#1", "", "", "", "", "", "", "", "", 1, "Pot, blue".replace(",", ""), "10.00")
    text += shopify("#2", "", "partially_refunded", "10.00", "0.00", "0.00", "10.00", "0.00", "2026-03-02 10:00:00 +0100",
                    1, "Mug", "10.00", refunded="4.00", phone="+49 1")  # fmt: skip
    text += shopify(
        "#3", "bob@x.y", "voided", "9.00", "0.00", "0.00", "9.00", "0.00", "2026-03-02 10:00:00 +0100", 1, "Mug", "9"
    )
    text += shopify("#4", "bob@x.y", "refunded", "9.00", "0.00", "0.00", "9.00", "0.00", "2026-03-02 10:00:00 +0100", 1,
                    "Mug", "9", cancelled="2026-03-02 12:00:00 +0100", refunded="9.00")  # fmt: skip
    text += shopify(
        "#5", "", "paid", "3.00", "0.00", "0.00", "3.00", "0.00", "2026-03-02 10:00:00 +0100", 1, "Mug", "3"
    )
    loaded = load(write("orders_export.csv", text), time_zone="Europe/Berlin")
    assert loaded.report.files[0].preset == "Shopify orders"
    orders = loaded.rows(
        "SELECT order_id, customer_id, CAST(ordered_on AS VARCHAR), gross, discount, shipping_charged, tax, coupon, "
        "country, channel, currency FROM sources_orders ORDER BY 1"
    )
    d = Decimal
    assert orders == [
        ("#1", "ann@shop.eu", "2026-03-02", d(20), d(2), d(5), d(4), "SPRING", "FR", "web", "EUR"),
        ("#2", "+49 1", "2026-03-02", d(10), d(0), d(0), d(0), None, "FR", "web", "EUR"),
    ]
    assert loaded.rows("SELECT order_id, customer_id, amount, date_is_known, kind FROM sources_refunds") == [
        ("#2", "+49 1", d(4), False, "refund")
    ]
    assert loaded.rows(
        "SELECT product_id, quantity, amount FROM sources_order_lines WHERE order_id = '#1' ORDER BY 1"
    ) == [
        ("MUG", d(2), d(9)),
        ("Pot blue", d(1), d(9)),
    ]
    assert loaded.reasons == {
        "ignored: payment voided or expired": 1,
        "ignored: cancelled before it was sent": 1,
        "ignored: no customer": 1,
    }
    assert loaded.report.set_aside.amount == 3
    kept = str(loaded.rows("SELECT * FROM sources_rejected"))
    assert "Secret" not in kept and "Hidden" not in kept


def test_shopify_prices_that_include_tax(load, write):
    text = SHOPIFY + shopify("#1", "a@b.c", "refunded", "119.00", "0.00", "19.00", "119.00", "0.00",
                             "2026-03-01 10:00:00 +0000", 1, "Pot", "119.00", refunded="119.00")  # fmt: skip
    loaded = load(write("orders_export.csv", text))
    assert loaded.rows("SELECT gross, tax FROM sources_orders") == [(Decimal(100), Decimal(19))]
    assert loaded.value("SELECT amount FROM sources_order_lines") == 100
    assert loaded.net == 0


def test_a_shopify_order_with_one_unsound_row_is_quarantined_whole(load, write):
    good = ("paid", "18.00", "0.00", "0.00", "18.00", "0.00", "2026-03-01 10:00:00 +0000", 1, "Mug")
    text = (
        SHOPIFY + shopify("#1", "a@b.c", *good, "9.00") + shopify("#1", "", "", "", "", "", "", "", "", 1, "Pot", "x")
    )
    loaded = load(write("orders_export.csv", text + shopify("#2", "a@b.c", *good, "18.00")))
    assert loaded.reasons == {
        "quarantined: unit price is not a number": 1,
        "quarantined: another row of the same order is unsound": 1,
    }
    assert loaded.net == 18


WOO = (
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Email (Billing),"
    "Country Code (Billing),Payment Method Title,Cart Discount Amount,Order Subtotal Amount,Order Shipping Amount,"
    "Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost,"
    "Coupon Code\n"
)


def test_woocommerce_order_export(load, write):
    text = WOO
    for sku, quantity, cost in (("A", 2, 10), ("B", 1, 5)):
        text += f"77,Completed,2024-03-05 10:00,,Ann,Secret,Ann@x.y,DE,Card,3,25,4,5,31,5,{sku},1,Thing {sku},{quantity},{cost},HI\n"
    text += "78,Cancelled,2024-03-05 11:00,,Ann,Secret,Ann@x.y,DE,Card,0,9,0,0,9,0,A,1,Thing A,1,9,\n"
    loaded = load(write("orders.csv", text))
    assert loaded.report.files[0].preset == "WooCommerce order export"
    assert loaded.rows(
        "SELECT order_id, customer_id, gross, discount, shipping_charged, tax, coupon FROM sources_orders"
    ) == [("77", "ann@x.y", 25, 3, 4, 5, "HI")]
    assert loaded.rows("SELECT product_id, amount FROM sources_order_lines ORDER BY 1") == [
        ("A", Decimal("17.6")),
        ("B", Decimal("4.4")),
    ]
    assert round(loaded.value("SELECT amount FROM sources_refunds"), 2) == Decimal("4.19")
    assert loaded.reasons == {"ignored: the status says it is no order": 1}


@pytest.mark.parametrize("revenue", ["N. Revenue (formatted)", "N. Revenue"])
def test_woocommerce_analytics_is_refused_kindly(load, write, revenue):
    head = (
        f"Date,Order #,{revenue},Status,Customer,Customer type,Product(s),Items sold,Coupon(s),Net Sales,Attribution\n"
    )
    with pytest.raises(InputError, match="not enough") as error:
        load(write("orders.csv", head + "2024-03-05,1,5,completed,Ann,new,Mug,1,,5,Direct\n"))
    assert "order-export plugin" in str(error.value)


STRIPE = (
    "id;Description;Created (UTC);Amount;Amount Refunded;Currency;Converted Amount;Converted Amount Refunded;Fee;Tax;"
    "Converted Currency;Mode;Status;Customer ID;Customer Email;Captured;Card Last4\n"
)


def test_stripe_payments_with_decimal_commas(load, write):
    rows = [
        "ch_1;x;2024-03-05 23:30;11,90;0,00;usd;11,90;0,00;0,60;1,90;eur;Live;Paid;cus_1;a@b.c;true;4242",
        "ch_2;x;2024-03-06 10:00;20,00;5,00;usd;18,00;4,50;0,80;0,00;eur;Live;Paid;;A@b.c;true;4242",
        "ch_3;x;2024-03-06 10:00;20,00;0,00;usd;;;;0,00;;Live;Failed;cus_1;a@b.c;false;4242",
        "ch_4;x;2024-03-06 10:00;20,00;0,00;usd;18,00;0,00;0,80;0,00;eur;Test;Paid;cus_1;a@b.c;true;4242",
    ]
    loaded = load(write("payments.csv", STRIPE + "\n".join(rows) + "\n"), time_zone="Europe/Berlin")
    assert loaded.report.currency == "EUR"
    d = Decimal
    assert loaded.rows(
        "SELECT order_id, customer_id, CAST(ordered_on AS VARCHAR), gross, tax FROM sources_orders ORDER BY 1"
    ) == [("ch_1", "cus_1", "2024-03-06", d(10), d("1.9")), ("ch_2", "a@b.c", "2024-03-06", d(18), d(0))]
    assert loaded.rows("SELECT cost_type, amount FROM sources_order_costs ORDER BY 2") == [
        ("payment_fee", d("0.6")),
        ("payment_fee", d("0.8")),
    ]
    assert loaded.rows("SELECT order_id, amount FROM sources_refunds") == [("ch_2", d("4.5"))]
    assert loaded.reasons == {"ignored: not paid": 1, "ignored: test payment": 1}
    assert "4242" not in str(loaded.rows("SELECT * FROM sources_rejected"))


RETAIL_HEADS = [
    "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country",
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
]
RETAIL = """
536365,85123A,LANTERN,6,12/1/2010 8:26,2.55,17850.0,United Kingdom
536365,85123A,LANTERN,6,12/1/2010 8:26,2.55,17850.0,United Kingdom
536365,POST,POSTAGE,1,12/1/2010 8:26,18.00,17850.0,United Kingdom
536365,m,Manual,1,12/1/2010 8:26,4.00,17850.0,United Kingdom
536365,D,Discount,-1,12/1/2010 8:26,3.00,17850.0,United Kingdom
536365,BANK CHARGES,Bank Charges,-1,12/1/2010 8:26,1.50,17850.0,United Kingdom
536366,22633,WARMER,1,12/13/2010 8:28,0,17850.0,United Kingdom
C536379,85123A,LANTERN,-2,12/14/2010 9:41,2.55,17850.0,United Kingdom
C536380,D,Discount,-1,12/14/2010 9:41,27.50,17850.0,United Kingdom
C536381,CRUK,Commission,-1,12/14/2010 9:41,9.00,17850.0,United Kingdom
536400,ADJUST,Adjustment,1,12/14/2010 9:41,50.00,17850.0,United Kingdom
536401,TEST001,test product,5,12/14/2010 9:41,4.50,12346.0,United Kingdom
536402,85123A,damaged,-10,12/14/2010 9:41,0,,United Kingdom
536403,85123A,LANTERN,1,12/14/2010 9:41,2.55,,France
""".lstrip()


@pytest.mark.parametrize("head", RETAIL_HEADS)
def test_online_retail_codes(load, write, head):
    loaded = load(write("retail.csv", head + "\n" + RETAIL))
    d = Decimal
    assert loaded.report.files[0].preset == "UCI Online Retail"
    assert loaded.report.currency == "GBP"
    assert loaded.rows(
        "SELECT order_id, customer_id, gross, discount, shipping_charged FROM sources_orders ORDER BY 1"
    ) == [("536365", "17850", d("34.6"), d(3), d(18)), ("536366", "17850", d(0), d(0), d(0))]
    assert loaded.rows("SELECT kind, product_id, amount, order_id FROM sources_refunds ORDER BY 3") == [
        ("cancellation", "85123A", d("5.1"), None),
        ("cancellation", "D", d("27.5"), None),
    ]
    assert loaded.rows("SELECT * FROM sources_order_costs") == [("536365", "other", d("1.5"), "GBP")]
    assert loaded.rows("SELECT kind, count(*) FROM sources_order_lines GROUP BY 1 ORDER BY 1") == [
        ("discount", 1), ("goods", 3), ("manual", 1), ("shipping", 1),
    ]  # fmt: skip
    assert loaded.reasons == {
        "ignored: no customer": 2,
        "ignored: test entry": 1,
        "ignored: accounting adjustment, not a sale": 1,
        "ignored: fee without an order": 1,
    }
    # The plain sum of quantity × price, without the fee, adjustment and test lines.
    assert loaded.net == d("30.6") + 18 + 4 - 3 - d("5.1") - d("27.5")


def test_names_of_the_contract_are_read_exactly(load, write):
    orders = write(
        "orders.csv",
        "order_id,customer_id,ordered_at,currency,gross,discount,shipping_charged,tax,channel,country,payment_method,"
        "coupon,status\nA1,c1,2024-01-05 10:00:00,EUR,20.00,2.00,4.00,3.50,web,DE,card,HI,completed\n"
        "A2,c2,2024-01-06 10:00:00,EUR,9.00,0.00,0.00,1.50,web,DE,card,,cancelled\n",
    )
    lines = write(
        "order_lines.csv",
        "order_id,line_no,product_id,product_name,category,kind,quantity,unit_price,discount,amount\n"
        "A1,1,P1,Mug,Cups,goods,2,10.00,2.00,18.00\nA2,1,P1,Mug,Cups,goods,1,9.00,0.00,9.00\n",
    )
    loaded = load(lines, orders)
    assert loaded.rows("SELECT order_id, gross, discount, shipping_charged, tax, coupon FROM sources_orders") == [
        ("A1", 20, 2, 4, Decimal("3.5"), "HI")
    ]
    assert loaded.rows(
        "SELECT order_id, line_no, kind, quantity, unit_price, discount, amount FROM sources_order_lines"
    ) == [("A1", 1, "goods", 2, 10, 2, 18)]
    assert loaded.reasons == {
        "ignored: the status says it is no order": 1,
        "ignored: its order was not loaded": 1,
    }


def test_superstore_like_lines_with_a_rate_and_mapped_profit(load, write):
    text = (
        "Row ID,Order ID,Order Date,Customer ID,Product ID,Category,Product Name,Sales,Quantity,Discount,Profit\n"
        "1,CA-1,11/18/2018,CG-1,FUR-1,Furniture,Chair,261.96,2,0,41.9136\n"
        "2,CA-1,11/18/2018,CG-1,FUR-2,Furniture,Desk,100,1,0.45,-383.031\n"
    )
    path = write("store.csv", text)
    loaded = load(path, map={"line_profit": "Profit"})
    assert loaded.rows("SELECT gross, discount, profit_given FROM sources_orders") == [
        (Decimal("361.96"), 0, Decimal("-341.1174"))
    ]
    assert loaded.rows("SELECT unit_price, discount, profit_given FROM sources_order_lines ORDER BY 1") == [
        (100, 0, Decimal("-383.0310")),
        (Decimal("130.98"), 0, Decimal("41.9136")),
    ]
    assert any("rates" in note for note in loaded.report.readings[0].notes)
    assert load(path).value("SELECT count(profit_given) FROM sources_orders") == 0
