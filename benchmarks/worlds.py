"""Shops made of numbers, whose purchase process is known: some as the models suppose, some not.

Each function gives a :class:`World`: the orders a shop would have known on a day, and what its customers truly
brought afterwards. ``well_specified`` draws from the models' own families; every other world breaks one supposition.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

OPENING = date(2022, 1, 1)
YEAR = 365.25

Clock = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class World:
    """A shop on one day, and its customers' future.

    ``customer``, ``day`` (days since ``opening``) and ``amount`` have one entry per order before ``as_of``;
    ``future_revenue`` and ``future_orders`` one per customer known by then, for ``horizon_days`` from ``as_of`` on.
    """

    kind: str
    seed: int
    twist: str
    opening: date
    as_of: date
    horizon_days: int
    customer: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    future_revenue: np.ndarray
    future_orders: np.ndarray

    @property
    def customer_id(self) -> np.ndarray:
        """Ids as text, in the order of ``future_revenue``."""
        return np.array([f"C{number:06d}" for number in range(len(self.future_revenue))])

    def orders(self) -> dict[str, np.ndarray]:
        """Columns customer_id, date and amount of the orders known at ``as_of``."""
        return {
            "order_id": np.array([f"O{number:07d}" for number in range(len(self.customer))]),
            "customer_id": self.customer_id[self.customer],
            "date": np.datetime64(self.opening) + self.day.astype("timedelta64[D]"),
            "amount": self.amount,
        }


@dataclass(frozen=True)
class Population:
    """Customers by arrival (days since the opening), purchase rate a day, and when they leave.

    ``leaves_after`` counts repeat purchases, ``leaves_at`` is an age in days; the earlier one counts.
    """

    arrival: np.ndarray
    rate: np.ndarray
    leaves_after: np.ndarray
    leaves_at: np.ndarray


@dataclass(frozen=True)
class Frame:
    """How long the shop is known, and how many customers come."""

    span: int
    customers: int
    opening: date
    horizon: int

    @property
    def end(self) -> int:
        """Last day of the simulated future."""
        return self.span + self.horizon


def _frame(rng: np.random.Generator, customers: int | None) -> Frame:
    span = int(rng.integers(548, 731))
    opening = OPENING + timedelta(days=int(rng.integers(0, 365)))
    return Frame(span, customers or int(rng.integers(1500, 4001)), opening, int(rng.integers(90, 181)))


def _arrivals(rng: np.random.Generator, frame: Frame) -> np.ndarray:
    """Newcomers spread over one year up to the whole history."""
    window = rng.uniform(min(365, frame.span), frame.span)
    return np.sort(rng.uniform(0, window, frame.customers))


def _rates(rng: np.random.Generator, n: int) -> np.ndarray:
    r, gap = rng.uniform(0.5, 1.6), rng.uniform(35, 100)
    return rng.gamma(r, 1 / (r * gap), n)


def _bg_leaving(rng: np.random.Generator, n: int) -> np.ndarray:
    """After how many repeat purchases customers leave: geometric with a Beta chance."""
    chance = np.clip(rng.beta(rng.uniform(0.5, 1.5), rng.uniform(3.0, 7.0), n), 1e-9, 1 - 1e-9)
    return np.ceil(np.log(rng.uniform(1e-300, 1, n)) / np.log1p(-chance))


def _pareto_leaving(rng: np.random.Generator, n: int) -> np.ndarray:
    """Age at leaving: exponential with a Gamma rate."""
    s, typical = rng.uniform(0.5, 1.5), rng.uniform(250, 700)
    return rng.exponential(1, n) / np.maximum(rng.gamma(s, 1 / (s * typical), n), 1e-12)


def _population(rng: np.random.Generator, frame: Frame, rate: np.ndarray | None = None) -> Population:
    """BG/NBD or Pareto/NBD leaving, an even chance each."""
    n, never = frame.customers, np.full(frame.customers, np.inf)
    arrival = _arrivals(rng, frame)
    rate = _rates(rng, n) if rate is None else rate
    if rng.uniform() < 0.5:
        return Population(arrival, rate, _bg_leaving(rng, n), never)
    return Population(arrival, rate, never, _pareto_leaving(rng, n))


def _repeats(
    rng: np.random.Generator, people: Population, end: float, clock: Clock | None = None, steps: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Customer and moment of every repeat purchase, customers together.

    ``clock`` maps days to time that passes faster in busy days; ``steps`` > 1 keeps every so many-th event of a
    process as many times faster: gaps are Erlang.
    """
    day, time = clock or (np.array([0.0, end]), np.array([0.0, end]))
    start = np.interp(people.arrival, day, time)
    length = time[-1] - start
    count = rng.poisson(people.rate * steps * length)
    customer = np.repeat(np.arange(len(count)), count)
    moment = start[customer] + rng.uniform(size=len(customer)) * length[customer]
    order = np.lexsort((moment, customer))
    customer, moment = customer[order], np.interp(moment[order], time, day)
    rank = np.arange(len(customer)) - np.repeat(np.cumsum(count) - count, count)
    kept = rank % steps == steps - 1
    customer, moment, rank = customer[kept], moment[kept], rank[kept] // steps
    stays = (rank < people.leaves_after[customer]) & (moment - people.arrival[customer] <= people.leaves_at[customer])
    return customer[stays], moment[stays]


def _amounts(rng: np.random.Generator, customer: np.ndarray, n: int) -> np.ndarray:
    """Gamma-Gamma amounts."""
    p, q, mean = rng.uniform(2, 8), rng.uniform(3, 6), rng.uniform(20, 80)
    nu = rng.gamma(q, 1 / (mean * (q - 1) / p), n)
    return rng.gamma(p, 1, len(customer)) / nu[customer]


def _world(
    kind: str,
    seed: int,
    twist: str,
    frame: Frame,
    people: Population,
    repeats: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
    growth: float = 0.0,
) -> World:
    """First and repeat purchases, priced, cut at ``as_of``."""
    n = frame.customers
    customer = np.r_[np.arange(n), repeats[0]]
    moment = np.r_[people.arrival, repeats[1]]
    amount = np.round(_amounts(rng, customer, n) * (1 + growth) ** (moment / YEAR), 2)
    amount = np.maximum(amount, 0.01)
    day = np.floor(moment).astype(int)
    known, later = day < frame.span, (day >= frame.span) & (day < frame.end)
    order = np.lexsort((customer[known], moment[known]))
    return World(
        kind,
        seed,
        twist,
        frame.opening,
        frame.opening + timedelta(days=frame.span),
        frame.horizon,
        customer[known][order],
        day[known][order],
        amount[known][order],
        np.bincount(customer[later], amount[later], n),
        np.bincount(customer[later], minlength=n).astype(float),
    )


def well_specified(seed: int, customers: int | None = None) -> World:
    """BG/NBD or Pareto/NBD purchases with Gamma-Gamma spend."""
    rng = np.random.default_rng([seed, 0])
    frame = _frame(rng, customers)
    people = _population(rng, frame)
    twist = "Pareto/NBD" if np.isinf(people.leaves_after).all() else "BG/NBD"
    return _world("well specified", seed, twist, frame, people, _repeats(rng, people, frame.end), rng)


def _clock(frame: Frame, level: np.ndarray) -> Clock:
    return np.arange(frame.end + 1.0), np.r_[0.0, np.cumsum(level)]


def season(seed: int, customers: int | None = None) -> World:
    """A Christmas peak of +40 to +80 %, or a summer dip of -40 to -80 %."""
    rng = np.random.default_rng([seed, 1])
    frame = _frame(rng, customers)
    people = _population(rng, frame)
    size, peak = rng.uniform(0.4, 0.8), rng.uniform() < 0.5
    of_year = np.array([(frame.opening + timedelta(days=d)).timetuple().tm_yday for d in range(frame.end)])
    first, last = (305, 358) if peak else (182, 243)
    level = np.where((of_year >= first) & (of_year <= last), 1 + size if peak else 1 - size, 1.0)
    twist = f"{'Christmas +' if peak else 'summer -'}{100 * size:.0f} %"
    return _world("season", seed, twist, frame, people, _repeats(rng, people, frame.end, _clock(frame, level)), rng)


def segments(seed: int, customers: int | None = None) -> World:
    """Many occasional buyers and some steady ones, or two well separated rates."""
    rng = np.random.default_rng([seed, 2])
    frame = _frame(rng, customers)
    occasional = rng.uniform() < 0.5
    share = rng.uniform(0.6, 0.8) if occasional else rng.uniform(0.35, 0.65)
    fast = 1 / rng.uniform(18, 40)
    slow = fast / (rng.uniform(12, 25) if occasional else rng.uniform(5, 10))
    shape = rng.uniform(6, 20)
    middle = np.where(rng.uniform(size=frame.customers) < share, slow, fast)
    people = _population(rng, frame, middle * rng.gamma(shape, 1 / shape, frame.customers))
    twist = f"{100 * share:.0f} % every {1 / slow:.0f} days, the others every {1 / fast:.0f}"
    return _world("two segments", seed, twist, frame, people, _repeats(rng, people, frame.end), rng)


def regular(seed: int, customers: int | None = None) -> World:
    """Gaps between purchases are Erlang, k = 3 to 6: customers come at steady intervals."""
    rng = np.random.default_rng([seed, 3])
    frame = _frame(rng, customers)
    people = _population(rng, frame)
    k = int(rng.integers(3, 7))
    return _world("regular buyers", seed, f"Erlang-{k}", frame, people, _repeats(rng, people, frame.end, steps=k), rng)


def dying(seed: int, customers: int | None = None) -> World:
    """Customers leave ever faster as they age, or all rates decline over time."""
    rng = np.random.default_rng([seed, 4])
    frame = _frame(rng, customers)
    if rng.uniform() < 0.5:
        return _ageing(seed, frame, rng)
    people = _population(rng, frame)
    left = rng.uniform(0.35, 0.65)
    level = left ** (np.arange(frame.end) / YEAR)
    repeats = _repeats(rng, people, frame.end, _clock(frame, level))
    return _world("dying cohort", seed, f"rates x {left:.2f} a year", frame, people, repeats, rng)


def _ageing(seed: int, frame: Frame, rng: np.random.Generator) -> World:
    n, shape = frame.customers, rng.uniform(2.5, 5)
    scale = rng.uniform(0.25, 0.5) * frame.span
    people = Population(_arrivals(rng, frame), _rates(rng, n), np.full(n, np.inf), scale * rng.weibull(shape, n))
    twist = f"leaving at about {scale:.0f} days (Weibull {shape:.1f})"
    return _world("dying cohort", seed, twist, frame, people, _repeats(rng, people, frame.end), rng)


def rising_prices(seed: int, customers: int | None = None) -> World:
    """Order values rise by 15 to 40 % a year."""
    rng = np.random.default_rng([seed, 5])
    frame = _frame(rng, customers)
    people = _population(rng, frame)
    growth = rng.uniform(0.15, 0.40)
    repeats = _repeats(rng, people, frame.end)
    return _world("rising prices", seed, f"+{100 * growth:.0f} % a year", frame, people, repeats, rng, growth)


WRONG: tuple[Callable[..., World], ...] = (season, segments, regular, dying, rising_prices)
