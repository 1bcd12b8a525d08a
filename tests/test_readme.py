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
from taxoloom.tests.support.recipes import ROOT

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


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_demo_prints_what_the_readme_shows(name: str) -> None:
    (shown,) = blocks(ROOT / name, "output")
    environ = {**os.environ, "COLUMNS": "100"}
    printed = run(["taxoloom", "demo"], environ).stdout
    assert [line.rstrip() for line in printed.strip().splitlines()] == shown.rstrip().splitlines()


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_command_of_the_readme_works(name: str, tmp_path: Path) -> None:
    plugin, prompt = blocks(ROOT / name, "python")[1], blocks(ROOT / name, "markdown")[0]
    (tmp_path / "fact_checker.py").write_text(plugin, encoding="utf-8")
    (tmp_path / "fact_checker.md").write_text(prompt, encoding="utf-8")
    with Endpoint(good, models=MODELS, key="sk-test").running() as endpoint:
        environ = {**os.environ, "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": endpoint.url}
        sample, runs = "", 0
        for words in commands(ROOT / name):
            if words[0] == "make":
                assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
                continue
            words = [re.sub(r"http://localhost:\d+/v1", endpoint.url, word) for word in words]
            words = [sample if word == "SAMPLE" else word for word in words]
            printed = run(words, environ)
            if words[1] == "generate":
                runs += 1
                found = run(["taxoloom", "samples", "--json", "--limit", "1"], environ)
                sample = json.loads(found.stdout)[0]["id"]
            if words[1] == "roles":
                assert "fact_checker" in printed.stdout
        assert runs == 4
    assert len((tmp_path / "data.jsonl").read_text(encoding="utf-8").splitlines()) == 24


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_script_of_the_readme_runs(name: str, tmp_path: Path) -> None:
    script = blocks(ROOT / name, "python")[0]
    run(["taxoloom", "init"], dict(os.environ))
    (tmp_path / "script.py").write_text(script, encoding="utf-8")
    printed = run(["script"], {**os.environ, "PYTHONPATH": str(tmp_path)}).stdout
    assert "verdict of editor" in printed
    assert (tmp_path / "out" / "sharegpt.jsonl").exists()
