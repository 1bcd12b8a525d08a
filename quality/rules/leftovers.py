"""Rules on what should not have stayed in an answer: blanks, talk of oneself, pieces of a prompt.

What stands in code or in quotation marks is spoken about and passes, and so does what the request
itself speaks of: who asks for a template gets one.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from ..phrases import comparable, phrases
from .rule import Limit, Sample, Spot, rule
from .slips import declines, next_turn, talk_of_self, template_mark
from .text import is_mention, plain, speech
from .words import words

_BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_BLANK = re.compile(
    r"""\[(?:your|insert|enter|add|name|date|company|customer|product|recipient|client|city|
        address|phone|email|e-mail|title|position|link|url|website|number|amount|tbd|todo|xx+)
        (?:['’]s)?(?:[ _-][\w '’/_-]{0,40})?\](?!\(|\[|:)
    | \[(?:X{2,}|x{3,}|_{2,})\](?!\()
    | [\[【](?:您|你)的[^\]】\n]{1,12}[\]】]
    | [\[【](?:请?填写|插入|添加|输入)[^\]】\n]{0,12}[\]】]
    | 【[^】\n]{0,4}(?:姓名|名字|名称|公司名|日期|地址|电话|邮箱|职位|联系方式|金额|链接)】
        (?=\s*(?:$|[，。,.!！；]))
    | \[[^\]\n]{0,6}(?:姓名|名称|联系方式|电话号码|公司名|职位名|收件人|具体[^\]\n]{1,4})\](?!\()
    | \[(?:my|first|last|full|sender|receiver|manager|employer|friend|teacher|school|event|time|day
        |amount|topic|specific|relevant|reason|job)(?:['’]s)?(?:[ _-][\w '’/_-]{0,30})?\](?!\(|\[|:)
    | \[(?:姓名|名字|日期|公司|公司名称?|地址|电话|邮箱|职位|部门|产品|产品名称|品牌|城市|链接|金额
        |某某|待定|待补充|待填)\](?!\()
    | (?:(?<![0-9A-Za-z*])[Xx×]{2,}|〇〇|○○)(?:公司|先生|女士|学校|大学|市|省|路|街|银行|医院|产品
        |品牌|有限|集团|年|月|日|元|号|平台|网站|部门|经理)
    | (?<![0-9A-Za-z*._-])X{3,}(?=[\u4e00-\u9fff，。；、])(?!染色体|码|号的?[衣裤])
    | (?<![\w*.-])(?:X{4,}|\$XX+|XX/XX(?:/XX+)?|XX:XX)(?![\w*-])
    | (?:^|[\[(（【]|(?<=[\s，。]))(?:TODO|TBD|FIXME)(?:\s*[:：]|[\])）】])
    | <(?:your|insert|enter)[ _-][\w _-]{1,30}>
    | (?<![\w.*-])X{3}-X{3,4}-X{4}(?![A-Za-z0-9_*-]) | (?<=[：:])\s?(?:TODO|TBD)(?![A-Za-z])
    | \{\{\s*[\w.]+\s*\}\} | [（(]\s*insert[ ][\w ]{2,30}[)）] | [:：]\s*_{4,}""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_HERE = re.compile(
    r"""[\[【（(<《](?:请?在?(?:此处?|这里))[^\]】）)>》\n]{0,3}(?:填写?|填入|插入|补充|输入|写上|添加|省略)
        [^\]】）)>》\n]{0,20}[\]】）)>》]
    | (?:此处|这里|在此)(?:请)?(?:填写|填入|插入|待补充|省略)(?=$|[。；，\s]|您的|你的|具体)""",
    re.VERBOSE | re.MULTILINE,
)
_MARKS = tuple(str.split("[ 【 {{ <your <insert <enter ___ xx ×× 〇〇 ○○ todo tbd fixme (insert"))
_HERE_MARKS = ("此处", "这里", "在此")


def _asks_for(request: str, kind: str) -> bool:
    lower = comparable(request)
    return any(word in lower for word in words(kind))


@rule("placeholder")
def placeholder(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Nothing is left to be filled in by the reader, unless the request is about such blanks."""
    if _asks_for(sample.asked(), "about_blanks"):
        return
    for where, text in sample.said("assistant"):
        bare = speech(text)
        match = _first_blank(bare, plain(text))
        if match:
            yield Spot(f"holds {match[0].strip()!r}", where, match.span())
            continue
        yield from _held(phrases("zh").placeholders, text, where)


def _first_blank(text: str, lower: str) -> re.Match[str] | None:
    for pattern, marks in ((_BLANK, _MARKS), (_HERE, _HERE_MARKS)):
        if any(mark in lower for mark in marks):
            for match in pattern.finditer(text):
                # In lower case it may be a variable.
                variable = re.fullmatch("x+", match[0])
                if not variable and not is_mention(text, *match.span()):
                    return match
    return None


@rule("meta")
def meta(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """The assistant does not speak of being a model or of how the sample came about."""
    if _asks_for(sample.asked(), "about_models"):
        return
    sought = (*phrases("zh").meta, *words("meta"))
    for where, text in sample.said("assistant"):
        listed = list(_held(sought, text, where))
        yield from listed or _matched(talk_of_self, text, where)


@rule("refusal", threshold=80)
def refusal(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No answer opens with a refusal. Threshold: how many characters are the opening."""
    sought = (*phrases("zh").refusals, *words("refusals"))
    asked_to = _asks_for(sample.asked(), "about_declining")
    for where, text in sample.said("assistant"):
        opening = text[: int(limit.number)]
        found = list(_held(sought, opening, where))
        yield from found or ([] if asked_to else _matched(declines, opening, where))


@rule("leak")
def leak(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """No piece of a prompt, of a chat template or of the plan has slipped into the conversation."""
    given = comparable("\n".join(text for _, text in sample.said("system", "user")))
    sought = words("leaks")
    for where, text in sample.said("assistant"):
        asked_for = tuple(mark for mark in sought if mark not in given)
        found = list(_held(asked_for, text, where))
        yield from found or _marked(text, given, where)
    for where, text in sample.said("system", "user"):
        lower = text.casefold()
        for mark in words("leaks_in_requests"):
            if mark in lower and not is_mention(lower, lower.index(mark), lower.index(mark)):
                yield Spot(f"holds {mark!r}", where)
                break


def _marked(text: str, given: str, where: str) -> Iterator[Spot]:
    """A mark of a chat template, or a further turn, of which the request does not speak."""
    if any(word in given for word in words("about_marks")):
        return
    lower = plain(text)
    mark = template_mark(lower)
    if not mark and not any(word in given for word in words("about_dialogues")):
        mark = next_turn(text)
        lower = text
    at = lower.find(mark)
    if mark and comparable(mark) not in given and not is_mention(lower, at, at + len(mark)):
        yield Spot(f"holds {mark!r}", where)


def _matched(look: Callable[[str], re.Match[str] | None], text: str, where: str) -> Iterator[Spot]:
    """What a pattern finds in the text, unless it is spoken about."""
    shape = _tight(text)
    match = look(shape)
    if match and not is_mention(shape, *match.span()):
        yield Spot(f"holds {match[0].strip()!r}", where)


@lru_cache(maxsize=64)
def _tight(text: str) -> str:
    text = plain(text)
    return text if text.isascii() else _BESIDE_HAN.sub("", text)


def _held(needles: Iterable[str], text: str, where: str) -> Iterator[Spot]:
    """The first needle that the text holds, as it stands or as Chinese is spaced."""
    text, tight = plain(text), _tight(text)
    for needle in needles:
        for shape in (text, tight):
            at = shape.find(needle)
            if at >= 0 and not is_mention(shape, at, at + len(needle)):
                yield Spot(f"holds {needle!r}", where)
                return
            if text == tight:
                break
