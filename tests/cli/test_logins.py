"""``clients``, ``logins`` and ``people password`` on the command line."""

from __future__ import annotations

import asyncio
import io
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sessiontui.domain.errors import Unauthenticated
from sessiontui.domain.logins.cache import ClientCache
from sessiontui.runtime import now
from sessiontui.services import jobs, leading, logins
from sessiontui.services.context import Context
from sessiontui.services.logins import ClientReport, Tokens
from sessiontui.store.engine import Database

if TYPE_CHECKING:
    from tests.cli.conftest import Run

GOOD = "correct horse battery"


def sign_in(home: Path, n: int = 1, ago: timedelta = timedelta(minutes=1), **given: str) -> list[Tokens]:
    """Sign in as a program outside would."""

    async def work() -> list[Tokens]:
        db = await Database.open(home / "sessiontui.db")
        try:
            told = {"device": "phone", **given}
            return [await logins.sign_in(Context(db=db), at=now() - ago, **told) for _ in range(n)]
        finally:
            await db.close()

    return asyncio.run(work())


def add(run: Run, *more: str) -> str:
    """Add a client and return its key, which stands alone on stdout."""
    made = run("clients", "add", "portal", "--scope", "read,write", *more)
    assert made.code == 0, made.err
    assert "not shown again" in made.err
    return made.out.strip()


def test_a_client_is_added_listed_shown_rotated_and_revoked(run: Run, home: Path) -> None:
    key = add(run)
    assert key.startswith("stk_")
    assert len(key) == 47
    sign_in(home, 2, key=key)
    (listed,) = run("clients", "list", "--json").json["clients"]
    assert (listed["name"], listed["scopes"], listed["role"], listed["live"]) == (
        "portal",
        ["read", "write"],
        "admin",
        2,
    )
    shown = run("clients", "show", "portal", "--json").json
    assert [line["state"] for line in shown["logins"]] == ["fresh", "fresh"]
    assert run("clients", "edit", "portal", "--scope", "read").out == "changed scopes to read of the client portal\n"
    new = run("clients", "rotate", "portal", "--overlap", "1h", "--yes", "--json").json["key"]
    sign_in(home, key=key, ago=timedelta())
    sign_in(home, key=new)
    gone = run("clients", "revoke", "portal", "--reason", "leaked", "--yes", "--json").json
    assert gone["sentence"] == "revoked the client portal with 4 logins"
    with pytest.raises(Unauthenticated):
        sign_in(home, key=new)
    everything = "".join(run(*words).out for words in (("clients", "list"), ("clients", "show", "portal")))
    assert key not in everything
    assert new not in everything


def test_nothing_happens_without_consent(run: Run, home: Path) -> None:
    key = add(run)
    sign_in(home, 1, key=key)
    for words in (("clients", "revoke", "portal"), ("clients", "rotate", "portal"), ("logins", "revoke", "--all")):
        refused = run(*words)
        assert refused.code == 1
        assert "--yes" in refused.err
    assert run("logins", "list", "--json").json["live"] == 1


def test_logins_are_listed_filtered_shown_refreshed_and_ended(run: Run, home: Path) -> None:
    key = add(run)
    made = sign_in(home, 12, key=key)
    sign_in(home, 1, key=key, device="kiosk")
    found = run("logins", "list", "device:kiosk", "--json").json
    assert (found["matched"], found["live"]) == (1, 13)
    assert "kiosk" in run("logins", "list").out
    shown = run("logins", "show", str(made[0].login_id))
    assert "Health:      100 excellent" in shown.out
    dry = run("logins", "revoke", "--matching", "device:phone", "--dry-run")
    assert len(dry.out.splitlines()) == 12
    assert "nothing was changed" in dry.err
    refreshed = run("logins", "refresh", str(made[0].login_id), "--yes")
    assert refreshed.out == "asked 1 login of portal to refresh\n"
    ended = run("logins", "revoke", "--matching", "device:phone", "--yes", "--reason", "lost", "--json").json
    assert len(ended["logins"]) == 12
    assert [line["device"] for line in run("logins", "list", "--json").json["logins"]] == ["kiosk"]
    over = run("logins", "list", "is:ended", "--json").json["logins"]
    assert {line["ended_why"] for line in over if line["device"] == "phone"} == {"revoked"}
    assert run("logins", "revoke", "--client", "portal", "--yes").out == "ended 1 login of portal\n"


def test_a_wrong_wish_is_told(run: Run) -> None:
    add(run)
    assert run("logins", "revoke").code == 2
    assert run("logins", "revoke", "1", "--all").code == 2
    assert run("logins", "refresh").code == 2
    assert run("logins", "revoke", "--matching", " ").code == 2
    assert "not a term" in run("logins", "list", "colour:red").err
    assert run("logins", "show", "99").code == 1
    assert run("logins", "revoke", "99", "--yes").code == 1
    assert run("clients", "add", "other", "--scope", "everything").code == 1
    assert run("clients", "show", "nobody").code == 1
    assert run("clients", "add", "other", "--scope", "read", "--public-key", "/no/such/file").code == 1


def test_a_password_comes_by_the_pipe_and_never_stands_on_the_command_line(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("people", "add", "Ana", "--email", "ana@example.org").code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert run("people", "password", "Ana").code == 1
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{GOOD}\n"))
    done = run("people", "password", "Ana")
    assert done.out == "set a password for Ana\n"
    assert sign_in(home, email="ana@example.org", password=GOOD)
    with pytest.raises(Unauthenticated):
        sign_in(home, email="ana@example.org", password="wrong horse battery")
    for _ in range(4):
        with pytest.raises(Unauthenticated):
            sign_in(home, email="ana@example.org", password="wrong horse battery", ago=timedelta())
    assert run("logins", "unlock", "Ana").out == "unlocked Ana\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    taken = run("people", "password", "Ana", "--remove", "--yes", "--json").json
    assert taken["sentence"] == "took the password of Ana away"


def test_how_the_cache_of_a_client_does_stands_with_its_login_and_with_the_client(run: Run, home: Path) -> None:
    (tokens,) = sign_in(home, key=add(run))
    assert run("clients", "show", "portal", "--json").json["cache"] is None
    assert "Cache:       not told" in run("logins", "show", "1").out

    async def beat() -> None:
        db = await Database.open(home / "sessiontui.db")
        try:
            caller = await logins.authenticate(Context(db=db), tokens.access_token, at=now())
            report = ClientReport(cache=ClientCache(entries=2, size=4096, hits=7, stale_hits=2, misses=1))
            await logins.heartbeat(Context(db=db), caller, at=now(), report=report)
        finally:
            await db.close()

    asyncio.run(beat())
    told = "90% of 10 looks answered, 2 of them stale; 2 answers kept, 4 KiB"
    assert f"Cache:       {told}" in run("logins", "show", "1").out
    assert f"Cache:    {told}" in run("clients", "show", "portal").out
    kept = {"entries": 2, "size": 4096, "hits": 7, "stale_hits": 2, "misses": 1, "hit_rate": 0.9}
    assert run("logins", "list", "--json").json["logins"][0]["cache"] == kept
    assert run("clients", "show", "portal", "--json").json["cache"] == kept


def test_the_health_tells_of_calls_and_errors_too(run: Run, home: Path) -> None:
    add(run)
    told = run("health", "--json").json
    assert [part["name"] for part in told["parts"]][:5] == ["worker", "database", "outbox", "api", "logins"]
    assert {"endpoints", "errors", "trend", "queries", "machine"} <= set(told)


def test_jobs_are_listed_run_paused_and_resumed(run: Run, home: Path) -> None:
    assert run("health").code == 1, "no worker leads"
    assert "no worker has led" in run("jobs", "list").err

    async def lead() -> None:
        db = await Database.open(home / "sessiontui.db")
        try:
            context = Context(db=db)
            lease = await leading.take(context, holder="console 1", at=now())
            assert lease is not None
            await jobs.name_all(
                context,
                [("tick", timedelta(seconds=1)), ("sweep", timedelta(seconds=15))],
                at=now(),
                epoch=lease.epoch,
            )
        finally:
            await db.close()

    asyncio.run(lead())
    assert run("jobs", "run", "tick").out == "asked for tick to run now\n"
    assert run("jobs", "pause", "tick", "--json").json == {"sentence": "paused tick"}
    assert run("jobs", "pause", "--all", "--yes").out == "paused 1 job\n"
    assert [line["paused"] for line in run("jobs", "list", "--json").json["jobs"]] == [True, True]
    assert run("jobs", "pause", "--all", "--yes").code == 1
    assert run("jobs", "resume", "--all").out == "resumed 2 jobs\n"
    listed = run("jobs", "list")
    assert "fine" in listed.out
    assert "no worker leads" not in listed.err
    assert run("jobs", "pause").code == 2
    assert run("jobs", "run", "tock").code == 1
