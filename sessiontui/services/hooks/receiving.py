"""A webhook is kept by one insert before anything is made of it: its sender gets an answer within milliseconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Actor
from sessiontui.intake.hooks import Happening, HookNews, bbb_news, zoom_news
from sessiontui.intake.meeting_reports import Platform
from sessiontui.intake.records import JsonValue
from sessiontui.services.context import Context
from sessiontui.store.reads import hooks as kept

if TYPE_CHECKING:
    from sessiontui.store.tx import Tx

SENDER: Final = Actor.system("webhooks")

READERS: Final = {Platform.ZOOM: zoom_news, Platform.BBB: bbb_news}
"""What reads the events of each platform."""


async def receive(context: Context, source: Platform, events: Sequence[JsonValue], *, at: datetime) -> int:
    """Keep events of a platform, all in one commit, and return how many of them are new.

    ``BadInput`` where one cannot be understood; nothing is kept then.
    """
    rows = [(_key(event), READERS[source](event), json.dumps(event, ensure_ascii=False)) for event in events]

    async def deed(tx: Tx) -> int:
        new = 0
        for key, news, body in rows:
            new += await kept.keep(
                tx,
                source=str(source),
                key=key,
                meeting=news.meeting,
                participant=news.participant,
                body=body,
                state=_state(news),
            )
        return new

    return await context.db.event(deed, by=SENDER, at=at) if rows else 0


def _key(event: JsonValue) -> str:
    """Return what makes an event recognisable that is delivered again, however it is spaced or ordered."""
    return sha256(json.dumps(event, sort_keys=True).encode("utf-8", "replace")).hexdigest()


def _state(news: HookNews) -> str:
    return "ignored" if news.happening is Happening.OTHER else "new"
