"""What newcomers like a lead bring: the cold-start model, asked only for what is known of leads.

The newcomers are those of ``values/newcomers``. A column is filled for them from the list of customers and, for those who had
been leads, from the list of leads; so what the won leads of a source brought is known of that source.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from lifeworth.features.attributes import raw_text
from lifeworth.ledger.tables import drop, make_table
from lifeworth.maths.arrays import FloatArray, IntArray
from lifeworth.models.cold_start import Carry, DayZero, learn_day_zero
from lifeworth.models.cold_start.newcomer import MONTH
from lifeworth.models.forecast import Forecaster
from lifeworth.store.engine import Engine
from lifeworth.values.leads.bringing import Brings, ask_newcomers
from lifeworth.values.leads.choosing import Chosen
from lifeworth.values.leads.columns import Column, members_of
from lifeworth.values.leads.rows import COUNTRY, SEASON, SOURCE
from lifeworth.values.leads.rows import ROWS as LEADS
from lifeworth.values.newcomers.born import FIRST_DAYS, find_newcomers
from lifeworth.values.newcomers.groups import Groups, count_cells
from lifeworth.values.newcomers.money import AFTER, SALES, add_up, money_columns
from lifeworth.values.newcomers.rows import ROWS
from lifeworth.values.newcomers.seen import Seen, carry_from

CHANNEL = "channel"
MOST_ASKED = 40_000

_ROWS = """
SELECT s.customer_key, s.first_day, s.first AS sold, s.orders, strftime(s.first_day, '%Y-%m') AS g0,
       CAST(s.first + COALESCE(a.first, 0) AS DECIMAL(18,4)) AS first,
       CAST(s.later + COALESCE(a.later, 0) AS DECIMAL(18,4)) AS later{columns}
FROM ({sales}) s LEFT JOIN ({after}) a USING (customer_key) {joins}"""

_ORDERS = """
LEFT JOIN (SELECT f.customer_key, arg_min({{channel: nullif(trim(channel), ''), country: nullif(trim(country), '')}},
                                          (o.ordered_at, o.order_id)) AS told
           FROM sources_orders o JOIN {days} f ON f.customer_id = o.customer_id AND o.ordered_on = f.first_day
           GROUP BY f.customer_key) o USING (customer_key)"""

_PEOPLE = """
LEFT JOIN (SELECT f.customer_key, max(nullif(trim(c.acquisition_channel), '')) AS channel,
                  min(nullif(trim(c.country), '')) AS country{columns}
           FROM sources_customers c JOIN {days} f ON f.customer_id = c.customer_id GROUP BY f.customer_key) p USING (customer_key)"""

# A person who came as a lead more than once is known by the first time.
_WERE_LEADS = """
LEFT JOIN (SELECT f.customer_key{columns} FROM {leads} l JOIN {days} f ON f.customer_id = l.customer_id
           WHERE l.state = 'won' GROUP BY f.customer_key) l USING (customer_key)"""


@dataclass(frozen=True)
class Like:
    """What newcomers bring by what is known of leads.

    Attributes
    ----------
    columns : tuple of Column
        What it asks of a lead, with the levels that newcomers have; ``channel`` asks for the source.
    learned : DayZero
        Its first dimension is the month of the first order, which counts as average.
    carry : Carry
        From the stretch seen to the horizon.
    horizon_days : int
        How far ahead a newcomer is followed from the first order.
    usual : float
        What a newcomer brings on average.
    """

    columns: tuple[Column, ...]
    learned: DayZero
    carry: Carry
    horizon_days: int
    usual: float

    def expect(self, codes: IntArray) -> FloatArray:
        """Expected money of newcomers with these levels: (n,); codes (n, columns), -1 where not known."""
        found = self.learned.expect(with_month(codes))
        return np.asarray(found.first + found.later * self.carry.orders)

    def draws(self, codes: IntArray, noise: FloatArray) -> FloatArray:
        """Averages of many such newcomers that are plausible: (n, draws); ``noise`` as in :meth:`DayZero.draws`."""
        return self.learned.draws(with_month(codes), noise, self.carry)


def asks(column: Column) -> str:
    """The column of a lead that says this of a newcomer."""
    return SOURCE if column.name == CHANNEL else column.name


def learn_like(
    engine: Engine,
    chosen: Chosen,
    *,
    as_of: date,
    horizon_days: int,
    in_profit: bool,
    forecaster: Forecaster | None,
    level: float,
) -> tuple[Like, tuple[Brings, ...]] | None:
    """Learn from newcomers whose stretch has finished, and ask them what goes with money.

    None where fewer than 30 were seen for four weeks; ``level`` is that of the ranges of what goes with money.
    """
    days = find_newcomers(engine, as_of, horizon_days)
    if days is None:
        return None
    base = add_up(engine, days, in_profit)
    every = max(base.customers // MOST_ASKED, 1)
    if every > 1:
        make_table(engine, FIRST_DAYS, f"SELECT * FROM {FIRST_DAYS} WHERE customer_key % {every} = 0")
    placed, of_leads = _write_rows(engine, chosen, days, in_profit)
    groups = _groups(engine, placed)
    cells = count_cells(engine, groups)
    carry = carry_from(Seen(base, cells, groups, days, every), horizon_days, forecaster)
    brings = ask_newcomers(engine, placed, of_leads, carry, level)
    drop(engine, ROWS, FIRST_DAYS)
    ahead = horizon_days if forecaster or days >= horizon_days else days
    usual = (base.first + base.later * carry.orders) / base.customers
    return Like(tuple(placed.values()), learn_day_zero(cells), carry, ahead, usual), brings


def _write_rows(engine: Engine, chosen: Chosen, days: int, in_profit: bool) -> tuple[dict[int, Column], frozenset[str]]:
    """One row for every newcomer found, with a level by column (g1, g2, …).

    Says which columns tell any apart, by place, and which of them are known of former leads alone.
    """
    sale, effect = money_columns(in_profit)
    asked = tuple(column for column in chosen.columns if column.name != SEASON)
    told = _Told(engine, tuple(column.name for column in asked))
    levels = [told.channel, *(column.level_sql(told.of(place)) for place, column in enumerate(asked))]
    listed = "".join(f", {sql} AS g{place}" for place, sql in enumerate(levels, 1))
    sales, after = SALES.format(sale=sale, days=days), AFTER.format(effect=effect, days=days)
    make_table(engine, ROWS, _ROWS.format(columns=listed, sales=sales, after=after, joins=told.joins(chosen)))
    found = {}
    for place, column in enumerate((Column(CHANNEL, ()), *asked), 1):
        members = members_of(engine, ROWS, f"g{place}")
        if len(members) > 1 and (column.name != CHANNEL or _is_a_source(members, asked)):
            found[place] = Column(column.name, members, column.edges)
    return found, frozenset(told.names) - told.own - {COUNTRY}


def _is_a_source(channels: tuple[str, ...], asked: tuple[Column, ...]) -> bool:
    """Whether some source of leads is the name of a channel."""
    return any(set(channels) & set(column.members) for column in asked if column.name == SOURCE)


class _Told:
    """SQL of what is said of a newcomer: by the first order, the list of customers, the list of leads."""

    def __init__(self, engine: Engine, names: tuple[str, ...]) -> None:
        keys = "SELECT DISTINCT unnest(json_keys(attributes)) FROM sources_customers WHERE attributes IS NOT NULL"
        self.names, self.own = names, {key for (key,) in engine.rows(keys)} - {SOURCE, COUNTRY}

    @property
    def channel(self) -> str:
        """The channel that won the newcomer, else that of the first order."""
        return "COALESCE(p.channel, o.told.channel)"

    def of(self, place: int) -> str:
        """A column of leads, by its place among the names."""
        name, lead = self.names[place], f"l.c{place}"
        if name == COUNTRY:
            return f"COALESCE(o.told.country, p.country, {lead})"
        return f"COALESCE(p.c{place}, {lead})" if name in self.own else lead

    def joins(self, chosen: Chosen) -> str:
        """What brings it all to the newcomer's row."""
        own = [(f"min({raw_text(name)})", place) for place, name in enumerate(self.names) if name in self.own]
        leads = [
            (f"arg_min({chosen.raw[name]}, (l.created_on, l.lead_id))", place) for place, name in enumerate(self.names)
        ]
        listed = ["".join(f", {sql} AS c{place}" for sql, place in each) for each in (own, leads)]
        return "\n".join(
            (
                _ORDERS.format(days=FIRST_DAYS),
                _PEOPLE.format(days=FIRST_DAYS, columns=listed[0]),
                _WERE_LEADS.format(days=FIRST_DAYS, leads=LEADS, columns=listed[1]),
            )
        )


def _groups(engine: Engine, columns: dict[int, Column]) -> Groups:
    """Months and the columns that tell newcomers apart, with the SQL of their codes."""
    months = Column(MONTH, members_of(engine, ROWS, "g0"))
    placed = {0: months, **columns}
    return Groups(
        tuple(column.name for column in placed.values()),
        tuple(column.members for column in placed.values()),
        tuple(column.code_sql(f"g{place}") for place, column in placed.items()),
    )


def with_month(codes: IntArray) -> IntArray:
    """The same codes with an average month before them."""
    return np.column_stack([np.full(len(codes), -1, dtype=np.intp), codes])
