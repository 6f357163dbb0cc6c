"""What only the simulator knows, customer by customer and lead by lead, as parquet."""

from pathlib import Path

import numpy as np

from lifeworth.demo import terms
from lifeworth.demo.catalogue import TASTES
from lifeworth.demo.columns import CUSTOMER_ID, LEAD_ID, Columns, name
from lifeworth.demo.kinds import KIND_NAMES
from lifeworth.demo.leads import OPEN
from lifeworth.demo.newcomers import expect_newcomers
from lifeworth.demo.simulation import Simulation
from lifeworth.demo.starters import Starters
from lifeworth.store.engine import Engine


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
        "kind": people.kind,
        "true_newcomer_profit": simulation.newcomer_profit,
        "true_contentment": people.contentment,
        "began_with_gateway": simulation.starters.gateway,
        "began_with_lookalike": simulation.starters.lookalike,
    }
    names = {
        "taste": TASTES,
        "channel": tuple(channel.name for channel in terms.CHANNELS),
        "kind": KIND_NAMES,
    }
    shown = [f"{name(column, names[column])} AS {column}" if column in names else column for column in columns]
    _write(engine, columns, f"{CUSTOMER_ID} AS customer_id, {', '.join(shown[1:])}", "customer_no", path)


def write_lead_truth(engine: Engine, simulation: Simulation, path: Path) -> None:
    """The true chance of each open lead, and what it would bring if won, sorted by ``lead_id``."""
    leads = simulation.leads
    still = np.flatnonzero(leads.stage == OPEN)
    like = simulation.people.take(leads.like[still])
    nothing = np.zeros(len(still), dtype=np.bool_)
    today = np.zeros(len(still))
    profit = expect_newcomers(like, today, Starters(nothing, nothing), simulation.long_calendar)
    columns = {
        "lead_no": still,
        "true_chance": leads.chance[still],
        "true_newcomer_profit": profit,
        "realised_won": leads.wins[still],
        "kind": like.kind,
    }
    plain = "true_chance, true_newcomer_profit, realised_won"
    select = f"{LEAD_ID} AS lead_id, {plain}, {name('kind', KIND_NAMES)} AS kind"
    _write(engine, columns, select, "lead_no", path)


def _write(engine: Engine, columns: Columns, select: str, order_by: str, path: Path) -> None:
    engine.write("demo_rows", columns)
    engine.to_parquet(f"SELECT {select} FROM demo_rows ORDER BY {order_by}", path)
    engine.execute("DROP TABLE demo_rows")
