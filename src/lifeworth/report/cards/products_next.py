"""What goes together, what to offer next, and whether that beats the favourites of all."""

from lifeworth.answers.products import EVERY_PRODUCT, MODEL, NEW_PRODUCTS, POPULAR, Offer, Pair, Products, Tried
from lifeworth.report.bars import miss_bars
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.numbers import chance, count, day, decimals, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import many, sentence, shorten

_SHOWN, _MORE_SHOWN = 10, 60
_LONGEST = 36
_COUNTED = {EVERY_PRODUCT: "Every product", NEW_PRODUCTS: "New to the customer"}


def next_cards(found: Products, voice: Voice) -> tuple[Card, ...]:
    """The proof of the next basket with its offers, and the pairs; none where baskets tell nothing."""
    return (*_next(found, voice), *_pairs(found.pairs, voice))


def _next(found: Products, voice: Voice) -> tuple[Card, ...]:
    if not found.tried:
        return ()
    serves = any(each.serves for each in found.tried)
    return (
        Card(
            key="products-next",
            title=_next_title(found.tried, serves),
            caption=_next_caption(found),
            shown=_tried_table(found.tried, voice),
            details=_offers_table(found.offers, voice) if found.offers else None,
            details_name="What to offer to the customers worth most",
            footer=_next_footer(found, serves),
            wide=True,
        ),
    )


def _rate(tried: tuple[Tried, ...], counted: str, method: str) -> Tried | None:
    return next((each for each in tried if each.counted == counted and each.method == method), None)


def _next_title(tried: tuple[Tried, ...], serves: bool) -> str:
    counted = next(
        (way for way in (NEW_PRODUCTS, EVERY_PRODUCT) if any(t.serves for t in tried if t.counted == way)),
        EVERY_PRODUCT,
    )
    ours, popular = (_rate(tried, counted, method) for method in (MODEL, POPULAR))
    if ours is None or popular is None:
        return "What customers buy next cannot be told from their baskets"
    if not serves:
        return f"Baskets do not tell what comes next better than the favourites of all: {percent(ours.rate.mean)} against {percent(popular.rate.mean)}"
    new = "new products " if counted == NEW_PRODUCTS else "products "
    return f"Of ten {new}named to each customer one was in {percent(ours.rate.mean)} of the next baskets, against {percent(popular.rate.mean)} for the favourites of all"


def _next_caption(found: Products) -> str:
    first = found.tried[0]
    said = f"Tried on {many(first.baskets, 'customer')}: the last basket of each since {day(first.until)}, held out."
    if found.offered:
        said += f" Offers for the {many(found.offered, 'customer')} worth most: tables/products_offers.csv."
    return said


def _tried_table(tried: tuple[Tried, ...], voice: Voice) -> Table:
    percents = [(100 * t.rate.mean, 100 * (t.rate.high - t.rate.low) / 2) for t in tried]
    return Table(
        caption="How often one of ten products named was in the next basket",
        columns=(
            Column("Counted"),
            Column("Ten products chosen by"),
            *numbers("Hit rate"),
            Column("", "range", phone=False),
            *numbers("Times the favourites", phone=False),
            *numbers("Baskets", phone=False),
            Column("Used for offers", phone=False),
        ),
        rows=tuple(
            (
                _COUNTED[t.counted],
                sentence(t.method),
                percent(t.rate.mean),
                bar,
                f"{decimals(t.times.mean, 2)} ({decimals(t.times.low, 2)} … {decimals(t.times.high, 2)})"
                if t.times.mean == t.times.mean
                else "",
                count(t.baskets),
                "yes" if t.serves else "",
            )
            for t, bar in zip(tried, miss_bars(percents), strict=True)
        ),
    )


def _offers_table(offers: tuple[Offer, ...], voice: Voice) -> Table:
    shown = offers[:_MORE_SHOWN]
    return Table(
        caption="What to offer next to the customers worth most",
        columns=(
            Column("Customer"),
            Column("Offer"),
            Column("Kind", phone=False),
            Column("Because of", phone=False),
            *numbers("Bought next"),
            *numbers(f"Expected {voice.worth}", phone=False),
        ),
        rows=tuple(
            (
                Name(shorten(o.customer_id, 24), o.customer_id),
                Name(shorten(o.name, _LONGEST), o.name),
                o.kind,
                shorten(o.because, _LONGEST) if o.because else "",
                chance(o.chance.mean),
                voice.money.exact(o.value),
            )
            for o in shown
        ),
        part=f"first {count(len(shown))} of many offers" if len(shown) < len(offers) else "",
    )


def _next_footer(found: Products, serves: bool) -> str:
    said = (
        "Hit rate: share of the held-out baskets that hold at least one of the ten. New to the customer: only products never bought before are named, and only baskets "
        "with such a product count. Nobody's held-out basket is known, nor what others bought in those days. Goes with the customer's baskets: a linear model of "
        "each product by all others (EASE), the customer's own baskets, the newer the more, and what sells now."
    )
    if not serves:
        return f"{said} Used for offers only where it beats the favourites of all beyond chance. Next: show the favourites."
    return f"{said} Bought next: how often an offer of this kind and place was in the next basket, if there is one. Next: offer these, to some customers by lot, and count."


def _pairs(pairs: tuple[Pair, ...], voice: Voice) -> tuple[Card, ...]:
    once = _once(pairs)
    if not once:
        return ()
    best = once[0]
    return (
        Card(
            key="products-pairs",
            title=f"{shorten(best.name, _LONGEST)} and {shorten(best.partner, _LONGEST)} go into one basket {decimals(best.lift.mean)} times as often as chance would put them there",
            caption=f"{sentence(many(best.together, 'basket'))} of {count(best.baskets)} hold both. A basket is what a customer bought on one day.",
            shown=_pairs_table(once[:_SHOWN], voice),
            details=_pairs_table(once[:_MORE_SHOWN], voice) if len(once) > _SHOWN else None,
            details_name="More pairs",
            footer=(
                "Pairs in most baskets first. Of the baskets with the first: the share that holds the second, too. Times chance: over the share of all baskets that do. Its range "
                "holds that one customer's baskets are alike; of all pairs named at most one in twenty is chance. All pairs: tables/products_pairs.csv. Next: show the second beside the first."
            ),
            wide=True,
        ),
    )


def _once(pairs: tuple[Pair, ...]) -> tuple[Pair, ...]:
    """Each pair once, from the rarer product, whose baskets hold the other more often."""
    found: dict[frozenset[str], Pair] = {}
    for pair in pairs:
        key = frozenset((pair.name, pair.partner))
        if key not in found or pair.confidence > found[key].confidence:
            found[key] = pair
    return tuple(sorted(found.values(), key=lambda p: (-p.together, p.name, p.partner)))


def _pairs_table(pairs: tuple[Pair, ...], voice: Voice) -> Table:
    return Table(
        caption="Products that go into one basket",
        columns=(
            Column("Product"),
            Column("goes with"),
            *numbers("Baskets with both", phone=False),
            *numbers("Of those with the first"),
            *numbers("Times chance"),
            *numbers(f"{voice.level} range", phone=False),
        ),
        rows=tuple(
            (
                Name(shorten(p.name, _LONGEST), p.name),
                shorten(p.partner, _LONGEST),
                count(p.together),
                percent(p.confidence),
                decimals(p.lift.mean),
                f"{decimals(p.lift.low)} … {decimals(p.lift.high)}",
            )
            for p in pairs
        ),
    )
