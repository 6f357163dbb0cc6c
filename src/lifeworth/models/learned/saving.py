"""Learned models as plain JSON and back: LightGBM's own text in an envelope that says what it holds.

Nothing in such a file is ever run. It is read only when its checksum holds and every tree in it is whole, because
LightGBM itself trusts what it is given: a cut-off text ends the process instead of raising an error.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from lifeworth.models.learned.boosting import Trees
from lifeworth.models.learned.percentile import Curve, Percentile
from lifeworth.models.learned.quantiles import Quantiles
from lifeworth.models.learned.tweedie import Tweedie
from lifeworth.models.learned.two_stage import TwoStage
from lifeworth.models.sealing import refuse, seal, unseal

KIND = "lifeworth learned models"
Learned = TwoStage | Tweedie | Percentile | Quantiles
Some = TypeVar("Some", TwoStage, Tweedie, Percentile, Quantiles)
_ASKED = (TwoStage, Tweedie)
_CURVES = ("chance", "revenue")
_HEAD = {
    "version": "v4",
    "num_class": "1",
    "num_tree_per_iteration": "1",
    "label_index": "0",
}
_PER_NODE = "split_feature split_gain threshold decision_type left_child right_child internal_value".split()
_PER_NODE += ["internal_weight", "internal_count"]
_PER_LEAF = ("leaf_value", "leaf_weight", "leaf_count")
_SINGLE = ("num_leaves", "num_cat", "is_linear", "shrinkage")
_SETS = ("cat_boundaries", "cat_threshold")
_NUMBERS = re.compile(r"(-?(\d+(\.\d+)?([eE][-+]?\d+)?|inf)( |$))*", re.ASCII)


def to_json(models: Sequence[Learned], *, categories: Sequence[str] = ()) -> str:
    """Fitted models as text; ``categories`` are those of their columns that hold codes.

    The same models give the same text, whatever number of threads fitted them.
    """
    return seal(KIND, {"models": [_plain(model, tuple(categories)) for model in models]})


@overload
def from_json(text: str, *, threads: int = ..., what: str = ...) -> list[TwoStage | Tweedie]: ...
@overload
def from_json(text: str, *, threads: int = ..., what: str = ..., classes: tuple[type[Some], ...]) -> list[Some]: ...
def from_json(
    text: str,
    *,
    threads: int = 1,
    what: str = "The file of learned models",
    classes: tuple[type[Any], ...] = _ASKED,
) -> list[Any]:
    """The models that :func:`to_json` wrote; predictions and contributions are the same to the last bit.

    ``classes`` are those the caller can use; by default those a run asks.

    Raises
    ------
    DataError
        The text is damaged, something else, or holds a model of another class.
    """
    body, known = unseal(KIND, text, what), {each.__name__: each for each in classes}
    try:
        return [_model(each, known, threads, what) for each in body["models"]]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as fault:
        refuse(what, f"a part is missing or has another shape ({type(fault).__name__}: {fault})")


def _plain(model: Learned, categories: tuple[str, ...]) -> dict[str, Any]:
    trees = _trees_of(model)
    columns = next(iter(trees.values())).names
    return {
        "class": type(model).__name__,
        **_facts_of(model),
        "columns": list(columns),
        "categories": [column for column in columns if column in categories],
        "trees": {part: _text(each) for part, each in trees.items()},
    }


def _trees_of(model: Learned) -> dict[str, Trees]:
    """The ensembles of a model by the name they are kept under."""
    if isinstance(model, TwoStage):
        return {"chance": model.chance_, "amount": model.amount_}
    if isinstance(model, Tweedie):
        return {"ratio": model.ratio_}
    if isinstance(model, Percentile):
        return {f"rank {place}": trees for place, trees in enumerate(model.rank_)}
    return {f"quantile {level!r}": trees for level, trees in zip(model.levels, model.ratio_, strict=True)}


def _facts_of(model: Learned) -> dict[str, Any]:
    """What a model holds beside its ensembles."""
    facts: dict[str, Any] = {"seed": model.seed}
    if isinstance(model, TwoStage):
        facts |= {"anchored": model.anchored, "usual": model.usual_}
    if isinstance(model, Percentile):
        curves = {"chance": model.chance_, "revenue": model.revenue_}
        facts["curves"] = {name: [one.scores.tolist(), one.values.tolist()] for name, one in curves.items()}
    if isinstance(model, Quantiles):
        facts |= {"levels": list(model.levels), "shift": model.shift_.tolist()}
    return facts


def _text(trees: Trees) -> str:
    """LightGBM's text without the settings of the machine it was fitted on."""
    whole: str = trees.booster.model_to_string()
    return whole.partition("\nparameters:")[0].partition("\npandas_categorical:")[0].rstrip("\n") + "\n\n"


def _model(facts: dict[str, Any], known: Mapping[str, type[Learned]], threads: int, what: str) -> Learned:
    name, columns = facts["class"], tuple(map(str, facts["columns"]))
    if name not in known:
        refuse(what, f"it holds a model of the unknown class {name!r}")
    trees = {part: _trees(str(text), columns, threads, what) for part, text in facts["trees"].items()}
    model = _built(known[name], facts, trees, threads)
    if not trees or set(_trees_of(model)) != set(trees):
        refuse(what, f"it holds other trees than a {name} has")
    return model


def _built(kind: type[Learned], facts: dict[str, Any], trees: Mapping[str, Trees], threads: int) -> Learned:
    seed = int(facts["seed"])
    if kind is TwoStage:
        pair = TwoStage(bool(facts["anchored"]), seed, threads)
        pair.usual_, pair.chance_, pair.amount_ = float(facts["usual"]), trees["chance"], trees["amount"]
        return pair
    if kind is Tweedie:
        single = Tweedie(seed, threads)
        single.ratio_ = trees["ratio"]
        return single
    if kind is Percentile:
        ranks = Percentile(seed, threads)
        ranks.rank_ = tuple(trees[f"rank {place}"] for place in range(len(trees)))
        ranks.chance_, ranks.revenue_ = (Curve(*map(_numbers, facts["curves"][name])) for name in _CURVES)
        return ranks
    several = Quantiles(seed, threads, tuple(map(float, facts["levels"])))
    several.ratio_ = tuple(trees[f"quantile {level!r}"] for level in several.levels)
    several.shift_ = _numbers(facts["shift"])
    levels = np.array([0.0, *several.levels, 1.0])
    if len(several.shift_) != len(several.levels) or not np.isfinite(several.shift_).all():
        raise ValueError("a correction for every level is needed")
    if not (np.diff(levels) > 0).all():
        raise ValueError("levels must rise from above 0 to below 1")
    return several


def _numbers(given: Sequence[float]) -> NDArray[np.float64]:
    return np.array([float(each) for each in given])


def _trees(text: str, columns: tuple[str, ...], threads: int, what: str) -> Trees:
    for fault in _faults(text, len(columns)):
        refuse(what, fault)
    import lightgbm

    try:
        booster = lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as fault:
        refuse(what, f"LightGBM does not accept its trees ({fault})")
    return Trees(booster, columns, threads)


def _faults(text: str, columns: int) -> Iterator[str]:
    """What is wrong with LightGBM's text before LightGBM sees it."""
    head, found, rest = text.partition("\n\n")
    lines = head.split("\n")
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    if not found or lines[0] != "tree" or any(facts.get(name) != value for name, value in _HEAD.items()):
        yield "its trees are not written the way LightGBM 4 writes them"
        return
    if int(facts["max_feature_idx"]) != columns - 1 or len(facts["feature_names"].split(" ")) != columns:
        yield "its trees were fitted on other columns than it names"
        return
    body, sizes = rest.lstrip("\n").encode(), [int(size) for size in facts["tree_sizes"].split(" ")]
    if min(sizes) <= 0 or not body[sum(sizes) :].startswith(b"end of trees"):
        yield "its trees are cut off"
        return
    start = 0
    for number, size in enumerate(sizes):
        if not _whole(body[start : start + size].decode(), number, columns):
            yield f"tree {number} is not whole"
            return
        start += size


def _whole(text: str, number: int, columns: int) -> bool:
    """Whether a tree has as many of everything as it says, and points only at itself."""
    lines = [line for line in text.split("\n") if line]
    facts = dict(line.split("=", 1) for line in lines[1:])
    if not set(facts) <= {*_PER_NODE, *_PER_LEAF, *_SINGLE, *_SETS} or not all(map(_NUMBERS.fullmatch, facts.values())):
        return False
    leaves, categories = int(facts["num_leaves"]), int(facts["num_cat"])
    if lines[0] != f"Tree={number}" or leaves < 1 or facts.get("is_linear", "0") != "0":
        return False
    nodes = leaves - 1
    if not nodes:
        return len(facts["leaf_value"].split()) == 1
    read = {name: np.array(facts[name].split(), dtype=np.float64) for name in (*_PER_NODE, *_PER_LEAF)}
    counts = {name: nodes for name in _PER_NODE} | {name: leaves for name in _PER_LEAF}
    if any(len(read[name]) != count for name, count in counts.items()) or not _bounded(facts, categories):
        return False
    children = np.concatenate([read["left_child"], read["right_child"]])
    after = np.tile(np.arange(nodes), 2)
    inside = np.where(children >= 0, (children > after) & (children < nodes), -children <= leaves)
    split = read["split_feature"]
    coded = (read["decision_type"].astype(int) & 1) == 1
    places = read["threshold"][coded]
    named = (split >= 0) & (split < columns)
    return bool(inside.all() and named.all() and ((places >= 0) & (places < categories)).all())


def _bounded(facts: dict[str, str], categories: int) -> bool:
    """Whether the sets of codes lie where the tree says."""
    if not categories:
        return True
    bounds = np.array(facts["cat_boundaries"].split(), dtype=np.int64)
    held = len(facts["cat_threshold"].split())
    return bool(len(bounds) == categories + 1 and bounds[0] == 0 and (np.diff(bounds) > 0).all() and bounds[-1] == held)
