"""Which roles there are: the built-in ones, those of a file, a module or an installed package.

All come through one door, and names are unique. There is no global list: a registry is made for
a run and belongs to it.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType

from ..errors import PromptError
from .role import Role

GROUP = "taxoloom.roles"
"""Entry point group under which a package offers roles."""
BUILT_IN = ("planner", "writer", "rewriter", "critic")


def registry(plugins: Iterable[str] = (), *, folder: Path | None = None) -> dict[str, Role]:
    """Roles by name: built-in, by entry point, and from `plugins` (files or module names).

    Files are looked for relative to `folder`. Raises PromptError when a plugin cannot be loaded
    or a name is taken.
    """
    roles: dict[str, Role] = {}
    for name in BUILT_IN:
        _add(roles, _roles_of(importlib.import_module(f"..{name}", __name__)))
    for point in entry_points(group=GROUP):
        try:
            found = point.load()
        except Exception as error:
            raise PromptError(
                f"plugin {point.name!r} ({point.value}) cannot be loaded: {error}",
                hint="repair or uninstall the package that offers it",
            ) from error
        _add(roles, _roles_of(found))
    for plugin in plugins:
        _add(roles, _roles_of(_load(plugin, folder or Path())))
    return roles


def _add(roles: dict[str, Role], found: Iterable[Role]) -> None:
    for role in found:
        known = roles.get(role.name)
        if known is not None and known is not role:
            raise PromptError(
                f"two roles are called {role.name!r}: {known.origin} and {role.origin}",
                hint="rename one of them",
            )
        roles[role.name] = role


def _roles_of(found: object) -> Iterator[Role]:
    if isinstance(found, Role):
        yield found
        return
    # A role may be imported by name into several modules: it counts once.
    unique = {id(value): value for value in vars(found).values() if isinstance(value, Role)}
    if not unique:
        name = getattr(found, "__name__", repr(found))
        raise PromptError(f"plugin {name!r} holds no role", hint="make one with @taxoloom.role")
    yield from unique.values()


def _load(plugin: str, folder: Path) -> ModuleType:
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
