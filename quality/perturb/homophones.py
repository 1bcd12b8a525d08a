"""Chinese characters that sound the same, tone included.

Of the 3,755 characters of GB 2312's first level, which holds the frequent ones, those with one
reading: a character with several might sound otherwise where it stands.
"""

from collections import defaultdict
from functools import cache


@cache
def homophones() -> dict[str, str]:
    """Each character to the others that sound as it does."""
    # Loads its dictionary, which few commands need.
    from pypinyin.constants import PINYIN_DICT

    groups = defaultdict[str, list[str]](list)
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            # The last five cells of the level are empty.
            character = bytes((row, cell)).decode("gb2312", "ignore")
            reading = PINYIN_DICT.get(ord(character), ",") if character else ","
            if "," not in reading:
                groups[reading].append(character)
    return {
        one: "".join(other for other in group if other != one)
        for group in groups.values()
        for one in group
        if len(group) > 1
    }
