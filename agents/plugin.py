"""Loads plugins: files, modules by name, and what installed packages offer.

Knows nothing of what a plugin is to hold.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from ..errors import PromptError


def offered(group: str) -> Iterator[object]:
    """What installed packages offer under an entry point group. Raises PromptError."""
    for point in entry_points(group=group):
        try:
            yield point.load()
        except Exception as error:
            raise PromptError(
                f"plugin {point.name!r} ({point.value}) cannot be loaded: {error}",
                hint="repair or uninstall the package that offers it",
            ) from error


def load_plugin(plugin: str, folder: Path) -> ModuleType:
    """The module of a plugin: a file in `folder` if it ends in .py, else a module by name."""
    path = folder / plugin
    try:
        if plugin.endswith(".py"):
            return _load_file(path)
        return importlib.import_module(plugin)
    except FileNotFoundError as error:
        raise PromptError(
            f"plugin file {str(path)!r} does not exist",
            hint="a path in a recipe is relative to the recipe, one of --plugin to this folder",
        ) from error
    except PromptError:
        raise
    except Exception as error:
        raise PromptError(
            f"plugin {plugin!r} cannot be loaded: {type(error).__name__}: {error}",
            hint="run it with `python` to see the whole traceback",
        ) from error


def _load_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise FileNotFoundError(path)
    name = f"taxoloom_plugin_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PromptError(f"{path}: not a Python file", hint="a plugin file ends in .py")
    module = importlib.util.module_from_spec(spec)
    # pydantic looks up a model's module by name when it resolves annotations.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
