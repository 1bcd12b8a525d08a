"""An event loop for one run: fast where it can be, and stopped by a person in good order.

Knows nothing of runs but the gate that is closed when somebody presses Ctrl-C.
"""

import asyncio
import contextlib
import gc
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from ..models import Gate

T = TypeVar("T")


def run_to_the_end(work: Callable[[Gate], Coroutine[Any, Any, T]]) -> T:
    """Await work on an event loop of its own, with Ctrl-C heard: once to stop, twice to quit.

    Raises KeyboardInterrupt when the work was stopped so.
    """
    gate = Gate()

    async def main() -> T:
        with signals(gate):
            return await work(gate)

    try:
        with fast_loop() as runner:
            return runner.run(main())
    except asyncio.CancelledError as error:
        raise KeyboardInterrupt from error


@contextlib.contextmanager
def signals(gate: Gate) -> Iterator[None]:
    """Ctrl-C or SIGTERM once closes the gate; a second time it cancels all."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def heard() -> None:
        if gate.closed.is_set() and task is not None:
            task.cancel()
        gate.close()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, heard)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


@contextlib.contextmanager
def fast_loop() -> Iterator[asyncio.Runner]:
    """Uvloop where there is one, and a garbage collector that does not walk every module."""
    try:
        import uvloop
    except ImportError:
        factory = None
    else:
        factory = uvloop.new_event_loop
    thresholds = gc.get_threshold()
    with asyncio.Runner(loop_factory=factory) as runner:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        try:
            yield runner
        finally:
            gc.set_threshold(*thresholds)
            gc.unfreeze()
