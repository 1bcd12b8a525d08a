"""What makes a proposed text no name, no definition or no request: the rules that need no tree.

A model may have been told anything, and what it proposes will stand in files, prompts and pages.
The rules look for markup, hidden characters, words to the agents, another script, and buckets for
whatever is left; each gives a reason that can be counted. Knows text only.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping

from ..names import name_problem, prose_problem
from .script import name_script_problem, prose_script_problem

Fault = tuple[str, str]
"""A reason and what it was found in."""

LONGEST: Mapping[str, int] = {"name": 80, "definition": 600, "example": 600}
"""In columns: a Chinese character takes two."""


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_MARKUP = _any_of(
    r"</?[a-z!][^<>]*>",
    r"&(?:#\d+|#x[0-9a-f]+|[a-z]+);",
    r"!?\[[^\]]*\]\([^)]*\)",
    r"```|~~~|\*\*|\{\{|\{%|<<<",
    r"\A#{1,6}\s|\A>\s|\|\s*-{3,}",
    r"\b(?:https?|ftp)://|\bwww\.\w|javascript:\S|\bdata:\w+/|\w@\w+\.\w",
)
_NAME_MARKUP = re.compile(r"`|\s[>＞]\s")
"""In a name also what sets it off, and what joins names to a path."""
_PLAIN_SIGNS = frozenset("°©®™")

_TO_AGENTS = _any_of(
    r"<\|[^|>]*\|>|\[/?INST\]|<<<\s*(?:BEGIN|END)\b",
    r"#{2,}\s*(?:system|instruction|user|assistant)\b",
    r"\A\s*(?:system|assistant|user|human|developer)\s*:|\A\s*(?:系统|助手|用户)\s*[:：]",
    r"\b(?:ignore|disregard|forget|override)\b.{0,12}\b(?:previous|prior|above|earlier|preceding"
    r"|all|any|your|the|these|system)\b.{0,12}\b(?:instructions?|prompts?|guidelines|directions)\b",
    r"\b(?:ignore|disregard|forget) (?:everything |all )?(?:of )?(?:the )?above\b",
    r"\byou (?:are|must act as) (?:now )?(?:an? |the )?"
    r"(?:helpful )?(?:assistant|ai|language model|judge|critic|merger|reviewer)\b",
    r"(?:忽略|无视|忘掉|忘记|不要理会|不必理会|不用管)掉?.{0,4}"
    r"(?:以上|上述|上面|之前|前面|先前|所有|一切|全部|你的|系统).{0,6}"
    r"(?:指令|指示|要求|规则|提示|设定|内容)",
    r"你(?:现在)?(?:是|扮演).{0,12}(?:助手|语言模型|评委|裁判|审核员|合并者)",
)
"""What no request of a person needs either."""
_TO_JUDGES = _any_of(
    r"\b(?:judges?|critics?|mergers?|evaluators?|graders?|assistants?|llms?)\b.{0,20}"
    r"\b(?:must|should|shall|will|have to|please)\b.{0,12}"
    r"\b(?:accept|approve|keep|pass|score|rate|choose|select|prefer)\b",
    r"\b(?:accept|approve|keep)\b.{0,20}\b(?:this|these|all|every|me)\b.{0,20}"
    r"\b(?:entr(?:y|ies)|proposals?|suggestions?|candidates?|categor(?:y|ies))\b",
    r"\b(?:do not|don't|never) (?:merge|drop|remove|rename|screen)(?: or \w+)? "
    r"(?:this|it|me|these|any|the entr)",
    r"\b(?:this|the) (?:entry|category|name)\b.{0,8}\b(?:must|may) not be\b",
    r"\bsystem prompt\b|\bgive (?:it|this|me) (?:a )?(?:full marks|pass|5)\b",
    r"(?:请|务必|必须|一定要)(?:直接|全部|都)?(?:接受|通过|保留|采纳|收下|打).{0,12}"
    r"(?:本条|此条|这条|该条|以上|全部|所有|满分|高分|5 ?分|五分)",
    r"(?:评委|裁判|审核员|合并者|评审).{0,8}(?:必须|应当|应该|请|务必).{0,6}"
    r"(?:接受|通过|保留|采纳|打|给)",
    r"(?:本|此|该|这)(?:条|个|一)?(?:条目|类别|名称|项)?.{0,4}"
    r"不(?:得|要|能|许|准|应)被?(?:合并|删除|删掉|去掉|改名|筛掉)",
    r"系统提示词?(?:如下|是|为|[:：])",
)
_REST = _any_of(
    r"\A(?:others?|misc(?:ellaneous|ellanea)?|various|generic|uncategori[sz]ed|unclassified"
    r"|unspecified|etc|and so on|n/?a|none(?: of (?:the above|these))?|unknown|remainder|the rest"
    r"|everything else|anything else|all (?:the )?rest"
    r"|general(?: (?:questions?|issues?|topics?|matters?|(?:in|en)quir(?:y|ies)))?)\.?\Z",
    r"\A(?:(?:any |all )?other|misc(?:ellaneous|\.)?|various|assorted)\s",
    r"\b(?:and|or|&)\s+(?:others?|more|miscellaneous|misc)\.?\Z",
    r"[(（](?:other|misc\w*|其他|其它)[)）]\Z",
    r"\A(?:杂项|杂类|未分类|未归类|不限|综合|通用|一般|等等?|待定|无|以上都不是|以上皆非)"
    r"(?:类|类别|分类|问题|情况|事项|内容)?\Z",
    r"\A(?:其他|其它|其余)|[及与和、等](?:其他|其它|其余)\w{0,4}\Z|[，,、].*等等?\Z|\s等等?\Z",
)


def name_fault(name: str, language: str) -> Fault | None:
    """What makes a text no name."""
    if not any(character.isalnum() for character in name):
        return "bare", "name"
    return (
        _unusable("name", name, name_problem)
        or _instruction("name", name, _TO_AGENTS, _TO_JUDGES)
        or _markup("name", name)
        or (("other", "") if _REST.search(name) else None)
        or _script(name_script_problem(name, language), "name")
    )


def definition_fault(text: str, language: str) -> Fault | None:
    """What makes a text no definition."""
    return (
        _unusable("definition", text, prose_problem)
        or _instruction("definition", text, _TO_AGENTS, _TO_JUDGES)
        or _markup("definition", text)
        or _script(prose_script_problem(text, language), "definition")
    )


def example_fault(text: str, language: str) -> Fault | None:
    """What makes a text no request; one about code may hold code."""
    return (
        _unusable("example", text, prose_problem)
        or _instruction("example", text, _TO_AGENTS)
        or _script(prose_script_problem(text, language), "example")
    )


def _unusable(
    part: str, text: str, problem: Callable[[str], tuple[str, str] | None]
) -> Fault | None:
    """What keeps a text from being looked at any further. Its length comes before all patterns."""
    if not text:
        return "bare", part
    columns = sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
    if columns > LONGEST[part]:
        return "long", f"{part}: {columns} columns"
    hidden = _unassigned(text) or (problem(text) or ("",))[0]
    return ("hidden", f"{part}: {hidden}") if hidden else None


def _unassigned(text: str) -> str:
    """A character that has no meaning of its own."""
    found = next((c for c in text if unicodedata.category(c) in {"Co", "Cn"}), "")
    return f"contains U+{ord(found):04X}" if found else ""


def _instruction(part: str, text: str, *patterns: re.Pattern[str]) -> Fault | None:
    found = next((match for pattern in patterns if (match := pattern.search(text))), None)
    return ("instruction", f"{part}: {found[0][:60]}") if found else None


def _markup(part: str, text: str) -> Fault | None:
    found = _MARKUP.search(text) or (_NAME_MARKUP.search(text) if part == "name" else None)
    if found:
        return "markup", f"{part}: {found[0][:60]}"
    sign = next((c for c in text if unicodedata.category(c) == "So" and c not in _PLAIN_SIGNS), "")
    return ("markup", f"{part}: U+{ord(sign):04X}") if sign else None


def _script(problem: str, part: str) -> Fault | None:
    return ("script", f"{part}: {problem}") if problem else None
