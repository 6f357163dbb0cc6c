"""Which products bring lasting profit: what sold and earned, what begins more, what goes together, and how baskets change."""

from lifeworth.answers.products import CATEGORY, MORE, PRODUCT, UNTOLD, Gateway, Products, Sold
from lifeworth.report.bars import range_bars, range_words
from lifeworth.report.card import Card, Column, Name, Table, numbers
from lifeworth.report.cards.products_baskets import basket_cards
from lifeworth.report.cards.products_next import next_cards
from lifeworth.report.numbers import UNKNOWN, count, percent
from lifeworth.report.voice import Voice
from lifeworth.report.words import agree, listed, many, sentence, shorten, span

_SHOWN, _MORE_SHOWN, _CATEGORIES = 10, 40, 12
_LONGEST = 36
_NOTABLE_RETURNS = 0.0005


def products_cards(found: Products, voice: Voice) -> tuple[Card, ...]:
    """One card per finding; none where no line names a product and no order was placed."""
    return (*_sales(found, voice), *_gateways(found, voice), *next_cards(found, voice), *basket_cards(found, voice))


def product_name(name: str) -> Name:
    """A product's name, its middle cut out where it is long."""
    return Name(shorten(name, _LONGEST), name)


# --- what sold and earned


def _sales(found: Products, voice: Voice) -> tuple[Card, ...]:
    if found.shelf is None:
        return ()
    shown = found.best[:_SHOWN] or found.worst[:_SHOWN]
    categories = found.categories[:_CATEGORIES] if len(found.categories) > 1 else ()
    return (
        Card(
            key="products-sales",
            title=_sales_title(found, voice),
            caption=_sales_caption(found, voice),
            shown=_sold_table(
                categories or shown, f"What {'categories' if categories else 'products'} sold and earned", voice
            ),
            points=tuple(_sales_points(found, voice)),
            details=_sold_table(
                (*found.best[:_MORE_SHOWN], *found.worst[:_MORE_SHOWN]), "Products that earn most and least", voice
            ),
            details_name="The products that earn most, and those that lose",
            footer=_sales_footer(_comes_back_known(found), voice),
            wide=True,
        ),
    )


def _sales_title(found: Products, voice: Voice) -> str:
    shelf = found.shelf
    assert shelf is not None
    if shelf.half == 0:
        return f"None of {many(shelf.products, 'product')} brings any {voice.worth}"
    said = f"{sentence(many(shelf.half, 'product'))} of {count(shelf.products)} {agree(shelf.half, 'brings', 'bring')} half of the {voice.worth} of all products"
    if shelf.losing and voice.facts.in_profit:
        return f"{said}; {count(shelf.losing)} {agree(shelf.losing, 'loses', 'lose')} money"
    return said


def _sales_caption(found: Products, voice: Voice) -> str:
    said = []
    if found.best:
        top = found.best[0]
        said.append(
            f"Most {voice.worth}: {shorten(top.name, _LONGEST)}, {voice.money.about(top.earned)} from {many(top.orders, 'order')}."
        )
    shelf = found.shelf
    if shelf is not None and shelf.losing and voice.facts.in_profit:
        worst, lost = found.worst[0], voice.money.about(shelf.lost)
        name = shorten(worst.name, _LONGEST)
        one = f"{name} lost {lost}."
        several = (
            f"The products that lose money lost {lost} together, {name} most ({voice.money.about(-worst.earned)})."
        )
        said.append(one if shelf.losing == 1 else several)
    return " ".join(said)


def _sales_points(found: Products, voice: Voice) -> list[str]:
    """The category whose goods come back most, and products that lose money and yet begin good relationships."""
    said = []
    back = [each for each in found.categories if each.returned_money > _NOTABLE_RETURNS and each.category]
    if back and len(found.categories) > 1:
        most = max(back, key=lambda each: each.returned_money)
        said.append(
            f"Most comes back in {most.name}: {percent(most.returned_money)} of what was sold, {voice.money.about(most.refunded)}."
        )
    losing = {each.name for each in found.worst}
    saved = [g.name for g in found.gateways if g.grouped_by == PRODUCT and g.verdict == MORE and g.name in losing]
    if saved:
        said.append(
            f"{listed([shorten(name, _LONGEST) for name in saved[:3]])} lose money, yet newcomers who begin with them bring more: see below."
        )
    return said


def _sold_table(rows: tuple[Sold, ...], caption: str, voice: Voice) -> Table:
    profit, back = voice.facts.in_profit, any(each.returned_money > 0 for each in rows)
    return Table(
        caption=caption,
        columns=(
            Column(""),
            *numbers("Net revenue"),
            *((*numbers("Profit"), *numbers("Of revenue", phone=False)) if profit else ()),
            *(numbers("Comes back") if back else ()),
            *numbers("Orders", "Customers", "Pieces", phone=False),
        ),
        rows=tuple(
            (
                product_name(each.name),
                voice.money.exact(each.revenue),
                *((voice.money.exact(each.profit), _margin(each)) if profit else ()),
                *((_comes_back(each),) if back else ()),
                count(each.orders),
                "hidden" if each.customers is None else count(each.customers),
                count(each.pieces),
            )
            for each in rows
        ),
    )


def _comes_back(each: Sold) -> str:
    return percent(each.returned_money) if each.returned_money == each.returned_money else ""


def _margin(each: Sold) -> str:
    if each.profit is None or each.revenue <= 0:
        return ""
    return percent(each.profit / each.revenue)


def _comes_back_known(found: Products) -> bool:
    return any(each.returned_money > 0 for each in (*found.best, *found.worst, *found.categories))


def _sales_footer(back: bool, voice: Voice) -> str:
    whole = "(shipping, fees, costs of the whole order) " if voice.facts.in_profit else ""
    meant, look = ("Comes back: refunds over what was sold. ", "what comes back and at ") if back else ("", "")
    return (
        "All years together, refunds by the day they were given. A line keeps its own price and discount; what the order has beyond its lines "
        f"{whole}is shared by the money of the lines. {meant}Products and what is of no product (messages to customers, for one) add up to the "
        f"books to the cent, year by year: tables/products_sales.csv. Next: look at {look}what loses money, but drop nothing before you have "
        "seen what begins with it."
    )


# --- what begins more


def _gateways(found: Products, voice: Voice) -> tuple[Card, ...]:
    if not found.gateways:
        return ()
    more = [g for g in found.gateways if g.verdict == MORE]
    shown = _chosen(found.gateways)
    return (
        Card(
            key="products-gateways",
            title=_gateway_title(more, found.gateways, voice),
            caption=_gateway_caption(found.gateways),
            shown=_gateway_table(shown, "What newcomers brought after the first day, by what they began with", voice),
            points=tuple(_gateway_points(found.gateways, voice)),
            details=_gateway_table(found.gateways[:_MORE_SHOWN], "Everything newcomers began with", voice)
            if len(found.gateways) > len(shown)
            else None,
            details_name="Everything that at least 30 newcomers began with",
            footer=_gateway_footer(found.gateways[0], voice),
            wide=True,
        ),
    )


def _chosen(gateways: tuple[Gateway, ...]) -> tuple[Gateway, ...]:
    """Products and categories beyond chance, the surest first; the first few where there are none."""
    told = [g for g in gateways if g.verdict != UNTOLD]
    more, less = [g for g in told if g.verdict == MORE], [g for g in told if g.verdict != MORE]
    return tuple([*more[:_SHOWN], *less[-3:]] or list(gateways[:3]))


def _gateway_title(more: list[Gateway], gateways: tuple[Gateway, ...], voice: Voice) -> str:
    products = [g for g in more if g.grouped_by == PRODUCT] or more
    if products:
        best = next((g for g in products if g.same_basket is not None and g.same_basket.low > 0), products[0])
        return (
            f"Newcomers who begin with {shorten(best.name, _LONGEST)} bring {voice.money.about(best.later.mean)} more {voice.worth} afterwards "
            "than others like them"
        )
    less = [g for g in gateways if g.verdict not in (MORE, UNTOLD)]
    if less:
        worst = less[-1]
        return f"Newcomers who begin with {shorten(worst.name, _LONGEST)} bring {voice.money.about(-worst.later.mean)} less {voice.worth} afterwards than others like them"
    return "What newcomers begin with tells nothing of what they bring afterwards"


def _gateway_caption(gateways: tuple[Gateway, ...]) -> str:
    first = gateways[0]
    told = sum(g.verdict != UNTOLD for g in gateways)
    kinds = [(PRODUCT, "product", "products"), (CATEGORY, "category", "categories")]
    counts = {kind: sum(g.grouped_by == kind for g in gateways) for kind, *_ in kinds}
    asked = listed([many(counts[kind], one, several) for kind, one, several in kinds if counts[kind]])
    return (
        f"Watched: {many(first.newcomers, 'newcomer')} for {span(first.days)} from the first order. Asked: {asked} that at least 30 of them began "
        f"with; {count(told) if told else 'none'} {agree(told, 'differs', 'differ')} beyond chance."
    )


def _gateway_points(gateways: tuple[Gateway, ...], voice: Voice) -> list[str]:
    """The product that looks better than it is, and those whose buyers begin with large baskets."""
    said = []
    usual = max((g.later.mean for g in gateways if g.verdict == MORE), default=0.0)
    seeming = [
        g for g in gateways if g.grouped_by == PRODUCT and g.verdict == UNTOLD and g.naive > max(g.later.high, 0.0)
    ]
    if seeming and (best := max(seeming, key=lambda g: g.naive * g.buyers**0.5)).naive > usual / 5:
        said.append(
            f"{sentence(shorten(best.name, _LONGEST))} looks better than it is: its buyers brought {voice.money.about(best.naive)} more than all others, but beside "
            f"others of the same channel and month {_beside(best.later.mean, voice)}, which may be chance."
        )
    large = [g for g in gateways if g.verdict == MORE and g.same_basket is not None and g.same_basket.low <= 0]
    if large:
        said.append(
            f"{sentence(listed([shorten(g.name, _LONGEST) for g in large[:3]]))}: among first orders of the same size the difference may be chance, so it may be "
            "the large first order that tells, not the product."
        )
    return said


def _beside(mean: float, voice: Voice) -> str:
    return f"{voice.money.about(abs(mean))} {'more' if mean >= 0 else 'less'}"


def _gateway_table(rows: tuple[Gateway, ...], caption: str, voice: Voice) -> Table:
    money = voice.money
    bars = range_bars([g.later for g in rows], money, voice.level)
    return Table(
        caption=caption,
        columns=(
            Column("Began with"),
            *numbers("More afterwards"),
            Column("", "range", phone=False),
            *numbers(f"{voice.level} range"),
            *numbers("First day included", "Same first basket", "Plain average", "Buyers", phone=False),
            Column("Verdict"),
        ),
        rows=tuple(
            (
                product_name(g.name if g.grouped_by == PRODUCT else f"Category: {g.name}"),
                money.exact(g.later.mean),
                bar,
                range_words(g.later, money),
                money.exact(g.whole.mean) if g.whole else UNKNOWN,
                money.exact(g.same_basket.mean) if g.same_basket else UNKNOWN,
                money.exact(g.naive),
                count(g.buyers),
                {MORE: "more", UNTOLD: "may be chance"}.get(g.verdict, "less"),
            )
            for g, bar in zip(rows, bars, strict=True)
        ),
    )


def _gateway_footer(one: Gateway, voice: Voice) -> str:
    what = "Profit" if voice.facts.in_profit else "Net revenue (no costs are known)"
    return (
        f"{what} of the {one.days} days from the first order, what came back taken off, not discounted. More afterwards: what buyers brought after the first "
        "purchase day, less what others of the same channel and month brought, averaged over the buyers. Same first basket: compared among first orders of the same "
        "size, too. Verdict: all that were asked considered, at most one in twenty called more or less is chance. The largest of many differences is on average "
        "too large, and what goes with a product need not come from it. Next: show these products to newcomers, to some of them by lot, and count what these bring."
    )
