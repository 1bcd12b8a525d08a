"""Figures of matplotlib: made without its global state, and saved so that Chinese can be read.

Knows nothing of what they show. An SVG keeps its text as text, which any browser can draw; a PNG
needs a font that has the characters.
"""

import warnings
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from ..errors import InputError
from .render import safe

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "SimHei",
    "Sarasa Gothic SC",
    "LXGW WenKai",
    "Droid Sans Fallback",
    "Arial Unicode MS",
    "SimSun",
)
"""Families that have Chinese characters, the better ones first."""
_PLAIN = "DejaVu Sans"
"""Comes with matplotlib."""
_DPI = 150
_SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "taxoloom"}


def figure(width: float, height: float) -> "Figure":
    """An empty figure of that many inches. Raises InputError without matplotlib."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError(
            "pictures need matplotlib", hint="pip install 'taxoloom[plots]'"
        ) from error
    return Figure(figsize=(width, height), facecolor="white")


def save(made: "Figure", path: Path) -> str:
    """Write a figure as PNG or SVG; returns what its reader should know, or "".

    The same figure gives the same bytes.
    """
    import matplotlib
    from matplotlib.font_manager import fontManager
    from matplotlib.text import Text

    from ..store import written_whole

    families = [*chinese(fontManager.get_font_names()), _PLAIN]
    texts = made.findobj(Text)
    for text in texts:
        text.set_fontfamily(families)
        # A name with two dollar signs is a name, no formula.
        text.set_parse_math(False)
    suffix = path.suffix.lower().lstrip(".")
    missing = "" if suffix == "svg" else _missing("".join(t.get_text() for t in texts), families)
    kept = BytesIO()
    with matplotlib.rc_context(_SETTINGS), warnings.catch_warnings():
        # We say it ourselves, once, and with a remedy.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        undated = {"Date": None} if suffix == "svg" else {}
        made.savefig(kept, format=suffix, dpi=_DPI, metadata=undated)
    with written_whole(path) as file:
        file.buffer.write(kept.getvalue())
    if not missing:
        return ""
    return (
        f"note: no installed font has {missing[:8]!r}: boxes stand for such characters.\n"
        "  Install one, such as Noto Sans CJK SC or WenQuanYi Micro Hei, or write an .svg"
    )


def chinese(installed: Iterable[str]) -> list[str]:
    """The families among those installed that have Chinese characters, the best one first."""
    names = list(installed)
    known = [name for name in _CHINESE if name in names]
    return known or sorted(name for name in names if "CJK" in name)


def cut(text: str, room: float) -> str:
    """A text on one line, cut to a width in ems; "" where not even its beginning fits.

    Estimated, as an SVG is shown with fonts that are not here.
    """
    line = " ".join(safe(text).split())
    if width(line) <= room:
        return line
    kept = list(_fitting(line, room - _em("…")))
    return "".join(kept).rstrip() + "…" if len(kept) > 1 else ""


def width(text: str) -> float:
    """The width of a text in ems, estimated."""
    return sum(map(_em, text))


def _em(character: str) -> float:
    return 1.0 if east_asian_width(character) in "WF" else 0.62


def _fitting(line: str, room: float) -> Iterator[str]:
    for character in line:
        room -= _em(character)
        if room < 0:
            return
        yield character


def _missing(text: str, families: Iterable[str]) -> str:
    """The characters that none of the families has."""
    from matplotlib.font_manager import FontProperties, findfont
    from matplotlib.ft2font import FT2Font

    known: set[int] = set()
    for family in families:
        known |= FT2Font(findfont(FontProperties(family=[family]))).get_charmap().keys()
    return "".join(c for c in dict.fromkeys(text) if ord(c) not in known and c.isprintable())
