"""Rules on the context: how many turns, a change of matter and the way back, a system message.

How near two exchanges are is read off the content words that they share; so a matter that is
turned to under the very same words is not seen, and none is refused that is only spoken of briefly.
"""

import re
from collections.abc import Iterator, Sequence

from ...duplicates.normal import tokens
from ..rule import Limit, Sample, Spot, rule
from ..text import HAN, prose
from ..words import words
from .asked import built_in, wanted
from .signs import shows

_GRAM = 3


@rule("wrong_turns", family="axes")
def wrong_turns(sample: Sample, limit: Limit) -> str:
    """The asker sends as many messages as were planned, else as many as the context allows."""
    value = built_in(sample, "context")
    fewest = most = sample.turns
    if not sample.turns:
        if value is None or value.turns is None:
            return ""
        fewest, most = value.turns
    sent = sum(1 for message in sample.messages if message["role"] == "user")
    if fewest <= sent <= most:
        return ""
    asked = str(fewest) if fewest == most else f"{fewest} to {most}"
    return f"{sent} messages of the asker, wanted {asked}"


@rule("no_topic_switch", family="axes", threshold=0.3)
def no_topic_switch(sample: Sample, limit: Limit) -> str:
    """The asker turns to another matter and comes back. Threshold: share of words in common.

    Where nobody planned when, any message but the first and the last may be the one.
    """
    talk = _exchanges(sample)
    if wanted(sample, "context") != "topic_switch" or len(talk) < 3:
        return ""
    planned = 1 < sample.switch < len(talk)
    places = [sample.switch - 1] if planned else range(1, len(talk) - 1)
    if all(_stays(talk, at, limit.number) for at in places):
        return "no message turns to another matter"
    if all(_stays_away(talk, at) for at in places):
        return "the last message does not come back to the first matter"
    return ""


def _exchanges(sample: Sample) -> list[tuple[str, str]]:
    """Each message of the asker, and the answer to it."""
    found: list[tuple[str, str]] = []
    for message in sample.messages:
        if message["role"] == "user":
            found.append((message["content"], ""))
        elif message["role"] == "assistant" and found:
            asked, answer = found[-1]
            found[-1] = (asked, f"{answer}\n{message['content']}")
    return found


def _stays(talk: Sequence[tuple[str, str]], at: int, threshold: float) -> bool:
    """Whether an exchange is about what the one before it was about."""
    asked, answer = talk[at]
    if shows("switching", [asked]):
        return False
    before, now = _topic(*talk[at - 1]), _topic(asked, answer)
    common = len(before & now)
    return common >= 3 and common >= threshold * min(len(before), len(now))


def _stays_away(talk: Sequence[tuple[str, str]], at: int) -> bool:
    """Whether the last exchange goes on with what was turned to."""
    asked, answer = talk[-1]
    if shows("returning", [asked]):
        return False
    first = _topic(*(text for exchange in talk[:at] for text in exchange))
    other, last = _topic(*talk[at]) - first, _topic(asked, answer)
    return not last & first and len(last & other) >= 2


def _topic(*texts: str) -> set[str]:
    """Content words: longer words of Latin script, pairs of Han characters without particles."""
    found: set[str] = set()
    empty, particles = set(words("empty", "en")), set("".join(words("empty", "zh")))
    for text in texts:
        listed = tokens(prose(text))
        for one, following in zip(listed, [*listed[1:], ""], strict=False):
            if HAN.match(one):
                pair = one + following
                if len(pair) == 2 and HAN.match(following) and particles.isdisjoint(pair):
                    found.add(pair)
            elif len(one) >= 4 and one not in empty:
                found.add(one[:6])
    return found


@rule("starts_over", family="axes", threshold=0.7)
def starts_over(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Later messages build on what came before. Threshold: share that is sent again."""
    if wanted(sample, "context") not in ("multi_turn", "topic_switch"):
        return
    turns = list(sample.said("user"))
    first = grams(turns[0][1]) if len(turns) > 1 else set[str]()
    for where, text in turns[1:] if len(first) >= 8 else []:
        later = grams(text)
        if len(first & later) >= limit.number * max(len(first), len(later)):
            yield Spot("the first message once more", where)


def grams(text: str) -> set[str]:
    """Runs of three words, or Chinese characters."""
    listed = tokens(text)
    return {" ".join(listed[at : at + _GRAM]) for at in range(len(listed) - _GRAM + 1)}


_VISIBLE = re.compile(r"\w")


@rule("system_message", family="axes")
def system_message(sample: Sample, limit: Limit) -> str:
    """A system message stands there if one was asked for, and none if none was."""
    value = wanted(sample, "system_message")
    given = any(_VISIBLE.search(text) for _, text in sample.said("system"))
    if value == "given" and not given:
        return "no system message"
    return "a system message" if value == "absent" and given else ""
