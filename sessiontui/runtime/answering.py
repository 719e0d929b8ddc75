"""Answers leave whole: the head of one waits for its body, so that both go out in one packet.

The HTTP server writes them one after the other, and what it costs to send is paid for each packet, by the caller who
is woken up too. A head whose body takes its time, as that of a stream does, goes ahead alone.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

_HEAD: Final = b"HTTP/1."
"""How the head of an answer begins."""


class WholeAnswers(H11Protocol):
    """The protocol of the HTTP server, over a transport that sends answers whole."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent has it
        """Begin a connection."""
        super().connection_made(_Gathering(transport, self.loop))


class _Gathering(asyncio.Transport):
    """A transport that keeps the head of an answer until more is written, or others have had the event loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._head = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send what was kept together with this, or keep it."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data[:7] == _HEAD:
            self._head = bytes(data)
            self._loop.call_soon(self._send)
        elif data:
            self._transport.write(data)

    def _send(self) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head)

    def close(self) -> None:
        """Close the connection once everything was sent."""
        self._send()
        self._transport.close()

    def write_eof(self) -> None:
        """Say that nothing follows."""
        self._send()
        self._transport.write_eof()

    def can_write_eof(self) -> bool:
        """Return whether it can be said that nothing follows."""
        return self._transport.can_write_eof()

    def abort(self) -> None:
        """Close the connection at once."""
        self._head = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Return whether the connection is closed, or about to be."""
        return self._transport.is_closing()

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Return what is known of the connection."""
        return self._transport.get_extra_info(name, default)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """Let another protocol have what is received."""
        self._transport.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """Return the protocol that has what is received."""
        return self._transport.get_protocol()

    def is_reading(self) -> bool:
        """Return whether anything is received."""
        return self._transport.is_reading()

    def pause_reading(self) -> None:
        """Receive nothing for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Receive again."""
        self._transport.resume_reading()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Set how much may wait to be sent before the protocol is told to pause."""
        self._transport.set_write_buffer_limits(high, low)

    def get_write_buffer_size(self) -> int:
        """Return how many bytes wait to be sent."""
        return self._transport.get_write_buffer_size() + len(self._head)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        """Return from how many bytes on the protocol pauses, and goes on."""
        return self._transport.get_write_buffer_limits()
