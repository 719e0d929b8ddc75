"""What people do about the place of a session: have a room made, name a spare link, switch to it, send it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import BadInput, Refused
from sessiontui.domain.phrases import count
from sessiontui.domain.places import Maker, RoomState, Then
from sessiontui.domain.text import safe_line
from sessiontui.services.context import Context
from sessiontui.services.delivery.messaging import left_out
from sessiontui.services.places import placing, telling
from sessiontui.services.places.connecting import require_set_up
from sessiontui.services.places.placing import Whereabouts
from sessiontui.services.places.sealing import sealing_vault
from sessiontui.services.receipt import Receipt
from sessiontui.services.rights import require_session
from sessiontui.store.reads import places as kept

if TYPE_CHECKING:
    from sessiontui.services.vault import Vault
    from sessiontui.store.tables import Session
    from sessiontui.store.tx import Tx

ROOM: Final = "session.room"
BACKUP: Final = "session.backup"
USE_BACKUP: Final = "session.use-backup"
SEND_BACKUP: Final = "session.send-backup-link"

_NO_BACKUP: Final = "no spare link is known, and no backup platform is set up"
_NAME_ONE: Final = "name one with 'sessiontui do backup ID --link ADDRESS', or set platforms.backup"


@dataclass(frozen=True, slots=True)
class _Spare:
    """The backup platform, and what seals the secrets of its rooms."""

    maker: Maker
    vault: Vault

    @classmethod
    async def needed(cls, context: Context, session_id: int) -> _Spare | None:
        """Return it, if one is set up and no spare link is known: a missing key must not stand in the way of that."""
        maker, known = context.platforms.backup, await kept.written_of(context.db.fetch, [session_id])
        if maker is None or maker not in context.platforms.there:
            return None
        if session_id in known and known[session_id].backup_link:
            return None
        require_set_up(context, maker)
        return cls(maker, await sealing_vault(context))


async def give_room(
    context: Context,
    session_id: int,
    maker: Maker | None = None,
    *,
    by: Actor,
    at: datetime,
    expected: int | None = None,
) -> Receipt:
    """Have a room made for a session, on the usual platform unless another is named; undo takes it away again."""
    chosen = _chosen(context, maker)
    vault = await sealing_vault(context)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id, expected)
        await require_session(tx, Action.EDIT, session)
        await placing.require_use(tx, session)
        await _require_no_room(tx, session, chosen)
        sentence = f"asked {chosen.words} for a room for {session.title}"
        before = Whereabouts.of(session)
        bare = not session.link and session.place_id is None
        entry = await tx.audit(
            ROOM,
            sentence,
            subject_id=session_id,
            detail={"before": before.as_json, "platform": str(chosen)},
            reversible=True,
        )
        place_id = await placing.wish(tx, session_id, chosen, vault=vault, cause=entry.id)
        if bare:
            await placing.settle_at(tx, session_id, replace(before, place_id=place_id, platform=str(chosen)))
    return Receipt(sentence=f"{sentence}; it is there in a few seconds", sessions=(session_id,), undo=entry.id)


async def name_backup(context: Context, session_id: int, link: str, *, by: Actor, at: datetime) -> Receipt:
    """Keep a link to fall back on; an empty one takes it away."""
    address = safe_line(link, 2000).strip()
    if address and not address.startswith(("https://", "http://")):
        raise BadInput("that is no web address", place="link", hint="begin it with https://")
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.EDIT, session)
        if address == session.backup_link:
            raise Refused(f"{session.title} has that spare link already" if address else f"{session.title} has none")
        before = Whereabouts.of(session)
        after = replace(before, backup_id=None, backup_link=address)
        what = "named a spare link for" if address else "took the spare link away from"
        sentence = f"{what} {session.title}"
        entry = await tx.audit(
            BACKUP,
            sentence,
            subject_id=session_id,
            detail={"before": before.as_json, "after": after.as_json},
            reversible=True,
        )
        await placing.settle_at(tx, session_id, after)
    return Receipt(sentence=sentence, sessions=(session_id,), undo=entry.id)


async def use_backup(context: Context, session_id: int, *, by: Actor, at: datetime, reason: str = "") -> Receipt:
    """Let a session meet at its spare link, or in a room on the backup platform; everybody is told.

    The place that it had becomes the spare one, so that doing it again switches back.
    """
    spare = await _Spare.needed(context, session_id)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.claim(session_id)
        await require_session(tx, Action.EDIT, session)
        await placing.require_use(tx, session)
        if not session.backup_link and session.backup_id is None:
            if spare is None:
                raise Refused(_NO_BACKUP, title="Cannot switch", hint=_NAME_ONE)
            await _require_no_wish(tx, session)
            sentence = f"asked {spare.maker.words} for a room to move {session.title} to"
            entry = await _note(tx, USE_BACKUP, sentence, session_id, reason=reason, before=Whereabouts.of(session))
            await placing.wish(tx, session_id, spare.maker, vault=spare.vault, then=Then.SWITCH, cause=entry)
            return Receipt(
                sentence=f"{sentence}; everybody is told as soon as it is there", sessions=(session_id,), undo=entry
            )
        before, after = Whereabouts.of(session), await placing.switched(tx, session)
        sentence = f"moved {session.title} to its spare link"
        entry = await _note(tx, USE_BACKUP, sentence, session_id, reason=reason, before=before, after=after)
        await placing.settle_at(tx, session_id, after)
        posted = await telling.moved(tx, context, session_id, cause=entry)
    told = f"; {count(len(posted.ids), 'person', 'people')} told" if posted.ids else ""
    return Receipt(sentence=f"{sentence}{told}{left_out(posted.unreachable)}", sessions=(session_id,), undo=entry)


async def send_backup_link(context: Context, session_id: int, *, by: Actor, at: datetime) -> Receipt:
    """Send everybody who plans with a session its spare link; one is made on the backup platform if need be."""
    spare = await _Spare.needed(context, session_id)
    async with context.db.write(by=by, at=at) as tx:
        session = await tx.session(session_id)
        await require_session(tx, Action.MESSAGE, session)
        await placing.require_use(tx, session)
        if not session.backup_link:
            if spare is None:
                raise Refused(_NO_BACKUP, title="Cannot send", hint=_NAME_ONE)
            await _require_no_wish(tx, session)
            sentence = f"asked {spare.maker.words} for a spare room for {session.title}"
            entry = await _note(tx, SEND_BACKUP, sentence, session_id, before=Whereabouts.of(session))
            await placing.wish(tx, session_id, spare.maker, vault=spare.vault, then=Then.SEND, cause=entry)
            tx.touch(session_id, words=False)
            return Receipt(
                sentence=f"{sentence}; its link is sent as soon as it is there", sessions=(session_id,), undo=entry
            )
        sentence = f"sent the spare link of {session.title}"
        entry = await _note(tx, SEND_BACKUP, sentence, session_id, before=Whereabouts.of(session))
        posted = await telling.spare(tx, context, session_id, session.backup_link, cause=entry)
        if not posted.ids:
            raise Refused(f"nobody to write to{left_out(posted.unreachable)}", title="Cannot send")
        tx.touch(session_id, words=False)
    return Receipt(
        sentence=f"{sentence} to {count(len(posted.ids), 'person', 'people')}{left_out(posted.unreachable)}",
        sessions=(session_id,),
        undo=entry,
    )


async def _note(
    tx: Tx,
    action: str,
    sentence: str,
    session_id: int,
    *,
    before: Whereabouts,
    after: Whereabouts | None = None,
    reason: str = "",
) -> int:
    """Write the audit entry of an act that can be undone, and return its number."""
    detail = {"before": before.as_json, **({} if after is None else {"after": after.as_json})}
    entry = await tx.audit(
        action, sentence, subject_id=session_id, reason=safe_line(reason), detail=detail, reversible=True
    )
    return entry.id


def _chosen(context: Context, maker: Maker | None) -> Maker:
    """Return the platform that is meant; ``Refused`` and ``BadInput`` say what is missing."""
    chosen = maker or context.platforms.usual
    if chosen is None:
        there = context.platforms.there
        if not there:
            raise Refused(
                "no meeting platform is set up here", title="Cannot make a room", hint="see [platforms] in the README"
            )
        names = ", ".join(there)
        raise Refused("there is no usual platform", title="Cannot make a room", hint=f"name one of {names}")
    require_set_up(context, chosen)
    return chosen


async def _require_no_room(tx: Tx, session: Session, maker: Maker) -> None:
    """Raise ``Refused`` where a session has a room on a platform, or one is being made."""
    await _require_no_wish(tx, session)
    place = None if session.place_id is None else await kept.place(tx.fetch, session.place_id)
    has_room = place is not None and place.state == RoomState.THERE and place.platform == maker
    if has_room and placing.is_current(session, place):
        raise Refused(f"{session.title} has a room on {maker.words} already", title="Cannot make a room")


async def _require_no_wish(tx: Tx, session: Session) -> None:
    for place in await kept.places_of(tx.fetch, cast("int", session.id)):
        if place.state == RoomState.WANTED and await kept.open_orders(tx.fetch, place.id):
            raise Refused(f"{Maker(place.platform).words} is asked for a room already", title="Cannot make a room")
