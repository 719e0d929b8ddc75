"""Ways to a login: cheapest first, each counted; trouble is not refusal; one renewal for all who need it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sessiontui.client import (
    Busy,
    Client,
    FileShelf,
    LockedOut,
    LoginNeeded,
    LoginState,
    Password,
    Rung,
    RungCount,
    Tokens,
    Unreachable,
)  # fmt: skip
from tests.client.conftest import Handle
from tests.client.desk import KEY, Desk, FakeClock, Fault, surroundings

Make = Callable[..., Handle]


def counts(handle: Handle) -> dict[Rung, tuple[int, int, int, int]]:
    rungs = handle.client.statistics().rungs
    return {
        rung: (count.tried, count.succeeded, count.refused, count.troubled)
        for rung, count in rungs.items()
        if count != RungCount()
    }


async def test_the_first_call_signs_in_by_key(make: Make, desk: Desk) -> None:
    client = make(device="web-1")
    await client.sessions()
    assert desk.seen[0].body == {"grant_type": "client_key", "client_key": KEY, "device": "web-1"}
    assert desk.issued == {"client_key": 1}
    assert counts(client) == {Rung.KEY: (1, 1, 0, 0)}
    assert client.client.statistics().state is LoginState.FRESH


async def test_an_expired_login_is_refreshed_before_the_call(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    clock.seconds += 3601
    await client.create_session({"title": "b", "starts_at": "", "ends_at": ""})
    assert desk.issued == {"client_key": 1, "refresh": 1}
    assert [one.path for one in desk.seen].count("/api/sessions") == 2, "no call was wasted on the old token"
    assert counts(client) == {Rung.REFRESH: (1, 1, 0, 0), Rung.KEY: (1, 1, 0, 0)}


async def test_a_token_that_the_server_no_longer_takes_is_renewed_and_the_call_repeated(
    make: Make, desk: Desk
) -> None:
    client = make()
    await client.sessions()
    desk.live.clear()
    assert (await client.create_session({"title": "a", "starts_at": "", "ends_at": ""}))["id"] == 1
    assert desk.issued == {"client_key": 1, "refresh": 1}
    assert len(desk.sessions) == 1


async def test_a_revoked_login_leads_on_to_the_key(make: Make, desk: Desk) -> None:
    client = make()
    await client.sessions()
    desk.revoke()
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    assert counts(client) == {Rung.REFRESH: (1, 0, 1, 0), Rung.KEY: (2, 2, 0, 0)}


async def test_a_refresh_whose_answer_was_lost_leads_on_to_the_key_and_is_never_shown_again(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make()
    await client.sessions()
    clock.seconds += 3601
    desk.faults.append(Fault(path="/auth/refresh", after=True))
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    assert counts(client) == {Rung.REFRESH: (1, 0, 1, 0), Rung.KEY: (2, 2, 0, 0)}
    shown = [one.body["refresh_token"] for one in desk.seen if one.path == "/auth/refresh"]
    assert len(shown) == 2, "once, and once more under the network's doubt"


async def test_the_next_key_is_tried_where_one_is_refused(make: Make, desk: Desk) -> None:
    client = make(key=["retired", KEY])
    await client.sessions()
    assert counts(client) == {Rung.KEY: (2, 1, 1, 0)}


async def test_the_last_resort_is_to_ask_and_the_password_is_not_kept(make: Make, desk: Desk) -> None:
    asked: list[str] = []

    def ask(why: Exception) -> Password:
        asked.append(str(why))
        return Password(email="ana@example.org", password="right")

    client = make(key="", ask=ask)
    await client.sessions()
    desk.revoke()
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    assert len(asked) == 2
    assert counts(client) == {Rung.REFRESH: (1, 0, 1, 0), Rung.ASK: (2, 2, 0, 0)}
    assert "right" not in repr(Password(email="", password="right"))


async def test_without_any_way_the_error_says_what_helps(make: Make, desk: Desk) -> None:
    client = make(key="wrong")
    with pytest.raises(LoginNeeded, match="hand in a valid client key") as raised:
        await client.sessions()
    assert raised.value.status == 401
    assert counts(client) == {Rung.KEY: (1, 0, 1, 0)}


async def test_nobody_is_asked_to_sign_in_because_the_network_is_down(make: Make, desk: Desk) -> None:
    client = make(ask=lambda _: pytest.fail("asked"))
    desk.faults.extend(Fault(path="/auth") for _ in range(50))
    with pytest.raises(Unreachable):
        await client.sessions()
    assert counts(client) == {Rung.KEY: (1, 0, 0, 1)}
    desk.faults.clear()
    await client.sessions()


async def test_who_is_locked_out_is_told_for_how_long_and_does_not_hammer(make: Make, desk: Desk) -> None:
    client = make()
    desk.faults.append(Fault(path="/auth/token", status=423, retry_after="90", word="locked"))
    with pytest.raises(LockedOut) as raised:
        await client.sessions()
    assert raised.value.retry_after == 90
    assert desk.paths("/auth") == ["/auth/token"]


async def test_a_login_in_trouble_is_used_as_long_as_it_lasts(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make(luck=0.0)
    await client.sessions()
    clock.seconds += 3400
    desk.faults.extend(Fault(path="/auth/refresh", status=503) for _ in range(9))
    await client.renew()
    assert client.client.statistics().state is LoginState.DEGRADED
    assert client.client.statistics().score == round(100 * 200 / 300) - 20 - 30
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    clock.seconds += 1000
    desk.faults.clear()
    await client.create_session({"title": "b", "starts_at": "", "ends_at": ""})
    assert client.client.statistics().state is LoginState.FRESH
    assert counts(client) == {Rung.REFRESH: (2, 1, 0, 1), Rung.KEY: (1, 1, 0, 0)}


async def test_a_usable_login_outlives_refused_keys(make: Make, desk: Desk, clock: FakeClock) -> None:
    asked: list[Exception] = []
    client = make(ask=asked.append)
    await client.sessions()
    desk.keys.clear()
    desk.refreshes.clear()
    await client.renew()
    assert client.client.statistics().state is LoginState.DEGRADED
    await client.create_session({"title": "a", "starts_at": "", "ends_at": ""})
    assert asked == []
    clock.seconds += 3601
    with pytest.raises(LoginNeeded):
        await client.sessions("late")
    assert len(asked) == 1


async def test_an_answer_without_tokens_is_trouble(make: Make, desk: Desk) -> None:
    client = make()
    desk.faults.extend(Fault(path="/auth", status=200) for _ in range(9))
    with pytest.raises(Busy, match="without tokens"):
        await client.sessions()


# -- one renewal for all ----------------------------------------------------------------------------------------


async def test_many_calls_at_once_share_one_renewal(make: Make, desk: Desk, clock: FakeClock) -> None:
    client = make()
    await client.sessions()
    clock.seconds += 3601
    titles = [f"s{number}" for number in range(32)]
    await asyncio.gather(
        *(client.create_session({"title": title, "starts_at": "", "ends_at": ""}) for title in titles)
    )
    assert desk.issued == {"client_key": 1, "refresh": 1}
    assert sorted(str(one["title"]) for one in desk.sessions.values()) == sorted(titles)


@pytest.mark.parametrize("make", ["awaited"], indirect=True)
async def test_a_failed_renewal_is_shared_too(make: Make, desk: Desk) -> None:
    client = make(key="wrong")
    desk.hold.clear()
    desk.awaited = "/auth"
    calls = [asyncio.ensure_future(client.sessions(str(number))) for number in range(8)]
    await asyncio.to_thread(desk.arrived.wait, 5)
    desk.hold.set()
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends] == [LoginNeeded] * 8
    assert desk.paths("/auth/token") == ["/auth/token"]


def test_threads_share_one_renewal_in_every_round(desk: Desk, clock: FakeClock) -> None:
    with Client(desk.url, key=KEY, surroundings=surroundings(clock), sleep=clock.sleep) as client:
        with ThreadPoolExecutor(16) as pool:
            for round_ in range(10):
                start = threading.Barrier(16)

                def one(number: int, start: threading.Barrier = start, round_: int = round_) -> None:
                    start.wait()
                    client.create_session({"title": f"{round_}-{number}", "starts_at": "", "ends_at": ""})

                list(pool.map(one, range(16)))
                desk.live.clear()
        assert desk.issued == {"client_key": 1, "refresh": 9}
        rungs = client.statistics().rungs
        assert sum(count.succeeded for count in rungs.values()) == sum(desk.issued.values())
    assert len(desk.sessions) == 160


async def test_nobody_waits_for_a_renewal_that_has_overrun_its_lease(
    make: Make, desk: Desk, clock: FakeClock
) -> None:
    client = make()
    desk.hold.clear()
    desk.awaited = "/auth"
    stuck = asyncio.ensure_future(client.sessions())
    await asyncio.to_thread(desk.arrived.wait, 5)
    assert client.client.statistics().state is LoginState.REFRESHING
    desk.awaited = ""
    clock.seconds += 61
    await client.sessions("other")
    assert client.client.statistics().state is LoginState.FRESH
    desk.hold.set()
    await asyncio.gather(stuck, return_exceptions=True)


@pytest.mark.parametrize("make", ["awaited"], indirect=True)
async def test_who_stops_waiting_does_not_stop_the_renewal(make: Make, desk: Desk) -> None:
    client = make()
    desk.hold.clear()
    desk.awaited = "/auth"
    first = asyncio.ensure_future(client.sessions("1"))
    await asyncio.to_thread(desk.arrived.wait, 5)
    second = asyncio.ensure_future(client.sessions("2"))
    await asyncio.sleep(0)
    first.cancel()
    desk.hold.set()
    await second
    assert desk.issued == {"client_key": 1}


# -- the shelf --------------------------------------------------------------------------------------------------


async def test_processes_of_one_platform_share_a_login(make: Make, desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "tokens"
    one, two = (make(shelf=FileShelf(path)) for _ in range(2))
    await one.sessions()
    await two.sessions("b")
    assert desk.issued == {"client_key": 1}
    assert counts(two) == {Rung.SECOND: (1, 1, 0, 0)}
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_refresh_token_that_another_process_has_spent_is_not_shown_again(
    make: Make, desk: Desk, clock: FakeClock, tmp_path: Path
) -> None:
    one, two = (make(shelf=FileShelf(tmp_path / "tokens")) for _ in range(2))
    await one.sessions()
    await two.sessions("b")
    clock.seconds += 3601
    await one.sessions("c")
    await two.sessions("d")
    assert desk.issued == {"client_key": 1, "refresh": 1}
    assert len(desk.paths("/auth/refresh")) == 1


async def test_a_shelf_that_takes_nothing_fails_no_call(make: Make, tmp_path: Path) -> None:
    client = make(shelf=FileShelf(tmp_path / "no such folder" / "tokens"))
    await client.sessions()
    assert client.client.statistics().unsaved == 1


def test_what_is_no_token_on_a_shelf_is_nothing(tmp_path: Path) -> None:
    shelf = FileShelf(tmp_path / "tokens")
    for text in ("", "[]", '{"access": 1}', "\x00"):
        (tmp_path / "tokens").write_text(text)
        assert shelf.load() is None
    tokens = Tokens(access="a", refresh="r", expires_in=1, expires_at=2)
    shelf.save(tokens)
    assert shelf.load() == tokens
    shelf.save(None)
    assert shelf.load() is None
    assert "'a'" not in repr(tokens)


async def test_tokens_from_elsewhere_are_used_until_they_end(make: Make, desk: Desk, clock: FakeClock) -> None:
    desk.live["given"] = clock.wall() + 100
    client = make(key="", tokens=Tokens(access="given", expires_in=100, expires_at=clock.wall() + 100))
    await client.sessions()
    assert desk.headers("authorization") == ["Bearer given"]
    clock.seconds += 101
    with pytest.raises(LoginNeeded):
        await client.sessions("b")
