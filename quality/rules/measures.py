"""Units of measure and what they are worth in the unit of their kind, exactly. Knows no rule."""

from fractions import Fraction

KINDS: dict[str, dict[str, str]] = {
    "length": {
        "1000": "km kilometer kilometers kilometre kilometres 公里 千米",
        "1": "m meter meters metre metres 米",
        "1/10": "dm 分米",
        "1/100": "cm centimeter centimeters centimetre centimetres 厘米",
        "1/1000": "mm millimeter millimeters millimetre millimetres 毫米",
        "1609344/1000": "mile miles mi 英里",
        "9144/10000": "yard yards yd 码",
        "3048/10000": "foot feet ft 英尺",
        "254/10000": "inch inches 英寸",
        "500": "里",
    },
    "mass": {
        "1000": "kg kilogram kilograms kilo kilos 千克 公斤",
        "500": "斤",
        "50": "两",
        "1": "g gram grams 克",
        "1/1000": "mg milligram milligrams 毫克",
        "1000000": "tonne tonnes 吨",
        "45359237/100000": "pound pounds lb lbs 磅",
        "45359237/1600000": "ounce ounces oz 盎司",
    },
    "volume": {
        "1": "l L liter liters litre litres 升",
        "1/1000": "ml mL milliliter milliliters millilitre millilitres 毫升",
        "3785411784/1000000000": "gallon gallons 加仑",
        "1000": "m³ 立方米",
    },
    "time": {
        "3600": "hour hours hr hrs h 小时 个小时 钟头",
        "60": "minute minutes min mins 分钟",
        "1": "second seconds sec secs 秒 秒钟",
        "86400": "day days 天 日",
        "604800": "week weeks 周 个星期 星期",
    },
    "area": {
        "1": "m² 平方米 平米 sqm",
        "1000000": "km² 平方公里 平方千米",
        "1/10000": "cm² 平方厘米",
        "10000": "hectare hectares ha 公顷",
        "2000/3": "亩",
    },
}
FACTOR: dict[str, tuple[str, Fraction]] = {
    unit: (kind, Fraction(factor))
    for kind, table in KINDS.items()
    for factor, units in table.items()
    for unit in units.split()
}
"""Unit to its kind and its worth."""


def are_mixed(units: frozenset[str]) -> bool:
    """Whether two different units of one kind stand together."""
    worth: dict[str, set[Fraction]] = {}
    for unit in units:
        kind, factor = FACTOR.get(unit, (unit, Fraction(1)))
        worth.setdefault(kind, set()).add(factor)
    return any(len(factors) > 1 for factors in worth.values())
