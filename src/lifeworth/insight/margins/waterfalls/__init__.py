"""From list price to profit, for every group of customers and of goods; each way of grouping adds up to the ledger."""

from lifeworth.insight.margins.waterfalls.write import write_waterfalls

__all__ = ["write_waterfalls"]
