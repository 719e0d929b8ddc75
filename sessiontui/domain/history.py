"""What happened to one session, and the facts that follow from it as of any instant.

A history is a base (what the source first said) and changes with their instants; folding the changes up to an
instant gives what was true then. Nothing is rewritten, so a change that is learnt late finds its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from sessiontui.domain.lifecycle import Facts
from sessiontui.domain.moves import MOVES
from sessiontui.domain.presence import Stay, closed_at
from sessiontui.domain.records import field, record, replace
from sessiontui.domain.rules import DEFAULT_RULES, OPEN_END_GRACE, Rules
from sessiontui.domain.vocabulary import Control, Kind, Move, RequestState, Source


@record(kw_only=True)
class Change:
    """One change of a session at one instant: a move, an edit, or both; ``None`` leaves a thing as it was.

    ``mentor`` and ``capacity`` use the empty string and zero for *none*, so that removing them can be told
    from leaving them alone. ``by`` names who acted, as shown to people; ``who`` identifies them.
    """

    at: datetime
    move: Move | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    mentor: str | None = None
    capacity: int | None = None
    by: str = ""
    who: str = ""
    reason: str = ""


@record(kw_only=True)
class RequestLife:
    """One person's request: its states in order, each with the instant from which it holds (``None``: always).

    ``requested_at`` and ``decided_at`` are what is known of the request as it stands: when it was last made, and when
    its present state was decided. A state may hold from an instant although nobody knows when it was decided.
    """

    who: str
    steps: tuple[tuple[datetime | None, RequestState], ...]
    requested_at: datetime | None = None
    decided_at: datetime | None = None

    def state_at(self, at: datetime) -> RequestState | None:
        """Return the state at an instant, or ``None`` before the request was made."""
        state: RequestState | None = None
        for since, step in self.steps:
            if since is not None and since > at:
                break
            state = step
        return state


@record(kw_only=True)
class History:
    """Everything known of one session that bears on its status.

    ``begun_at`` is when it was started by the word of its source, where that told of no move ``start``.
    """

    kind: Kind
    control: Control
    starts_at: datetime
    ends_at: datetime
    author: str = ""
    mentor: str = ""
    capacity: int = 0
    created_at: datetime | None = None
    begun_at: datetime | None = None
    changes: tuple[Change, ...] = ()
    requests: tuple[RequestLife, ...] = ()
    stays: tuple[Stay, ...] = ()
    unmatched: frozenset[str] = field(default_factory=frozenset)

    def exists_at(self, at: datetime) -> bool:
        """Return whether the session was there at an instant; one of unknown creation always was."""
        return self.created_at is None or self.created_at <= at


@record(frozen=False)
class _Control:
    """What the changes up to an instant add up to."""

    control: Control
    starts_at: datetime
    ends_at: datetime
    mentor: str
    capacity: int
    hosts: list[tuple[datetime | None, str]] = field(default_factory=list)
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""
    ended_reason: str = ""
    archived_at: datetime | None = None
    pause_from: datetime | None = None
    pauses: list[tuple[datetime, datetime]] = field(default_factory=list)
    work_from: dict[str, datetime] = field(default_factory=dict)
    work: list[Stay] = field(default_factory=list)


def facts_at(history: History, at: datetime, *, known: datetime | None = None, rules: Rules = DEFAULT_RULES) -> Facts:
    """Return the facts of a session as of ``at`` by the knowledge of ``known`` (by default the same instant)."""
    known = at if known is None else known
    state = _fold_changes(history, at)
    closing = min((end for end in (state.ended_at, _end_of_control(history, at)) if end), default=None)
    stays = [
        _settled(stay, state, closing, known, rules) for stay in (*history.stays, *state.work) if stay.joined_at <= at
    ]
    host = "" if history.kind is Kind.WORK else state.mentor or history.author
    states = [request.state_at(at) for request in history.requests]
    present = {stay.who for stay in stays}
    led = [(None, "")] if history.kind is Kind.WORK else [(None, history.mentor or history.author), *state.hosts]
    parts = [part for stay in stays for part in _parts_of(stay, led)]
    return Facts(
        kind=history.kind,
        control=state.control,
        starts_at=state.starts_at,
        ends_at=state.ends_at,
        begun_at=state.begun_at,
        ended_at=state.ended_at,
        ended_by=state.ended_by,
        ended_reason=state.ended_reason,
        archived_at=state.archived_at,
        mentor=state.mentor,
        capacity=state.capacity,
        has_host=bool(host),
        pending=states.count(RequestState.PENDING),
        approved=states.count(RequestState.APPROVED),
        rejected=states.count(RequestState.REJECTED),
        withdrawn=states.count(RequestState.WITHDRAWN),
        oldest_pending_at=_oldest_pending(history.requests, at),
        guests=tuple(stay for stay, is_host in parts if not is_host),
        hosts=tuple(stay for stay, is_host in parts if is_host),
        pauses=tuple(state.pauses),
        paused_at=state.pause_from,
        unmatched=len(history.unmatched & present),
    )


def instants(history: History) -> tuple[datetime, ...]:
    """Return, in order, the instants at which the facts of the history change by themselves.

    Expiry of heartbeats and thresholds are not among them: they belong to the derivation.
    """
    marks: set[datetime] = {change.at for change in history.changes}
    if history.created_at is not None:
        marks.add(history.created_at)
    if history.begun_at is not None:
        marks.add(history.begun_at)
    for request in history.requests:
        marks.update(since for since, _ in request.steps if since is not None)
    for stay in history.stays:
        marks.add(stay.joined_at)
        if stay.left_at is not None:
            marks.add(stay.left_at)
    return tuple(sorted(marks))


def broken_by(history: History, added: Change) -> Change | None:
    """Return the first move already known that would lead nowhere any more if one learnt late came before it."""
    control = history.control
    for change in _in_order((*history.changes, added)):
        if change.move is None:
            continue
        if control in MOVES[change.move]:
            control = MOVES[change.move][control]
        elif change is not added and change.at >= added.at and _applies(history, change):
            return change
    return None


def _applies(history: History, move: Change) -> bool:
    """Return whether a move of the history leads somewhere where it stands."""
    control = history.control
    for change in _in_order(history.changes):
        if change.move is None:
            continue
        if change is move:
            return control in MOVES[change.move]
        control = MOVES[change.move].get(control, control)
    return False


def _in_order(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: change.at)


def _fold_changes(history: History, at: datetime) -> _Control:
    state = _Control(
        control=history.control,
        starts_at=history.starts_at,
        ends_at=history.ends_at,
        mentor=history.mentor,
        capacity=history.capacity,
        begun_at=None if history.begun_at is None or history.begun_at > at else history.begun_at,
    )
    for change in _in_order(history.changes):
        if change.at > at:
            break
        if change.move is not None:
            if state.control not in MOVES[change.move]:
                continue  # learnt late, and no longer possible where it now stands
            _apply_move(state, change, history)
        _apply_edit(state, change, history.author)
    for who, since in state.work_from.items():
        state.work.append(Stay(who=who, joined_at=since, source=Source.MANUAL))
    return state


def _apply_edit(state: _Control, change: Change, author: str) -> None:
    if change.starts_at is not None:
        state.starts_at = change.starts_at
    if change.ends_at is not None:
        state.ends_at = change.ends_at
    if change.mentor is not None:
        state.mentor = change.mentor
        state.hosts.append((change.at, change.mentor or author))
    if change.capacity is not None:
        state.capacity = change.capacity


def _apply_move(state: _Control, change: Change, history: History) -> None:
    move, at = change.move, change.at
    before = state.control
    state.control = MOVES[change.move][before] if change.move is not None else before
    if state.pause_from is not None and state.control is not Control.PAUSED:
        state.pauses.append((state.pause_from, at))
        state.pause_from = None
    match move:
        case Move.START:
            state.begun_at = at
            if history.kind is Kind.WORK and at < state.starts_at:
                state.starts_at, state.ends_at = at, at + (state.ends_at - state.starts_at)
        case Move.PAUSE:
            state.pause_from = at
        case Move.COMPLETE | Move.CANCEL:
            state.ended_at, state.ended_by, state.ended_reason = at, change.by, change.reason
        case Move.REOPEN:
            state.ended_at = None
            state.ended_by = state.ended_reason = ""
        case Move.ARCHIVE:
            state.archived_at = at
        case Move.RESTORE:
            state.archived_at = None
        case _:
            pass
    if history.kind is Kind.WORK:
        _clock_work(state, change, history)


def _clock_work(state: _Control, change: Change, history: History) -> None:
    """Keep the presence of those who work: opened by start and resume, closed by pause, complete and cancel."""
    if change.move in (Move.START, Move.RESUME):
        state.work_from.setdefault(change.who or history.author or history.mentor, change.at)
    elif change.move in (Move.PAUSE, Move.COMPLETE, Move.CANCEL):
        for who, since in state.work_from.items():
            state.work.append(Stay(who=who, joined_at=since, left_at=change.at, source=Source.MANUAL))
        state.work_from.clear()


def _parts_of(stay: Stay, hosts: Sequence[tuple[datetime | None, str]]) -> Iterator[tuple[Stay, bool]]:
    """Yield the pieces of a stay, cut where the mentor changed, with whether the person was the host in each."""
    if len(hosts) == 1:
        yield stay, bool(hosts[0][1]) and hosts[0][1] == stay.who
        return
    turns = [(since, bool(host) and host == stay.who) for since, host in hosts]
    turns = [turn for place, turn in enumerate(turns) if place == 0 or turn[1] != turns[place - 1][1]]
    for (since, is_host), following in zip_longest(turns, turns[1:]):
        until = following[0] if following else None
        if until is not None and until <= stay.joined_at:
            continue
        is_last = until is None or (stay.left_at is not None and stay.left_at <= until)
        yield (
            replace(
                stay,
                joined_at=stay.joined_at if since is None else max(stay.joined_at, since),
                left_at=stay.left_at if is_last else until,
                heartbeat_at=stay.heartbeat_at if is_last else None,
            ),
            is_host,
        )
        if is_last:
            return


def _end_of_control(history: History, at: datetime) -> datetime | None:
    """Return when the session was completed or cancelled after ``at``, so far as is known."""
    return next(
        (
            change.at
            for change in _in_order(history.changes)
            if change.at > at and change.move in (Move.COMPLETE, Move.CANCEL)
        ),
        None,
    )


def _settled(stay: Stay, state: _Control, closing: datetime | None, known: datetime, rules: Rules) -> Stay:
    """Close a stay of which nobody said when it ended, where that is known or has to be assumed.

    Whoever completes or cancels a session ends such stays with it, as the end of a meeting does: what beats on is a
    window left open. A leave that somebody tells is the truth all the same, and reopening takes them up again.
    """
    if stay.left_at is not None and (stay.source is not Source.INFERRED or stay.heartbeat_at is None):
        return stay
    if stay.heartbeat_at is not None:
        if (over := state.ended_at) is None:
            end = closed_at(stay, known, rules)
        else:
            end = closed_at(replace(stay, left_at=None), over, rules) or max(stay.joined_at, over)
        return stay if end is None else replace(stay, left_at=end, source=Source.INFERRED)
    lapse = state.ends_at if stay.source is Source.IMPORT else state.ends_at + OPEN_END_GRACE
    return replace(stay, left_at=max(stay.joined_at, lapse if closing is None else min(lapse, closing)))


def _oldest_pending(requests: Iterable[RequestLife], at: datetime) -> datetime | None:
    """Return since when the longest waiting request has waited; who asks again waits from then on."""
    waiting: list[datetime] = []
    for request in requests:
        if request.state_at(at) is not RequestState.PENDING:
            continue
        since: datetime | None = None
        before: RequestState | None = None
        for moment, state in request.steps:
            if moment is not None and moment > at:
                break
            if state is not before:
                since = moment
            before = state
        if since is not None:
            waiting.append(since)
    return min(waiting, default=None)
