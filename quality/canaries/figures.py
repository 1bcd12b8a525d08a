"""Every family of made-up samples by its name, with what draws its figures."""

from . import dates, forms, sums
from .writing import Maker

FIGURES: dict[str, Maker] = {
    "unit_price": sums.unit_price,
    "discount": sums.discount,
    "trip": sums.trip,
    "portions": sums.portions,
    "conversion": sums.conversion,
    "change": sums.change,
    "table": sums.table,
    "weekday": dates.weekday,
    "returns": dates.returns,
    "warranty": dates.warranty,
    "deadline": dates.deadline,
    "passport": dates.passport,
    "meeting": dates.meeting,
    "bullets": forms.bullets,
    "notice": forms.notice,
    "contact": forms.contact,
    "stock": forms.stock,
    "settings": forms.settings,
    "function": forms.function,
    "query": forms.query,
    "formula": forms.formula,
    "shell": forms.shell,
    "events": forms.events,
    "unique": forms.unique,
    "term": forms.term,
}
