"""Files that appear whole or not at all. Knows nothing of what is in them."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ..errors import StoreError


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """A text file in UTF-8 that takes its place when the block ends well.

    Raises StoreError when it cannot be written; whatever goes wrong, the file is as it was before.
    """
    partial = path.with_name(path.name + ".part")
    try:
        # Replacing would put a file in the place of a device: as root, of /dev/null itself.
        if path.exists() and not path.is_file():
            raise StoreError(f"{path}: is not a regular file", hint="name another file")
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StoreError(
                f"{path}: cannot be written: {error.strerror}", hint="name another file"
            ) from error
        raise
