"""Calls over a real socket: repeated under one key, answered from the cache, refused in the server's words."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.client import (
    NEVER,
    AsyncClient,
    Busy,
    Cache,
    Client,
    Conflict,
    NotAllowed,
    NotFound,
    Refused,
    Trouble,
    Unreachable,
    routes,
)  # fmt: skip
from sessiontui.client.api import Api, AwaitedApi
from sessiontui.client.calls import Answer, failure
from sessiontui.client.changes import ChangeReader
from sessiontui.client.errors import ClientError
from sessiontui.client.verbs import AwaitedVerb, Verb
from tests.client.conftest import Handle
from tests.client.desk import Desk, FakeClock, Fault

Make = Callable[..., Handle]
NEW = {"title": "Grief circle", "starts_at": "2026-05-04T14:00:00Z", "ends_at": "2026-05-04T15:00:00Z"}


# -- repeating --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_carried_out", [False, True], ids=["call lost", "answer lost"])
async def test_a_write_whose_connection_breaks_is_repeated_under_its_key_and_done_once(
    make: Make, desk: Desk, clock: FakeClock, is_carried_out: bool
) -> None:
    client = make()
    desk.faults.extend(Fault(path="/api/sessions", after=is_carried_out) for _ in range(3))
    created = await client.create_session(NEW)
    assert created["id"] == 1
    assert len(desk.sessions) == 1
    assert len(set(desk.headers("idempotency-key", "/api/sessions"))) == 1
    assert clock.waited == [0.05, 0.1, 0.2], "half of each ceiling, for a luck of one half"
    told = client.client.statistics()
    assert (told.calls, told.answered, told.failed) == (1, 1, 0)
    assert told.repeated == {Trouble.AUTH: 0, Trouble.NETWORK: 3, Trouble.SERVER: 0}


async def test_the_callers_own_key_is_used(make: Make, desk: Desk) -> None:
    client = make()
    for _ in range(2):
        assert (await client.create_session(NEW, key="mine"))["id"] == 1
    assert desk.headers("idempotency-key", "/api/sessions") == ["mine"] * 2


async def test_a_busy_server_is_asked_again_when_it_says_so(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    desk.faults.extend(
        [Fault(path="/api", status=503, retry_after="7"), Fault(path="/api", status=429, retry_after="3")]
    )
    await client.create_session(NEW)
    assert clock.waited == [7, 3]


async def test_who_is_told_to_wait_beyond_the_patience_is_told_so_at_once(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make()
    desk.faults.append(Fault(path="/api", status=429, retry_after="3600"))
    with pytest.raises(Busy) as raised:
        await client.create_session(NEW)
    assert (raised.value.retry_after, raised.value.status, clock.waited) == (3600, 429, [])


async def test_a_server_that_stays_down_ends_in_an_error_that_says_where(make: Make, desk: Desk) -> None:
    client = make()
    await client.sessions()
    desk.faults.extend(Fault(path="/api") for _ in range(100))
    with pytest.raises(Unreachable, match=desk.url):
        await client.create_session(NEW)
    told = client.client.statistics()
    assert (told.calls, told.answered, told.failed) == (2, 1, 1)
    assert told.repeated[Trouble.NETWORK] == 100 - len(desk.faults) - 1


async def test_a_second_refusal_of_a_fresh_token_is_no_chance(make: Make, desk: Desk) -> None:
    client = make()
    desk.faults.extend(Fault(path="/api", status=401, word="unknown") for _ in range(9))
    with pytest.raises(ClientError, match="it is unknown"):
        await client.create_session(NEW)
    assert len(desk.paths("/api")) == 3


async def test_who_wants_no_repetition_gets_none(make: Make, desk: Desk) -> None:
    client = make()
    await client.sessions()
    desk.faults.append(Fault(path="/api", status=500))
    with pytest.raises(Busy):
        await client.call(routes.create_session(NEW), policy=NEVER)


async def test_no_server_at_all(make: Make, desk: Desk) -> None:
    client = make(policy=NEVER)
    client.client.url = "http://127.0.0.1:9"
    with pytest.raises(Unreachable, match="check the address"):
        await client.sessions()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused), (403, NotAllowed), (404, NotFound), (409, Conflict), (409, Refused), (412, Conflict),
        (422, Refused), (408, Busy), (429, Busy), (500, Busy), (502, Busy), (503, Busy), (507, Busy), (599, Busy),
    ],
)  # fmt: skip
def test_each_status_is_an_error_of_its_kind(status: int, error: type[ClientError]) -> None:
    word = b"conflict" if error is Conflict else b"full"
    body = b'{"type": "/problems/' + word + b'", "detail": "all seats are taken", "hint": "ask for another"}'
    found = failure(Answer(status=status, headers={"retry-after": "4"}, body=body))
    assert type(found) is error
    assert str(found) == "all seats are taken (ask for another)"
    assert (found.word, found.retry_after, found.status) == (word.decode(), 4, status)


@given(st.integers(400, 599), st.binary(max_size=50))
def test_an_answer_of_any_bytes_is_an_error_and_no_crash(status: int, body: bytes) -> None:
    assert isinstance(failure(Answer(status=status, body=body)), ClientError)


@given(st.integers(200, 399))
def test_a_good_answer_is_no_error(status: int) -> None:
    assert failure(Answer(status=status)) is None


@pytest.mark.parametrize(
    "url", ["", "desk.example.org", "http://", "ftp://desk.example.org", "http://[bad", "http://a\n"]
)
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_an_address_that_is_none_is_refused(kind: type[Client | AsyncClient], url: str) -> None:
    with pytest.raises(Refused, match=r"https://desk\.example\.org"):
        kind(url)


# -- conflicts --------------------------------------------------------------------------------------------------


async def test_a_change_on_top_of_an_older_version_is_a_conflict(make: Make, desk: Desk) -> None:
    client = make()
    read = await client.create_session(NEW)
    assert read["etag"] == '"1"'
    edited = await client.edit_session(1, {"title": "b"}, if_match=read["etag"])
    assert edited["etag"] == '"2"'
    with pytest.raises(Conflict):
        await client.edit_session(1, {"title": "c"}, if_match=read["etag"])


# -- the cache --------------------------------------------------------------------------------------------------


async def test_what_was_read_is_answered_from_the_cache(make: Make, desk: Desk) -> None:
    client = make()
    await client.create_session(NEW)
    first, second = [await client.session(1) for _ in range(2)]
    assert first == second
    assert first is not second
    assert desk.paths("/api/sessions/1") == ["/api/sessions/1"]
    told = client.client.statistics().cache
    assert (told.hits, told.misses) == (1, 1)


async def test_a_write_is_read_at_once(make: Make, desk: Desk) -> None:
    client = make()
    await client.create_session(NEW)
    await client.session(1)
    assert len((await client.sessions())["sessions"]) == 1
    await client.edit_session(1, {"title": "b"})
    assert (await client.session(1))["title"] == "b"
    assert [one["title"] for one in (await client.sessions())["sessions"]] == ["b"]


async def test_a_write_of_which_nobody_knows_is_not_hidden_by_the_cache(make: Make, desk: Desk) -> None:
    client = make()
    await client.create_session(NEW)
    await client.session(1)
    desk.faults.append(Fault(path="/api", after=True))
    with pytest.raises(Unreachable):
        await client.call(routes.edit_session(1, {"title": "b"}), policy=NEVER)
    assert (await client.session(1))["title"] == "b"


async def test_a_stale_answer_is_given_at_once_and_renewed_behind_the_callers_back(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make()
    await client.create_session(NEW)
    await client.session(1)
    desk.sessions[1] |= {"title": "changed elsewhere", "version": 2}
    clock.seconds += 3599 + 2
    desk.hold.clear()
    desk.awaited = "/api/sessions/1"
    assert (await client.session(1))["title"] == "Grief circle"
    await client.run(desk.arrived.wait, 5)
    desk.hold.set()
    await client.settled()
    assert (await client.session(1))["title"] == "changed elsewhere"
    told = client.client.statistics().cache
    assert (told.stale_hits, told.renewed) == (1, 1)


async def test_what_has_not_changed_is_not_sent_again(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    await client.create_session(NEW)
    await client.session(1)
    clock.seconds += 3601
    await client.session(1)
    await client.settled()
    assert desk.headers("if-none-match", "/api/sessions/1") == ["", '"1"']
    assert (await client.session(1))["title"] == "Grief circle"
    assert client.client.statistics().cache.hits == 1


@pytest.mark.parametrize("make", ["awaited"], indirect=True)
async def test_many_who_want_the_same_at_once_ask_once(make: Make, desk: Desk) -> None:
    client = make()
    await asyncio.gather(*(client.sessions("status:waiting") for _ in range(16)))
    assert len(desk.paths("/api/sessions")) == 1


async def test_the_limits_are_those_of_the_cache_that_was_handed_in(make: Make, desk: Desk) -> None:
    client = make(cache=Cache(max_entries=1))
    for number in (1, 2):
        await client.create_session(NEW)
        await client.session(number)
    assert client.client.statistics().cache.entries == 1


# -- changes ----------------------------------------------------------------------------------------------------


async def test_changes_go_on_after_the_last_one_when_the_stream_breaks(make: Make, desk: Desk) -> None:
    client = make()
    desk.streams.append([": hello", "id: 1", 'data: {"session": 1}', "", "id: 2", 'data: {"lost": "half'])
    desk.streams.append(["id: 2", "event: session", 'data: {"session": 2}', ""])
    found = await client.changes(2)
    assert [(one.id, one.event, one.content) for one in found] == [
        ("1", "message", {"session": 1}), ("2", "session", {"session": 2}),
    ]  # fmt: skip
    assert desk.headers("last-event-id", "/api/changes") == ["", "2"]


async def test_a_stream_that_is_refused_renews_the_login(make: Make, desk: Desk) -> None:
    client = make()
    await client.sessions()
    desk.live.clear()
    desk.streams.append(["id: 1", "data: 1", ""])
    assert [one.content for one in await client.changes(1, after="0")] == [1]
    assert desk.issued["refresh"] == 1


async def test_a_stream_that_may_not_be_read_says_so(make: Make, desk: Desk) -> None:
    client = make()
    desk.faults.append(Fault(path="/api/changes", status=403, word="not_allowed"))
    with pytest.raises(NotAllowed):
        await client.changes(1)


@given(st.lists(st.text(alphabet=st.characters(exclude_characters="\r\n"), max_size=20), max_size=20))
def test_no_line_breaks_the_reader(lines: list[str]) -> None:
    reader = ChangeReader()
    for line in lines:
        reader.feed(line)
    reader.drop()
    reader.feed("data: 1")
    change = reader.feed("")
    assert change is not None
    assert change.content == 1


# -- the two clients --------------------------------------------------------------------------------------------


def test_both_clients_have_the_same_methods() -> None:
    plain = {name: verb.route for name, verb in vars(Api).items() if isinstance(verb, Verb)}
    awaited = {name: verb.route for name, verb in vars(AwaitedApi).items() if isinstance(verb, AwaitedVerb)}
    assert plain == awaited
    assert len(plain) > 20
    public = [{name for name in dir(client) if not name.startswith("_")} for client in (Client, AsyncClient)]
    assert public[0] == public[1]
    assert Client.session is routes.session


def test_a_method_has_the_signature_and_the_words_of_its_route() -> None:
    client = Client("http://127.0.0.1:9", http=httpx.Client())
    assert inspect.signature(client.session) == inspect.signature(routes.session)
    assert client.session.__doc__ == routes.session.__doc__
    client.close()


async def test_a_closed_client_calls_nobody(make: Make, desk: Desk) -> None:
    client = make()
    await client.close(drain=0)
    with pytest.raises(Unreachable, match="closed"):
        await client.sessions()
    assert desk.seen == []
