"""What nobody can see of a customer: how often they buy, when they stop, how much they spend, how much they send back.

Rates are Gamma, dropout after a repeat purchase is Beta, spend per order is Gamma-Gamma, each independent
of the others over the whole shop: the world in which BG/NBD (Fader, Hardie and Lee 2005) and Gamma-Gamma
(Fader and Hardie 2013) are exactly right. Everything else is drawn *given* these traits.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv, gammainc, gammaincinv, ndtri

from lifeworth.demo.arrays import Floats

RATE_R, RATE_ALPHA_DAYS = 0.60, 60.0
LEAVING_A, LEAVING_B = 0.7, 2.5
SPEND_P, SPEND_Q, SPEND_GAMMA_EUROS = 4.0, 4.0, 34.5
FUSS_SHAPE, FUSS_MOST = 0.6, 8.0


@dataclass(frozen=True)
class Traits:
    """One entry per customer: purchases an average day, dropout, euros of a standard order, fussiness (1 = average)."""

    rate: Floats
    leaving: Floats
    spend_scale: Floats
    fuss: Floats


@dataclass(frozen=True)
class Scores:
    """How each customer compares with the others on a trait, as a standard normal score."""

    rate: Floats
    leaving: Floats
    spend: Floats
    fuss: Floats


def draw_traits(customers: int, rng: np.random.Generator) -> Traits:
    """Traits of so many customers, independent of one another."""
    rate = rng.gamma(RATE_R, 1 / RATE_ALPHA_DAYS, customers)
    leaving = rng.beta(LEAVING_A, LEAVING_B, customers)
    precision = rng.gamma(SPEND_Q, 1 / SPEND_GAMMA_EUROS, customers)
    return Traits(rate, leaving, 1 / precision, rng.gamma(FUSS_SHAPE, 1 / FUSS_SHAPE, customers))


def traits_at(shares: Floats) -> Traits:
    """The traits below which the given shares of all customers lie: (n, 4) shares, one column a trait."""
    return Traits(
        rate=gammaincinv(RATE_R, shares[:, 0]) / RATE_ALPHA_DAYS,
        leaving=betaincinv(LEAVING_A, LEAVING_B, shares[:, 1]),
        spend_scale=SPEND_GAMMA_EUROS / gammaincinv(SPEND_Q, 1 - shares[:, 2]),
        fuss=gammaincinv(FUSS_SHAPE, shares[:, 3]) / FUSS_SHAPE,
    )


def compare(traits: Traits) -> Scores:
    """Each trait as a standard normal score."""
    return Scores(
        rate=_normal(gammainc(RATE_R, traits.rate * RATE_ALPHA_DAYS)),
        leaving=_normal(betainc(LEAVING_A, LEAVING_B, traits.leaving)),
        spend=-_normal(gammainc(SPEND_Q, SPEND_GAMMA_EUROS / traits.spend_scale)),
        fuss=_normal(gammainc(FUSS_SHAPE, traits.fuss * FUSS_SHAPE)),
    )


def _normal(probability: Floats) -> Floats:
    return np.asarray(ndtri(np.clip(probability, 1e-6, 1 - 1e-6)))
