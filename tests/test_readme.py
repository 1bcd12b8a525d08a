"""Both README files, block by block, as a reader would type them."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from taxoloom.tests.support.endpoint import Endpoint, good
from taxoloom.tests.support.recipes import ROOT, UNLABELLED

MODELS = ("gpt-4.1-mini", "qwen2.5:14b", "Qwen/Qwen3-8B")


def blocks(path: Path, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", path.read_text(encoding="utf-8"), re.S | re.M)


def commands(path: Path) -> Iterator[list[str]]:
    for block in blocks(path, "console"):
        for line in block.splitlines():
            yield shlex.split(line.removeprefix("$ "), comments=True)


def run(words: list[str], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words], env=environ, capture_output=True, text=True, check=True
    )


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_is_short(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) < 150


def test_both_readmes_show_the_same() -> None:
    ours, theirs = ROOT / "README.md", ROOT / "README.zh.md"
    assert list(commands(ours)) == list(commands(theirs))
    assert blocks(ours, "output") == blocks(theirs, "output")
    assert blocks(ours, "python")[0] == blocks(theirs, "python")[0]


def test_the_demo_prints_what_the_readme_shows() -> None:
    (shown,) = blocks(ROOT / "README.md", "output")
    printed = run(["taxoloom", "demo"], {**os.environ, "COLUMNS": "100"}).stdout
    # `make demo` calls the script by its path, the test calls the module.
    typed = re.sub(r"^  \S+ -m taxoloom ", "  .venv/bin/taxoloom ", printed, flags=re.M)
    lines = [line.rstrip() for line in typed.strip().splitlines()]
    assert [line for line in lines if line] == [line for line in shown.splitlines() if line]


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_role_of_the_readme_takes_its_place(name: str, tmp_path: Path) -> None:
    lay_out_role(name, tmp_path)
    words = ["taxoloom", "roles", "--plugin", "fact_checker.py", "--json"]
    found = json.loads(run(words, dict(os.environ)).stdout)
    assert [row["node"] for row in found][1:3] == ["writer", "fact_checker"]


def lay_out_role(name: str, folder: Path) -> None:
    plugin, prompt = blocks(ROOT / name, "python")[1], blocks(ROOT / name, "markdown")[0]
    (folder / "fact_checker.py").write_text(plugin, encoding="utf-8")
    (folder / "fact_checker.md").write_text(prompt, encoding="utf-8")


def test_every_command_of_the_readme_works(tmp_path: Path) -> None:
    lay_out_role("README.md", tmp_path)
    with Endpoint(good, models=MODELS, key="sk-test").running() as endpoint:
        environ = {**os.environ, "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": endpoint.url}
        sample, runs = "", 0
        for typed in commands(ROOT / "README.md"):
            if typed[0] == "make":
                assert f"\n{typed[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
                continue
            words = [re.sub(r"http://localhost:\d+/v1", endpoint.url, word) for word in typed]
            printed = run([sample if word == "SAMPLE" else word for word in words], environ)
            if words[1] == "init":
                with (tmp_path / "recipe.yaml").open("a", encoding="utf-8") as file:
                    file.write(f"checks: {json.dumps(UNLABELLED)}\n")
            if words[1] == "generate" and "--plugin" not in words:
                sample = json.loads(
                    run(["taxoloom", "samples", "--json", "--limit", "1"], environ).stdout
                )[0]["id"]
            runs += words[1] == "generate"
            if words[1] == "roles":
                assert "fact_checker" in printed.stdout
        assert runs == 5
    assert len((tmp_path / "data.jsonl").read_text(encoding="utf-8").splitlines()) == 24


def test_the_script_of_the_readme_runs(tmp_path: Path) -> None:
    run(["taxoloom", "init"], dict(os.environ))
    (tmp_path / "script.py").write_text(blocks(ROOT / "README.md", "python")[0], encoding="utf-8")
    printed = run(["script"], {**os.environ, "PYTHONPATH": str(tmp_path)}).stdout
    assert "verdict of editor" in printed
    assert (tmp_path / "out" / "sharegpt.jsonl").exists()
