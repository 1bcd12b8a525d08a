"""Rules on what a request demands and a count can tell: items, lengths, JSON alone, a language.

A demand is read only where it is sure to be meant for the whole answer; the rest is for a judge.
"""

import json
import re
from collections.abc import Iterator

from .counting import characters, items, sentences, words
from .numerals import whole
from .rule import Limit, Sample, Spot, rule
from .text import blocks, is_mention, plain, prose, weight

_NUMBER_EN = {
    name: at
    for at, name in enumerate(str.split("zero one two three four five six seven eight nine ten"))
}
_N = r"(\d{1,4}|[一二两三四五六七八九十百]{1,5}|one|two|three|four|five|six|seven|eight|nine|ten)"
_PART = re.compile(
    r"每|各|标题|名称|昵称|主题|字段|开头|结尾|简介|摘要|其中|分别|之一|之前|上次|原文|文件名|密码|选出"
    r"|each|every|per |title|subject|headline|caption|summary line|paragraph|field|password|"
    r"username|of the|of these|of my|at least|"
    r"sentence|of them|bio|slug|filename",
    re.IGNORECASE,
)
_STRICT = r"(?:exactly|precisely|just|only|恰好|正好|刚好|不多不少|只(?:要|给|列|写|用)?|仅|就)"


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    return _NUMBER_EN.get(text.casefold(), whole(text) or 0)


def _clause(text: str, match: re.Match[str]) -> str:
    start = max((text.rfind(mark, 0, match.start()) for mark in "。！？，；.!?,;\n"), default=-1)
    ends = [at for mark in "。！？，；.!?,;\n" if (at := text.find(mark, match.end())) >= 0]
    return text[start + 1 : min(ends, default=len(text))]


def _demands(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Where a request demands it of the whole answer."""
    for match in pattern.finditer(text):
        around = _clause(text, match).replace(match[0], "", 1)
        if not is_mention(text, *match.span()) and not _PART.search(around):
            yield match


_THINGS = r"(?:bullet\ ?points?|bullets|items|tips|steps|examples|ideas|reasons|suggestions)"
_ITEMS = re.compile(
    rf"""(?P<strict>{_STRICT})\s*(?:用|in|as|with|give\ me|list|write|use)?\s*{_N}\s*
        (?:条|点|个要点|项|个步骤|步|个建议|个例子|(?:short\s|brief\s|numbered\s)?{_THINGS}|points)
    | (?:列出|给出|给我|列|写出|写|提|分|归纳成|总结成|总结出|举|举出|用)\s*{_N}\s*
        (?:条|点|个要点|个建议|个例子|条建议|个理由)
    | (?:list|give\ me|give|write|name|suggest|provide|share|in|as|with)\s+{_N}\s+
        (?:\w+\ ){{0,2}}?{_THINGS}\b""",
    re.VERBOSE | re.IGNORECASE,
)
_NOUNS = tuple(
    str.split(
        "条 点 项 步 要点 建议 例子 理由 bullet item point tips step example ideas reasons sugg"
    )
)


@rule("item_count")
def item_count(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A list has as many items as the request asks for."""
    for where, text, asked in sample.answers():
        lower = asked.casefold()
        if not any(noun in lower for noun in _NOUNS):
            continue
        for match in _demands(asked, _ITEMS):
            strict, *numbers = match.groups()
            wanted = _count(next(number for number in numbers if number))
            found = items(text)
            demanded = strict or re.search(r"bullet|要点|条", match[0])
            if not 2 <= wanted <= 50 or not found or wanted in found:
                continue
            if demanded or max(found) < wanted:
                yield Spot(
                    f"the request asks for {wanted} items, the answer has {max(found)}", where
                )
                break


_MOST_ZH = re.compile(
    rf"(?:不超过|不要超过|别超过|控制在|限制?在?|最多|至多|少于|不多于)\s*{_N}\s*个?(?:字|汉字)|{_N}\s*个?字(?:以内|之内|以下)"
)
_LEAST_ZH = re.compile(rf"(?:不少于|至少|不低于)\s*{_N}\s*个?字|{_N}\s*个?字以上")
_MOST_EN = re.compile(
    rf"(?:at most|no more than|not more than|under|within|up to|fewer than|less than|"
    rf"maximum(?: of)?|max|limit(?:ed)? to)\s+{_N}\s+words"
    rf"|{_N}\s+words (?:or (?:less|fewer)|max(?:imum)?|at most|tops)",
    re.IGNORECASE,
)
_LEAST_EN = re.compile(rf"(?:at least|no fewer than|minimum(?: of)?)\s+{_N}\s+words", re.IGNORECASE)


@rule("length_asked", threshold=0.0)
def length_asked(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """An answer keeps to the length that the request sets. Threshold: the share it may be off."""
    for where, text, asked in sample.answers():
        if "字" not in asked and "words" not in asked.casefold():
            continue
        for pattern, side in _MEASURES:
            for match in pattern.finditer(asked):
                around = _clause(asked, match).replace(match[0], "", 1)
                bound = _count(next(number for number in match.groups() if number))
                if not bound or _PART.search(around) or is_mention(asked, *match.span()):
                    continue
                length = _length(text, pattern, side)
                if side * (length - bound) > limit.number * bound:
                    kind = "at most" if side > 0 else "at least"
                    yield Spot(f"the request sets {kind} {bound}, the answer has {length}", where)


_MEASURES = ((_MOST_ZH, 1), (_LEAST_ZH, -1), (_MOST_EN, 1), (_LEAST_EN, -1))


def _length(text: str, pattern: re.Pattern[str], side: int) -> int:
    """The length as it suits the answer best: there is more than one way to count 字."""
    if pattern in (_MOST_EN, _LEAST_EN):
        return words(text)
    return characters(text)[0 if side > 0 else 1]


_ONE_SENTENCE = re.compile(
    rf"(?:用|以)\s*{_N}\s*句话|(?:in|with)\s+(?:exactly |just |"
    rf"only )?{_N}\s+(?:short )?sentences?\b",
    re.IGNORECASE,
)


@rule("sentence_count")
def sentence_count(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """An answer has as many sentences as the request asks for, up to five."""
    for where, text, asked in sample.answers():
        if "句" not in asked and "sentence" not in asked:
            continue
        for match in _demands(asked, _ONE_SENTENCE):
            wanted, found = _count(match[1] or match[2]), sentences(prose(text).strip())
            if 1 <= wanted <= 5 and not items(text) and found > wanted:
                yield Spot(
                    f"the request asks for {wanted} sentences, the answer has {found}", where
                )


_JSON_ONLY = re.compile(
    r"(?:只|仅)(?:需|要|能|返回|输出|给|用|回复|以|给我)*\s*(?:一个|一段|合法的?)?\s*json(?!\s*(?:以外|之外))|(?:json)\s*(?:以外|之外)的?(?:内容|文字)?(?:都|一律)?(?:不要|别)"
    r"|json only|only (?:the |a |valid )?json|nothing but (?:the |valid )?json|(?:return|output|"
    r"reply with|respond with) (?:just|only) (?:the |a |valid )?json",
    re.IGNORECASE,
)


@rule("json_only")
def json_only(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """Where the request wants JSON and nothing else, the answer is that, fenced or not."""
    for where, text, asked in sample.answers():
        match = _JSON_ONLY.search(asked) if "json" in asked.casefold() else None
        if match is None or is_mention(asked, *match.span()):
            continue
        found = blocks(text)
        is_fenced = len(found) == 1 and text.strip() == text[found[0].start : found[0].end].strip()
        try:
            json.loads(found[0].body if is_fenced else text)
        except (ValueError, RecursionError):
            yield Spot("the request wants JSON alone, the answer is something else", where)


_WANTS_EN = re.compile(
    r"(?:用|以)(?:英文|英语)(?:来)?(?:回答|回复|写|作答|答复|解释|说明)|(?:翻译成|译成|译为|翻成|翻译为)(?:地道的?|正式的?)?(?:英文|英语)"
)
_WANTS_ZH = re.compile(
    r"(?:用|以)(?:中文|汉语)(?:来)?(?:回答|回复|写|作答|答复|解释|说明)|(?:翻译成|译成|译为|翻成|翻译为)(?:简体)?(?:中文|汉语)"
)
_WANTS = re.compile(
    r"(?:answer|reply|respond|write(?: it| this| back)?|explain(?: it| this)?) in (english|"
    r"chinese|mandarin)\b"
    r"|translat\w+ (?:[^.?!\n]{0,60} )?(?:in)?to (english|chinese|mandarin)\b"
)


def language_wanted(asked: str) -> str:
    """The language in which a request wants its answer, "" if it does not say or says two."""
    lower = plain(asked)
    wanted = {"en"} if _WANTS_EN.search(lower) else set()
    wanted |= {"zh"} if _WANTS_ZH.search(lower) else set()
    for match in _WANTS.finditer(lower):
        wanted.add("en" if (match[1] or match[2]) == "english" else "zh")
    return wanted.pop() if len(wanted) == 1 else ""


@rule("language_asked", threshold=0.25)
def language_asked(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """An answer is in the language that its request asks for. Threshold: the least share."""
    for where, text, asked in sample.answers():
        wanted = language_wanted(asked)
        if not wanted:
            continue
        han, latin = weight(text)
        own, total = han if wanted == "zh" else latin, han + latin
        if total >= 4 and own < limit.number * total:
            kind = "Chinese" if wanted == "zh" else "English"
            yield Spot(f"the request wants {kind}, and {own / total:.0%} of the answer is", where)


_KEY = r"[A-Za-z_]\w{0,40}(?:\s?[(（][^)）\n]{1,12}[)）])?"
_NAMES = rf"({_KEY}(?:\s?(?:,\s?and\b|,|、|，|and\b|和|以及)\s?{_KEY}){{1,30}})"
_NO_KEYS = frozenset({"and", "nothing", "no", "only", "else", "all", "with", "in", "the", "each"})
_KEYS = re.compile(
    rf"(?:keys|fields)(?: are|:| named)?\s+{_NAMES}|(?:键|字段)(?:名|分别)?(?:为|是|包括|有|：|"
    rf":)?\s*{_NAMES}"
)
_NAME = re.compile(r"([A-Za-z_]\w*)(?:\s*[(（]([^)）\n]{1,12})[)）])?")
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,), "字符串": (str,), "integer": (int,), "整数": (int,), "int": (int,),
    "number": (int, float), "数字": (int, float), "boolean": (bool,), "布尔": (bool,),
    "array": (list,), "list": (list,), "数组": (list,), "列表": (list,), "object": (dict,),
}  # fmt: skip


@rule("json_keys")
def json_keys(sample: Sample, limit: Limit) -> Iterator[Spot]:
    """A JSON object has the keys that the request names, with values of the kinds it names."""
    for where, text, asked in sample.answers():
        match = _KEYS.search(asked) if "json" in asked.casefold() else None
        found = _object(text) if match else None
        if match is None or found is None:
            continue
        for name, kind in _NAME.findall(match[1] or match[2]):
            if name in _NO_KEYS:
                continue
            kinds = _TYPES.get(kind.strip().casefold())
            if name not in found:
                yield Spot(f"the key {name!r} is missing", where)
            elif kinds and not isinstance(found[name], kinds):
                yield Spot(f"{name!r} is no {kind}", where)


def _object(text: str) -> dict[str, object] | None:
    """The one object that an answer holds, in its block or alone."""
    found = [block.body for block in blocks(text) if block.info in ("json", "")]
    try:
        data = json.loads(found[0] if len(found) == 1 else text)
    except (ValueError, RecursionError):
        return None
    if isinstance(data, list) and data:
        data = data[0]
    return data if isinstance(data, dict) else None
