"""What is kept of a run so that later runs can be held against it."""

from importlib.metadata import version

from lifeworth import monitoring, values
from lifeworth.store.archive import Facts


def facts_to_keep(run: values.Run, base: dict[str, float], seed: int, weekly_spread: float | None) -> Facts:
    """The facts of a prediction, beside its customers and weeks."""
    return Facts(
        run_id=run.run_id,
        as_of=run.as_of,
        horizon_days=run.horizon_days,
        interval_level=run.interval_level,
        discount=run.discount,
        currency=run.currency,
        basis=run.basis,
        model=run.model,
        base=base,
        seed=seed,
        version=version("lifeworth"),
        weekly_spread=weekly_spread,
    )


def run_to_judge(run: values.Run, converged: bool, seed: int) -> monitoring.Now:
    """What the checks need to know of it."""
    return monitoring.Now(
        run.run_id, run.as_of, run.horizon_days, run.discount, run.basis, run.currency, run.model, converged, seed
    )
