"""Every setting is explained, every example works, and a setting without effect is refused."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from lifeworth.errors import InputError, UsageError
from lifeworth.settings import COST_KINDS, CostRule, Settings, read_settings

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
PAGES = {"settings": REFERENCE, "costs": (DOCS / "how-to" / "costs.md").read_text(encoding="utf-8")}
EXAMPLES = [
    pytest.param(text, id=f"{page}-{number}")
    for page, content in PAGES.items()
    for number, text in enumerate(re.findall(r"```toml\n(.*?)```", content, re.S))
]


@pytest.mark.parametrize("name", [*Settings.model_fields, *CostRule.model_fields])
def test_every_setting_is_explained_in_a_table(name: str) -> None:
    assert f"| `{name}` |" in REFERENCE


@pytest.mark.parametrize("kind", get_args(COST_KINDS))
def test_every_cost_has_a_row_and_an_example(kind: str) -> None:
    assert f'| `"{kind}"` |' in REFERENCE
    assert f'cost = "{kind}"' in REFERENCE


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_a_valid_configuration(example: str) -> None:
    assert Settings(**tomllib.loads(example)) != Settings()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"cost": "margin", "fixed": 3}, "margin makes no use of fixed"),
        ({"cost": "payment_fee", "rate": 0.1, "category": "Books"}, "makes no use of category"),
        ({"cost": "margin"}, "margin needs a number"),
        ({"cost": "contact", "type": "post"}, "contact needs a number"),
        ({"cost": "margin", "rate": 1.5}, "less than or equal to 1"),
        ({"cost": "rent", "fixed": 3}, "margin"),
        ({"cost": "margin", "rate": 0.1, "valid_from": "2024-02-01", "valid_to": "2024-02-01"}, "come before"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(rule: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        CostRule(**rule)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["time_zone = 'Mars/Olympus'", "curency = 'EUR'", "currency = 'euro'", "costs = 3"])
def test_a_file_that_is_not_understood_says_where_and_what_to_do(text: str, tmp_path: Path) -> None:
    path = tmp_path / "lifeworth.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="docs/reference/settings.md"):
        read_settings(path)


def test_a_margin_typed_at_the_command_goes_before_overall_ones_only() -> None:
    rules = [
        CostRule(cost="margin", rate="0.2", category="Books"),
        CostRule(cost="margin", rate="0.3", valid_from="2024-01-01"),
        CostRule(cost="shipping", fixed="4"),
    ]
    kept = Settings(costs=rules).with_margin(0.4).costs
    assert [(rule.cost, float(rule.rate), rule.category) for rule in kept] == [
        ("margin", 0.2, "Books"),
        ("shipping", 0.0, None),
        ("margin", 0.4, None),
    ]
    with pytest.raises(UsageError, match="0.35 for 35 %"):
        Settings().with_margin(35)
