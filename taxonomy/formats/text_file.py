"""Reads a file as text: UTF-8 with or without a mark, any line ends, nothing hidden.

Knows bytes and characters; what the text says is known to the readers of the formats.
"""

from pathlib import Path

from ..names import HIDDEN
from .rows import Faults

MAX_BYTES = 64 * 1024 * 1024
MAX_LINES = 2_000_000


def read_bytes(file: str, faults: Faults) -> bytes:
    """The content of a file of a size that a taxonomy may have."""
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        faults.fatal("there is no such file", None, hint="check the path of the taxonomy")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        faults.fatal(f"the file cannot be read: {reason}", None, hint="check path and permissions")
    if len(data) > MAX_BYTES:
        faults.fatal(
            f"the file is larger than {MAX_BYTES // 2**20} MB",
            None,
            hint="a taxonomy holds names and short definitions; split the file",
        )
    return data


def decode(data: bytes, faults: Faults) -> str:
    """The text of a file, with all line ends alike."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Python counts from behind the mark that it skipped.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        guess = "UTF-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "GBK"
        faults.fatal(
            f"the file is not UTF-8: byte 0x{data[at]:02x} at offset {at}",
            data.count(b"\n", 0, at) + 1,
            hint=f"save it as UTF-8, for example with `iconv -f {guess} -t UTF-8`",
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MAX_LINES:
        faults.fatal(
            f"the file has more than {MAX_LINES:,} lines", MAX_LINES + 1, hint="split the file"
        )
    line, counted = 1, 0
    for match in HIDDEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        faults.add(
            f"the control character U+{ord(match[0]):04X} stands in the text",
            line,
            hint="delete the character; it cannot be seen in an editor",
        )
    faults.raise_if_any()
    return text
