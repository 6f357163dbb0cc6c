"""What was learned of leads as sealed JSON and back, so that a finished result can score a new file of leads.

The numbers come back to the last bit. Nothing in the file is ever run; its checksum and every length are checked first.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from lifeworth.errors import DataError
from lifeworth.models.cold_start import Carry, DayZero, Effects, Link
from lifeworth.models.sealing import seal, unseal
from lifeworth.store.engine import Engine
from lifeworth.values.leads.ageing import Ageing
from lifeworth.values.leads.chance import BY_ALL, BY_SOURCE, Chance, Way
from lifeworth.values.leads.columns import Column
from lifeworth.values.leads.like import Like
from lifeworth.values.leads.scorer import Scorer

KIND = "lifeworth lead scores"
FOLDER, FILE = "model", "leads.json"
_PARTS = ("first", "chance", "money")
_LINKS = ("log", "logit", "identity")


def to_json(scorer: Scorer) -> str:
    """All that was learned as text; the same scorer gives the same text."""
    chance, like = scorer.chance, scorer.like
    return seal(
        KIND,
        {
            "as_of": scorer.as_of.isoformat(),
            "interval_level": scorer.level,
            "in_profit": scorer.in_profit,
            "currency": scorer.currency,
            "seed": scorer.seed,
            "chance": {
                "way": chance.way,
                "columns": _columns(chance.columns),
                "effects": _effects(chance.effects),
                "days": chance.days,
                "shared": chance.shared,
                "won_within": chance.ageing.won_within.tolist(),
                "chance_at_age": chance.ageing.chance.tolist(),
                "doubt_at_age": chance.ageing.doubt.tolist(),
            },
            "like": {
                "columns": _columns(like.columns),
                "dimensions": list(like.learned.dimensions),
                "members": [list(each) for each in like.learned.members],
                "parts": {part: _effects(getattr(like.learned, part)) for part in _PARTS},
                "newcomers": like.learned.customers,
                "carry": [like.carry.orders, like.carry.chance, like.carry.spread],
                "horizon_days": like.horizon_days,
                "usual": like.usual,
            },
        },
    )


def from_json(text: str, what: str = "The file of lead scores") -> Scorer:
    """The scorer that :func:`to_json` wrote.

    Raises
    ------
    DataError
        The text is damaged, something else, or of another version.
    """
    body = unseal(KIND, text, what)
    try:
        return Scorer(
            date.fromisoformat(body["as_of"]),
            _share(body["interval_level"]),
            bool(body["in_profit"]),
            None if body["currency"] is None else str(body["currency"]),
            int(body["seed"]),
            _chance_from(body["chance"]),
            _like_from(body["like"]),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        raise DataError(
            f"{what} cannot be read: a part is missing or has another shape ({type(fault).__name__}: {fault}). "
            "Run `lifeworth run` again to write it anew."
        ) from fault


def keep_lead_scores(engine: Engine, folder: Path) -> None:
    """Put what was learned of leads into the folder ``model`` of a result that is being made; nothing where nothing was."""
    rows = engine.rows("SELECT content FROM values_lead_model") if "values_lead_model" in engine.tables() else []
    for (content,) in rows:
        path = folder / FOLDER / FILE
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(content, encoding="utf-8")
        path.chmod(0o600)


def read_lead_scores(folder: Path) -> Scorer | None:
    """What a published result learned of leads; none where it learned nothing.

    Raises
    ------
    DataError
        The file is damaged or not ours.
    """
    path = folder / FOLDER / FILE
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as fault:
        raise DataError(f"{path} cannot be read: {fault}. Run `lifeworth run` again.") from fault
    return from_json(text, str(path))


def _columns(columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [{"name": each.name, "members": list(each.members), "edges": list(each.edges)} for each in columns]


def _columns_from(given: Sequence[dict[str, Any]]) -> tuple[Column, ...]:
    return tuple(
        Column(str(each["name"]), tuple(map(str, each["members"])), tuple(map(float, each["edges"]))) for each in given
    )


def _effects(effects: Effects) -> dict[str, Any]:
    """The lower half of the covariance is kept; it is symmetric."""
    return {
        "link": effects.link,
        "level": effects.level,
        "effects": [each.tolist() for each in effects.effects],
        "spreads": effects.spreads.tolist(),
        "covariance": effects.covariance[np.tril_indices(len(effects.covariance))].tolist(),
        "dispersion": effects.dispersion,
    }


def _effects_from(given: dict[str, Any], sizes: Sequence[int]) -> Effects:
    effects = tuple(_numbers(each) for each in given["effects"])
    spreads, lower = _numbers(given["spreads"]), _numbers(given["covariance"])
    width = 1 + sum(sizes)
    if [len(each) for each in effects] != list(sizes) or len(spreads) != len(sizes):
        raise ValueError("effects do not fit the levels")
    if len(lower) != width * (width + 1) // 2 or given["link"] not in _LINKS:
        raise ValueError("a covariance does not fit the levels")
    covariance = np.zeros((width, width))
    covariance[np.tril_indices(width)] = lower
    covariance = covariance + np.tril(covariance, -1).T
    level, dispersion = _numbers([given["level"], given["dispersion"]])
    return Effects(cast(Link, given["link"]), float(level), effects, spreads, covariance, float(dispersion))


def _chance_from(given: dict[str, Any]) -> Chance:
    way, columns = given["way"], _columns_from(given["columns"])
    if way not in (BY_SOURCE, BY_ALL):
        raise ValueError(f"unknown way {way!r}")
    months = len(given["effects"]["effects"][0])
    effects = _effects_from(given["effects"], [months, *(len(each.members) for each in columns)])
    ageing = Ageing(*(_numbers(given[name]) for name in ("won_within", "chance_at_age", "doubt_at_age")))
    if not len(ageing.chance) or len({len(ageing.won_within), len(ageing.chance), len(ageing.doubt)}) > 1:
        raise ValueError("the chances by age are not equally many")
    return Chance(cast(Way, way), columns, effects, ageing, int(given["days"]), float(_numbers([given["shared"]])[0]))


def _like_from(given: dict[str, Any]) -> Like:
    columns, names = _columns_from(given["columns"]), tuple(map(str, given["dimensions"]))
    members = tuple(tuple(map(str, each)) for each in given["members"])
    if names[1:] != tuple(each.name for each in columns) or members[1:] != tuple(each.members for each in columns):
        raise ValueError("columns and dimensions differ")
    sizes = [len(each) for each in members]
    parts = {part: _effects_from(given["parts"][part], sizes) for part in _PARTS}
    nothing = Effects(
        "identity", 0.0, tuple(map(np.zeros, sizes)), np.zeros(len(sizes)), np.zeros((1 + sum(sizes),) * 2), 0.0
    )
    learned = DayZero(names, members, orders=nothing, customers=float(given["newcomers"]), **parts)
    carry = Carry(*map(float, _numbers(given["carry"])))
    return Like(columns, learned, carry, int(given["horizon_days"]), float(_numbers([given["usual"]])[0]))


def _numbers(given: Sequence[float]) -> NDArray[np.float64]:
    found = np.array([float(each) for each in given], dtype=np.float64)
    if not np.isfinite(found).all():
        raise ValueError("a number is not finite")
    return found


def _share(given: float) -> float:
    if not 0 < float(given) < 1:
        raise ValueError("a level must lie between 0 and 1")
    return float(given)
