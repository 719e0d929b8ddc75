"""Random lives of sessions through the real outbox: what leaves is true when it leaves, and the last news arrives."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from sessiontui.domain import letters as texts
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.instants import to_ms
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.services import requests, sessions, undo
from tests.conftest import NOON, Stage

from .post_stage import HOUR, MIN, SEC, deliver, hush, make

NEWS = ("changed", "cancelled", "decided", "scheduled")
STEPS = 90


class Life:
    """One session to which things happen, with one guest and two people who may lead it."""

    def __init__(self, stage: Stage, session_id: int, chance: random.Random) -> None:
        self.stage, self.session_id, self.chance = stage, session_id, chance
        self.said = 0

    async def happen(self, at: datetime) -> None:
        context, root, what = self.stage.context, self.stage.root, self.chance.random()
        try:
            if what < 0.3:
                start = at + self.chance.randrange(20, 3000) * MIN
                await self.move(Move.RESCHEDULE, at, starts_at=start, ends_at=start + HOUR)
            elif what < 0.45:
                await self.move(Move.CANCEL, at)
            elif what < 0.6:
                await self.move(Move.REOPEN, at)
            elif what < 0.7:
                await self.move(Move.REASSIGN, at, mentor_id=self.chance.choice((self.stage.bob, self.stage.cyd)))
            elif what < 0.9:
                request_id = await requests.find(context, self.session_id, self.stage.ana)
                ((state,),) = await self.stage.rows("SELECT state FROM join_request WHERE id = ?", request_id)
                wanted = RequestState.REJECTED if state == "approved" else RequestState.APPROVED
                before = RequestState(str(state))
                await requests.decide(context, [request_id], wanted, by=root, at=at, expected=before)
            else:
                await undo.undo(context, by=root, at=at)
        except SessiontuiError:
            return  # not possible as things stand: nothing happened

    async def move(self, what: Move, at: datetime, **told) -> None:
        await sessions.move(self.stage.context, what, self.session_id, by=self.stage.root, at=at, **told)

    async def check(self) -> int:
        """See that what has left since the last look is true now; how many letters that were."""
        ((starts_at, control, mentor_id, state),) = await self.stage.rows(
            "SELECT s.starts_at, s.control, s.mentor_id, r.state FROM session s JOIN join_request r"
            " ON r.session_id = s.id AND r.person_id = ? WHERE s.id = ?",
            self.stage.ana, self.session_id,
        )  # fmt: skip
        found = await self.stage.rows(
            "SELECT id, kind, person_id, about_start, subject, sent_at FROM notification"
            " WHERE state = 'sent' AND session_id = ? ORDER BY sent_at, id LIMIT -1 OFFSET ?",
            self.session_id, self.said,
        )  # fmt: skip
        self.said += len(found)
        for row_id, kind, person_id, about, subject, _ in found:
            told = f"letter {row_id}: {subject}"
            assert (kind == "cancelled") == (control == "cancelled") or kind == "decided", told
            if kind == "changed" or str(subject).startswith(("You have a place", "You lead")):
                assert about == starts_at, told
            if kind == "scheduled":
                assert person_id == mentor_id, told
            if str(subject).startswith("You have a place"):
                assert state == "approved", told
        return len(found)

    async def last_news(self, person_id: int) -> tuple[str, str]:
        rows = await self.stage.rows(
            "SELECT kind, body FROM notification WHERE state = 'sent' AND session_id = ? AND person_id = ?"
            f" AND kind IN ({','.join('?' * len(NEWS))}) ORDER BY sent_at DESC, id DESC LIMIT 1",
            self.session_id, person_id, *NEWS,
        )  # fmt: skip
        return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")


@pytest.mark.parametrize("seed", range(3))
async def test_what_leaves_is_true_and_the_last_news_arrives(stage: Stage, seed: int):
    chance = random.Random(seed)
    session_id = await make(stage, stage.ana, mentor_id=stage.bob, starts=NOON + 40 * HOUR, ends=NOON + 41 * HOUR)
    life, at, sent = Life(stage, session_id, chance), NOON, 0
    await hush(stage)
    for _ in range(STEPS):
        at += chance.choice((SEC, 5 * SEC, MIN, 3 * MIN))
        await life.happen(at)
        if chance.random() < 0.5:
            await deliver(stage, at)
            sent += await life.check()
    for _ in range(3):
        at += MIN
        await deliver(stage, at)
        sent += await life.check()
    assert sent > 10
    ((starts_at, ends_at, control, state),) = await stage.rows(
        "SELECT s.starts_at, s.ends_at, s.control, r.state FROM session s JOIN join_request r ON r.session_id = s.id"
        " AND r.person_id = ? WHERE s.id = ?",
        stage.ana, session_id,
    )  # fmt: skip
    kind, body = await life.last_news(stage.ana)
    if control == "cancelled" and state == "approved":
        assert kind == "cancelled"
    elif state == "approved" and int(str(starts_at)) > to_ms(at):
        window = (datetime.fromtimestamp(int(str(one)) / 1000, UTC) for one in (starts_at, ends_at))
        assert texts.when(*window, UTC) in body
    assert at - NOON < timedelta(days=1)
