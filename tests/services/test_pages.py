"""Pages put together are the whole list, in every order and under every filter, whatever their length."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Kind, Role
from sessiontui.services import boards, sessions
from sessiontui.services.sessions import SessionDraft
from sessiontui.store.reads.orders import ORDERS
from tests.conftest import NOON, Stage

HOUR = timedelta(hours=1)


async def furnish(stage: Stage) -> None:
    for number in range(23):
        draft = SessionDraft(
            title=f"Circle {number % 5}",
            starts_at=NOON + (number % 7) * HOUR,
            ends_at=NOON + (number % 7 + 1) * HOUR,
            kind=Kind.MENTORING if number % 3 else Kind.WORK,
            mentor_id=stage.ana if number % 4 == 0 else None,
            publish=number % 6 != 0,
        )
        await sessions.create(stage.context, draft, by=stage.root, at=NOON - HOUR, confirm=True)


async def walked(stage: Stage, query: str, order: str, limit: int, by: Actor) -> list[int]:
    found: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await boards.page(stage.context, query, now=NOON, by=by, order=order, limit=limit, cursor=cursor)
        assert len(page.lines) <= limit
        found += [line.id for line in page.lines]
        cursor = page.next
    return found


@pytest.mark.parametrize("order", list(ORDERS))
async def test_pages_are_the_list(stage: Stage, order: str) -> None:
    await furnish(stage)
    for by in (stage.root, Actor(stage.bob, "Bob", Role.PARTICIPANT)):
        for query in ("", "kind:mentoring", "mentor:ana", "circle", "-kind:work starts:>2026-05-04T13:00Z"):
            whole = await boards.board(stage.context, query, now=NOON, order=order, by=by)
            wanted = [line.id for line in whole.lines]
            for limit in (1, 4, 500):
                assert await walked(stage, query, order, limit, by) == wanted, (query, limit)


async def test_the_past_has_pages_too(stage: Stage) -> None:
    await furnish(stage)
    whole = await boards.board(stage.context, "", now=NOON + HOUR, as_of=NOON, by=stage.root)
    found, cursor = [], ""
    while cursor is not None:
        page = await boards.page(
            stage.context, "", now=NOON + HOUR, as_of=NOON, by=stage.root, limit=10, cursor=cursor
        )
        found += [line.id for line in page.lines]
        cursor = page.next
    assert found == [line.id for line in whole.lines]


@pytest.mark.parametrize(
    "cursor", ["x", "W10", "bnVsbA", "WyJzdGFydCIsMSwxXQ", "a" * 3000, "WyJ1cmdlbmN5IiwieCIsMV0"]
)
async def test_a_cursor_of_another_list_is_refused(stage: Stage, cursor: str) -> None:
    with pytest.raises(BadInput, match="cursor"):
        await boards.page(stage.context, "", now=NOON, by=stage.root, cursor=cursor)
