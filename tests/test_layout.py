"""The shape of the project: who imports whom, what the package holds, what it costs to import."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import taxoloom

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "errors": set[str](),
    "recipe": set[str](),
    "taxonomy": {"errors"},
    "prompts": {"errors"},
    "models": {"errors"},
    "quality": {"taxonomy", "errors"},
    "store": {"errors"},
    "agents": {"taxonomy", "prompts", "models", "quality", "errors"},
    "graphs": {"agents", "taxonomy", "prompts", "models", "quality", "store", "recipe", "errors"},
    "cli": {
        "graphs",
        "agents",
        "taxonomy",
        "prompts",
        "models",
        "quality",
        "store",
        "recipe",
        "errors",
    },
}
"""Folder or root module to those that it may import; imports go one way."""
SOURCES = sorted(
    path
    for part in MAY_IMPORT
    for path in [*ROOT.glob(f"{part}.py"), *ROOT.glob(f"{part}/**/*.py")]
)


def imported(path: Path) -> Iterator[str]:
    """Parts of the project that a module imports, wherever in the module."""
    inside = len(path.relative_to(ROOT).parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == inside:
            if node.module:
                yield node.module.split(".")[0]
            else:
                yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("taxoloom."):
            yield (node.module or "").split(".")[1]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0].removesuffix(".py")
    allowed = MAY_IMPORT[own] | {own, "__version__"}
    assert set(imported(path)) <= allowed


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_are_short_and_say_what_they_are(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_functions_are_short(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, node.name


INSIDE = {
    "formats": set[str](),
    "planning": set[str](),
    "measuring": {"planning"},
    "growing": {"formats"},
}
"""Folder of the taxonomy to the others there that it may import, beside what stands at the top."""


@pytest.mark.parametrize("folder", INSIDE)
def test_imports_within_the_taxonomy_go_one_way(folder: str) -> None:
    found = set()
    for path in (ROOT / "taxonomy" / folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 2:
                found.add((node.module or "").split(".")[0])
    assert found & set(INSIDE) <= INSIDE[folder]


def test_sql_stands_in_the_store_alone() -> None:
    for path in SOURCES:
        if path.parent.name != "store":
            text = path.read_text(encoding="utf-8")
            assert "SELECT " not in text, path
            assert "INSERT " not in text, path


def test_the_package_list_is_what_is_on_disk() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(settings["tool"]["setuptools"]["packages"])
    beside = {"tests", "benchmarks", "examples", "docs", "build", "dist"}
    folders = (path.parent.relative_to(ROOT).parts for path in ROOT.glob("**/__init__.py"))
    on_disk = {
        ".".join(("taxoloom", *parts))
        for parts in folders
        if not parts or (parts[0] not in beside and not parts[0].startswith("."))
    }
    assert listed == on_disk


def test_every_data_file_is_declared() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = settings["tool"]["setuptools"]["package-data"]
    for folder in MAY_IMPORT:
        for path in (ROOT / folder).glob("**/*.*"):
            if path.suffix not in (".py", ".pyc"):
                parts = path.parent.relative_to(ROOT).parts
                above = (".".join(("taxoloom", *parts[:end])) for end in range(1, len(parts) + 1))
                patterns = [pattern for package in above for pattern in declared.get(package, [])]
                assert any(path.match(pattern) for pattern in patterns), path


def test_public_names_are_all_there() -> None:
    for name in taxoloom.__all__:
        assert getattr(taxoloom, name) is not None
    assert set(taxoloom.__all__) - {"__version__"} == set(taxoloom._HOME)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, taxoloom.cli.app, taxoloom.cli.generate, taxoloom.cli.look, "
        "taxoloom.cli.setup, taxoloom.cli.taxonomy, taxoloom.cli.grow; "
        "print([name for name in ('langgraph', 'langchain_core', 'langchain_openai', 'openai', "
        "'networkx', 'sqlite_utils', 'pydantic', 'jinja2', 'aiohttp') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_pins_name_no_host() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text
        for line in text.splitlines():
            assert line.startswith(("    --hash=sha256:",)) or "==" in line, line


def test_the_wheel_runs_from_another_folder(tmp_path: Path) -> None:
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    copy = tmp_path / "source"
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    subprocess.run([*wheel, "--wheel-dir", str(tmp_path), str(copy)], check=True)
    (built,) = tmp_path.glob("taxoloom-*.whl")
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    # Dependencies come from the folder that the tests run with; its editable install does not,
    # since a path file in a folder that is only added to the path is not read.
    (site,) = venv.glob("lib/python*/site-packages")
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(ours, encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(venv), "install"]
    subprocess.run([*install, "--quiet", "--no-deps", str(built)], check=True)
    script, python = str(venv / "bin" / "taxoloom"), str(venv / "bin" / "python")
    version = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.strip() == f"taxoloom {taxoloom.__version__}"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    where = [python, "-c", "import taxoloom; print(taxoloom.__file__)"]
    found = subprocess.run(where, cwd=elsewhere, capture_output=True, text=True, check=True)
    assert str(venv) in found.stdout
    subprocess.run([script, "demo"], cwd=elsewhere, check=True, capture_output=True)
    assert (elsewhere / "demo.db").exists()
