"""What taxoloom itself costs per model call: graph, journal and store included.

    python benchmarks/overhead.py [--samples 256] [--json]

Two measurements against a local mock endpoint in a process of its own:
- CPU of this process per completed call, latency 0 (first mark: 2 ms);
- completed calls a second at 64 in flight and 1 s latency over 512 samples, as a share of what
  limit / latency allows (first mark: 0.9).
Beside them, in the same run, a bare chain as a yardstick for the machine: the same number of calls
through the SDK's plain client, without graph, journal or store.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from taxoloom.graphs.generate import generate
from taxoloom.tests.support.fast_endpoint import serve

RECIPE = """
taxonomy: {taxonomy}
language: zh
samples: {samples}
as_of: 2026-11-22
models: {{default: {{model: mock, base_url: "{url}", concurrency: 64, structured: json_schema}}}}
"""


@contextmanager
def endpoint(latency: float) -> Iterator[str]:
    """The mock endpoint in a process of its own, so that its CPU is not counted as ours."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs, latency))
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}/v1"
    finally:
        stop(ours)
        process.join(10)


def stop(pipe: Connection) -> None:
    pipe.send("stop")


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measure(samples: int, latency: float) -> dict[str, float]:
    """One run; start-up and probes are not counted."""
    taxonomy = Path(__file__).parent.parent / "examples" / "customer_service.zh.yaml"
    with tempfile.TemporaryDirectory() as folder, endpoint(latency) as url:
        recipe = Path(folder) / "recipe.yaml"
        text = RECIPE.format(taxonomy=taxonomy, samples=samples, url=url)
        recipe.write_text(text, encoding="utf-8")
        warm = Path(folder) / "warm.db"
        generate(recipe, db=warm, samples=4)
        before, start = cpu(), time.perf_counter()
        run = generate(recipe, db=Path(folder) / "run.db")
        wall, used = time.perf_counter() - start, cpu() - before
        summary = run.summary()
        calls = sum(row["calls"] for row in summary.usage)
        assert summary.run["accepted"] == samples, summary.run
    return {
        "samples": samples,
        "calls": calls,
        "calls_per_sample": calls / samples,
        "cpu_ms_per_call": used / calls * 1000,
        "calls_per_second": calls / wall,
        "wall_s": wall,
    }


def bare(calls: int) -> float:
    """CPU in ms per call of the SDK's plain client, 64 in flight: the machine's yardstick."""
    import openai

    async def work(url: str) -> float:
        limit = asyncio.Semaphore(64)
        messages = [{"role": "user", "content": "分类" * 800}]
        async with openai.AsyncOpenAI(base_url=url, api_key="none", max_retries=0) as client:

            async def one() -> None:
                async with limit:
                    await client.chat.completions.create(model="mock", messages=messages)  # type: ignore[arg-type]

            await asyncio.gather(*(one() for _ in range(64)))
            before = cpu()
            await asyncio.gather(*(one() for _ in range(calls)))
            return (cpu() - before) / calls * 1000

    with endpoint(0.0) as url:
        return asyncio.run(work(url))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--samples", type=int, default=256)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    yardstick = bare(1000)
    fast = measure(asked.samples, 0.0)
    slow = measure(512, 1.0)
    share = slow["calls_per_second"] / 64
    found = {
        "overhead": fast,
        "throughput": slow,
        "share_of_ideal": share,
        "bare_client_cpu_ms_per_call": yardstick,
        "ratio_to_bare_client": fast["cpu_ms_per_call"] / yardstick,
    }
    if asked.json:
        print(json.dumps(found, indent=2))
        return 0
    print(f"CPU per call          {fast['cpu_ms_per_call']:.2f} ms  (mark 2.00)")
    print(f"bare SDK client       {yardstick:.2f} ms, so {found['ratio_to_bare_client']:.2f} of it")
    print(f"calls a second        {fast['calls_per_second']:.0f} at latency 0")
    print(f"share of the ideal    {share:.3f} at 64 in flight and 1 s, 512 samples  (mark 0.900)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
