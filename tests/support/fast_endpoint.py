"""A mock endpoint that costs next to nothing, for benchmarks: canned replies, one per form.

Runs in a process of its own; see `benchmarks/overhead.py`.
"""

import asyncio
import json
from multiprocessing.connection import Connection
from typing import Any, cast

from taxoloom.tests.support.endpoint import completion, good

NAMES = ("Ready", "Plan", "Draft", "Rewrite", "Repair", "Critique", "Verdict")
PADDING = "步骤写清楚，数字对得上，边界说明白。" * 25
"""Brings a reply to some 300 tokens of text."""


def canned() -> dict[bytes, bytes]:
    """Form name as it stands in a request, to the whole HTTP response."""
    replies = {}
    for name in NAMES:
        body = {"model": "mock", "messages": [], "response_format": _asking(name)}
        said = json.dumps(good(body), ensure_ascii=False)
        said = said.replace("Here is the answer to", f"Here is the answer to {PADDING}")
        data = completion(body, said).body
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(data)}"
        replies[f'"name":"{name}"'.encode()] = f"{head}\r\n\r\n".encode() + data
    return replies


def _asking(name: str) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": name}}


class Answering(asyncio.Protocol):
    """Keep-alive HTTP/1.1 with just enough parsing."""

    def __init__(self, replies: dict[bytes, bytes], latency: float) -> None:
        self.replies, self.latency = replies, latency
        self.buffer = b""
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods and not the class.
        self.transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.find(b"content-length: ")
        size = int(lower[at + 16 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < size:
            return
        self.buffer = rest[size:]
        answer = self._answer(head, rest[:size])
        if self.latency:
            asyncio.get_running_loop().call_later(self.latency, self._write, answer)
        else:
            self._write(answer)

    def _answer(self, head: bytes, body: bytes) -> bytes:
        if head.startswith(b"GET"):
            data = b'{"data":[{"id":"mock"}]}'
            return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(data), data)
        compact = body.replace(b'": "', b'":"')
        for mark, reply in self.replies.items():
            if mark in compact:
                return reply
        return self.replies[b'"name":"Ready"']

    def _write(self, answer: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(answer)


def serve(pipe: Connection, latency: float) -> None:
    """Serve on a free port, which goes down the pipe, until something comes up it."""

    async def main() -> None:
        replies = canned()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Answering(replies, latency), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await loop.run_in_executor(None, pipe.recv)
        server.close()

    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())
