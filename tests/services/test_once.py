"""An act under a key: done once, whoever is cut off, however many send it, and only to what was seen."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.domain.errors import BadInput, Conflict, Refused
from sessiontui.domain.vocabulary import Move
from sessiontui.services import sessions
from sessiontui.services.context import Context
from sessiontui.services.once import Done, Wanted, once
from sessiontui.services.receipt import Receipt
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage
from tests.services.test_requests import make

DRAFT = SessionDraft(title="Circle", starts_at=NOON + timedelta(hours=1), ends_at=NOON + timedelta(hours=2))


async def create(stage: Stage, key: str, asked: object = "a") -> Done:
    return await once(
        stage.context,
        Wanted(key=key, asked=asked),
        lambda context: sessions.create(context, DRAFT, by=stage.root, at=NOON),
    )


async def test_a_repetition_is_told_the_first_receipt(stage: Stage) -> None:
    first, again = await create(stage, "k"), await create(stage, "k")
    assert (first.again, again.again) == (False, True)
    assert again.receipt == first.receipt
    assert await stage.rows("SELECT count(*) FROM session") == [(1,)]
    with pytest.raises(Conflict, match="something else"):
        await create(stage, "k", asked="b")
    with pytest.raises(BadInput):
        await create(stage, "k" * 201)


async def test_who_is_cut_off_after_the_commit_is_told_it_when_they_ask_again(stage: Stage) -> None:
    class Gone(Exception):
        """Stands for a process that died."""

    async def cut_off(context: Context) -> Receipt:
        await sessions.create(context, DRAFT, by=stage.root, at=NOON)
        raise Gone

    with pytest.raises(Gone):
        await once(stage.context, Wanted(key="k", asked="a"), cut_off)
    told = await create(stage, "k")
    assert (told.again, told.receipt.sessions, told.receipt.sentence) == (True, (1,), "created Circle")
    assert await stage.rows("SELECT count(*) FROM session") == [(1,)]


async def test_of_many_at_once_one_does_it_and_all_are_told(stage: Stage) -> None:
    done = await asyncio.gather(*(create(stage, "k") for _ in range(16)))
    assert sum(not one.again for one in done) == 1
    assert {one.receipt.sessions for one in done} == {(1,)}


async def test_what_failed_left_no_answer_and_may_be_sent_again(stage: Stage) -> None:
    session_id = await make(stage)
    wanted = Wanted(key="k", asked="resume")
    with pytest.raises(Refused):
        await once(stage.context, wanted, lambda c: sessions.move(c, Move.RESUME, session_id, by=stage.root, at=NOON))
    done = await once(
        stage.context, wanted, lambda c: sessions.move(c, Move.CANCEL, session_id, by=stage.root, at=NOON)
    )
    assert not done.again


async def test_a_version_that_was_not_seen_is_a_conflict_that_names_the_other(stage: Stage) -> None:
    session_id = await make(stage)
    ((version,),) = await stage.rows("SELECT version FROM session WHERE id = ?", session_id)
    seen = Wanted(session_id=session_id, expected=int(str(version)))

    def cancel(context: Context) -> object:
        return sessions.move(context, Move.CANCEL, session_id, by=stage.root, at=NOON)

    with pytest.raises(Conflict, match="Root changed it"):
        await once(stage.context, replace(seen, expected=int(str(version)) - 1), cancel)  # type: ignore[arg-type]
    assert not (await once(stage.context, seen, cancel)).again  # type: ignore[arg-type]
