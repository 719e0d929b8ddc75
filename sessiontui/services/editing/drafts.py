"""Drafts: forms that a person left half typed, kept for a month and offered again where the form is opened.

They are nobody else's to see. Keeping one is no act, and is not audited.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sessiontui.domain.access import WORKER, Actor
from sessiontui.domain.chain import Json
from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import to_ms
from sessiontui.services.context import Context
from sessiontui.store.reads import drafts as kept

KEPT: Final = timedelta(days=30)
"""How long a draft is offered: who has not come back by then has forgotten it as well."""

MOST: Final = 100
"""Drafts that a person may have; the oldest make room."""

LONGEST: Final = 1_000_000
"""Characters of a draft: far more than the largest form holds."""

_LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What stood in a form when it was left."""

    form: str
    at: datetime
    body: Mapping[str, Json]


async def everyone(context: Context, *, by: Actor, at: datetime) -> tuple[Draft, ...]:
    """Return the drafts of the one who asks, the newest first."""
    if by.id is None:
        return ()
    found = await kept.drafts(context.db.fetch, by.id)
    return tuple(Draft(form=form, at=left, body=body) for form, left, body in found if left >= at - KEPT)


async def find(context: Context, form: str, *, by: Actor, at: datetime) -> Draft | None:
    """Return what the one who asks had typed into a form, if it was kept."""
    return next((draft for draft in await everyone(context, by=by, at=at) if draft.form == form), None)


async def keep(context: Context, form: str, body: Mapping[str, Json], *, by: Actor, at: datetime) -> None:
    """Keep what stands in a form; ``ReadOnly`` where nothing can be kept."""
    if by.id is None:
        return
    context.db.require_writable()
    if not form or len(form) > _LONGEST_NAME or len(json.dumps(body)) > LONGEST:
        raise BadInput("that is more than a draft can hold", place=form[:_LONGEST_NAME])
    async with context.db.write(by=by, at=at) as tx:
        await kept.write(tx, by.id, form, body, most=MOST)


async def forget(context: Context, form: str, *, by: Actor, at: datetime) -> None:
    """Forget what stood in a form, because it was saved or is not wanted; nothing happens where there is none."""
    if by.id is None or context.db.read_only or await find(context, form, by=by, at=at) is None:
        return
    async with context.db.write(by=by, at=at) as tx:
        await kept.remove(tx, by.id, form)


async def clean(context: Context, *, at: datetime, epoch: int | None = None) -> int:
    """Forget the drafts that nobody came back to within a month, and return how many there were."""
    before = to_ms(at - KEPT)
    if not await kept.has_older(context.db.fetch, than=before):
        return 0
    async with context.db.write(by=WORKER, at=at, epoch=epoch) as tx:
        return await kept.remove_older(tx, than=before)
