"""Answers leave whole: head and body in one packet, a stream's head alone and at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn

from sessiontui.runtime.answering import WholeAnswers, _Gathering


class Wire(asyncio.Transport):
    """A transport that keeps the packets that it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[bytes] = []
        self.is_over = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.packets.append(bytes(data))

    def close(self) -> None:
        self.is_over = True

    def abort(self) -> None:
        self.is_over = True

    def is_closing(self) -> bool:
        return self.is_over

    def get_write_buffer_size(self) -> int:
        return 0


@pytest.fixture
async def wire() -> Wire:
    return Wire()


HEAD = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


async def test_head_and_body_are_one_packet(wire: Wire):
    out = _Gathering(wire, asyncio.get_running_loop())
    out.write(HEAD)
    assert wire.packets == []
    assert out.get_write_buffer_size() == len(HEAD)
    out.write(b"{}")
    out.write(b"")
    await asyncio.sleep(0)
    assert wire.packets == [HEAD + b"{}"]


async def test_a_head_alone_leaves_as_soon_as_others_have_had_the_loop(wire: Wire):
    out = _Gathering(wire, asyncio.get_running_loop())
    out.write(HEAD)
    await asyncio.sleep(0)
    assert wire.packets == [HEAD]
    out.write(b"data: 1\n\n")
    assert wire.packets == [HEAD, b"data: 1\n\n"]


async def test_answers_one_after_the_other_are_each_whole(wire: Wire):
    out = _Gathering(wire, asyncio.get_running_loop())
    for _ in range(3):
        out.write(HEAD)
        out.write(b"{}")
    await asyncio.sleep(0)
    assert wire.packets == [HEAD + b"{}"] * 3


async def test_closing_sends_what_was_kept_and_breaking_off_does_not(wire: Wire):
    out = _Gathering(wire, asyncio.get_running_loop())
    out.write(HEAD)
    out.close()
    await asyncio.sleep(0)
    assert wire.packets == [HEAD]
    assert out.is_closing()
    out.write(HEAD)
    out.abort()
    await asyncio.sleep(0)
    assert wire.packets == [HEAD]


@asynccontextmanager
async def serving(app: Callable[..., object]) -> AsyncIterator[int]:
    config = uvicorn.Config(app, http=WholeAnswers, host="127.0.0.1", port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def test_a_server_keeps_connections_streams_and_ends_as_it_did():
    async def app(scope, receive, send) -> None:
        more = scope["path"] == "/stream"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        if more:
            await send({"type": "http.response.body", "body": b"one,", "more_body": True})
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"two"})

    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for path in (b"/", b"/stream", b"/"):
            writer.write(b"GET %s HTTP/1.1\r\nhost: x\r\n\r\n" % path)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            told = await reader.readuntil(b"0\r\n\r\n")
            assert told == (b"4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n" if path == b"/stream" else b"3\r\ntwo\r\n0\r\n\r\n")
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert (await reader.read()).endswith(b"two\r\n0\r\n\r\n")
        writer.write(b"nonsense\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"nonsense\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
        await writer.wait_closed()
