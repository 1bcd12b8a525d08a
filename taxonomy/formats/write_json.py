"""Writes a taxonomy as a JSON file, in the shape that YAML files have.

Knows JSON alone; what stands in the file is decided in `plain_data`.
"""

import json
from typing import Any

from ..names import HIDDEN
from ..tree import Taxonomy
from .plain_data import PlainData


def to_json(taxonomy: Taxonomy) -> str:
    """The taxonomy as a JSON file; `load` gives it back, ids included."""
    return json_text(PlainData(taxonomy).whole(), indent=2) + "\n"


def json_text(data: Any, indent: int | None = None) -> str:
    """Plain data as JSON that keeps every writing system readable and hides nothing."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
