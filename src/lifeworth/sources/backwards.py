"""Subscriptions that end before they start: where the first one stands and what it says."""

from collections.abc import Iterable, Iterator

from lifeworth.sources.stage import Staged
from lifeworth.sources.subscriptions import BACKWARDS
from lifeworth.store.engine import Engine


def tell_backwards(engine: Engine, staged: Iterable[Staged], names: dict[int, str]) -> Iterator[str]:
    """A sentence for every file with such subscriptions, with line, days and what to do."""
    for file in staged:
        if file.source.kind != "subscriptions":
            continue
        rows = engine.rows(
            f"SELECT line, started_on, ended_on FROM {file.relation} WHERE ruling = 'quarantined: {BACKWARDS}' ORDER BY line"
        )
        if rows:
            (line, started, ended), more = rows[0], len(rows) - 1
            others = f", as {more:,} more {'does' if more == 1 else 'do'}" if more else ""
            yield (
                f"{names[file.file_no]}, line {line}: the subscription starts on {started} and ends on {ended}, before it starts"
                f"{others}. If the columns are swapped, name them: --map started_on=COLUMN --map ended_on=COLUMN."
            )
