"""Undo: takes back the last reversible act of a person, or one that is named, if nothing has built on it since."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias, cast

from sessiontui.domain.access import Action, Actor
from sessiontui.domain.errors import Conflict, NotAllowed, NotFound, Refused
from sessiontui.domain.instants import from_ms
from sessiontui.domain.phrases import count
from sessiontui.domain.seats import all_taken, is_full
from sessiontui.domain.vocabulary import Move, RequestState
from sessiontui.services import alerts, collaborating, followups
from sessiontui.services.attendance import correcting, identifying
from sessiontui.services.context import Context
from sessiontui.services.delivery import notices, preferences
from sessiontui.services.delivery.messaging import take_back
from sessiontui.services.files import keeping as files
from sessiontui.services.files import linking
from sessiontui.services.learning import answering as learning
from sessiontui.services.people import merging, notes
from sessiontui.services.pictures import HistoryLine
from sessiontui.services.places import placing, undoing
from sessiontui.services.places.undoing import UNDONE as PLACED
from sessiontui.services.plans import pen as planning
from sessiontui.services.projects import changing as projects
from sessiontui.services.projects import undoing as project_undoing
from sessiontui.services.receipt import Receipt
from sessiontui.services.recordings import keeping
from sessiontui.services.requests import add_step
from sessiontui.services.rights import require_session
from sessiontui.services.series import undoing as series_undoing
from sessiontui.services.series.making import CREATED
from sessiontui.services.talk import writing
from sessiontui.services.templates import changing as templates
from sessiontui.services.timers import stopping
from sessiontui.store.reads import audit as kept
from sessiontui.store.signals import take_back as forget_signals

if TYPE_CHECKING:
    from sessiontui.domain.visits.rules import VisitRules
    from sessiontui.store.tables import AuditEntry
    from sessiontui.store.tx import Tx

_CHANGED_SINCE: Final = "it was changed since"

_MADE: Final = {
    "request.approve": RequestState.APPROVED,
    "request.reject": RequestState.REJECTED,
    "request.withdraw": RequestState.WITHDRAWN,
    "request.add": RequestState.APPROVED,
    "request.remove": RequestState.REJECTED,
}
"""The state that each act on a request leads to."""


_NO_SESSION: Final = ("person", "series", templates.SUBJECT, projects.SUBJECT)
"""What an act may be about that is no session."""

LETTERS: Final = frozenset({"session.remind", "session.confirm", "session.message", "session.alert-author"})
"""Acts that did nothing but write letters: to undo them is to hold these back."""


async def undo(context: Context, *, by: Actor, at: datetime, entry: int | None = None) -> Receipt:
    """Take back one act of the one who asks; ``Refused`` says why where it cannot be taken back any more."""
    async with context.db.write(by=by, at=at) as tx:
        act = await tx.entry(entry if entry is not None else await _last(tx))
        if act.by_id != by.id:
            raise NotAllowed(f"{act.by_name} did that: only they can undo it")
        if not act.reversible:
            raise Refused(f"{act.sentence}: that cannot be undone")
        if act.undone_by is not None:
            raise Refused(f"{act.sentence}: that was undone already")
        sessions = (act.subject_id,) if act.subject_id is not None and act.subject not in _NO_SESSION else ()
        sentence = f"undid: {act.sentence}"
        seal = await tx.audit(
            "undo",
            sentence,
            subject=act.subject,
            subject_id=act.subject_id,
            undoes=act.id,
            detail={"act": act.action, **await _version(tx, act)},
        )
        if act.action in _RULED:
            await _RULED[act.action](tx, act, seal.id, context.visits)
        else:
            await _WAYS[_way(act.action)](tx, act, seal.id)
        acts = [cast("int", act.id)]
        if act.action in LETTERS:  # one act may have written about many sessions
            acts = await kept.same_act(tx.fetch, cast("int", act.id))
        for done in acts:
            await tx.update("audit_entry", done, undone_by=seal.id)
        back = await take_back(tx, acts, why=f"{by.name} took it back")
        if act.action in LETTERS and not back.stayed:
            raise Refused(f"{act.sentence}: the letters have left already")
        told = await notices.correct(tx, context, back, cause=seal.id)
    return Receipt(sentence=f"{sentence}{_held(back.stayed, len(back.gone), len(told.ids))}", sessions=sessions)


async def _version(tx: Tx, act: AuditEntry) -> dict[str, int]:
    """Return the version that a session has once an edit of it is taken back: who edits it now is told by it."""
    if act.action != "session.edit" or act.subject_id is None:
        return {}
    return {"version": (await tx.session(act.subject_id)).version + 1}


def _held(stayed: int, gone: int, corrected: int) -> str:
    """Return what a receipt says about the letters of an act that was undone."""
    parts = [f"{count(stayed, 'letter')} held back"] if stayed else []
    if gone and not corrected:
        parts.append(f"{gone} had left already")
    if corrected:
        parts.append(f"{count(corrected, 'person', 'people')} told that it no longer holds")
    return "".join(f"; {part}" for part in parts)


async def last(context: Context, *, by: Actor) -> HistoryLine | None:
    """Return the newest act of the one who asks that can be undone and has not been."""
    return await _told(context, await kept.last_reversible(context.db.fetch, by.id))


async def passed_over(context: Context, *, by: Actor, act: int) -> HistoryLine | None:
    """Return the newest act of the one who asks that came after ``act`` and cannot be undone."""
    return await _told(context, await kept.last_irreversible(context.db.fetch, by.id, after=act))


async def _told(context: Context, found: int | None) -> HistoryLine | None:
    row = None if found is None else await kept.told(context.db.fetch, found)
    if row is None:
        return None
    entry, at, name, action, sentence, reason = row
    return HistoryLine(
        id=entry, at=from_ms(at), by=name, action=action, sentence=sentence, reason=reason, undone=False
    )


async def _last(tx: Tx) -> int:
    found = await kept.last_reversible(tx.fetch, tx.by.id)
    if found is None:
        raise NotFound("there is nothing of yours to undo")
    return found


def _way(action: str) -> str:
    if action.startswith("alert."):
        return "alert"
    if action.startswith("request."):
        return "request"
    if action.startswith(planning.ACTS):
        return "plan"
    if action in PLACED:
        return "place"
    if action.startswith(("comment.", "file.", "link.")):
        return action.partition(".")[0]
    if action.startswith("recording."):
        return "recording"
    if action in templates.ACTS:
        return templates.SUBJECT
    if action in LETTERS:
        return "letters"
    return action if action in _WAYS else "move"


async def _undo_alert(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    await alerts.take_back(tx, act.action, act.detail)


async def _undo_close(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    session_id = cast("int", act.subject_id)
    await require_session(tx, Action.SURVEY, await tx.session(session_id))
    await followups.reopen_tasks(tx, session_id, cast("list[int]", act.detail["follow_ups"]))


async def _undo_story(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    session_id = cast("int", act.subject_id)
    await require_session(tx, Action.SURVEY, await tx.session(session_id))
    await followups.restore_story(tx, session_id, cast("str | None", act.detail["before"]))


async def _undo_letters(tx: Tx, act: AuditEntry, seal: int) -> None:
    """Leave the session as it is: the letters are taken back for every act alike."""
    del seal
    await require_session(tx, Action.MESSAGE, await tx.session(cast("int", act.subject_id)))


async def _undo_attendance(tx: Tx, act: AuditEntry, seal: int) -> None:
    mark, person_id = cast("int", act.detail["mark"]), cast("int", act.detail["person"])
    await correcting.take_back(tx, cast("int", act.subject_id), mark=mark, person_id=person_id, seal=seal)


async def _undo_identifying(tx: Tx, act: AuditEntry, seal: int) -> None:
    await identifying.take_back(tx, cast("int", act.subject_id), act.detail, seal)


async def _undo_recording(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    await keeping.take_back(tx, act.action, cast("int", act.subject_id), act.detail)


async def _undo_place(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    await undoing.take_back(tx, act)


async def _undo_project_of(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    await project_undoing.take_back_session(tx, act)


async def _undo_presence(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    session_id = cast("int", act.subject_id)
    await require_session(tx, Action.PRESENCE, await tx.claim(session_id))
    if not await forget_signals(tx, session_id, cast("list[str]", act.detail["signals"])):
        raise Conflict(_CHANGED_SINCE)


async def _undo_create(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    session_id = cast("int", act.subject_id)
    session = await tx.claim(session_id)
    await require_session(tx, Action.EDIT, session)
    if newer := await kept.acted_since(tx.fetch, entry=cast("int", act.id), session_id=session_id):
        raise Conflict(f"{newer[0]} has acted on it since ({newer[1]}): undo that first")
    if not await kept.is_untouched(tx.fetch, session_id):
        raise Refused(f"{session.title} has requests, presence or moves already", hint="cancel it instead")
    await placing.let_go(tx, session)
    await tx.forget(session_id)


async def _undo_edit(tx: Tx, act: AuditEntry, seal: int) -> None:
    session = await tx.claim(cast("int", act.subject_id))
    await require_session(tx, Action.EDIT, session)
    before = cast("dict[str, object]", act.detail["before"])
    after = cast("dict[str, object]", act.detail["after"])
    change = cast("int | None", act.detail.get("change"))
    if any(getattr(session, name) != after[name] for name in after):
        raise Conflict(_CHANGED_SINCE)
    if change is not None:
        seats = cast("int", before["capacity"])
        if 0 < seats < session.approved and not 0 < session.capacity < seats:
            raise Refused(f"{session.approved} are approved for {session.title}, it had {seats} seats before")
        await _void(tx, cast("int", act.subject_id), change, seal)
    for step in reversed(cast("list[int]", act.detail.get("steps", []))):
        await _void(tx, cast("int", act.subject_id), step, seal)
    written = {name: value for name, value in before.items() if name != "capacity"}
    if written:
        await tx.update("session", cast("int", session.id), **written)


async def _undo_move(tx: Tx, act: AuditEntry, seal: int) -> None:
    session = await tx.claim(cast("int", act.subject_id))
    await require_session(tx, Action.EDIT, session)
    if act.action == f"session.{Move.PUBLISH}":
        asked = await kept.acted_since(
            tx.fetch, entry=cast("int", act.id), session_id=cast("int", act.subject_id), action="request.%"
        )
        if asked is not None:
            raise Conflict(f"{asked[1]} since it was published", hint="cancel it instead")
    await _void(tx, cast("int", act.subject_id), cast("int", act.detail["change"]), seal)


async def _undo_request(tx: Tx, act: AuditEntry, seal: int) -> None:
    del seal
    request = await tx.request(cast("int", act.detail["request"]))
    session = await tx.claim(request.session_id)
    if request.person_id != tx.by.id or act.action != "request.withdraw":
        await require_session(tx, Action.DECIDE, session)
    newer = await kept.decided_since(
        tx.fetch, entry=cast("int", act.id), session_id=request.session_id, request_id=cast("int", request.id)
    )
    if newer:
        raise Conflict(f"{newer} decided it since")
    if request.state != _MADE[act.action]:
        raise Conflict(_CHANGED_SINCE)
    before = RequestState(str(act.detail["from"]))
    if before is RequestState.APPROVED and is_full(session.capacity, session.approved):
        raise Refused(f"{all_taken(session.capacity, session.title)} meanwhile")
    at, by_name, reason = await kept.decision_before(tx.fetch, cast("int", request.id))
    was_decided = before is not RequestState.PENDING
    await tx.update(
        "join_request",
        cast("int", request.id),
        state=str(before),
        decided_at=from_ms(at) if was_decided and at is not None else None,
        decided_by=by_name if was_decided else "",
        reason=reason if was_decided else "",
        version=request.version + 1,
    )
    await add_step(tx, cast("int", request.id), before, reason="undone")


async def _void(tx: Tx, session_id: int, change: int, seal: int) -> None:
    """Take back one change of a session, unless a later one stands on it."""
    later = await kept.changed_since(tx.fetch, session_id=session_id, change=change)
    if later is not None:
        raise Conflict(f"{later[0]} has changed it since ({later[1]}): undo that first")
    await tx.update("session_change", change, voided_by=seal)


_Way: TypeAlias = "Callable[[Tx, AuditEntry, int], Awaitable[None]]"

_RULED: Final[dict[str, Callable[[Tx, AuditEntry, int, VisitRules], Awaitable[None]]]] = {
    **dict.fromkeys(project_undoing.ACTS, project_undoing.take_back),
    merging.MERGED: merging.take_back,
}
"""Acts after which what is kept of people in their projects is derived anew."""

_WAYS: Final[dict[str, _Way]] = {
    "alert": _undo_alert,
    collaborating.CHANGED: collaborating.take_back,
    "comment": writing.take_back,
    "file": files.take_back,
    "link": linking.take_back,
    correcting.SET: _undo_attendance,
    identifying.IDENTIFIED: _undo_identifying,
    learning.ANSWERED: learning.take_back,
    "place": _undo_place,
    projects.PUT_IN: _undo_project_of,
    "plan": planning.take_back,
    "recording": _undo_recording,
    "session.create": _undo_create,
    stopping.STOPPED: stopping.take_back,
    "presence.record": _undo_presence,
    "session.edit": _undo_edit,
    "request": _undo_request,
    "letters": _undo_letters,
    "followup.close": _undo_close,
    "followup.story": _undo_story,
    notes.NOTED: notes.take_back,
    preferences.CHANGED: preferences.take_back,
    series_undoing.CHANGED: series_undoing.take_back,
    CREATED: series_undoing.take_back_new,
    templates.SUBJECT: templates.take_back,
    "move": _undo_move,
}
