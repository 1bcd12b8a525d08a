"""How the offline writer lays out what it has to say: chat, ticket, mail, note or form.

Knows the genres, tones and depths; the sentences come ready-made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .setting import Setting

Parts = Mapping[str, str]
_ORDERS = (
    ("hook", "prop", "facet", "event", "role", "level", "puzzle", "ask", "composite"),
    ("event", "prop", "facet", "role", "hook", "level", "puzzle", "ask", "composite"),
    ("hook", "event", "facet", "level", "prop", "role", "puzzle", "ask", "composite"),
    ("event", "facet", "level", "ask", "puzzle", "prop", "role", "composite"),
    ("prop", "event", "facet", "hook", "level", "role", "puzzle", "ask", "composite"),
)
_NOTED = ("event", "prop", "facet", "level", "role", "puzzle", "ask", "composite")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant's first message has to say."""

    lead: str
    steps: Sequence[str]
    extras: Sequence[str]
    closing: Sequence[str]
    code: str = ""
    puzzle: Parts = field(default_factory=dict)


def sentences(scene: Setting, parts: Iterable[str]) -> str:
    """Ready sentences in one paragraph, empty ones left out."""
    return ("" if scene.chinese else " ").join(part for part in parts if part)


def lay_out_question(scene: Setting, parts: Parts) -> str:
    """The asker's first message."""
    if scene.has("form", "template"):
        return _form(scene, parts)
    tone = _tone(scene)
    genre = scene.traits.get("genre", "")
    if genre == "ticket":
        return _ticket(scene, parts)
    if genre == "note":
        noted = [*(parts[name] for name in _NOTED), tone.get("close", "")]
        return "\n".join(f"- {line}" for line in noted if line)
    body = [parts[name] for name in scene.dice.pick("order", _ORDERS)]
    if genre != "email":
        return sentences(scene, [tone.get("open", ""), *body, tone.get("close", "")])
    half, email = 1 + len(body) // 2, scene.words["email"]
    blocks = (
        scene.one("greeting", email["open"]),
        sentences(scene, body[:half]),
        sentences(scene, [*body[half:], tone.get("close", "")]),
        scene.one("signature", email["close"]),
    )
    return "\n\n".join(block for block in blocks if block)


def _tone(scene: Setting) -> Parts:
    tones = scene.words["tones"].get(scene.traits.get("tone", ""))
    chosen: Parts = scene.dice.pick("tone", tones["user"]) if tones else {}
    return chosen


def _form(scene: Setting, parts: Parts) -> str:
    """A form that is filled in, one heading a line."""
    closing = _tone(scene).get("close", "")
    entries = (
        parts["hook"] or scene.facts["place"],
        sentences(scene, [parts["prop"], parts["facet"]]),
        sentences(scene, [parts["event"], parts["role"], parts["level"]]),
        sentences(scene, [parts["puzzle"], parts["ask"], parts["composite"], closing]),
    )
    return _headed(scene, scene.dice.pick("headings", scene.words["headings"]), entries)


def _ticket(scene: Setting, parts: Parts) -> str:
    ticket = scene.words["ticket"]
    entries = (
        scene.one("summary", ticket["summary"]),
        sentences(scene, [parts["event"], parts["role"], parts["level"]]),
        scene.say(ticket["expected"]),
        sentences(scene, [parts["prop"], parts["facet"]]),
    )
    closing = _tone(scene).get("close", "")
    asked = sentences(scene, [parts["puzzle"], parts["ask"], parts["composite"], closing])
    return f"{_headed(scene, ticket['user'], entries)}\n\n{asked}"


def _headed(scene: Setting, headings: Sequence[str], entries: Sequence[str]) -> str:
    colon = "：" if scene.chinese else ": "
    lines = (f"{h}{colon}{e}" for h, e in zip(headings, entries, strict=True))
    return "\n".join(lines).replace(": \n", ":\n")


def lay_out_answer(scene: Setting, answer: Answer) -> str:
    """The assistant's first message. The result comes first, unless it is to be derived."""
    layout = _LAYOUTS.get(scene.traits.get("genre", ""), _chat)
    return "\n\n".join(block for block in layout(scene, answer) if block)


def _derived(scene: Setting) -> bool:
    return scene.has("depth", "chain_of_thought")


def _chat(scene: Setting, answer: Answer) -> list[str]:
    head, rest, ending = _head(scene, answer), _rest(scene, answer), _ending(scene, answer)
    listed = _derived(scene) or len(answer.steps) > 4 or scene.dice.share("listed") < 0.5
    if listed:
        return [head, _numbered(scene, answer.steps), answer.code, rest, *ending]
    prose = sentences(scene, [head, *_joined(scene, answer.steps)])
    if scene.has("tone", "terse"):
        return [sentences(scene, [prose, rest, *ending]), answer.code]
    return [prose, answer.code, sentences(scene, [rest, *ending])]


def _ticketed(scene: Setting, answer: Answer) -> list[str]:
    names = scene.words["ticket"]["answer"]
    done = "\n" + _numbered(scene, answer.steps)
    first = _headed(scene, names[:2], (_head(scene, answer), done))
    ending, *more = _ending(scene, answer)
    last = _headed(scene, names[2:], (ending,))
    return [first, answer.code, _rest(scene, answer), last, *more]


def _mailed(scene: Setting, answer: Answer) -> list[str]:
    email = scene.words["email"]
    return [
        scene.say(email["answer_open"]),
        _head(scene, answer),
        _numbered(scene, answer.steps),
        answer.code,
        _rest(scene, answer),
        *_ending(scene, answer),
        scene.say(email["answer_close"]),
    ]


def _noted(scene: Setting, answer: Answer) -> list[str]:
    rest = [answer.puzzle.get("answer", "")] if _derived(scene) else []
    ending, *more = _ending(scene, answer)
    lines = [_head(scene, answer), *answer.steps, *rest, *answer.extras, ending]
    return ["\n".join(f"- {line}" for line in lines if line), answer.code, *more]


_LAYOUTS: Mapping[str, Callable[[Setting, Answer], list[str]]] = {
    "ticket": _ticketed,
    "email": _mailed,
    "note": _noted,
}


def _head(scene: Setting, answer: Answer) -> str:
    tones = scene.words["tones"].get(scene.traits.get("tone", ""))
    opening = scene.dice.pick("tone/answer", tones["answer"]) if tones else ""
    if _derived(scene) or not answer.puzzle:
        return sentences(scene, [opening, answer.lead])
    result = scene.say("{result}" + ("。" if scene.chinese else "."), **answer.puzzle)
    return sentences(scene, [result, answer.puzzle["answer"], answer.lead])


def _rest(scene: Setting, answer: Answer) -> str:
    derived = answer.puzzle.get("answer", "") if _derived(scene) else ""
    return sentences(scene, [*answer.extras, derived])


def _ending(scene: Setting, answer: Answer) -> list[str]:
    """The closing words; after a derivation the conclusion stands by itself."""
    closing = sentences(scene, answer.closing)
    if not _derived(scene):
        return [closing]
    data, kind = scene.words, scene.archetype
    short = answer.puzzle.get("result") or scene.one("short", kind["short"]).rstrip("。.")
    stop = "。" if scene.chinese else "."
    return [closing, scene.one("conclusion", data["conclusion"], short=short + stop)]


def _numbered(scene: Setting, steps: Sequence[str]) -> str:
    if _derived(scene):
        reasons = scene.dice.some("because", scene.words["because"], len(steps) - 1)
        steps = [steps[0], *_paired(scene, steps[1:], reasons)]
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _paired(scene: Setting, steps: Sequence[str], reasons: Sequence[str]) -> list[str]:
    """Every other step says what it rests on; on every step it would be a tic."""
    spoken = [reason if index % 2 == 0 else "" for index, reason in enumerate(reasons)]
    spoken += [""] * (len(steps) - len(spoken))
    return [sentences(scene, pair) for pair in zip(steps, spoken, strict=True)]


def _joined(scene: Setting, steps: Sequence[str]) -> list[str]:
    """Steps as prose, with a word of order before each."""
    first, *between, last = scene.words["joiners"]
    names = [first, *between[: len(steps) - 2], last]
    comma = "，" if scene.chinese else ", "
    return [f"{name}{comma}{_inner(scene, step)}" for name, step in zip(names, steps, strict=False)]


def _inner(scene: Setting, step: str) -> str:
    """A sentence that has moved behind a word of order."""
    return step if scene.chinese or step.startswith("I ") else step[:1].lower() + step[1:]
