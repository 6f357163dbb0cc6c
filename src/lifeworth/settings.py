"""Everything a company may decide: one file, ``lifeworth.toml``, checked before anything runs."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from lifeworth.errors import InputError, UsageError

COST_KINDS = Literal["margin", "payment_fee", "shipping", "pick_pack", "returns_handling", "service_ticket", "contact"]

_USED = {
    "margin": {"rate", "category"},
    "payment_fee": {"rate", "fixed", "payment_method"},
    "shipping": {"rate", "fixed", "per_unit"},
    "pick_pack": {"rate", "fixed", "per_unit"},
    "returns_handling": {"fixed"},
    "service_ticket": {"fixed", "per_minute"},
    "contact": {"fixed", "type"},
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CostRule(_Strict):
    """What something costs where no record says so.

    ``margin``: ``rate`` is profit after goods as a share of net goods revenue, overall or for one ``category``.
    ``payment_fee``: ``rate`` of what the customer paid, plus ``fixed`` per order.
    ``shipping`` and ``pick_pack``: ``fixed`` per order, plus ``rate`` of net revenue, plus ``per_unit`` per piece.
    ``returns_handling``: ``fixed`` per return. ``service_ticket``: ``fixed`` per ticket plus ``per_minute``.
    ``contact``: ``fixed`` per communication, for one ``type`` or all.
    A rule holds from ``valid_from`` up to but not including ``valid_to``.
    """

    cost: COST_KINDS
    rate: Decimal = Field(default=Decimal(0), ge=-1, le=1)
    fixed: Decimal = Field(default=Decimal(0), ge=0, le=10**9)
    per_unit: Decimal = Field(default=Decimal(0), ge=0, le=10**9)
    per_minute: Decimal = Field(default=Decimal(0), ge=0, le=10**9)
    category: str | None = None
    type: str | None = None
    payment_method: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> "CostRule":
        if self.valid_from and self.valid_to and self.valid_from >= self.valid_to:
            raise ValueError("valid_from must come before valid_to")
        return self

    @model_validator(mode="after")
    def _nothing_without_effect(self) -> "CostRule":
        used = _USED[self.cost]
        if stray := self.model_fields_set - used - {"cost", "valid_from", "valid_to"}:
            raise ValueError(f"{self.cost} makes no use of {sorted(stray)[0]}, only of {', '.join(sorted(used))}")
        if not self.model_fields_set & {"rate", "fixed", "per_unit", "per_minute"}:
            raise ValueError(f"{self.cost} needs a number: {', '.join(sorted(used))}")
        return self


class OwnSegment(_Strict):
    """A segment of the company's own: ``where`` is a condition on the customer table, such as ``country = 'DE'``."""

    name: str = Field(min_length=1, max_length=60)
    where: str = Field(min_length=1, max_length=2_000)


class WhatIf(_Strict):
    """A lever to pull in thought: ``retention`` by points (0.01), the others by a share (0.02 is 2 % more).

    ``budget`` moves a share of what was spent on ``channel`` to the channel ``to``.
    """

    lever: Literal["retention", "returns", "price", "acquisition_cost", "budget"]
    by: Decimal = Field(ge=-1, le=1)
    channel: str | None = None
    to: str | None = None

    @model_validator(mode="after")
    def _budget_moves_between(self) -> "WhatIf":
        if self.lever == "budget" and not (self.channel and self.to and self.by > 0):
            raise ValueError("budget needs channel, to, and by above 0: the share of the channel's spend that moves")
        if self.lever != "budget" and (self.channel or self.to):
            raise ValueError(f"{self.lever} makes no use of channel and to")
        return self


class Contact(_Strict):
    """What writing to a customer costs and is thought to do, for the lists to act on.

    ``cost`` per contact; ``budget`` for one campaign; ``brings_back`` the share of customers past their usual gap who come back because of
    it, where no experiment has measured it.
    """

    cost: Decimal = Field(default=Decimal("0.85"), ge=0, le=10**6)
    budget: Decimal | None = Field(default=None, ge=0, le=10**12)
    brings_back: Decimal = Field(default=Decimal("0.02"), ge=0, le=1)


class Valuation(_Strict):
    """What a valuation of the company needs and no order tells, in the reported currency; what is not stated counts as nothing and is named missing.

    ``fixed_costs``: costs of a year that hang on no customer, such as rent, salaries and software. ``tax_rate``: share of a
    year's profit, where it is above zero. ``non_operating_assets``: what the company owns today outside the business.
    ``net_debt``: debt less cash today; below zero where there is more cash than debt.
    """

    fixed_costs: Decimal | None = Field(default=None, ge=0, le=10**12)
    tax_rate: Decimal | None = Field(default=None, ge=0, lt=1)
    non_operating_assets: Decimal | None = Field(default=None, ge=0, le=10**12)
    net_debt: Decimal | None = Field(default=None, ge=-(10**12), le=10**12)


WHAT_IF = (
    WhatIf(lever="retention", by=Decimal("0.01")),
    WhatIf(lever="returns", by=Decimal("-0.10")),
    WhatIf(lever="price", by=Decimal("0.02")),
    WhatIf(lever="acquisition_cost", by=Decimal("-0.15")),
)


class Settings(_Strict):
    """The whole of ``lifeworth.toml``; every value also has an option on the command line or a default.

    ``returns_resold``: share of returned goods whose cost comes back. ``map``: field = column lines, as
    ``--map`` takes them. ``date_order``: how to read dates such as 03/04/2024. ``protected``: attributes that may never
    enter a score, a persona or a prospect model, beside those whose names say so. ``elasticity``: by how many percent
    purchases change when prices rise by one percent, for the lever ``price``. ``bill_subscriptions``: whether
    subscriptions are turned into bills, which then count as orders; ``auto`` does so where no order names any of their
    customers.
    """

    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    time_zone: str = "UTC"
    date_order: Literal["day-first", "month-first", "year-first"] | None = None
    decimal: Literal[".", ","] | None = None
    returns_resold: Decimal = Field(default=Decimal(1), ge=0, le=1)
    map: dict[str, str] = {}
    attributes: list[str] = []
    rates: dict[str, Decimal] = {}
    costs: list[CostRule] = []
    segments: list[OwnSegment] = Field(default=[], max_length=40)
    protected: list[str] = []
    what_if: list[WhatIf] = list(WHAT_IF)
    elasticity: Decimal = Field(default=Decimal(0), ge=-10, le=0)
    contact: Contact = Contact()
    valuation: Valuation = Valuation()
    bill_subscriptions: bool | Literal["auto"] = "auto"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name != "UTC":
            try:
                ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                raise ValueError("not a time zone this machine knows; write one such as Europe/Berlin") from None
        return name

    def with_margin(self, margin: float | Decimal | None) -> "Settings":
        """The same settings with one overall margin in place of every overall one; those of categories stay."""
        if margin is None:
            return self
        if not -1 <= margin <= 1:
            raise UsageError(f"--margin is a share between -1 and 1, such as 0.35 for 35 %. Got {margin}.")
        rule = CostRule(cost="margin", rate=Decimal(str(margin)))
        kept = [c for c in self.costs if c.cost != "margin" or c.category is not None]
        return self.model_copy(update={"costs": [*kept, rule]})


def read_settings(path: Path | None) -> Settings:
    """The company's decisions from a TOML file, or the defaults when there is none."""
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"There is no configuration file {path}.") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"the configuration cannot be read: {fault}", file=str(path)) from None
    try:
        return Settings(**tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"not valid TOML: {fault}", file=str(path)) from None
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(
            _in_words(first["type"], where, first["msg"]),
            file=str(path),
            column=where,
            found=str(first.get("input"))[:200],
            remedy="The settings and what they mean stand in docs/reference/settings.md.",
        ) from None


def _in_words(kind: str, where: str, message: str) -> str:
    """What the checker of settings means, without its own jargon."""
    if kind == "extra_forbidden":
        hint = ' A margin is a rule: [[costs]] with cost = "margin" and rate = 0.35.' if "margin" in where else ""
        return f"there is no such setting.{hint}"
    if kind in ("less_than_equal", "greater_than_equal") and where.endswith("rate"):
        return "a rate is a share, such as 0.35 for 35 %"
    return message[:1].lower() + message[1:]
