"""Code that stands in a text without a fence, as in many data sets: its lines, and its language.

Goes by what lines look like and never parses anything. A line of prose that looks like one of code
is rare, and an assignment alone is no sign, since sums are written so.
"""

import re
from functools import lru_cache

_MARKS = (";", "{", "}", "</", "def ", "import ", "print(", "FROM ", "#!", "#include",
          "()", "):", "= ")  # fmt: skip
"""Code without any of these is rare, and not looked for: nearly every text is prose."""
_SURE = re.compile(
    r"""(?![^\n]*[a-z]{3}[.!?][ ])\s*(?:
      [^\n]*[=(\[+\-.'"`>)\]][^\n]*;[ \t]*(?://[^\n]*|/\*[^\n]*)?  # a statement that ends in ;
    | [^\n。，]*[)=>\w"'\]][ \t]*\{[ \t]*(?://[^\n]*)?              # what opens a block
    | [})\]]+[ \t]*(?:(?:else|catch|while|from)\b[^\n]*)?[;,)]*
    | (?:break|continue|return|pass|fi|done|esac);?
    | (?:else|try|finally):
    | (?:async[ ]+)?def[ ]\w+[?!]?[ ]*(?:\([^\n]*\))?[^\n]*:?
    | class[ ][A-Z]\w*[^\n.]*[:{]
    | (?:for|while|if|elif|with|except)[ (][^\n]*[()\[\]=<>][^\n]*(?::|\]|then)
    | for[ ]\w+(?:,[ ]?\w+)*[ ]in[ ][^\n]*[:}]
    | (?:import[ ][\w.]+(?:[ ]as[ ]\w+)?|from[ ][\w.]+[ ]import[ ][^\n]+)
    | return[ ][^\n]*[()\[\]=+*/%_.][^\n]*[^.。\s]
    | (?:const|let|var|public|private|protected|static|function)[ ][^\n]*[({=;][^\n]*
    | (?:(?:public|private|protected|static|final|abstract)[ ])+(?:class|interface|enum)[ ]\w[^\n.]*
    | (?:int|void|double|float|char|bool|string)[ ]\w+\([^\n]*\)
    | \#(?:include|define|ifdef|endif|!/)[^\n]* | <\?php | \?>
    | [A-Z]{4,6}[ ][^\n]*[ ]FROM[ ]\w[^\n]*
    | (?:SELECT|INSERT[ ]INTO|UPDATE|DELETE[ ]FROM|CREATE[ ](?:TABLE|VIEW|INDEX)|ALTER[ ]TABLE)
        [ ][^\n]+
    | <(?:/?(?:html|head|body|title|meta|link|script|style|div|p|h[1-6]|ul|ol|li|table|t[rdh]|a|img
        |span|button|form|input|label|select|option|center|svg|nav|main|section|header|footer|br|hr)\b
        |!DOCTYPE|\?xml)[^\n]*>
    | [a-z_][\w.]*(?:\[[^\n\]]*\])*\([^\n]*\)[ \t]*(?:(?:\#|//)[^\n]*)?
    | [A-Za-z_$][\w.]*(?:\[[^\n\]]*\])*[ ]*[-+*/|%]?=[ ]*(?:[\[{"'`]|[a-z_][\w.]*[(\[]|new[ ])
        (?![^\n]*\)[ ]*=)[^\n]*
    )[ \t]*""",
    re.VERBOSE,
)
_LIKELY = re.compile(
    r"""[ \t]+\S[^\n]*[^.。！？!?\s][ \t]* | \s*[{}] | \s*(?://|\#|--|/\*|\*)[^\n]*
    | \s*(?:do|then|else|end)[ \t]*
    | \s*[A-Za-z_$][\w.,\[\] ]*[ ]*[-+*/|%]?=[^=\n]+ | \s*return[ ][^\n]*[^.。]
    | \s*(?:FROM|WHERE|GROUP|HAVING|ORDER|(?:LEFT|INNER|RIGHT)?[ ]?JOIN|SET|VALUES
        |LIMIT)\b[^\n]*
    | \s*(?:Module|Sub|End|Dim|For|Next|If)\b[^\n.]*""",
    re.VERBOSE,
)
"""Lines that are code where they stand beside one that surely is."""
_SAID = re.compile(r"^\s*(?!//|#|--|/?\*)\S[^\n]*[.!?。！？，：]\s*$")
"""A line of prose, which ends as sentences end."""
_PATTERN = re.compile(r"\s*[\^/(\[\\][^\s\u3400-\u9fff，。]{5,}[$/)\]*+]\w{0,3}\s*")
"""A regular expression, alone."""
_VISIBLE = re.compile(r"[^\n]")
_LONGEST = 600
"""Characters of a line of code; longer ones cost too much to look at."""
_MOST_PROSE = 0.15
_LEAST_SURE = 0.2
_STRING = re.compile(r"""//[^\n]*|\#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")
_SQL = re.compile(r"\s*(?:SEL\w+|INSERT\s+INTO|UPDATE|DELETE FROM|CREATE TABLE|WITH)\b")
_PYTHON = re.compile(
    r"^[ \t]*(?:def \w+\(.*\):|class \w+.*:|import \w|from \w+ import|print\s?\()", re.MULTILINE
)
_NO_PYTHON = re.compile(r"[;{]\s*$", re.MULTILINE)


@lru_cache(maxsize=256)
def _runs(text: str) -> tuple[tuple[int, int], ...]:
    """From where to where lines of code stand; the lines of a run may be blank between."""
    if "```" in text or "~~~" in text or not any(mark in text for mark in _MARKS):
        return ()
    runs: list[tuple[int, int]] = []
    start, end, sure, at = -1, 0, False, 0
    for line in (*text.split("\n"), "."):
        said = len(line) > _LONGEST or _SAID.search(line)
        surely = not said and bool(_SURE.fullmatch(line))
        if surely or (not said and line.strip() and _LIKELY.fullmatch(line)):
            start, end = (at if start < 0 else start), at + len(line)
            sure = sure or surely
        elif line.strip():
            if sure:
                runs.append((start, end))
            start, sure = -1, False
        at += len(line) + 1
    return tuple(runs)


def without_bare_code(text: str) -> str:
    """The text with its lines of code blanked."""
    for start, end in _runs(text):
        text = text[:start] + _VISIBLE.sub(" ", text[start:end]) + text[end:]
    return _VISIBLE.sub(" ", text) if _is_pattern(text) else text


def _is_pattern(text: str) -> bool:
    return bool(_PATTERN.fullmatch(text)) and sum(map(text.count, "\\^$*+?[]{}|")) >= 3


def is_bare_code(text: str) -> bool:
    """Whether a text is code from its first line to its last, but for a few lines."""
    runs = _runs(text)
    if not runs or text[: runs[0][0]].strip():
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    left = [line for line in without_bare_code(text).split("\n") if line.strip()]
    sure = sum(bool(_SURE.fullmatch(line)) for line in lines)
    return len(left) <= len(lines) * _MOST_PROSE and sure >= len(lines) * _LEAST_SURE


_HALF = re.compile(
    r"(?:[-+*=<&|,:\\]|(?<!\*)/|\b(?:and|or|not|in|is|if|for|def|import|from|new))\s*$"
)


def is_cut(text: str) -> bool:
    """Whether bare code breaks off: with a bracket open, or in mid-statement."""
    bare = _STRING.sub("''", text)
    still_open = any(bare.count(left) > bare.count(right) for left, right in ("()", "[]", "{}"))
    return still_open or bool(_HALF.search(bare))


def kind_of(text: str, asked: str) -> str:
    """The language of bare code, where the request or the code says it; "" otherwise."""
    if not is_bare_code(text):
        return ""
    asked = asked.casefold()
    if _SQL.match(text) or "sql" in asked:
        return "sql" if any(word in asked for word in ("sql", "query", "查询")) else ""
    if _NO_PYTHON.search(text) or not ("python" in asked or _PYTHON.search(text)):
        return ""
    return "python"
