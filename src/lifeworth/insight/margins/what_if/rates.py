"""What a unit of net revenue came with in the last 365 days, in the ledger's own numbers."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from lifeworth.insight.ground import Frame
from lifeworth.ledger.days import ORDER_MONEY
from lifeworth.ledger.tables import day
from lifeworth.store.engine import Engine

Floats = NDArray[np.float64]

YEAR_DAYS, GROUPS = 365, 50

_SALES = """
SELECT customer_key % {groups} AS dealt, {sums} FROM ledger_days
WHERE day >= {since} AND day < {as_of} GROUP BY 1 ORDER BY 1"""

_AFTER = """
SELECT k.customer_key % {groups} AS dealt, -sum(e.revenue_effect) AS refunded, sum(e.goods_effect) AS goods_back,
       COALESCE(sum(e.cost) FILTER (e.kind = 'returns_handling'), 0) AS handling,
       COALESCE(sum(e.cost) FILTER (e.kind = 'service'), 0) AS service,
       COALESCE(sum(e.cost) FILTER (e.kind = 'contact'), 0) AS contact
FROM ledger_events e JOIN ledger_keys k USING (customer_id)
WHERE e.happened_on >= {since} AND e.happened_on < {as_of} GROUP BY 1 ORDER BY 1"""

_EVENTS = ("refunded", "goods_back", "handling", "service", "contact")


@dataclass(frozen=True)
class Rates:
    """Money of the last 365 days by kind; column 0 of everybody, column 1 + g without the customers dealt to group g."""

    money: dict[str, Floats]

    @property
    def revenue(self) -> Floats:
        """Net revenue: (1 + groups,)."""
        money = self.money
        return np.asarray(money["gross"] - money["discount"] + money["shipping_charged"] - money["refunded"])

    @property
    def known(self) -> bool:
        """Whether there was any revenue to hold costs against, whoever is left out."""
        return bool((self.revenue > 0).all())


def read_rates(engine: Engine, frame: Frame) -> Rates:
    """Add up ``ledger_days`` and ``ledger_events``; what happened in the year counts, whenever its order was."""
    places = {"groups": GROUPS, "since": day(frame.as_of - timedelta(days=YEAR_DAYS)), "as_of": day(frame.as_of)}
    sums = ", ".join(f"sum(CAST({name} AS DECIMAL(38, 4))) AS {name}" for name in ORDER_MONEY)
    by_kind = dict.fromkeys((*ORDER_MONEY, *_EVENTS), np.zeros(GROUPS))
    for sql, names in ((_SALES.format(sums=sums, **places), ORDER_MONEY), (_AFTER.format(**places), _EVENTS)):
        rows = engine.records(sql)
        for name in names:
            by_kind[name] = np.zeros(GROUPS)
            for row in rows:
                by_kind[name][int(row["dealt"])] = float(row[name])
    return Rates({name: np.concatenate([[each.sum()], each.sum() - each]) for name, each in by_kind.items()})


def with_error(figures: Floats) -> tuple[float, float]:
    """A figure and its standard error by the delete-a-group jackknife (Kott 2001)."""
    again = figures[1:]
    return float(figures[0]), float(np.sqrt((len(again) - 1) / len(again) * ((again - again.mean()) ** 2).sum()))
