"""Figures of made-up sums: drawn by a seed, worked out exactly, and as a slip has them.

Each function gives the slots of one family in one language; the same seed gives the same figures in
both. Knows no text but names and goods.
"""

import random
from fractions import Fraction

from .words import GOODS, NAMES, SHOPS, THINGS
from .writing import Slots, clock, number


def unit_price(language: str, as_of: str, rng: random.Random) -> Slots:
    """Two packs of one kind of goods: which is cheaper by weight."""
    small, large = rng.choice([(400, 750), (500, 1200), (300, 800), (250, 600)])
    per_small = Fraction(rng.randint(30, 60), 10)
    cheaper = rng.choice([True, False])
    per_large = per_small + Fraction(rng.randint(3, 9), 10) * (-1 if cheaper else 1)
    best, worse = (per_large, per_small) if cheaper else (per_small, per_large)
    packs = {"zh": ("大包", "小包"), "en": ("large pack", "small pack")}[language]
    chosen, other = packs if cheaper else packs[::-1]
    slip = best + Fraction(rng.choice([-7, 8, 11]), 10)
    return {
        "goods": rng.choice(GOODS[language]),
        "name": rng.choice(NAMES[language]),
        "small": str(small),
        "large": str(large),
        "price_small": number(per_small * small / 100),
        "price_large": number(per_large * large / 100),
        "per_small": number(per_small),
        "per_large": number(per_large),
        "best": number(best),
        "chosen": chosen,
        "other": other,
        "saved": number(worse - best),
        "slip": number(slip),
    }


def discount(language: str, as_of: str, rng: random.Random) -> Slots:
    """A price with a discount, then a coupon."""
    price = rng.randint(12, 60) * 10
    percent = rng.choice([10, 15, 20, 25, 30])
    coupon = rng.choice([5, 8, 12, 15])
    reduced = Fraction(price * (100 - percent), 100)
    total = reduced - coupon
    return {
        "thing": rng.choice(THINGS[language]),
        "name": rng.choice(NAMES[language]),
        "price": str(price),
        "percent": str(percent),
        "rest": str(100 - percent),
        "fold": number(Fraction(100 - percent, 10)),
        "coupon": str(coupon),
        "reduced": number(reduced),
        "total": number(total),
        "slip": number(total + rng.choice([-10, 10, 2 * coupon, 6])),
    }


def trip(language: str, as_of: str, rng: random.Random) -> Slots:
    """A drive at a steady speed with one rest: how long, and when it ends."""
    speed = rng.choice([60, 75, 80, 90])
    minutes = rng.choice([m for m in (80, 100, 120, 140, 160, 200) if speed * m % 60 == 0])
    rest = rng.choice([15, 20, 25, 30])
    start = rng.randint(6, 10) * 60 + rng.choice([0, 10, 30])
    end = start + minutes + rest
    slip = end + rng.choice([-20, 10, 35, 60])
    return {
        "name": rng.choice(NAMES[language]),
        "speed": str(speed),
        "distance": number(Fraction(speed * minutes, 60)),
        "minutes": str(minutes),
        "rest": str(rest),
        "sum": str(minutes + rest),
        "start": clock(start),
        "end": clock(end),
        "slip": clock(slip),
    }


def portions(language: str, as_of: str, rng: random.Random) -> Slots:
    """A recipe scaled to another number of guests."""
    served, guests = rng.choice([(4, 6), (4, 10), (2, 5), (4, 9), (4, 7), (2, 7), (4, 5)])
    flour, milk = rng.randrange(200, 420, 20), rng.randrange(120, 320, 20)
    factor = Fraction(guests, served)
    return {
        "name": rng.choice(NAMES[language]),
        "served": str(served),
        "guests": str(guests),
        "flour": str(flour),
        "milk": str(milk),
        "factor": number(factor),
        "flour_new": number(flour * factor),
        "milk_new": number(milk * factor),
        "slip": number(flour * factor + rng.choice([-50, 40, 60, 100])),
    }


def conversion(language: str, as_of: str, rng: random.Random) -> Slots:
    """A suitcase measured in inches against a limit in centimetres."""
    limits = rng.choice([(55, 40, 20), (56, 36, 23), (55, 35, 25), (56, 45, 25)])
    inches = [rng.randint(19, 23), rng.randint(12, 16), rng.randint(7, 10)]
    sizes = [Fraction(254, 100) * one for one in inches]
    fits = all(size <= limit for size, limit in zip(sizes, limits, strict=True))
    verdicts = {"zh": ("符合", "超过"), "en": ("is within", "exceeds")}[language]
    verdict, other = verdicts if fits else verdicts[::-1]
    slots = {"name": rng.choice(NAMES[language]), "verdict": verdict, "other": other}
    slip = sizes[0] + rng.choice([-8, -5, 6, 9])
    for side, inch, size, limit in zip("abc", inches, sizes, limits, strict=True):
        slots |= {f"in_{side}": str(inch), f"cm_{side}": number(size), f"max_{side}": str(limit)}
    return {**slots, "slip": number(slip)}


def change(language: str, as_of: str, rng: random.Random) -> Slots:
    """A figure that rises by a share, and falls by another afterwards."""
    first = rng.randint(4, 40) * 100
    up, down = rng.sample([5, 8, 12, 15, 20, 25, 30, 35], 2)
    second = Fraction(first * (100 + up), 100)
    third = second * (100 - down) / 100
    return {
        "name": rng.choice(NAMES[language]),
        "shop": rng.choice(SHOPS[language]),
        "first": str(first),
        "second": number(second),
        "gain": number(second - first),
        "up": str(up),
        "down": str(down),
        "rest": str(100 - down),
        "third": number(third),
        "less": number(second - third),
        "slip": number(second + (second - third)),
        # As if both shares were of the first figure.
        "added": number(Fraction(first * (100 + up - down), 100)),
    }


def table(language: str, as_of: str, rng: random.Random) -> Slots:
    """Boxes sold by three shops in three months: which sold the most."""
    shops = rng.sample(SHOPS[language], 3)
    sold = [[rng.randint(21, 98) for _ in range(3)] for _ in shops]
    totals = [sum(row) for row in sold]
    order = sorted(range(3), key=totals.__getitem__)
    if totals[order[2]] == totals[order[1]]:
        sold[order[2]][0] += 1
        totals[order[2]] += 1
    slots = {f"shop_{n}": shop for n, shop in enumerate(shops, 1)}
    for n, row in enumerate(sold, 1):
        slots |= {f"n_{n}{m}": str(count) for m, count in enumerate(row, 1)}
        slots[f"sum_{n}"] = str(totals[n - 1])
    best = order[2]
    return {
        **slots,
        "goods": rng.choice(GOODS[language]),
        "name": rng.choice(NAMES[language]),
        "best": shops[best],
        "other": shops[order[1]],
        "total": str(totals[best]),
        "slip": str(totals[best] + rng.choice([-20, -10, 10, 20, 100])),
    }
