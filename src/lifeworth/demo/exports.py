"""The files a shop would hand over: each table of the simulation as csv, and the truth as parquet.

The simulation counts in whole numbers (customers, orders, cents, days from ``as_of``); the SQL here turns them
into the identifiers, amounts and dates a shop's systems export. Nothing on or after ``as_of`` is written.
"""

from pathlib import Path

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.aftermath import REASONS, TICKET_DOORS, TICKET_TOPICS, TOUCH_TYPES
from lifeworth.demo.arrays import Ints
from lifeworth.demo.attributes import ATTRIBUTES, YES_NO
from lifeworth.demo.campaigns import CAMPAIGNS
from lifeworth.demo.columns import CUSTOMER_ID, LEAD_ID, ORDER_ID, Columns, money, name, text
from lifeworth.demo.leads import FIRST_CONTACTS, INDUSTRIES, SOURCES, STAGES
from lifeworth.demo.simulation import Simulation
from lifeworth.demo.voices import QUESTION, SENTENCES, THEMES
from lifeworth.store.engine import Engine

_CHANNEL_NAMES = tuple(channel.name for channel in terms.CHANNELS)
_COUNTRY_CODES = tuple(country.code for country in terms.COUNTRIES)
_PAYMENT_NAMES = tuple(payment.name for payment in terms.PAYMENTS)
_ATTRIBUTES = ", ".join(f"{name(each.name, each.labels)} AS {each.name}" for each in ATTRIBUTES)


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
            "experiments": self.write_experiments,
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
            "line": line,
        }
        select = f"""printf('R%07d', row_number() OVER (ORDER BY day, line)) AS refund_id,
            {ORDER_ID} AS order_id, {CUSTOMER_ID} AS customer_id, {self._day("day")} AS refunded_at,
            {money("amount")} AS amount, quantity, {name("product", shop.catalogue.ids)} AS product_id,
            {name("reason", REASONS)} AS reason, 'refund' AS kind, '{terms.CURRENCY}' AS currency"""
        return self._csv("refunds", columns, select, "day, line")

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
        columns = {
            "customer_no": np.arange(len(shop.people)),
            "day": shop.joined_day,
            "town": shop.town,
            "country": shop.people.country,
            "channel": shop.people.channel,
            "consent_email": shop.consent.email,
            "consent_ads": shop.consent.ads,
            **shop.cells,
        }
        towns = [town for country in terms.COUNTRIES for town in country.towns]
        select = f"""{CUSTOMER_ID} AS customer_id, {self._day("day")} AS created_on,
            {name("country", _COUNTRY_CODES)} AS country, {name("town", towns)} AS city,
            {name("channel", _CHANNEL_NAMES)} AS acquisition_channel, {_ATTRIBUTES},
            {name("consent_email", YES_NO)} AS consent_email, {name("consent_ads", YES_NO)} AS consent_ads"""
        return self._csv("customers", columns, select, "customer_no")

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
        """One row per person who showed interest, with what the shop learned at the start, and what became of it."""
        leads = self._simulation.leads
        columns = {
            "lead_no": np.arange(len(leads.like)),
            "created": leads.created,
            "closed": leads.closed,
            "source": leads.source,
            "industry": leads.industry,
            "contact": leads.contact,
            "stage": leads.stage,
            "won": leads.won.astype(np.int64),
            "customer_no": leads.like,
            "country": self._simulation.people.country[leads.like],
            **{each: codes[leads.like] for each, codes in self._simulation.cells.items()},
        }
        select = f"""{LEAD_ID} AS lead_id, {self._day("created")} AS created_on, {name("source", SOURCES)} AS source,
            {name("country", _COUNTRY_CODES)} AS country, {name("industry", INDUSTRIES)} AS industry,
            {name("contact", FIRST_CONTACTS)} AS first_contact, {_ATTRIBUTES},
            {name("stage", STAGES)} AS stage, {name("won", YES_NO)} AS won,
            CASE WHEN stage > 0 THEN {self._day("closed")} END AS closed_on,
            CASE WHEN won = 1 THEN {CUSTOMER_ID} END AS customer_id"""
        return self._csv("leads", columns, select, "lead_no")

    def write_experiments(self) -> Path:
        """One row per customer and campaign: who was drawn into which arm, and what the treatment cost."""
        given = self._simulation.assignments
        days = np.array([(campaign.day, campaign.day + campaign.window_days) for campaign in CAMPAIGNS])
        cost = np.array([round(campaign.cost * 100) for campaign in CAMPAIGNS])
        columns = {
            "campaign": given.campaign,
            "customer_no": given.customer,
            "arm": 2 * given.campaign + given.treated,
            "assigned": days[given.campaign, 0],
            "ended": days[given.campaign, 1],
            "cost": cost[given.campaign] * given.treated,
            "treated": given.treated,
        }
        select = f"""{name("campaign", [each.name for each in CAMPAIGNS])} AS experiment_id,
            {CUSTOMER_ID} AS customer_id, {name("arm", [arm for each in CAMPAIGNS for arm in each.arms])} AS arm,
            {self._day("assigned")} AS assigned_at, {self._day("ended")} AS ended_at,
            {money("cost")} AS treatment_cost, '{terms.CURRENCY}' AS currency,
            CASE WHEN treated THEN nullif({name("campaign", [each.offer for each in CAMPAIGNS])}, '') END AS offer"""
        return self._csv("experiments", columns, select, "campaign, customer_no")
