"""The gate that every call of a run passes: it counts calls in flight and can be closed.

Closing it lets the calls in flight finish and parks all others, so that nothing that is being
paid for is thrown away. Knows nothing of endpoints.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Gate:
    """Open until `close` is called; an error given there is why the run stops."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.error: Exception | None = None
        self.closed = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    def close(self, error: Exception | None = None) -> None:
        """Let no further call pass; the first error given is kept."""
        self.error = self.error or error
        self.closed.set()

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """The span of one call, its record included."""
        if self.closed.is_set():
            await self.park()
        self.in_flight += 1
        self._idle.clear()
        try:
            yield
        finally:
            self.in_flight -= 1
            if not self.in_flight:
                self._idle.set()

    async def park(self) -> None:
        """Wait until cancelled: raising here would cancel siblings whose calls are in flight."""
        await asyncio.Event().wait()

    async def idle(self) -> None:
        """Wait until no call is in flight."""
        await self._idle.wait()
