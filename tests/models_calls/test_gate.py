import asyncio

import pytest

from taxoloom.models import Gate


def test_an_open_gate_counts_calls_in_flight() -> None:
    async def main() -> None:
        gate = Gate()
        await gate.idle()
        async with gate.passage():
            async with gate.passage():
                assert gate.in_flight == 2
            assert gate.in_flight == 1
        assert gate.in_flight == 0
        await gate.idle()

    asyncio.run(main())


def test_a_closed_gate_parks_who_comes_and_waits_for_who_is_inside() -> None:
    async def main() -> None:
        gate, leave, passed = Gate(), asyncio.Event(), []

        async def call(name: str) -> None:
            async with gate.passage():
                await leave.wait()
                passed.append(name)

        first = asyncio.create_task(call("first"))
        await asyncio.sleep(0)
        gate.close()
        second = asyncio.create_task(call("second"))
        idle = asyncio.create_task(gate.idle())
        await asyncio.sleep(0.01)
        assert gate.in_flight == 1
        assert not idle.done()
        leave.set()
        await asyncio.wait_for(idle, 1)
        await first
        assert passed == ["first"]
        assert not second.done()
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        assert gate.in_flight == 0

    asyncio.run(main())


def test_a_call_that_breaks_or_is_cancelled_is_no_longer_in_flight() -> None:
    async def main() -> None:
        gate = Gate()

        async def breaks() -> None:
            async with gate.passage():
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await breaks()
        assert gate.in_flight == 0

        async def stuck() -> None:
            async with gate.passage():
                await asyncio.sleep(60)

        task = asyncio.create_task(stuck())
        await asyncio.sleep(0)
        assert gate.in_flight == 1
        task.cancel()
        await asyncio.wait({task})
        assert gate.in_flight == 0
        await asyncio.wait_for(gate.idle(), 1)

    asyncio.run(main())


def test_the_first_error_is_why_the_run_stops() -> None:
    async def main() -> None:
        gate, first = Gate(), ValueError("first")
        gate.close()
        asked_to = gate.error
        gate.close(first)
        gate.close(ValueError("second"))
        assert (asked_to, gate.error) == (None, first)
        assert gate.closed.is_set()

    asyncio.run(main())
