"""Parts of a text that no typo may touch, since its meaning hangs on them letter by letter.

Code, addresses, placeholders, formulas and numbers, also those in words. Rather too much than too
little. Knows nothing of typos.
"""

import re

_HAN = r"\u4e00-\u9fff"
_LETTER = rf"[^\W{_HAN}]"
"""Of a word that is not Chinese; digits and underscores too."""
# Repeats are bounded where nothing behind them need follow, or a long word would take its square.
_PARTS = (
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[\s\S]*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    r"(?<!`)(?P<ticks>`+)(?!`)[\s\S]+?(?<!`)(?P=ticks)(?!`)",
    r"^(?: {4}|\t).*$",
    rf"(?:[a-z][a-z0-9+.\-]{{0,20}}://|www\.)[^\s\u3000-\u303f\uff00-\uffef{_HAN}]+",
    rf"(?:{_LETTER}|[.+\-]){{1,64}}@(?:{_LETTER}|-)+(?:\.(?:{_LETTER}|-)+)+",
    # Hosts, files, members, with a path or a call behind.
    rf"(?:{_LETTER}|-){{1,64}}(?:\.(?:{_LETTER}|-)+)+(?:/[\w.\-/]*|\([^()\n]*\))?",
    r"(?<![\w/])(?:[a-z]:\\|~?/|\.{1,2}/)[a-z0-9_.\-\\/]+",
    r"\{\{[^{}\n]*\}\}|[$#]?\{[^{}\n]*\}|\[[^\[\]\n]*\]|<[^<>\n]*>|【[^【】\n]*】",
    r"%\(\w+\)[a-z]|%[a-z]|\$[^$\n]+\$|\$\w+|&#?[a-z0-9]+;|[@#][a-z0-9_]+",
    r"\\\(.{0,500}?\\\)|\\[a-z]+(?:\{[^{}\n]*\})*|\\.",
    rf"{_LETTER}{{0,64}}_{_LETTER}*|(?-i:\b[a-z]+[A-Z]){_LETTER}*",
    r"[+\-−]?(?:[a-z]{1,20}-){0,3}[a-z]{0,20}\d(?:[\da-z.,:/%‰°\-]*[\da-z%‰°])?",
    r"[零〇一二三四五六七八九十百千万亿两半几壹贰叁肆伍陆柒捌玖拾佰仟]+",
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|half|third|"
    r"quarter|dozen)s?\b",
    r"[`~]+",
)
_PROTECTED = re.compile("|".join(_PARTS), re.MULTILINE | re.IGNORECASE)


def protected(text: str) -> list[tuple[int, int]]:
    """Start and end of each such part, in order."""
    return [found.span() for found in _PROTECTED.finditer(text) if found.group()]
