"""Who does the work: the roles, the door through which they come, and what each may see."""

from .call import Caller, render, shape_of
from .judge import judge
from .operation import Operation, chosen, operation
from .outputs import Draft
from .registry import Registry, registry
from .role import Call, Reject, Result, Role, role
from .scene import NEEDS, SIGHTS, Scene, World, request_of

__all__ = [
    "NEEDS",
    "SIGHTS",
    "Call",
    "Caller",
    "Draft",
    "Operation",
    "Registry",
    "Reject",
    "Result",
    "Role",
    "Scene",
    "World",
    "chosen",
    "judge",
    "operation",
    "registry",
    "render",
    "request_of",
    "role",
    "shape_of",
]
