"""The process-wide switch on real requests, in the environment so that child processes obey it.

`TAXOLOOM_REQUESTS` is `any` (the default), `loopback` (this machine only: for tests against a
local server) or `none`.
"""

import ipaddress
import os
from urllib.parse import urlsplit

from ..errors import EndpointError

VARIABLE = "TAXOLOOM_REQUESTS"


def require_allowed(base_url: str) -> None:
    """Raise EndpointError if the switch forbids requests to that address."""
    mode = os.environ.get(VARIABLE, "any")
    if mode not in ("any", "loopback", "none"):
        raise EndpointError(
            f"{VARIABLE} is {mode!r}", hint="set it to any, loopback or none, or unset it"
        )
    if mode == "any" or (mode == "loopback" and _is_loopback(base_url)):
        return
    raise EndpointError(
        f"{VARIABLE}={mode} forbids requests to {base_url}",
        hint=f"unset {VARIABLE}, or use `model: offline`",
    )


def _is_loopback(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
