"""Counting heads: what one guest more or less changes in a session's row, without deriving it.

While a session is active, or people gather before its start, a guest who comes or goes moves two counters; status,
badges and rank stay. Whatever might change more than that has the whole row derived. The row may become due too
early, which derives it once for nothing, but never too late.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.alerts.stability import might_be_lost
from sessiontui.domain.instants import to_ms
from sessiontui.domain.rules import OPEN_END_GRACE
from sessiontui.domain.vocabulary import Badge, Control, Source, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessiontui.store.foresight import Kept
    from sessiontui.store.ledger import Scene
    from sessiontui.store.signals import PresenceReport
    from sessiontui.store.tx import Tx

_MS: Final = timedelta(milliseconds=1)

_LIVE_SOURCES: Final = frozenset({Source.API, Source.WEBHOOK, Source.MANUAL})
"""Sources whose stays, where nobody closes them, last until long after the end."""

RETOLD_AFTER: Final = 1_000
"""Milliseconds after which an open alert that tells how many are there is written anew: not for each who comes."""

_GRACE: Final = OPEN_END_GRACE // _MS
"""Milliseconds after its end for which a session counts those inside whom nobody hears of."""

_GATHERING: Final = frozenset({Status.CREATED, Status.HAS_REQUESTS, Status.APPROVED, Status.UPCOMING})

_GOES_ON: Final = frozenset({Control.SCHEDULED, Control.RUNNING, Control.PAUSED})


async def came(tx: Tx, report: PresenceReport, before: Sequence[Kept]) -> None:
    """Count a person whose new stay was just stored; ``before`` are the stays they had until then."""
    scene = await tx.scene(report.session_id)
    there = _there(tx, before) if before else False
    departed = _was_gone(scene, before) if before and there is False else 0
    comes_back_often = len(before) >= tx.rules.alerts.unstable_rejoins
    is_told_late = to_ms(report.at) < ((scene.present_since or scene.paused_at) or 0)
    known = there is not None and departed is not None and not is_told_late
    if not known or comes_back_often or not _is_steady(tx, scene, report):
        tx.touch(report.session_id, words=False)
        return
    tx.move_heads(
        report.session_id,
        active=int(not there),
        departed=-(departed or 0),
        due=_due(tx, scene, scene.ends_at + _GRACE),
    )


async def went(tx: Tx, report: PresenceReport, before: Sequence[Kept], stay: Kept) -> None:
    """Count a person who left a stay; ``before`` are the stays as they were."""
    scene = await tx.scene(report.session_id)
    others = [other for other in before if other.id != stay.id]
    was, still = _there(tx, [stay]), _there(tx, others)
    is_known = was is True and still is not None and Badge.STALE.name not in scene.badges
    if not (is_known and _is_steady(tx, scene, report) and await _others_were_there(tx, scene, report, stay)):
        tx.touch(report.session_id, words=False)
    elif still:
        tx.move_heads(report.session_id)
    elif await _matters(tx, report, scene.active + tx.heads_moved(report.session_id) - 1):
        tx.touch(report.session_id, words=False)
    elif to_ms(report.at) > scene.starts_at:
        tx.move_heads(report.session_id, active=-1, departed=1, due=_due(tx, scene))
    elif scene.status not in _GATHERING:  # perhaps begun early: only the history says when
        tx.touch(report.session_id, words=False)
    else:
        tx.move_heads(report.session_id, active=-1)


async def beat(tx: Tx, report: PresenceReport, stay: Kept, at: int) -> None:
    """Make the row due when a heartbeat may fall silent, if it is not yet; derive it if silence had been shown."""
    now = tx.now
    silence = min(tx.rules.stale_after // _MS + 1, tx.rules.heartbeat_expiry // _MS)
    if stay.heartbeat_at is not None:
        if now >= stay.heartbeat_at + silence:
            tx.touch(report.session_id, words=False)
        return
    scene = await tx.scene(report.session_id)
    lasts = now < scene.ends_at or (stay.source in _LIVE_SOURCES and now < scene.ends_at + _GRACE)
    known = scene.control in _GOES_ON and lasts and now < at + silence
    if known and not (scene.due is not None and scene.due <= now):
        tx.move_heads(report.session_id, due=at + silence)
    else:
        tx.touch(report.session_id, words=False)


def _is_steady(tx: Tx, scene: Scene, report: PresenceReport) -> bool:
    """Return whether one guest more or less leaves status, badges and rank as they are stored."""
    now = tx.now
    if (
        tx.is_touched(report.session_id)
        or scene.archived
        or scene.unstable
        or scene.host_id == report.person_id
        or report.source not in _LIVE_SOURCES
        or to_ms(report.at) > now
        or (scene.due is not None and scene.due <= now)
    ):
        return False
    if scene.status == Status.ACTIVE:
        return now < scene.ends_at + _GRACE
    if scene.status == Status.PAUSED:  # nothing runs on, whoever is there
        return scene.starts_at < now < scene.ends_at + _GRACE
    gathers = scene.status in _GATHERING and Badge.EARLY_JOIN.name in scene.badges
    return gathers and scene.control == Control.SCHEDULED and now < scene.starts_at


async def _others_were_there(tx: Tx, scene: Scene, report: PresenceReport, stay: Kept) -> bool:
    """Return whether a guest has been there from before somebody left: a leave told late may open a gap behind it.

    Before the start nobody counts that.
    """
    return scene.status in _GATHERING or bool(
        await tx.fetch(
            "SELECT 1 FROM presence WHERE session_id = ? AND left_at IS NULL AND joined_at <= ? AND id != ?"
            " AND person_id IS NOT ? LIMIT 1",
            (report.session_id, to_ms(report.at), stay.id, scene.host_id or 0),
        )
    )


def _due(tx: Tx, scene: Scene, otherwise: int | None = None) -> int | None:
    """Return when the row is due at the latest: soon, where an open alert tells how many are there."""
    return tx.now + RETOLD_AFTER if scene.told else otherwise


async def _matters(tx: Tx, report: PresenceReport, here: int) -> bool:
    """Return whether one who left was the last, or so many have left lately that an alert may say so.

    Whether too many did is told by counts alone, before anybody asks who they were.
    """
    settings = tx.rules.alerts
    if here < 1 or settings.unstable is None:
        return here < 1
    since = to_ms(report.at - settings.unstable_lost_within)
    rows = await tx.fetch(
        "SELECT count(*) FROM presence WHERE session_id = ? AND left_at > ?", (report.session_id, since)
    )
    return might_be_lost(settings, left_lately=cast("int", rows[0][0]), here=here)


def _there(tx: Tx, stays: Sequence[Kept]) -> bool | None:
    """Return whether a person with these stays counts as present now; ``None`` where that has to be derived."""
    now, expiry = tx.now, tx.rules.heartbeat_expiry // _MS
    open_now = [stay for stay in stays if stay.left_at is None]
    if any(stay.left_at is not None and stay.left_at > now for stay in stays):
        return None
    if any(stay.joined_at > now or stay.source not in _LIVE_SOURCES for stay in open_now):
        return None
    if any(stay.heartbeat_at is not None and stay.heartbeat_at + expiry <= now for stay in open_now):
        return None
    return bool(open_now)


def _was_gone(scene: Scene, stays: Sequence[Kept]) -> int | None:
    """Return 1 where somebody who is not present was counted as one who left, ``None`` where it cannot be told."""
    ends = [cast("int", stay.left_at) for stay in stays]
    if any(end > scene.starts_at for end in ends):
        return 1
    return 0 if not ends or scene.control == Control.SCHEDULED else None
