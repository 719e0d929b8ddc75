"""A thread beside the event loop for what may take long: one thing after the other, in the order they were asked for.

An executor does the same, but a way there and back through one costs as much as three statements, and every event
waits for one.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Generic, TypeAlias, TypeVar, cast

from sessiontui.domain.errors import Unavailable

_T = TypeVar("_T")

_Asked: TypeAlias = "SimpleQueue[_Errand[object] | None]"


class Scribe:
    """The thread; it is started by the first work, and ends when it is closed or nobody has it any more."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._asked: _Asked = SimpleQueue()
        self._is_started = False
        self._is_closed = False

    def do(
        self, work: Callable[..., _T], *given: object, then: Callable[[], None] | None = None
    ) -> asyncio.Future[_T]:
        """Ask for a work and return its answer to be; it is done also where nobody waits for it any more.

        Once it has succeeded, ``then`` is called on the event loop, before whoever waits for the answer has it.
        ``Unavailable`` once the thread was let go.
        """
        if self._is_closed:
            raise Unavailable("the database is closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_T] = loop.create_future()
        if not self._is_started:
            self._is_started = True
            Thread(target=_serve, args=(self._asked,), name=self._name, daemon=True).start()
            weakref.finalize(self, self._asked.put, None)
        self._asked.put(cast("_Errand[object]", _Errand(loop, answer, work, given, then)))
        return answer

    def close(self) -> None:
        """Let the thread end after what it was asked for; a second time does nothing."""
        self._is_closed = True
        self._asked.put(None)


@dataclass(slots=True, eq=False)
class _Errand(Generic[_T]):
    """One work with whoever waits for it; as a context it keeps what goes wrong, for them and not for the thread."""

    loop: asyncio.AbstractEventLoop
    answer: asyncio.Future[_T]
    work: Callable[..., _T]
    given: tuple[object, ...]
    then: Callable[[], None] | None
    error: BaseException | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        del kind, trace
        self.error = error
        return error is not None

    def run(self) -> None:
        """Do the work and send the answer home, unless the event loop has ended meanwhile."""
        result: list[_T] = []
        with self:
            result.append(self.work(*self.given))
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._tell, result)

    def _tell(self, result: list[_T]) -> None:
        if self.error is None and self.then is not None:
            self.then()
        if self.answer.done():
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(result[0])


def _serve(asked: _Asked) -> None:
    while (errand := asked.get()) is not None:
        errand.run()
        del errand  # whatever it holds does not wait for the next one
