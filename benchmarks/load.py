"""How long a taxonomy of 100,000 categories takes to load, and how much memory, by format.

    python benchmarks/load.py [--nodes 100000] [--json]

The same made-up taxonomy (ids of its own, names in Chinese and English, five levels) is written in
every text format, and loaded and validated in a process of its own. First marks: 3 s and 400 MB.
The memory is that of the whole process, Python and networkx included. `rows` are the flat rows
that YAML and JSON files may hold instead of nested children.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taxoloom.taxonomy import Taxonomy

SUFFIXES = {"markdown": "md", "paths": "txt"}
WIDTH = 18
"""Children of a category: five levels for 100,000."""


def made_up(count: int) -> "Taxonomy":
    from taxoloom.taxonomy import Node, Taxonomy

    nodes = [Node("c0", "商品 Products")]
    for number in range(1, count):
        parent = nodes[(number - 1) // WIDTH]
        name = f"品类{number} 与 配件" if number % 2 else f"Category {number} & Parts"
        nodes.append(Node(f"c{number}", name, parent))
    return Taxonomy(nodes)


def write_all(count: int, folder: Path) -> None:
    """The same taxonomy in every format."""
    from taxoloom.taxonomy.formats.plain_data import PlainData
    from taxoloom.taxonomy.formats.write import TARGETS, write
    from taxoloom.taxonomy.formats.write_json import json_text
    from taxoloom.taxonomy.formats.write_yaml import yaml_document

    taxonomy = made_up(count)
    texts: dict[str, str] = {target: write(taxonomy, target) for target in TARGETS}
    data = PlainData(taxonomy)
    rows = {"nodes": [data.row(node) for node in taxonomy.walk()]}
    texts |= {"yaml rows": yaml_document(rows), "json rows": json_text(rows)}
    for name, text in texts.items():
        kind = name.split()[0]
        (folder / f"{name}.{SUFFIXES.get(kind, kind)}").write_text(text, encoding="utf-8")


def measure(path: Path) -> None:
    """Load one file, and print what it took."""
    from taxoloom.taxonomy import load

    start = time.perf_counter()
    taxonomy = load(path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"nodes": len(taxonomy), "seconds": seconds, "megabytes": peak}))


def again(*words: str) -> str:
    """Run this file in a new process."""
    command = [sys.executable, __file__, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--nodes", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write:
        write_all(asked.nodes, asked.write)
        return 0
    if asked.measure:
        measure(asked.measure)
        return 0
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        # In processes of their own, also since a child's peak is never below its parent's.
        again("--nodes", str(asked.nodes), "--write", folder)
        for path in sorted(Path(folder).iterdir()):
            found[path.stem] = json.loads(again("--measure", str(path)))
            assert found[path.stem]["nodes"] == asked.nodes
    if asked.json:
        print(json.dumps(found, indent=2))
        return 0
    print(f"{asked.nodes:,} categories   seconds (mark 3.00)   megabytes (mark 400)")
    for name, one in found.items():
        print(f"{name:20} {one['seconds']:14.2f} {one['megabytes']:22.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
