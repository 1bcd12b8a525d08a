"""Which roles, policies, rules and operations there are: built-in ones, and those of plugins.

All come through one door, and names are unique. There is no global list: what is found is found
for a run and belongs to it.
"""

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..errors import PromptError
from ..quality import FITTED, POLICIES, NamedPolicy, Policy
from ..quality.rules import BUILT_IN as BUILT_IN_RULES
from ..quality.rules import Rule
from .operation import Operation
from .operation import built_in as built_in_operations
from .plugin import load_plugin, offered
from .role import Role

ROLES, PANELS, CHECKS = "taxoloom.roles", "taxoloom.policies", "taxoloom.checks"
OPERATIONS = "taxoloom.operations"
"""Entry point groups under which a package offers roles, panel policies, rule checks, rewrites."""
BUILT_IN = ("planner", "user_simulator", "answerer", "writer", "rewriter", "critic")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Registry:
    """What recipes may name."""

    roles: dict[str, Role]
    policies: dict[str, Policy]
    """Those that need no fitting."""
    rules: tuple[Rule, ...]
    """In the order in which they run."""
    operations: dict[str, Operation]
    """What the rewriter can do."""


def registry(plugins: Iterable[str] = (), *, folder: Path | None = None) -> Registry:
    """Built-in roles and policies, those of entry points, and those of `plugins`.

    A plugin is a file relative to `folder`, or a module's name. Raises PromptError when one cannot
    be loaded or a name is taken.
    """
    roles: dict[str, Role] = {}
    rules: list[Rule] = list(BUILT_IN_RULES)
    policies: dict[str, Policy] = dict(POLICIES)
    operations: dict[str, Operation] = dict(built_in_operations())
    for name in BUILT_IN:
        _add_roles(roles, _of(Role, importlib.import_module(f"..{name}", __name__)))
    for found in offered(ROLES):
        _add_roles(roles, _some(_of(Role, found), found, "role"))
    for found in offered(PANELS):
        _add_policies(policies, _some(_of(NamedPolicy, found), found, "policy"))
    for found in offered(CHECKS):
        _add_rules(rules, _some(_of(Rule, found), found, "rule"))
    for found in offered(OPERATIONS):
        _add_operations(operations, _some(_of(Operation, found), found, "operation"))
    for plugin in plugins:
        module = load_plugin(plugin, folder or Path())
        own, panels, looks = _of(Role, module), _of(NamedPolicy, module), _of(Rule, module)
        rewrites = _of(Operation, module)
        _some([*own, *panels, *looks, *rewrites], module, "role")
        _add_roles(roles, own)
        _add_policies(policies, panels)
        _add_rules(rules, looks)
        _add_operations(operations, rewrites)
    return Registry(roles, policies, tuple(rules), operations)


def _add_roles(roles: dict[str, Role], found: Iterable[Role]) -> None:
    for role in found:
        known = roles.get(role.name)
        if known is not None and known is not role:
            raise PromptError(
                f"two roles are called {role.name!r}: {known.origin} and {role.origin}",
                hint="rename one of them",
            )
        roles[role.name] = role


def _add_policies(policies: dict[str, Policy], found: Iterable[NamedPolicy]) -> None:
    for policy in found:
        known = policies.get(policy.name)
        if policy.name in FITTED or (known is not None and known is not policy):
            raise PromptError(
                f"two policies are called {policy.name!r}", hint="rename the plugin's"
            )
        policies[policy.name] = policy


def _add_rules(rules: list[Rule], found: Iterable[Rule]) -> None:
    for rule in found:
        if rule in rules:
            continue
        if rule.code in [known.code for known in rules]:
            raise PromptError(f"two rules are called {rule.code!r}", hint="rename the plugin's")
        rules.append(rule)


def _add_operations(operations: dict[str, Operation], found: Iterable[Operation]) -> None:
    for one in found:
        known = operations.get(one.name)
        if known is not None and known is not one:
            raise PromptError(f"two operations are called {one.name!r}", hint="rename the plugin's")
        operations[one.name] = one


def _of(kind: type[T], found: object) -> list[T]:
    """What a plugin holds of a kind, or is."""
    if isinstance(found, kind):
        return [found]
    # One may be imported by name into several modules: it counts once.
    held = vars(found).values() if hasattr(found, "__dict__") else ()
    return list({id(value): value for value in held if isinstance(value, kind)}.values())


def _some(held: list[T], found: object, what: str) -> list[T]:
    if not held:
        name = getattr(found, "__name__", repr(found))
        maker = {"policy": "panel_policy"}.get(what, what)
        hint = f"make one with taxoloom.{maker}"
        raise PromptError(f"plugin {name!r} holds no {what}", hint=hint)
    return held
