"""Reads the small parts of a YAML or JSON taxonomy: texts, flags, numbers, aliases, examples.

Knows single values and what is wrong with them; where they may stand is not seen from here.
"""

from difflib import get_close_matches

from ..freshness import HINT, days_of
from ..names import shown, weight_of
from .document import Document, Listing, Mapping, Scalar
from .rows import Faults, RawAliases, RawExample

_TRUE = {"true", "yes", "on"}
_EXAMPLE_KEYS = ("question", "answer", "context")


class Parts:
    """Reads values of one file, noting faults as it goes."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def text(self, value: Document, what: str) -> str:
        """A text; empty for null."""
        if not isinstance(value, Scalar):
            self.wrong(what, value, wanted="a text")
            return "?"
        if value.kind not in {"str", "null"}:
            self.faults.add(
                f"{what} {shown(value.text)} is not text: it is read as a {value.kind}",
                value.line,
                hint=f'put it in quotes: "{value.text}"',
            )
        return "" if value.kind == "null" else value.text

    def name(self, value: Document, what: str) -> str:
        """A text without the space around it."""
        return self.text(value, what).strip()

    def ident(self, value: Document, what: str) -> str:
        """An id. A number is taken as it is written: many tables count their rows."""
        if isinstance(value, Scalar) and value.kind == "number":
            return value.text
        return self.name(value, what)

    def prose(self, value: Document) -> str:
        """A definition."""
        return self.name(value, "the definition").replace("\r\n", "\n")

    def flag(self, value: Document) -> bool:
        """True or false."""
        if isinstance(value, Scalar) and value.kind == "true/false value":
            return value.text.lower() in _TRUE
        self.wrong("`open`", value, wanted="true or false")
        return False

    def weight(self, value: Document, of: str) -> float:
        """A number that is not negative."""
        found = weight_of(value.text) if isinstance(value, Scalar) else None
        if found is None:
            written = f" {shown(value.text)}" if isinstance(value, Scalar) else ""
            self.faults.add(
                f"the weight{written} of {shown(of)} is no number that counts",
                value.line,
                hint="write a number that is not negative, such as 2 or 0.5",
            )
            return 1.0
        return found

    def fresh_for(self, value: Document, of: str) -> int | None:
        """A number of days, or of longer spans; None for null."""
        if is_null(value):
            return None
        found = days_of(value.text) if isinstance(value, Scalar) else None
        if found is None:
            written = f" {shown(value.text)}" if isinstance(value, Scalar) else ""
            message = f"`fresh_for`{written} of {shown(of)} is no number of days"
            self.faults.add(message, value.line, hint=HINT)
        return found

    def aliases(self, value: Document, of: str) -> RawAliases:
        """A mapping from a language to one name or several."""
        if not isinstance(value, Mapping):
            if not is_null(value):
                wanted = "a mapping from a language to a name"
                self.wrong(f"the aliases of {shown(of)}", value, wanted=wanted)
            return ()
        found: list[tuple[str, str]] = []
        for language, names in value.entries:
            for name in names.items if isinstance(names, Listing) else [names]:
                # Not judged by its kind: YAML takes the tag of Norwegian for "false".
                found.append((language.text.strip(), self.name(name, f"an alias of {shown(of)}")))
        return found

    def examples(self, value: Document) -> list[RawExample]:
        """A list of questions with answers."""
        if isinstance(value, Listing):
            return [self._example(item) for item in value.items]
        if not is_null(value):
            self.wrong("`examples`", value, wanted="a list of `{question, answer}`")
        return []

    def _example(self, item: Document) -> RawExample:
        example = RawExample(item.line)
        if not isinstance(item, Mapping):
            self.wrong("an example", item, wanted="a mapping with `question` and `answer`")
            # What is missing has been said.
            example.question = example.answer = "?"
            return example
        self.check_keys(item, _EXAMPLE_KEYS, where="an example")
        for key, value in item.entries:
            if key.text in _EXAMPLE_KEYS:
                setattr(example, key.text, self.spoken(value, f"the {key.text}"))
        return example

    def spoken(self, value: Document, what: str) -> str:
        """What somebody says: `42` and `yes` are answers, and lines keep their indentation."""
        if not isinstance(value, Scalar):
            self.wrong(what, value, wanted="a text")
            return "?"
        return "" if value.kind == "null" else value.text.replace("\r\n", "\n").strip("\n")

    def check_keys(self, item: Mapping, known: tuple[str, ...], *, where: str) -> None:
        """Note every key that is not known."""
        for key, _ in item.entries:
            if key.text in known:
                continue
            near = get_close_matches(key.text[:50].lower(), known, n=1)
            listed = ", ".join(known)
            self.faults.add(
                f"{where} has the unknown key {shown(key.text)}",
                key.line,
                hint=f"did you mean `{near[0]}`?" if near else f"the keys here are {listed}",
            )

    def wrong(self, what: str, value: Document, *, wanted: str) -> None:
        """Note that a value is of the wrong kind."""
        kind = {Scalar: "a single value", Listing: "a list", Mapping: "a mapping"}[type(value)]
        self.faults.add(
            f"{what} is {kind}, where {wanted} is wanted", value.line, hint=f"write {wanted}"
        )


def is_null(value: Document) -> bool:
    """Whether a value is left out."""
    return isinstance(value, Scalar) and value.kind == "null"
