"""The thread beside the event loop: in order, done also where nobody waits, and gone when it is let go."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from threading import Event

import pytest

from sessiontui.domain.errors import Unavailable
from sessiontui.store.scribe import Scribe


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "test-scribe"]


async def ended() -> bool:
    """Return whether the thread ends within a moment."""
    for thread in threads():
        await asyncio.to_thread(thread.join, 10)
    return not threads()


@pytest.fixture
async def scribe():
    made = Scribe("test-scribe")
    yield made
    made.close()
    assert await ended()


async def test_it_answers_from_one_thread_of_its_own(scribe: Scribe):
    places = [await scribe.do(threading.get_ident) for _ in range(3)]
    assert len({*places, threading.get_ident()}) == 2
    assert await scribe.do(max, 3, 5) == 5


async def test_work_is_done_in_the_order_in_which_it_was_asked_for(scribe: Scribe):
    done: list[int] = []
    await asyncio.gather(*(scribe.do(done.append, number) for number in range(200)))
    assert done == list(range(200))


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, asyncio.CancelledError])
async def test_what_goes_wrong_is_for_who_asked_and_the_thread_goes_on(scribe: Scribe, kind: type[BaseException]):
    def fail() -> None:
        raise kind

    with pytest.raises(kind):
        await scribe.do(fail)
    assert await scribe.do(len, "abc") == 3


async def test_what_nobody_waits_for_any_more_is_done_all_the_same(scribe: Scribe):
    go, done = Event(), list[int]()
    first, second = scribe.do(go.wait, 10), scribe.do(done.append, 1)
    second.cancel()
    go.set()
    await first
    await scribe.do(len, "")
    assert done == [1]


async def test_then_is_called_on_the_loop_before_the_answer_arrives_and_only_after_success(scribe: Scribe):
    order: list[object] = []

    def noting(word: str) -> Callable[[], None]:
        return lambda: order.append((word, threading.get_ident()))

    def fail() -> None:
        raise ValueError

    await scribe.do(len, "", then=noting("then"))
    order.append("answered")
    with pytest.raises(ValueError):
        await scribe.do(fail, then=noting("never"))
    assert order == [("then", threading.get_ident()), "answered"]


async def test_one_that_was_let_go_takes_nothing_more_and_ends_after_what_it_has():
    made = Scribe("test-scribe")
    last = made.do(len, "abc")
    made.close()
    made.close()
    assert await last == 3
    with pytest.raises(Unavailable, match="closed"):
        made.do(len, "abc")
    assert await ended()


async def test_one_that_nobody_has_any_more_ends_by_itself():
    made = Scribe("test-scribe")
    await made.do(len, "")
    del made
    gc.collect()
    assert await ended()


def test_an_answer_for_a_loop_that_has_ended_hurts_nobody():
    go, made = Event(), Scribe("test-scribe")

    async def leave() -> None:
        made.do(go.wait, 10)

    asyncio.run(leave())
    go.set()

    async def use() -> int:
        return await made.do(len, "abc")

    assert asyncio.run(use()) == 3
    made.close()
