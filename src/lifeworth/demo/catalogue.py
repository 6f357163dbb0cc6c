"""What the shop sells: eight categories of coffee, tea and kitchen things, with prices and unit costs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Net prices (without VAT) and unit costs in euros, as of the day the simulation looks from.
_SHELVES = """
Coffee beans
  Morning Harbour Blend 250 g | 6.90 | 3.50
  Morning Harbour Blend 1 kg | 21.50 | 11.40
  Ethiopia Sidamo 250 g | 8.90 | 4.60
  Ethiopia Sidamo 1 kg | 28.90 | 15.20
  Colombia Huila 250 g | 7.90 | 4.10
  Colombia Huila 1 kg | 25.90 | 13.70
  Brazil Cerrado 500 g | 11.90 | 6.20
  Guatemala Antigua 500 g | 14.20 | 7.30
  Espresso Notte 250 g | 7.40 | 3.80
  Espresso Notte 1 kg | 23.90 | 12.60
  Decaf Swiss Water 250 g | 8.40 | 4.50
  Office Crema 3 kg | 54.00 | 29.50
  Roaster's Discovery Box | 32.50 | 16.90
  Tasting Set, four coffees | 5.90 | 3.00
Ground coffee and pods
  Filter Roast, ground 500 g | 10.40 | 5.30
  Moka Roast, ground 250 g | 5.90 | 3.00
  Single-serve Drip Bag | 1.45 | 0.72
  Drip Bags, box of 10 | 12.90 | 6.40
  Compostable Pods, Lungo 10 pcs | 3.60 | 1.85
  Compostable Pods, Ristretto 10 pcs | 3.80 | 1.95
  Compostable Pods, variety 100 pcs | 34.90 | 18.20
  Cold Brew Bags, 4 pcs | 9.60 | 4.80
Tea
  Earl Grey, loose 100 g | 5.20 | 2.40
  Darjeeling First Flush 100 g | 11.20 | 5.60
  East Frisian Blend 250 g | 8.10 | 3.90
  Sencha Green 100 g | 7.10 | 3.40
  Matcha, ceremonial 30 g | 19.80 | 10.20
  Rooibos Vanilla 100 g | 4.60 | 2.15
  Peppermint, organic 50 g | 3.20 | 1.45
  Chamomile Bags, 20 pcs | 2.75 | 1.25
  Oolong Tie Guan Yin 100 g | 13.60 | 6.70
  Tea Sampler, 12 tins | 29.90 | 15.10
  Winter Spice Tea 100 g | 6.20 | 2.90
Brewing gear
  Paper Filters No. 2, 100 pcs | 2.20 | 1.05
  Paper Filters No. 4, 100 pcs | 2.50 | 1.20
  Hand Dripper, ceramic | 18.40 | 9.70
  Hand Dripper, copper | 42.00 | 23.00
  Moka Pot, 3 cups | 22.70 | 12.10
  Moka Pot, 6 cups | 31.20 | 16.80
  French Press 1 l | 27.30 | 14.50
  Cold Brew Carafe | 24.80 | 13.00
  Glass Teapot with Strainer | 26.60 | 13.90
  Cast Iron Teapot | 46.20 | 25.30
  Gooseneck Kettle | 39.50 | 21.90
  Kettle with Temperature Control | 69.00 | 39.00
  Descaler 250 ml | 5.50 | 2.60
Grinders and machines
  Hand Grinder, travel | 37.00 | 20.30
  Hand Grinder, steel burrs | 64.50 | 35.80
  Electric Grinder Solo | 94.00 | 53.50
  Electric Grinder Duo | 149.00 | 85.00
  Milk Frother | 58.50 | 32.00
  Filter Machine Nord | 119.00 | 67.50
  Pod Machine Piccolo | 84.00 | 47.50
  Portafilter Machine Prima | 259.00 | 148.00
  Portafilter Machine Maestra | 349.00 | 201.00
  Fully Automatic Machine Aroma | 305.00 | 175.00
Cups and glasses
  Espresso Cup, white | 4.90 | 2.25
  Espresso Cups, set of 6 | 27.90 | 13.60
  Cappuccino Cup, speckled | 9.20 | 4.30
  Stoneware Mug | 10.80 | 5.10
  Double-walled Glass, pair | 16.90 | 8.10
  Tea Glass with Handle | 6.50 | 3.00
  Latte Glasses, set of 4 | 20.60 | 10.10
  Travel Mug, steel | 23.30 | 11.60
  Tea Set for Four | 75.00 | 39.50
Kitchen tools
  Measuring Spoon | 3.00 | 1.40
  Digital Scale with Timer | 35.90 | 18.90
  Tamper 58 mm | 28.40 | 14.60
  Knock Box | 30.60 | 15.90
  Storage Tin, airtight 500 g | 12.40 | 6.00
  Storage Jar, oak lid | 15.60 | 7.70
  Linen Tea Towel | 8.60 | 4.10
  Bread Knife | 41.00 | 21.80
  Cutting Board, beech | 33.50 | 17.40
  Cast Iron Pan 26 cm | 52.00 | 28.40
  Chef's Knife 20 cm | 79.50 | 43.50
  Enamel Casserole 4 l | 129.00 | 72.00
Pantry and sweets
  Cantuccini 200 g | 4.30 | 2.20
  Dark Chocolate 72 %, 100 g | 3.40 | 1.70
  Chocolate-coated Beans 125 g | 4.00 | 2.00
  Rock Sugar 500 g | 1.75 | 0.85
  Wildflower Honey 500 g | 7.70 | 4.00
  Blood Orange Marmalade 220 g | 4.75 | 2.40
  Oat Drink, barista 1 l | 1.95 | 1.05
  Speculoos, tin 400 g | 9.90 | 5.00
  Christmas Biscuit Selection | 17.60 | 9.00
  Chocolate Heart, 40 g | 2.90 | 1.50
  Gift Hamper, small | 38.20 | 20.00
  Gift Hamper, grand | 88.00 | 47.00
"""

DURABLE = ("Brewing gear", "Grinders and machines", "Cups and glasses", "Kitchen tools")
FRAGILE = "Cups and glasses"
RETURN_RATE, RETURN_RATE_DURABLE = 0.005, 0.040
"""Chance that an order line comes back, for a customer of average fussiness; the same for all goods of a sort."""
GATEWAY, LOOKALIKE = "Tasting Set, four coffees", "Chocolate Heart, 40 g"
"""First products: one that customers of more worth begin with, one that only channel and season make look so."""

TASTES = ("coffee", "tea", "kitchen", "office")
_APPETITE = {
    "coffee": (5.0, 2.5, 0.5, 1.6, 0.9, 0.9, 0.8, 1.0),
    "tea": (0.7, 0.4, 6.0, 1.2, 0.2, 1.2, 0.7, 1.5),
    "kitchen": (1.0, 0.7, 1.0, 1.8, 1.0, 2.2, 3.5, 1.6),
    "office": (6.0, 4.0, 1.5, 0.8, 0.5, 0.7, 0.3, 1.4),
}
_QUANTITIES = {
    "coffee": (0.68, 0.24, 0.08, 0.0, 0.0),
    "tea": (0.66, 0.26, 0.08, 0.0, 0.0),
    "kitchen": (0.80, 0.16, 0.04, 0.0, 0.0),
    "office": (0.30, 0.30, 0.10, 0.20, 0.10),
}
QUANTITY_STEPS = np.array([1, 2, 3, 4, 6])


@dataclass(frozen=True)
class Catalogue:
    """The shelves, sorted by price (so that a price can be looked up by bisection).

    ``price`` and ``unit_cost`` are net euros today, ``category`` and ``return_rate`` per product, ``fragile`` says
    which break on the way, ``gateway`` and ``lookalike`` are two products' places on the shelves, ``appetite`` (taste × product) and ``quantity_odds`` (taste × step) say what each taste buys.
    """

    names: tuple[str, ...]
    categories: tuple[str, ...]
    category: NDArray[np.int64]
    price: NDArray[np.float64]
    unit_cost: NDArray[np.float64]
    return_rate: NDArray[np.float64]
    fragile: NDArray[np.bool_]
    gateway: int
    lookalike: int
    appetite: NDArray[np.float64]
    quantity_odds: NDArray[np.float64]

    @property
    def ids(self) -> tuple[str, ...]:
        """Article numbers such as ``P017``."""
        return tuple(f"P{number + 1:03d}" for number in range(len(self.names)))


def read_catalogue() -> Catalogue:
    """The shop's products with price, cost and the chance that they come back."""
    categories: list[str] = []
    articles: list[tuple[float, float, int, str]] = []
    for line in _SHELVES.strip().splitlines():
        if not line.startswith(" "):
            categories.append(line)
            continue
        name, price, cost = line.strip().split(" | ")
        articles.append((float(price), float(cost), len(categories) - 1, name))
    articles.sort()
    shelf = np.array([article[2] for article in articles])
    names = tuple(article[3] for article in articles)
    rates = np.array([RETURN_RATE_DURABLE if name in DURABLE else RETURN_RATE for name in categories])
    return Catalogue(
        names=names,
        categories=tuple(categories),
        category=shelf,
        price=np.array([article[0] for article in articles]),
        unit_cost=np.array([article[1] for article in articles]),
        return_rate=rates[shelf],
        fragile=shelf == categories.index(FRAGILE),
        gateway=names.index(GATEWAY),
        lookalike=names.index(LOOKALIKE),
        appetite=np.array([_APPETITE[taste] for taste in TASTES])[:, shelf],
        quantity_odds=np.array([_QUANTITIES[taste] for taste in TASTES]),
    )
