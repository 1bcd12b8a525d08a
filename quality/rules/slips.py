"""Patterns of what a model says of itself, of how it declines, and of marks of chat templates.

The lists in `words.yaml` hold fixed phrases; these are the turns that vary too much to be listed.
All of them are for text in the form in which phrases are compared. Knows no request.
"""

import re

_MODEL_ZH = (
    r"(?:大型|大|智能|ai|小)?(?:ai|人工智能|语言模型|机器学习模型|聊天机器人|虚拟助手|智能助手"
    r"|对话模型)"
)
_KIND_ZH = r"(?:语言|大|对话)?(?:模型|助手|程序|系统|机器人|助理)?"
_NO_JOB_ZH = (
    r"(?!的|专业|工程|领域|研究|爱好|从业|方向|公司|课程|产品|行业|架构|算法|学|创业|开发|训练师"
    r"|讲师)"
)
_SELF_ZH = re.compile(
    rf"(?:作为|身为)(?:一[个名款种台位])?(?:{_MODEL_ZH}|机器人){_KIND_ZH},? ?"
    r"(?:我|无法|不能|没有|并不|并没|不具)"
    rf"|我(?:只|仅仅?|其实|不过)?是(?:一[个名款种台位])?(?:由[^,。\n]{{1,16}}的)?{_MODEL_ZH}{_KIND_ZH}"
    rf"{_NO_JOB_ZH}|我是(?:chatgpt|gpt-?\d|文心一言|通义千问)"
    r"|(?:我的|截至我的?|到我)(?:知识|训练|最后一次|最近一次)(?:库|数据)?(?:截止|更新|训练|数据)"
    r"|我的训练(?:数据|语料)"
)
_MODEL_EN = (
    r"(?:ai|artificial intelligence|(?:large )?language model|machine learning model|chatbot"
    r"|computer program|virtual assistant|llm)"
)
_NO_JOB_EN = (
    r"(?![- ]?\w{0,14} ?(?:engineer|researcher|student|specialist|enthusiast|developer|expert"
    r"|company|professional|consultant|scientist|teacher|skeptic|practitioner|lab|startup))"
)
_SELF_EN = re.compile(
    rf"\b(?:as|being) an? {_MODEL_EN}\b[^.!?\n]{{0,40}}?,? i(?:'m)?\b"
    rf"|\bi(?:'m| am) (?:just |only |merely |simply )?an? {_MODEL_EN}\b{_NO_JOB_EN}"
    r"|\bi(?:'m| am) chatgpt\b|\bi was (?:trained|developed|created) by (?:openai|anthropic|google)"
    r"|\bmy (?:knowledge cut-?off|last (?:knowledge |training )?update|training data)\b"
)


def talk_of_self(text: str) -> re.Match[str] | None:
    """Where a text says that a model speaks."""
    if not text.isascii() and (found := _SELF_ZH.search(text)):
        return found
    return _SELF_EN.search(text) if " i" in text or "my " in text or text[:1] == "i" else None


_REFUSES_ZH = re.compile(
    r"(?:抱歉|对不起|不好意思|遗憾|请原谅),? ?(?:但是?)?(?:这个[^,。]{1,6},? ?)?"
    r"(?:作为[^,。]{1,10},? ?)?(?:我|我们|本助手)?(?:目前|现在|暂时|可能)?"
    r"(?:无法|不能|没办法|没法|不可以|不便|无权)(?:再?为您|再?为你|向您|向你|给您|给你)?"
    r"(?:提供|回答|协助|完成|满足|帮助|帮您|帮你|生成|处理|执行|预订|讨论|参与|给出|继续|做到)"
)
_REFUSES_EN = re.compile(
    r"(?:sorry|apologi[sz]e|unfortunately|afraid|regret)\b[^.!?\n]{0,30}?\bi(?:'m| am)? ?(?:can't"
    r"|cannot|can not|won't|will not|unable to|not able to|could not|must decline)(?: be able to)? "
    r"(?:help|assist|do|answer|provide|fulfil|fulfill|comply|complete|discuss|generate|support|share)"
    r"|^\W*i (?:can't|cannot|can not|won't|will not|must|am unable to|am not able to) "
    r"(?:assist|comply|fulfill?|decline|help (?:you )?with (?:this|that)|answer (?:this|that))"
)


def declines(text: str) -> re.Match[str] | None:
    """Where the opening of a text turns the request down."""
    return (None if text.isascii() else _REFUSES_ZH.search(text)) or _REFUSES_EN.search(text)


_MARK = re.compile(
    r"<\|[a-z_▁0-9]{2,40}\|>|<(?:eos|bos|pad|unk|eoa|eoh|eot|eop|sop)>"
    r"|<reserved_\d+>|<extra_id_\d+>|\[(?:pad|unk|gmask|eos|bos)\]|<start_of_turn>|<end_of_turn>|<(?:human|bot|user|assistant)>:"
    r"|#{2,} ?(?:instruction|response|input|human|assistant|user"
    r"|指令|回答|回复|问题|输入|输出|指示) ?:"
)
_TURN = re.compile(r"(?i)\n(?:human|assistant|user|ai|用户|助手|机器人) ?[:：]")
_STRUCK = ("<s>", "</s>")
"""Begin and end of a sequence; in a page, of what is struck out."""


def template_mark(text: str) -> str:
    """A mark of a chat template that a text holds, "" for none."""
    if "<" in text or "[" in text or "##" in text:
        if found := _MARK.search(text):
            return found[0]
        if text.count(_STRUCK[0]) != text.count(_STRUCK[1]):
            return _STRUCK[0] if _STRUCK[0] in text else _STRUCK[1]
    return ""


def next_turn(text: str) -> str:
    """The head of a further turn that a text goes on with, "" for none; for text with its lines."""
    found = _TURN.search(text)
    return found[0].strip() if found else ""
