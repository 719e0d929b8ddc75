"""The routes of sessions and what belongs to them: each function returns the call, which a client then makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, TypeVar, cast
from urllib.parse import quote

from sessiontui.client.cache import LONG, SHORT
from sessiontui.client.calls import Answer, Call, Json
from sessiontui.client.shapes import (
    Attachments,
    Comment,
    Decided,
    JoinRequest,
    Made,
    NewGoal,
    NewPerson,
    NewSession,
    Person,
    PersonChanges,
    Plan,
    PresenceAnswer,
    PresenceEvent,
    Session,
    SessionChanges,
    SessionPage,
    SessionWhole,
    Signal,
)  # fmt: skip

T = TypeVar("T")

Id: TypeAlias = int | str
"""An own number, or an outside id as ``source:id``."""

SESSIONS: Final = "/api/sessions"
PEOPLE: Final = "/api/people"
LISTS: Final = "/api/sessions?"
"""For the cache: every list of sessions, whatever its query, but no single one."""


def sessions(
    query: str = "", *, limit: int | None = None, cursor: str | None = None, sort: str | None = None,
    at: str | None = None,
) -> Call[SessionPage]:  # fmt: skip
    """List sessions by the filter language, such as ``status:waiting``; ``next`` is the cursor of the next page."""
    params = {"q": query or None, "limit": limit, "cursor": cursor, "sort": sort, "at": at}
    return Call(method="GET", path=SESSIONS, params=params, read=_page, lifetime=SHORT)


def session(id_: Id, *, at: str | None = None) -> Call[SessionWhole]:
    """Read one session with its requests, presence, plan, talk and history; ``at`` as it was then."""
    read = cast("Callable[[Answer], SessionWhole]", _session)
    return Call(method="GET", path=below(id_), params={"at": at}, read=read, lifetime=LONG)


def create_session(new: NewSession, *, key: str = "") -> Call[Session]:
    """Make a session."""
    return Call(method="POST", path=SESSIONS, body=as_json(new), key=key, read=_session, spoils=(LISTS,))


def edit_session(id_: Id, changes: SessionChanges, *, if_match: str = "", key: str = "") -> Call[Session]:
    """Change a session; with the ``etag`` it was read with, what another changed meanwhile is a ``Conflict``."""
    return Call(
        method="PATCH",
        path=below(id_),
        body=as_json(changes),
        if_match=if_match,
        key=key,
        read=_session,
        spoils=spoilt(id_),
    )


def archive_session(id_: Id, *, if_match: str = "", key: str = "") -> Call[Session]:
    """Archive a session that is over; it can be restored."""
    return Call(method="DELETE", path=below(id_), if_match=if_match, key=key, read=_session, spoils=spoilt(id_))


def move_session(
    id_: Id, move: str, *, reason: str = "", at: str | None = None, confirm: bool = False, if_match: str = "",
    key: str = "",
) -> Call[Session]:  # fmt: skip
    """Move a session: publish, start, pause, resume, complete, cancel, reopen, archive or restore it."""
    body: dict[str, Json] = {"reason": reason, **({"at": at} if at else {}), **({"confirm": True} if confirm else {})}
    return Call(
        method="POST",
        path=below(id_, move),
        body=body,
        if_match=if_match,
        key=key,
        read=_session,
        spoils=spoilt(id_),
    )


def extend_session(id_: Id, ends_at: str, *, reason: str = "", if_match: str = "", key: str = "") -> Call[Session]:
    """Let a session end later."""
    return Call(
        method="POST",
        path=below(id_, "extend"),
        body={"ends_at": ends_at, "reason": reason},
        if_match=if_match,
        key=key,
        read=_session,
        spoils=spoilt(id_),
    )


# -- requests ---------------------------------------------------------------------------------------------------


def join_requests(id_: Id) -> Call[list[JoinRequest]]:
    """Read who asked to take part in a session."""
    return Call(method="GET", path=below(id_, "requests"), read=listed("requests", JoinRequest), lifetime=SHORT)


def ask_to_join(id_: Id, person: Id, *, message: str = "", key: str = "") -> Call[Decided]:
    """Let somebody ask to take part."""
    body: dict[str, Json] = {"person": person, "message": message}
    path = below(id_, "requests")
    return Call(method="POST", path=path, body=body, key=key, read=one(Decided), spoils=spoilt(id_))


def decide_request(
    id_: Id, person: Id, decision: str, *, reason: str = "", confirm: bool = False, key: str = ""
) -> Call[Decided]:
    """``approve``, ``reject`` or ``withdraw`` what somebody asked; a ``Conflict`` says who was quicker."""
    body: dict[str, Json] = {"reason": reason, **({"confirm": True} if confirm else {})}
    path = below(id_, "requests", person, decision)
    return Call(method="POST", path=path, body=body, key=key, read=one(Decided), spoils=spoilt(id_))


# -- presence ---------------------------------------------------------------------------------------------------


def signal(
    id_: Id, person: Id, kind: Signal, *, at: str | None = None, event: str = "", key: str = ""
) -> Call[PresenceAnswer]:
    """Report that somebody joins, is there, or leaves; the answer to a join carries link and passcode.

    ``event`` is the platform's own id of the event: however often it is reported, it counts once.
    """
    body: dict[str, Json] = {"person": person, "kind": kind, "key": event, **({"at": at} if at else {})}
    path = below(id_, "presence")
    return Call(method="POST", path=path, body=body, key=key, read=one(PresenceAnswer), spoils=spoilt(id_))


def report_presence(events: Sequence[PresenceEvent], *, key: str = "") -> Call[PresenceAnswer]:
    """Report up to 1000 presence events of any sessions in one call; each names its session.

    Lists of sessions may lag behind by as much as they are cached for: a storm of heartbeats must not empty the
    cache.
    """
    body: Json = {"events": [as_json(event) for event in events]}
    spoils = tuple({below(event["session"]) for event in events if "session" in event})
    return Call(method="POST", path="/api/presence", body=body, key=key, read=one(PresenceAnswer), spoils=spoils)


# -- comments, goals, attachments -------------------------------------------------------------------------------


def comments(id_: Id) -> Call[list[Comment]]:
    """Read what was said about a session, answers below what they answer."""
    return Call(method="GET", path=below(id_, "comments"), read=listed("comments", Comment), lifetime=SHORT)


def add_comment(id_: Id, text: str, *, answers: int | None = None, key: str = "") -> Call[Made]:
    """Say something about a session, or answer what was said; who is named with @ is written to."""
    body: dict[str, Json] = {"text": text, **({} if answers is None else {"answers": answers})}
    return _added(id_, "comments", body, key)


def plan(id_: Id) -> Call[Plan]:
    """Read what a session is to reach."""
    return Call(method="GET", path=below(id_, "goals"), read=one(Plan), lifetime=SHORT)


def add_goal(id_: Id, goal: NewGoal, *, key: str = "") -> Call[Made]:
    """Add something that a session is to reach."""
    return _added(id_, "goals", as_json(goal), key)


def attachments(id_: Id) -> Call[Attachments]:
    """Read which files and links belong to a session."""
    return Call(method="GET", path=below(id_, "attachments"), read=one(Attachments), lifetime=SHORT)


def add_link(id_: Id, link: str, *, title: str = "", key: str = "") -> Call[Made]:
    """Put a link beside the files of a session."""
    return _added(id_, "attachments", {"link": link, "title": title}, key)


def attach_file(id_: Id, name: str, content: bytes, *, key: str = "") -> Call[Made]:
    """Attach a file; under a name that is there already it becomes the next version."""
    return Call(
        method="POST",
        path=below(id_, "attachments"),
        params={"name": name},
        content=content,
        key=key,
        read=one(Made),
        spoils=spoilt(id_),
    )


def file(id_: Id, number: int) -> Call[bytes]:
    """Read the bytes of one version of a file; it is written down who had them."""
    return Call(method="GET", path=below(id_, "attachments", number), read=lambda answer: answer.body)


def edit_part(id_: Id, part: str, number: int, changes: Mapping[str, Json], *, key: str = "") -> Call[Made]:
    """Change one of the ``comments`` or ``goals`` of a session, by its number."""
    path = below(id_, part, number)
    return Call(method="PATCH", path=path, body=dict(changes), key=key, read=one(Made), spoils=spoilt(id_))


def remove_part(id_: Id, part: str, number: int, *, key: str = "") -> Call[Made]:
    """Take away one of the ``comments``, ``goals``, ``attachments`` or ``links`` of a session, by its number."""
    return Call(method="DELETE", path=below(id_, part, number), key=key, read=one(Made), spoils=spoilt(id_))


# -- people -----------------------------------------------------------------------------------------------------


def people(query: str = "", *, role: str | None = None, limit: int | None = None) -> Call[list[Person]]:
    """List people by how their names or addresses begin, and by role."""
    params = {"q": query or None, "role": role, "limit": limit}
    return Call(method="GET", path=PEOPLE, params=params, read=listed("people", Person), lifetime=SHORT)


def person(id_: Id) -> Call[Person]:
    """Read one person; ``me`` is whoever calls."""
    return Call(method="GET", path=below(id_, root=PEOPLE), read=one(Person), lifetime=SHORT)


def add_person(new: NewPerson, *, key: str = "") -> Call[Person]:
    """Make a person known."""
    return Call(method="POST", path=PEOPLE, body=as_json(new), key=key, read=one(Person), spoils=(PEOPLE,))


def edit_person(id_: Id, changes: PersonChanges, *, key: str = "") -> Call[Person]:
    """Change what is known of a person."""
    path = below(id_, root=PEOPLE)
    return Call(method="PATCH", path=path, body=as_json(changes), key=key, read=one(Person), spoils=(PEOPLE,))


# -- how paths are written and answers read ---------------------------------------------------------------------


def below(*parts: Id, root: str = SESSIONS) -> str:
    """Return a path below the sessions, each part quoted.

    >>> below("zoom:8 1/2", "requests")
    '/api/sessions/zoom:8%201%2F2/requests'
    """
    return "/".join((root, *(quote(str(part), safe=":@") for part in parts)))


def spoilt(id_: Id) -> tuple[str, ...]:
    """Return what of the cache a change of a session makes untrue: the session itself and every list."""
    return (below(id_), LISTS)


def as_json(shape: Mapping[str, object]) -> dict[str, Json]:
    """Return the members of a shape as JSON knows them."""
    return cast("dict[str, Json]", dict(shape))


def one(_: type[T]) -> Callable[[Answer], T]:
    """Return what reads an object of a shape."""
    return lambda answer: cast("T", answer.members())


def listed(name: str, _: type[T]) -> Callable[[Answer], list[T]]:
    """Return what reads a list of objects of a shape, bare or as the member ``name``."""

    def read(answer: Answer) -> list[T]:
        value = answer.json()
        return cast("list[T]", value.get(name, []) if isinstance(value, dict) else value or [])

    return read


def _page(answer: Answer) -> SessionPage:
    return cast("SessionPage", answer.members())


def _session(answer: Answer) -> Session:
    found = answer.members()
    if answer.headers.get("etag"):
        found["etag"] = answer.headers["etag"]
    return cast("Session", found)


def _added(id_: Id, part: str, body: dict[str, Json], key: str) -> Call[Made]:
    return Call(method="POST", path=below(id_, part), body=body, key=key, read=one(Made), spoils=spoilt(id_))
