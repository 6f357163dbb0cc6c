"""The files a shop would hand over: each table of the simulation as csv, and the truth as parquet.

The simulation counts in whole numbers (customers, orders, cents, days from ``as_of``); the SQL here turns them
into the identifiers, amounts and dates a shop's systems export. Nothing on or after ``as_of`` is written.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lifeworth.demo import terms
from lifeworth.demo.aftermath import REASONS, TICKET_DOORS, TICKET_TOPICS, TOUCH_TYPES
from lifeworth.demo.arrays import Ints
from lifeworth.demo.catalogue import TASTES
from lifeworth.demo.marketing import LEAD_SOURCES, LEAD_STAGES
from lifeworth.demo.people import COLOURS, HOUSEHOLDS, MACHINES, YES_NO
from lifeworth.demo.simulation import Simulation
from lifeworth.demo.voices import QUESTION, SENTENCES, THEMES
from lifeworth.store.engine import Engine

Columns = Mapping[str, NDArray[Any]]

ORDER_ID = "printf('A%08d', order_no + 1)"
CUSTOMER_ID = "printf('C%07d', customer_no + 1)"
_CHANNEL_NAMES = tuple(channel.name for channel in terms.CHANNELS)
_COUNTRY_CODES = tuple(country.code for country in terms.COUNTRIES)
_PAYMENT_NAMES = tuple(payment.name for payment in terms.PAYMENTS)


class Exporter:
    """Writes the tables of one simulation into a folder, one method a file."""

    def __init__(self, engine: Engine, simulation: Simulation, folder: Path) -> None:
        self._engine, self._simulation, self._folder = engine, simulation, folder
        self._known = simulation.purchases.day < 0

    def write_all(self) -> dict[str, Path]:
        """Every file of the shop by table name."""
        write = {
            "orders": self.write_orders,
            "order_lines": self.write_order_lines,
            "refunds": self.write_refunds,
            "products": self.write_products,
            "customers": self.write_customers,
            "order_costs": self.write_order_costs,
            "service": self.write_service,
            "touches": self.write_touches,
            "spend": self.write_spend,
            "surveys": self.write_surveys,
            "leads": self.write_leads,
        }
        return {table: writer() for table, writer in write.items()}

    def _csv(self, table: str, columns: Columns, select: str, order_by: str) -> Path:
        path = self._folder / f"{table}.csv"
        self._engine.write("demo_rows", columns)
        self._engine.to_csv(f"SELECT {select} FROM demo_rows ORDER BY {order_by}", path)
        self._engine.execute("DROP TABLE demo_rows")
        return path

    def _day(self, column: str) -> str:
        return f"(DATE '{self._simulation.calendar.as_of}' + {column}::INTEGER)"

    def _of_order(self, order: Ints) -> Ints:
        return self._simulation.purchases.customer[order]

    def write_orders(self) -> Path:
        """One row per order."""
        shop, known = self._simulation, self._known
        who, sales = shop.purchases.customer[known], shop.sales
        columns = {
            "order_no": np.flatnonzero(known),
            "customer_no": who,
            "day": shop.purchases.day[known],
            "second": shop.second[known],
            "gross": sales.gross[known],
            "discount": sales.discount[known],
            "shipping": sales.shipping_charged[known],
            "tax": sales.tax[known],
            "channel": shop.order_channel[known],
            "country": shop.people.country[who],
            "payment": shop.people.payment[who],
            "coupon": sales.coupon[known],
        }
        select = f"""{ORDER_ID} AS order_id, {CUSTOMER_ID} AS customer_id,
            {self._day("day")}::TIMESTAMP + to_seconds(second) AS ordered_at, '{terms.CURRENCY}' AS currency,
            {money("gross")} AS gross, {money("discount")} AS discount, {money("shipping")} AS shipping_charged,
            {money("tax")} AS tax, {name("channel", _CHANNEL_NAMES)} AS channel,
            {name("country", _COUNTRY_CODES)} AS country, {name("payment", _PAYMENT_NAMES)} AS payment_method,
            nullif({name("coupon", terms.COUPONS)}, '') AS coupon, 'completed' AS status"""
        return self._csv("orders", columns, select, "order_no")

    def write_order_lines(self) -> Path:
        """One row per article in an order."""
        shop = self._simulation
        lines, catalogue = shop.lines, shop.catalogue
        known = self._known[lines.order]
        columns = {
            "order_no": lines.order[known],
            "line_no": shop.line_no[known],
            "product": lines.product[known],
            "category": catalogue.category[lines.product[known]],
            "quantity": lines.quantity[known],
            "price": shop.sales.line_price[known],
            "discount": shop.sales.line_discount[known],
            "amount": shop.sales.line_amount[known],
        }
        select = f"""{ORDER_ID} AS order_id, line_no, {name("product", catalogue.ids)} AS product_id,
            {name("product", catalogue.names)} AS product_name,
            {name("category", catalogue.categories)} AS category, 'goods' AS kind, quantity,
            {money("price")} AS unit_price, {money("discount")} AS discount, {money("amount")} AS amount"""
        return self._csv("order_lines", columns, select, "order_no, line_no")

    def write_refunds(self) -> Path:
        """One row per return known by ``as_of``."""
        shop = self._simulation
        refunds = shop.after.refunds
        known = refunds.day < 0
        order, line = refunds.order[known], refunds.line[known]
        columns = {
            "order_no": order,
            "customer_no": self._of_order(order),
            "day": refunds.day[known],
            "amount": refunds.amount[known],
            "quantity": shop.lines.quantity[line],
            "product": shop.lines.product[line],
            "reason": refunds.reason[known],
        }
        select = f"""printf('R%07d', row_number() OVER (ORDER BY day, order_no)) AS refund_id,
            {ORDER_ID} AS order_id, {CUSTOMER_ID} AS customer_id, {self._day("day")} AS refunded_at,
            {money("amount")} AS amount, quantity, {name("product", shop.catalogue.ids)} AS product_id,
            {name("reason", REASONS)} AS reason, 'refund' AS kind, '{terms.CURRENCY}' AS currency"""
        return self._csv("refunds", columns, select, "day, order_no")

    def write_products(self) -> Path:
        """One row per product and price list: what it costs the shop, from when to (not including) when."""
        shop = self._simulation
        catalogue, starts = shop.catalogue, shop.calendar.list_start
        lists = np.flatnonzero(starts < 0)
        ends = np.where(lists == lists[-1], 0, np.append(starts, 0)[lists + 1])
        products = len(catalogue.names)
        columns = {
            "product": np.tile(np.arange(products), len(lists)),
            "category": np.tile(catalogue.category, len(lists)),
            "cost": shop.price_lists.cost[lists].ravel(),
            "starts": np.repeat(starts[lists], products),
            "ends": np.repeat(ends, products),
        }
        select = f"""{name("product", catalogue.ids)} AS product_id,
            {name("product", catalogue.names)} AS product_name,
            {name("category", catalogue.categories)} AS category, {money("cost")} AS unit_cost,
            {self._day("starts")} AS valid_from,
            CASE WHEN ends < 0 THEN {self._day("ends")} END AS valid_to, '{terms.CURRENCY}' AS currency"""
        return self._csv("products", columns, select, "product, starts")

    def write_customers(self) -> Path:
        """One row per customer with what the shop may know of them."""
        shop = self._simulation
        columns = {"customer_no": np.arange(len(shop.people)), "day": shop.joined_day, "town": shop.town}
        columns |= self._attributes(np.arange(len(shop.people)))
        towns = [town for country in terms.COUNTRIES for town in country.towns]
        select = f"""{CUSTOMER_ID} AS customer_id, {self._day("day")} AS created_on,
            {name("country", _COUNTRY_CODES)} AS country, {name("town", towns)} AS city,
            {name("channel", _CHANNEL_NAMES)} AS acquisition_channel, {_ATTRIBUTES}"""
        return self._csv("customers", columns, select, "customer_no")

    def _attributes(self, customer: Ints) -> dict[str, Ints]:
        people = self._simulation.people
        named = {
            "country": people.country,
            "channel": people.channel,
            "household": people.household,
            "machine": people.machine,
            "business": people.business,
            "newsletter": people.newsletter,
            "birth_month": people.birth_month,
            "colour": people.colour,
        }
        return {column: values[customer] for column, values in named.items()}

    def write_order_costs(self) -> Path:
        """What carriers and the marketplace billed, order by order."""
        sales = self._simulation.sales
        parcels = np.flatnonzero(self._known)
        on_market = np.flatnonzero(self._known & (sales.marketplace_fee > 0))
        columns = {
            "order_no": np.concatenate([parcels, on_market]),
            "kind": np.repeat([0, 1], [len(parcels), len(on_market)]),
            "amount": np.concatenate([sales.shipping_paid[parcels], sales.marketplace_fee[on_market]]),
        }
        select = f"""{ORDER_ID} AS order_id, {name("kind", ("shipping_paid", "marketplace_fee"))} AS cost_type,
            {money("amount")} AS amount, '{terms.CURRENCY}' AS currency"""
        return self._csv("order_costs", columns, select, "order_no, kind")

    def write_service(self) -> Path:
        """One row per service ticket; repairs carry the bill, the rest the minutes."""
        tickets = self._simulation.after.tickets
        known = tickets.day < 0
        repair = TICKET_TOPICS.index("repair")
        columns = {
            "order_no": tickets.order[known],
            "customer_no": self._of_order(tickets.order[known]),
            "day": tickets.day[known],
            "topic": tickets.topic[known],
            "door": tickets.door[known],
            "minutes": tickets.minutes[known],
            "cost": np.rint(tickets.cost[known]).astype(np.int64),
        }
        select = f"""printf('T%07d', row_number() OVER (ORDER BY day, order_no)) AS ticket_id,
            {CUSTOMER_ID} AS customer_id, {ORDER_ID} AS order_id, {self._day("day")} AS opened_on,
            CASE WHEN topic = {repair} THEN {money("cost")} END AS cost, minutes AS handle_minutes,
            {name("topic", TICKET_TOPICS)} AS category, {name("door", TICKET_DOORS)} AS channel,
            '{terms.CURRENCY}' AS currency"""
        return self._csv("service", columns, select, "day, order_no")

    def write_touches(self) -> Path:
        """One row per e-mail or letter to a customer; letters carry their cost."""
        touches = self._simulation.after.touches
        known = touches.day < 0
        columns = {
            "order_no": touches.order[known],
            "customer_no": self._of_order(touches.order[known]),
            "day": touches.day[known],
            "kind": touches.kind[known],
            "cost": np.rint(touches.cost[known]).astype(np.int64),
        }
        select = f"""{CUSTOMER_ID} AS customer_id, {self._day("day")} AS touched_on,
            {name("kind", TOUCH_TYPES)} AS type, CASE WHEN kind = 1 THEN {money("cost")} END AS unit_cost,
            '{terms.CURRENCY}' AS currency"""
        return self._csv("touches", columns, select, "day, order_no, kind")

    def write_spend(self) -> Path:
        """One row per month and campaign: what winning customers cost."""
        spend = self._simulation.spend
        names = [campaign for channel in terms.CHANNELS for campaign in channel.campaigns]
        first = np.cumsum([0, *(len(channel.campaigns) for channel in terms.CHANNELS)])[:-1]
        columns = {
            "day": spend.day,
            "channel": spend.channel,
            "campaign": first[spend.channel] + spend.campaign,
            "amount": spend.amount,
        }
        select = f"""{self._day("day")} AS spent_on, {name("channel", _CHANNEL_NAMES)} AS channel,
            {name("campaign", names)} AS campaign, {money("amount")} AS amount, 'acquire' AS purpose,
            '{terms.CURRENCY}' AS currency"""
        return self._csv("spend", columns, select, "day, channel, campaign")

    def write_surveys(self) -> Path:
        """One row per answer to the question asked some weeks after an order."""
        surveys = self._simulation.surveys
        known = surveys.day < 0
        columns = {
            "order_no": surveys.order[known],
            "customer_no": self._of_order(surveys.order[known]),
            "day": surveys.day[known],
            "score": surveys.score[known],
            "theme": surveys.theme[known],
            "sentence": surveys.sentence[known],
        }
        select = f"""printf('S%07d', row_number() OVER (ORDER BY day, order_no)) AS survey_id,
            {CUSTOMER_ID} AS customer_id, {self._day("day")} AS answered_on, 'nps' AS instrument, score,
            {text(QUESTION)} AS question,
            CASE WHEN sentence >= 0 THEN {name("sentence", SENTENCES)} END AS text,
            CASE WHEN sentence >= 0 THEN {name("theme", THEMES)} END AS theme"""
        return self._csv("surveys", columns, select, "day, order_no")

    def write_leads(self) -> Path:
        """One row per person who showed interest, with the attributes the shop learned."""
        leads = self._simulation.leads
        columns = {
            "lead_no": np.arange(len(leads.like)),
            "created": leads.created,
            "closed": leads.closed,
            "source": leads.source,
            "stage": leads.stage,
            "won": leads.won.astype(np.int64),
            "customer_no": leads.like,
            **self._attributes(leads.like),
        }
        select = f"""printf('L%07d', lead_no + 1) AS lead_id, {self._day("created")} AS created_on,
            {name("source", LEAD_SOURCES)} AS source, {name("country", _COUNTRY_CODES)} AS country, {_ATTRIBUTES},
            {name("stage", LEAD_STAGES)} AS stage, {name("won", YES_NO)} AS won,
            CASE WHEN stage > 0 THEN {self._day("closed")} END AS closed_on,
            CASE WHEN won = 1 THEN {CUSTOMER_ID} END AS customer_id"""
        return self._csv("leads", columns, select, "lead_no")


def write_truth(engine: Engine, simulation: Simulation, path: Path) -> None:
    """What the simulator knows of each customer, sorted by ``customer_id``."""
    truth, people, future = simulation.truth, simulation.people, simulation.future
    columns = {
        "customer_no": np.arange(len(people)),
        "true_value": truth.value,
        "alive": simulation.alive,
        "true_orders": truth.orders,
        "true_revenue": truth.revenue,
        "realised_value": future.value,
        "realised_revenue": future.revenue,
        "realised_orders": future.orders,
        "true_rate": people.rate,
        "true_leaving": people.leaving,
        "true_order_revenue": truth.order_revenue,
        "true_order_profit": truth.order_profit,
        "true_fuss": people.fuss,
        "taste": people.taste,
        "channel": people.channel,
    }
    plain = [column for column in columns if column not in ("customer_no", "taste", "channel")]
    engine.write("demo_rows", columns)
    select = f"""{CUSTOMER_ID} AS customer_id, {", ".join(plain)}, {name("taste", TASTES)} AS taste,
        {name("channel", _CHANNEL_NAMES)} AS channel"""
    engine.to_parquet(f"SELECT {select} FROM demo_rows ORDER BY customer_no", path)
    engine.execute("DROP TABLE demo_rows")


def money(column: str) -> str:
    """SQL: cents as an amount with two decimals, exactly."""
    return f"({column}::BIGINT * 0.01::DECIMAL(3,2))::DECIMAL(18,2)"


def text(words: str) -> str:
    """SQL: a piece of text."""
    return "'" + words.replace("'", "''") + "'"


def name(column: str, names: Sequence[str]) -> str:
    """SQL: the name a code (counted from 0) stands for."""
    return f"([{', '.join(text(words) for words in names)}])[{column} + 1]"


_ATTRIBUTES = f"""{name("household", HOUSEHOLDS)} AS household_size, {name("machine", MACHINES)} AS coffee_machine,
    {name("business", YES_NO)} AS business_buyer, {name("newsletter", YES_NO)} AS newsletter, birth_month,
    {name("colour", COLOURS)} AS favourite_colour"""
