"""What the shop knows of its customers: kinds show in it, decoys do not, and a proxy gives a protected attribute away."""

from itertools import combinations

import numpy as np
import pytest
from demo_worlds import big, shop
from scipy import stats

from lifeworth.demo.arrays import Floats, Ints
from lifeworth.demo.attributes import ATTRIBUTES, EMPTY_SHARE, GENDER, Attribute, draw_cells
from lifeworth.demo.kinds import BARISTA, GIFTS, KIND_NAMES, KINDS, OFFICE, TEA
from lifeworth.demo.simulation import Simulation

TELLING = [each for each in ATTRIBUTES if each.role == "kind"]
SILENT = [each for each in ATTRIBUTES if each.role in ("decoy", "not a proxy")]
NAMED = {each.name: each for each in ATTRIBUTES}


def adjusted_rand(one: Ints, other: Ints) -> float:
    """Hubert and Arabie (1985): agreement of two groupings, 0 by chance, 1 when they are the same."""
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one, other), 1)

    def pairs(counts: Floats) -> float:
        return float((counts * (counts - 1) / 2).sum())

    rows, columns = pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / pairs(np.array([len(one)]))
    return (pairs(table) - expected) / ((rows + columns) / 2 - expected)


def log_chances(cells: dict[str, Ints], tables: dict[str, Floats]) -> Floats:
    """Log chance of each customer's known cells under each kind."""
    total = np.zeros((len(next(iter(cells.values()))), len(KINDS)))
    for name, table in tables.items():
        known = cells[name] >= 0
        total[known] += np.log(table.T[cells[name][known]])
    return total


def association(one: Ints, other: Ints) -> float:
    """p-value of independence of two codes, empty cells left out."""
    known = (one >= 0) & (other >= 0)
    table = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(table, (one[known], other[known]), 1)
    return float(stats.chi2_contingency(table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]).pvalue)


def tenths(values: Floats) -> Ints:
    return np.searchsorted(np.quantile(values, np.arange(1, 10) / 10), values)


@pytest.mark.parametrize("attribute", ATTRIBUTES, ids=lambda each: each.name)
def test_chances_are_chances(attribute: Attribute) -> None:
    rows = np.array(attribute.chances)
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-12)
    assert rows.shape == ({"kind": len(KINDS), "proxy": 3}.get(attribute.role, 1), len(attribute.labels))
    assert rows.min() > 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)
def test_tastes_of_a_kind_are_chances(kind: object) -> None:
    assert sum(kind.tastes) == pytest.approx(1)  # type: ignore[attr-defined]


def test_who_knows_the_chances_tells_the_kinds() -> None:
    """The best any classifier can do: 0.83 with all cells known, 0.79 as they are."""
    world = big()
    prior = np.log(np.bincount(world.people.kind) / len(world.people))
    tables = {each.name: np.array(each.chances) for each in TELLING}
    kind, rng = world.people.kind, np.random.default_rng(1)
    full = {
        name: np.sum(rng.uniform(size=(len(kind), 1)) > np.cumsum(table, axis=1)[kind][:, :-1], axis=1)
        for name, table in tables.items()
    }
    known = adjusted_rand(kind, np.argmax(prior + log_chances(full, tables), axis=1))
    seen = adjusted_rand(kind, np.argmax(prior + log_chances(dict(world.cells), tables), axis=1))
    assert known >= 0.80
    assert 0.75 <= seen < known


def test_who_knows_nothing_finds_the_kinds_as_latent_classes() -> None:
    """Expectation maximisation on the default shop's cells alone (Goodman 1974), the best of five starts."""
    world, rng, best = shop(), np.random.default_rng(3), (-np.inf, 0.0)
    sizes = {each.name: len(each.labels) for each in TELLING}
    for _ in range(5):
        belief = rng.dirichlet(np.ones(len(KINDS)), len(world.people))
        for _ in range(120):
            tables = {name: _share_of_labels(world.cells[name], size, belief) for name, size in sizes.items()}
            odds = np.log(belief.mean(axis=0)) + log_chances(dict(world.cells), tables)
            top = odds.max(axis=1, keepdims=True)
            likelihood = (top[:, 0] + np.log(np.exp(odds - top).sum(axis=1))).sum()
            belief = np.exp(odds - top) / np.exp(odds - top).sum(axis=1, keepdims=True)
        best = max(best, (likelihood, adjusted_rand(world.people.kind, np.argmax(belief, axis=1))))
    assert best[1] > 0.72


def _share_of_labels(codes: Ints, labels: int, belief: Floats) -> Floats:
    counts = np.array([belief[codes == label].sum(axis=0) for label in range(labels)]).T + 0.5
    return counts / counts.sum(axis=1, keepdims=True)


def test_kinds_differ_in_worth() -> None:
    world = big()
    base = world.truth.value.mean()
    worth = [world.truth.value[world.people.kind == code].mean() / base for code in range(len(KINDS))]
    assert worth[OFFICE] > 1.5 and worth[BARISTA] > 1.35
    assert 0.6 < worth[TEA] < 1
    assert worth[GIFTS] < 0.5
    share = np.bincount(world.people.kind) / len(world.people)
    assert share.min() > 0.10 and share.max() < 0.45
    assert len(KIND_NAMES) == 4


@pytest.mark.parametrize("attribute", TELLING, ids=lambda each: each.name)
def test_telling_attributes_have_the_stated_chances(attribute: Attribute) -> None:
    world = big()
    for code, row in enumerate(attribute.chances):
        cells = world.cells[attribute.name][world.people.kind == code]
        counts = np.bincount(cells[cells >= 0], minlength=len(row))
        assert stats.chisquare(counts, counts.sum() * np.array(row)).pvalue > 1e-4


def test_given_the_kind_telling_attributes_are_independent_of_each_other_and_of_the_rest() -> None:
    world = big()
    people = world.people
    others = {"channel": people.channel, "country": people.country, "taste": people.taste}
    others |= {name: tenths(getattr(people, name)) for name in ("rate", "leaving", "spend_scale", "fuss")}
    lowest = []
    for code in range(len(KINDS)):
        mine = people.kind == code
        for one, other in combinations(TELLING, 2):
            lowest.append(association(world.cells[one.name][mine], world.cells[other.name][mine]))
        for one in TELLING:
            lowest += [association(world.cells[one.name][mine], codes[mine]) for codes in others.values()]
    assert min(lowest) > 0.01 / len(lowest)
    assert stats.kstest(lowest, "uniform").pvalue > 1e-3


def everything(world: Simulation) -> dict[str, Ints]:
    """All that anything might be tied to, as codes."""
    people = world.people
    hidden = {name: tenths(getattr(people, name)) for name in ("rate", "leaving", "spend_scale", "fuss", "contentment")}
    worth = {"newcomer_profit": tenths(world.newcomer_profit)}
    plain = {name: getattr(people, name) for name in ("kind", "taste", "channel", "country", "payment")}
    return hidden | worth | plain


@pytest.mark.parametrize("attribute", SILENT, ids=lambda each: each.name)
def test_decoys_tell_nothing(attribute: Attribute) -> None:
    world = big()
    others = {name: codes for name, codes in world.cells.items() if name != attribute.name}
    known = everything(world) | others
    found = {name: association(world.cells[attribute.name], codes) for name, codes in known.items()}
    assert min(found.values()) > 0.001 / len(found), found
    living = world.alive & (world.cells[attribute.name] >= 0)
    codes = world.cells[attribute.name][living]
    groups = [world.truth.value[living][codes == code] for code in np.unique(codes)]
    assert stats.kruskal(*groups).pvalue > 1e-3


@pytest.mark.parametrize("attribute", TELLING, ids=lambda each: each.name)
def test_telling_attributes_tell_of_worth(attribute: Attribute) -> None:
    world = big()
    codes = world.cells[attribute.name]
    groups = [world.truth.value[world.alive & (codes == code)] for code in range(len(attribute.labels))]
    assert stats.kruskal(*groups).pvalue < 1e-6


def test_a_town_tells_nothing_beyond_its_country() -> None:
    world = big()
    for country in range(3):
        mine = world.alive & (world.people.country == country)
        towns = [world.truth.value[mine & (world.people.town == town)] for town in range(3)]
        assert stats.kruskal(*towns).pvalue > 1e-3


def test_a_proxy_tells_gender_and_its_neighbour_does_not() -> None:
    world = big()
    gender = world.cells[GENDER]
    known = (gender == 0) | (gender == 1)

    def area(name: str) -> float:
        """Chance that a man's cell ranks above a woman's; an empty one counts as in the middle."""
        codes = world.cells[name].astype(float)
        codes[codes < 0] = np.median(codes[codes >= 0])
        women, men = codes[known & (gender == 0)], codes[known & (gender == 1)]
        return float(stats.mannwhitneyu(men, women).statistic / (len(men) * len(women)))

    assert area("apron_size") > 0.82
    assert area("writing_hand") == pytest.approx(0.5, abs=0.01)
    rest = [each for each in ATTRIBUTES if each.name not in (GENDER, "apron_size")]
    found = [association(gender, world.cells[each.name]) for each in rest]
    found += [association(gender, codes) for codes in everything(world).values()]
    assert min(found) > 0.001 / len(found)


def test_cells_are_empty_by_chance() -> None:
    world = big()
    for name, codes in world.cells.items():
        assert np.mean(codes < 0) == pytest.approx(EMPTY_SHARE, abs=0.005), name
        assert association((codes < 0).astype(int), world.people.kind) > 1e-4, name
        assert codes.max() == len(NAMED[name].labels) - 1


def test_without_structure_attributes_tell_nothing() -> None:
    """The same cells, dealt anew: each column has what it had, and is independent of everything."""
    world, plain = big(), big(structure=False)
    assert association(world.cells["hobby"], world.cells["lives_in"]) < 1e-300
    for name, codes in plain.cells.items():
        np.testing.assert_array_equal(np.bincount(codes + 1), np.bincount(world.cells[name] + 1))
    found = [association(plain.cells[one], plain.cells[other]) for one, other in combinations(plain.cells, 2)]
    found += [association(cells, codes) for cells in plain.cells.values() for codes in everything(plain).values()]
    consent = (plain.consent.email, plain.consent.ads)
    found += [association(each + 1, cells) for each in consent for cells in plain.cells.values()]
    assert min(found) > 0.005 / len(found)
    assert stats.kstest(found, "uniform").pvalue > 1e-3


def test_newsletter_readers_mostly_allowed_it() -> None:
    world = big()
    reads = world.cells["newsletter"] == 1
    assert np.mean(world.consent.email[reads] == 1) == pytest.approx(0.92, abs=0.01)
    assert np.mean(world.consent.email[~reads] == 1) == pytest.approx(0.34, abs=0.01)
    assert association(world.consent.ads + 1, world.people.kind) > 1e-3
    for answers in (world.consent.email, world.consent.ads):
        assert set(np.unique(answers)) == {-1, 0, 1}


def test_a_shop_of_one_customer_has_attributes() -> None:
    cells = draw_cells(np.array([2]), np.random.default_rng(0))
    assert list(cells) == [each.name for each in ATTRIBUTES]
    assert all(len(codes) == 1 for codes in cells.values())
