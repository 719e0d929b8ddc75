from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from sessiontui.calling import ATTEMPTS, MAX_ANSWER, Caller
from sessiontui.domain.errors import NotAllowed, NotFound, Refused, Unavailable

from .conftest import NOW, Times
from .vendor import Asked, Reply, said, vendor


def one_after_another(*replies: Reply):
    left = list(replies)
    return lambda _asked: left.pop(0) if len(left) > 1 else left[0]


async def test_an_answer_is_returned(caller: Caller):
    with vendor(lambda _: said({"ok": 1})) as there:
        answer = await caller.call("GET", there.url + "/x", params={"a": "b c"}, headers={"X-Y": "1"})
    assert answer.json("x") == {"ok": 1}
    assert (there.asked[0].params, there.asked[0].headers["x-y"]) == ({"a": "b c"}, "1")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_busy_platform_is_asked_again(caller: Caller, times: Times, status: int):
    with vendor(one_after_another(Reply(status), Reply(status), said({}))) as there:
        await caller.call("GET", there.url)
    assert len(there.asked) == 3
    assert times.waits == [1.0, 2.0]


async def test_it_gives_up_and_says_so(caller: Caller):
    with (
        vendor(lambda _: said({"message": "down for\nmaintenance"}, 503)) as there,
        pytest.raises(Unavailable, match=r"in trouble \(HTTP 503\): down for maintenance"),
    ):
        await caller.call("GET", there.url)
    assert len(there.asked) == ATTEMPTS


async def test_the_wait_that_is_asked_for_wins(caller: Caller, times: Times):
    later = format_datetime(NOW + timedelta(seconds=17), usegmt=True)
    replies = (Reply(429, headers={"Retry-After": "3"}), Reply(429, headers={"Retry-After": later}), said({}))
    with vendor(one_after_another(*replies)) as there:
        await caller.call("POST", there.url, body={})
    assert times.waits == [3.0, 14.0]  # the second counts from when it was answered, three seconds later


async def test_a_long_wait_is_told_instead_of_waited_for(caller: Caller, times: Times):
    with vendor(lambda _: Reply(429, headers={"Retry-After": "3600"})) as there, pytest.raises(Unavailable) as error:
        await caller.call("GET", there.url)
    assert error.value.hint == "try again in 3600 s"
    assert times.waits == []


@pytest.mark.parametrize(("status", "asked"), [(500, 1), (504, 1), (503, 2), (429, 2)])
async def test_what_makes_something_is_repeated_only_when_nothing_was_begun(caller: Caller, status: int, asked: int):
    with vendor(one_after_another(Reply(status), said({}))) as there:
        try:
            await caller.call("POST", there.url, body={"a": 1})
        except Unavailable:
            assert asked == 1
    assert len(there.asked) == asked


async def test_a_connection_that_breaks_is_tried_again_for_reading_alone(caller: Caller):
    with vendor(one_after_another(Reply(0), said({}))) as there:
        await caller.call("GET", there.url)
    with vendor(one_after_another(Reply(0), said({}))) as there, pytest.raises(Unavailable, match="did not answer"):
        await caller.call("POST", there.url, body={})
    assert len(there.asked) == 1


async def test_nobody_there(caller: Caller, times: Times):
    with vendor(lambda _: said({})) as there:
        url = there.url
    with pytest.raises(Unavailable, match="cannot be reached"):
        await caller.call("POST", url, body={})
    assert len(times.waits) == ATTEMPTS - 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Refused), (401, NotAllowed), (403, NotAllowed), (404, NotFound), (409, Refused), (302, Refused)],
)
async def test_other_answers_are_errors_at_once(caller: Caller, status: int, error: type[Exception]):
    with (
        vendor(lambda _: said({"reason": "because"}, status, Location="http://127.0.0.1:1/")) as there,
        pytest.raises(error, match="because"),
    ):
        await caller.call("GET", there.url)
    assert len(there.asked) == 1


async def test_an_endless_answer_is_cut_off(caller: Caller):
    with (
        vendor(lambda _: Reply(200, b" " * (MAX_ANSWER + 1))) as there,
        pytest.raises(Unavailable, match="more than 8 MB"),
    ):
        await caller.call("GET", there.url)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000])
async def test_what_is_no_object_is_said(caller: Caller, body: bytes):
    with vendor(lambda _: Reply(200, body)) as there:
        answer = await caller.call("GET", there.url)
    with pytest.raises(Unavailable, match="no JSON object"):
        answer.json("it")


async def test_waits_are_spread_by_luck(caller: Caller, times: Times):
    with vendor(one_after_another(Reply(503), said({}))) as there:
        await replace(caller, luck=lambda: 0.25).call("GET", there.url)
    assert times.waits == [0.25]


def test_the_server_of_the_tests_keeps_what_it_is_asked():
    assert Asked("GET", "/", "a=1&b=", {}, b"").params == {"a": "1", "b": ""}
