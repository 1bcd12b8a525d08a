"""Parts of a text that no typo may touch, since its meaning hangs on them letter by letter.

Code, addresses, placeholders, formulas and numbers, also those in words. Knows nothing of typos.
"""

import re

_PARTS = (
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})[\s\S]*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)",
    r"(?<!`)(?P<ticks>`+)(?!`)[\s\S]+?(?<!`)(?P=ticks)(?!`)",
    r"^(?: {4}|\t).*$",
    r"(?:[a-z][a-z0-9+.\-]*://|www\.)[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+",
    r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+",
    r"\{\{[^{}\n]*\}\}|\$?\{[^{}\n]*\}|\[[^\[\]\n]*\]|<[^<>\n]*>|【[^【】\n]*】",
    r"%\(\w+\)[a-z]|%[a-z]|\$[^$\n]+\$|\$\w+",
    r"[^\W\u4e00-\u9fff]*_\w*",
    r"[+\-−]?[A-Za-z]*\d(?:[\w.,:/%‰°\-]*[\w%‰°])?",
    r"[零〇一二三四五六七八九十百千万亿两半几]+",
    r"\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|"
    r"thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|half|third|"
    r"quarter|dozen)s?\b",
    r"[`~]+",
)
_PROTECTED = re.compile("|".join(_PARTS), re.MULTILINE | re.IGNORECASE)


def protected(text: str) -> list[tuple[int, int]]:
    """Start and end of each such part, in order."""
    return [found.span() for found in _PROTECTED.finditer(text) if found.group()]
