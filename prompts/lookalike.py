"""What looks like a delimiter or like a role mark of a chat template, made harmless in a text.

Only the opening brackets are changed, to ‹, so that what was written can still be read and quoted.
Knows nothing of calls and tokens.
"""

import re
import unicodedata

_OPENERS = "<＜﹤‹«˂ᐸᑅ≺≪⋘⪡⫷〈〈《⟨⟪❬❮❰⦑⧼"
_CLOSERS = ">＞﹥›»˃ᐳ≻≫⋙⪢⫸〉〉》⟩⟫❭❯❱⦒⧽"
# White space, what nobody sees, and what sits on top of another character. In a bracket of a
# regular expression.
_UNSEEN = (
    r"\s\\\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0000-\U000e01ef"
)
_GAP = re.compile(f"[{_UNSEEN}]")
_ONE, _TWO, _THREE = (f"[{signs}][{_UNSEEN}]*+" for signs in (_OPENERS, "≪⪡«《⟪", "⋘⫷"))
_RUN = re.compile(f"(?:{_ONE}){{3,}}|{_ONE}{_TWO}|{_TWO}{_ONE}|{_THREE}")
"""Three of them, be it in fewer signs."""
_OPENER = re.compile(f"[{_OPENERS}]")
_HEREDOC = re.compile(rf"<<<[A-Za-z_]\w*[ \t\r]*\n(?!(?s:.{{0,80}})[{_CLOSERS}]{{3}})")
"""PHP's way to begin a long string: code that must stay as it is, and closes nothing."""
_ROLE = re.compile(
    r"<(?=[|｜][\w▁/-]{1,40}[|｜]>|/?(?:start|end)_of_turn>|</?SYS>>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])"
)
"""Many servers read these as the end of a message, wherever they stand."""
_WORDS = ("begin", "end", "开始", "開始", "结束", "結束")
_LIKE = {
    "b": "вβʙᏴᗷꓐⲃ8",
    "d": "ᴅᎠᗞꓓԁⅾ",
    "e": "еεєᴇᎬꓰⲉ3ҽ∃",
    "g": "ɢᏀԍꓖɡ6",
    "i": "іιıɪꓲⲓӏl1|!",
    "n": "νɴиꓠⲛпո",
}
_LETTER = {like: letter for letter, alike in _LIKE.items() for like in alike}
_ENCLOSED = ((0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26))
"""Letters in discs and squares that Unicode does not trace to plain ones."""


def harmless(text: str) -> str:
    """The text, unable to pass for a delimiter or to end a message of a chat template."""
    safe = _RUN.sub(_bracketed, text)
    return _ROLE.sub(lambda found: "‹" if found[0] == "<" else "［", safe)


def _bracketed(run: re.Match[str]) -> str:
    if _HEREDOC.match(run.string, run.start()) or not _names_delimiter(run.string, run.end()):
        return run[0]
    return _OPENER.sub("‹", run[0])


def _names_delimiter(text: str, at: int) -> bool:
    """Whether the next letters that can be seen are those of BEGIN or END."""
    word = ""
    for place in range(at, len(text)):
        if _GAP.match(text[place]):
            continue
        word += _letter(text[place])
        if word in _WORDS:
            return True
        if not any(known.startswith(word) for known in _WORDS):
            return False
    return False


def _letter(char: str) -> str:
    for first, count in _ENCLOSED:
        if first <= ord(char) < first + count:
            return chr(ord("a") + ord(char) - first)
    plain = unicodedata.normalize("NFKD", char).strip("()")[:1].casefold()
    return _LETTER.get(plain, plain)
