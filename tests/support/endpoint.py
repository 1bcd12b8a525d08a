"""A local server that speaks OpenAI's chat-completions protocol: the outer seam of the tests.

A reply comes from a function of the request body; it may also be a `Fault`. The server counts
what it is asked and stops with the block that started it.
"""

import asyncio
import hashlib
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """An answer that is not a chat completion."""

    status: int = 500
    body: bytes = b'{"error": {"message": "planted"}}'
    headers: tuple[tuple[str, str], ...] = ()
    drop: bool = False
    """Close the connection without a word."""
    reset: bool = False
    """Break the connection off, after what `raw` has."""
    raw: bytes | None = None
    """All that is sent, as it is, before the connection is closed."""
    drip: float = 0.0
    """Seconds between the bytes of the body."""


@dataclass(frozen=True)
class Said:
    """A chat completion with more than its text."""

    content: str | None
    finish_reason: str = "stop"
    message: dict[str, Any] = field(default_factory=dict)
    usage: dict[str, Any] | None = field(
        default_factory=lambda: {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}
    )


Reply = Callable[[Body], "str | dict[str, Any] | Said | Fault"]


class Endpoint:
    """A server on loopback, in a thread with its own event loop."""

    def __init__(
        self,
        reply: Reply,
        *,
        latency: float = 0.0,
        models: tuple[str, ...] = ("mock",),
        key: str | None = None,
        listing: Fault | None = None,
        vectors: "Callable[[Body], Fault] | None" = None,
    ) -> None:
        self.reply = reply
        self.latency = latency
        self.models = models
        self.key = key
        self.listing = listing
        self.vectors = vectors
        self.embedded: list[Body] = []
        self.requests: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.in_flight = self.most_in_flight = self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def calls(self) -> list[Body]:
        """Requests of a run: without the probes that precede it."""
        probe = re.compile(r"\bready\b")
        return [b for b in self.requests if not probe.search(json.dumps(b["messages"]))]

    @contextmanager
    def running(self) -> Iterator["Endpoint"]:
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(_stop(server), loop).result(5)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(5)
            loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while await self._exchange(reader, writer):
                pass
        except asyncio.CancelledError:
            writer.transport.abort()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
        raw = await reader.readexactly(int(headers.get("content-length", 0)))
        self.headers.append(headers)
        self.paths.append(path)
        if self.key is not None and headers.get("authorization") != f"bearer {self.key}".lower():
            message = b'{"error": {"message": "Incorrect API key provided: sk-abcdef123456"}}'
            return await self._send(writer, Fault(401, message))
        if method == "GET" and path.endswith("/models"):
            listing = {"object": "list", "data": [{"id": name} for name in self.models]}
            fault = self.listing or Fault(200, json.dumps(listing).encode())
            return await self._send(writer, fault)
        if path.endswith("/embeddings") and self.vectors is not None:
            self.embedded.append(json.loads(raw))
            return await self._send(writer, await self._embed(self.embedded[-1], self.vectors))
        return await self._send(writer, await self._complete(json.loads(raw)))

    async def _complete(self, body: Body) -> Fault:
        self.requests.append(body)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.latency and schema_name(body) != "Ready":
                await asyncio.sleep(self.latency)
            return completion(body, self.reply(body))
        finally:
            self.in_flight -= 1

    async def _embed(self, body: Body, vectors: "Callable[[Body], Fault]") -> Fault:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await asyncio.sleep(self.latency)
            return vectors(body)
        finally:
            self.in_flight -= 1

    async def _send(self, writer: asyncio.StreamWriter, answer: Fault) -> bool:
        if answer.raw is not None:
            writer.write(answer.raw)
            await writer.drain()
        if answer.reset:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        if answer.drop or answer.reset or answer.raw is not None:
            return False
        headers = {
            "content-length": str(len(answer.body)),
            "content-type": "application/json",
            **dict(answer.headers),
        }
        lines = [f"HTTP/1.1 {answer.status} X", *(f"{name}: {v}" for name, v in headers.items())]
        head = "\r\n".join([*lines, "", ""]).encode()
        if not answer.drip:
            writer.write(head + answer.body)
        for piece in [head, *(bytes([byte]) for byte in answer.body)] if answer.drip else ():
            writer.write(piece)
            await asyncio.sleep(answer.drip)
        await writer.drain()
        return True


async def _stop(server: asyncio.Server) -> None:
    server.close()
    # A connection may just have been taken in, and one that was cancelled needs a turn to close.
    for _ in range(3):
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)


def completion(body: Body, said: "str | dict[str, Any] | Said | Fault") -> Fault:
    if isinstance(said, Fault):
        return said
    if isinstance(said, dict):
        said = json.dumps(said, ensure_ascii=False)
    if isinstance(said, str):
        said = Said(said)
    message: dict[str, Any] = {"role": "assistant", "content": said.content, **said.message}
    if body.get("tools") and said.content and "tool_calls" not in said.message:
        function = {"name": body["tools"][0]["function"]["name"], "arguments": said.content}
        call = {"id": "call_1", "type": "function", "function": function}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": said.finish_reason}
    data = {"id": "x", "object": "chat.completion", "model": body["model"], "choices": [choice]}
    if said.usage is not None:
        data["usage"] = said.usage
    return Fault(200, json.dumps(data).encode())


def schema_name(body: Body) -> str:
    """Name of the form that is asked for, whichever way it is asked."""
    if body.get("tools"):
        return str(body["tools"][0]["function"]["name"])
    return str(body.get("response_format", {}).get("json_schema", {}).get("name", ""))


def token(body: Body) -> str:
    """A word that depends on everything asked, so that replies differ as requests do."""
    text = json.dumps(body["messages"], sort_keys=True) + str(body.get("seed"))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


CRITERIA = (
    "on_request",
    "correct",
    "complete",
    "clear",
    "safe",
    "current",
    "natural_request",
    "worth_training",
)


def verdict(accept: bool, *, score: int = 4) -> dict[str, Any]:
    criteria = {name: {"finding": "met", "quote": ""} for name in CRITERIA}
    if not accept:
        criteria["correct"] = {"finding": "not_met", "quote": "the answer to"}
    return {
        "work": "I solved it myself first.",
        "criteria": criteria,
        "score": score if accept else 1,
        "accept": accept,
        "rationale": "as found",
    }


def draft(word: str, *, chinese: bool = False, turns: int = 1, system: str = "") -> dict[str, Any]:
    said = [exchange(word, number, chinese=chinese) for number in range(1, turns + 1)]
    talk = [{"user": user, "assistant": assistant} for user, assistant in said]
    return {"system": system, "reasoning": "", "turns": talk, "final_answer": ""}


def exchange(word: str, number: int, *, chinese: bool = False) -> tuple[str, str]:
    """Message and answer of one turn."""
    user, assistant = f"How do I handle case {word}?", f"Here is the answer to {word}."
    if number > 1:
        user, assistant = f"And part {number} of {word}?", f"Part {number} of the answer to {word}."
    if chinese:
        # Mostly so, since a sample has to be in its language.
        user = f"遇到下面这种情况该怎么处理，要先做什么后做什么？{user}"
        assistant = f"先照说明核对一遍，再逐项处理，最后把结果确认清楚就可以了。{assistant}"
    return user, assistant


SYSTEM = "Orders are found by their number. 订单按单号查。"


def told(body: Body) -> str:
    """What the model is told beside its instructions, however often it is asked."""
    return next(str(m["content"]) for m in body["messages"] if m["role"] == "user")


def asked_turns(body: Body) -> int:
    """How many messages of the asker a request plans."""
    found = re.search(r"^(?:Messages of the asker: |轮数：)(\d+)$", told(body), re.MULTILINE)
    return int(found[1]) if found else 1


def asked_system(body: Body) -> str:
    """The system message that a request wants, "" for none."""
    wanted = re.search(
        r"^(?:Label: System message = Given|标签：系统消息 = 带有)$", told(body), re.M
    )
    return SYSTEM if wanted else ""


def next_message(body: Body) -> int:
    """Which message a user simulator is to write, or an answerer to answer, from 1."""
    found = re.search(r"^(?:Message: |第几条：)(\d+)", told(body), re.MULTILINE)
    said = re.findall(r"<<<BEGIN (?:conversation, user turn|对话 第) (\d+)", told(body))
    return int(found[1] if found else said[-1])


def spoken(body: Body, name: str) -> dict[str, Any]:
    """One side of a conversation that keeps to what it began with."""
    found = re.search(r"case ([0-9a-f]{10})", told(body))
    word = found[1] if found else token(body)
    user, answer = exchange(word, next_message(body), chinese=in_chinese(body))
    if name == "Utterance":
        return {"state": "go_on", "message": user}
    return {"reasoning": "", "answer": answer, "final_answer": ""}


def rewritten(body: Body) -> dict[str, Any]:
    """The draft that a request holds, in the same words."""
    part = r"<<<BEGIN (?:draft,|草稿) {} [0-9a-f]+>>>\n(.*?)\n<<<END"
    users = re.findall(part.format(r"(?:user turn \d+|第 \d+ 轮 用户)"), told(body), re.DOTALL)
    said = re.findall(part.format(r"(?:assistant turn \d+|第 \d+ 轮 助手)"), told(body), re.DOTALL)
    system = re.findall(part.format(r"(?:system message|系统消息)"), told(body), re.DOTALL)
    turns = [{"user": u, "assistant": a} for u, a in zip(users, said, strict=True)]
    head = system[0] if system else ""
    return {"system": head, "reasoning": "", "turns": turns, "final_answer": ""}


def in_chinese(body: Body) -> bool:
    """Whether the model is addressed in Chinese."""
    return re.search(r"[\u4e00-\u9fff]{4}", str(body["messages"][0]["content"])) is not None


def good(body: Body) -> dict[str, Any]:
    """A model that does all that is asked of it, the same for the same request."""
    name, word, chinese = schema_name(body), token(body), in_chinese(body)
    if name == "Ready":
        return {"ready": True}
    if name == "Plan":
        return {
            "working": "",
            "situation": f"situation {word}",
            "intent": "to be helped",
            "requirements": ["name the step", "name the limit", "give an example"],
            "difficulty": "as asked",
            "turns": [f"asks {number}" for number in range(1, asked_turns(body) + 1)],
            "temptation": "to be vague",
            "system": asked_system(body),
        }
    if name == "Draft":
        turns, system = asked_turns(body), asked_system(body)
        return draft(word, chinese=chinese, turns=turns, system=system)
    if name in ("Utterance", "Response"):
        return spoken(body, name)
    if name == "Rewrite":
        return {"draft": rewritten(body), "changes": ["wording"]}
    if name == "Repair":
        return {"notes": [{"note": 1, "done": True, "comment": ""}], "draft": rewritten(body)}
    if name == "Critique":
        return {"analysis": "checked line by line", "issues": []}
    if name == "Order":
        found = re.findall(r"BEGIN (?:请求|request) (\d+)", str(body["messages"]))
        places = [{"request": n, "rank": n} for n in range(1, max(map(int, found)) + 1)]
        return {"working": "one after the other", "order": places}
    return verdict(accept=True)


def bad_for_all(body: Body) -> bool:
    """Whether every judge rejects what this request shows: decided by the candidate alone."""
    found = re.search(r"answer to ([0-9a-f]{10})", json.dumps(body["messages"]))
    return found is not None and int(found[1], 16) % 8 == 0


def mixed(body: Body) -> dict[str, Any] | str | Said:
    """A model that errs: all endings occur, each decided by the content of the request."""
    name, chance = schema_name(body), int(token(body), 16) % 100
    if name == "Draft" and chance < 5:
        return Said(None, message={"refusal": "I would rather not."})
    if name == "Plan" and chance < 10:
        return "no JSON here"
    if name == "Critique" and chance < 15:
        issue = {"severity": "major", "evidence": "Here is", "problem": "vague", "remedy": "say it"}
        return {"analysis": "looked", "issues": [issue]}
    if name == "Verdict":
        return verdict(accept=chance < 85 and not bad_for_all(body))
    return good(body)
