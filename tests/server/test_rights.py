"""Role × action over HTTP: every route of the document asks for the cell of the one table, and refusals are kept.

A new route fails here until it is said which action it is, or why it is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from string import Formatter
from typing import Literal

import httpx
import pytest

from sessiontui.domain.access import Action, Actor, Standing, may
from sessiontui.domain.visits.words import ActivityKind
from sessiontui.domain.vocabulary import RequestState, Role
from sessiontui.services import hands, requests, sessions
from sessiontui.services.files import keeping, linking
from sessiontui.services.files.keeping import FileDraft
from sessiontui.services.hands import Part
from sessiontui.services.plans import goals
from sessiontui.services.projects import changing, items, questions
from sessiontui.services.sessions import SessionDraft
from sessiontui.services.talk import writing
from tests.conftest import NOON
from tests.server.conftest import House, bearer

HOUR = timedelta(hours=1)
LATER = (NOON + 9 * HOUR).isoformat()

RELATIONS = ("nobody", "host", "author", "approved", "draft", "foreign")
"""How the one who calls stands to the session; a draft is one's own, a foreign one somebody else's."""

OWN_PROJECT = frozenset({"author", "host"})
"""The relations under which the project is one's own too."""

Words = dict[str, int]


@dataclass(frozen=True)
class Way:
    """One route: the right that it asks for, its path as in the document, and what is sent.

    ``about`` is what the right goes by: the session, the project, oneself, or nothing that is there already.
    ``shows`` is where a refusal shows: in the status, or in the answer to each event. ``spends``: once it is done the
    session is not what it was. ``asks``: nobody asks to join a draft.
    """

    action: Action
    method: str
    path: str
    body: dict[str, object] | None = None
    about: Literal["session", "project", "self", "seat", "new", "nothing"] = "session"
    shows: Literal["status", "each"] = "status"
    spends: bool = False
    asks: bool = False
    query: str = ""


S = "/api/sessions/{session}"
P = "/api/projects/{project}"
V = "/api/sessions"


def _moves() -> Iterator[Way]:
    for move in ("publish", "start", "pause", "resume", "complete", "cancel", "reopen", "archive", "restore"):
        yield Way(Action(move), "post", f"{S}/{move}", spends=True)
        if move != "start":
            yield Way(Action(move), "post", S, {"action": move}, spends=True)
    yield Way(Action.START, "post", S, {"action": "start"}, spends=True)
    yield Way(Action.EXTEND, "post", f"{S}/extend", {"ends_at": LATER}, spends=True)
    yield Way(Action.ARCHIVE, "delete", S, spends=True)


WAYS = (
    Way(Action.CREATE, "post", V, {"title": "Mine", "starts_at": LATER, "confirm": True}, about="new"),
    Way(Action.SEE_SESSIONS, "get", S),
    Way(Action.EDIT, "patch", S, {"title": "Other"}),
    Way(Action.RESCHEDULE, "patch", S, {"starts_at": LATER, "confirm": True}, spends=True),
    Way(Action.REASSIGN, "patch", S, {"mentor": None}, spends=True),
    Way(Action.SEE_ATTENDANCE, "get", f"{S}/requests"),
    Way(Action.ASK, "post", f"{S}/requests", {"person": "{me}"}, about="self", asks=True),
    Way(Action.DECIDE, "post", f"{S}/requests", {"person": "{bob}"}, asks=True),
    Way(Action.DECIDE, "post", f"{S}/requests/{{person}}/approve", {"confirm": True}, asks=True),
    Way(Action.DECIDE, "post", f"{S}/requests/{{person}}/reject", asks=True),
    Way(Action.DECIDE, "post", f"{S}/requests/{{person}}/withdraw", asks=True),
    Way(Action.SEE_ATTENDANCE, "get", f"{S}/presence"),
    Way(Action.PRESENCE, "post", f"{S}/presence", {"person": "{cyd}", "kind": "join"}, shows="each"),
    Way(Action.PRESENCE, "post", f"{S}/presence", {"person": "{me}", "kind": "join"}, about="seat", shows="each"),
    Way(
        Action.PRESENCE, "post", "/api/presence",
        {"events": [{"session": "{session}", "person": "{cyd}", "kind": "heartbeat"}]}, shows="each",
    ),
    Way(Action.SEE_TALK, "get", f"{S}/comments"),
    Way(Action.EDIT, "post", f"{S}/comments", {"text": "Hello"}),
    Way(Action.EDIT, "patch", f"{S}/comments/{{comment}}", {"text": "Hello again"}),
    Way(Action.EDIT, "delete", f"{S}/comments/{{comment}}"),
    Way(Action.SEE_SESSIONS, "get", f"{S}/goals"),
    Way(Action.EDIT, "post", f"{S}/goals", {"title": "Goal"}),
    Way(Action.EDIT, "patch", f"{S}/goals/{{goal}}", {"title": "Goal anew", "progress": 10}),
    Way(Action.EDIT, "delete", f"{S}/goals/{{goal}}"),
    Way(Action.SEE_TALK, "get", f"{S}/attachments"),
    Way(Action.SEE_TALK, "get", f"{S}/attachments/{{file}}"),
    Way(Action.EDIT, "post", f"{S}/attachments", {"link": "https://example.org/x"}),
    Way(Action.EDIT, "delete", f"{S}/attachments/{{file}}"),
    Way(Action.EDIT, "delete", f"{S}/links/{{link}}"),
    *_moves(),
    Way(Action.MANAGE_PEOPLE, "get", "/api/people", about="nothing"),
    Way(Action.MANAGE_PEOPLE, "post", "/api/people", {"name": "Zoe"}, about="nothing"),
    Way(Action.MANAGE_PEOPLE, "get", "/api/people/{person}", about="nothing"),
    Way(Action.MANAGE_PEOPLE, "patch", "/api/people/{person}", {"phone": "+34 1"}, about="nothing"),
    Way(Action.CHANGE_PROJECTS, "post", "/api/projects", {"name": "Mine"}, about="new"),
    Way(Action.SEE_PROJECTS, "get", P, about="project"),
    Way(Action.CHANGE_PROJECTS, "patch", P, {"description": "x"}, about="project"),
    Way(Action.CHANGE_PROJECTS, "post", f"{P}/sessions", {"session": "{session}"}, about="project"),
    Way(Action.CHANGE_PROJECTS, "post", f"{P}/items", {"title": "Item"}, about="project"),
    Way(Action.CHANGE_PROJECTS, "patch", f"{P}/items/{{item}}", {"title": "Anew"}, about="project"),
    Way(Action.CHANGE_PROJECTS, "delete", f"{P}/items/{{item}}", about="project"),
    Way(Action.CHANGE_PROJECTS, "post", f"{P}/questions", {"text": "Why?"}, about="project"),
    Way(
        Action.CHANGE_PROJECTS, "post", f"{P}/questions/{{question}}/answer", {"answer": "So."}, about="project"
    ),
    Way(
        Action.CHANGE_PROJECTS, "post", f"{P}/blockers", {"kind": "missing", "text": "No brief"},
        about="project",
    ),
    Way(Action.CHANGE_PROJECTS, "post", f"{P}/blockers/{{blocker}}/settle", about="project"),
    Way(Action.VISIT, "post", f"{V}/start", {"user": "me", "project": "{project}"}, about="project"),
    Way(Action.VISIT, "post", f"{V}/end", {"user": "me", "project": "{project}"}, about="project"),
    Way(Action.SEE_PROJECTS, "get", f"{V}/summary/{{user}}/{{project}}", about="project"),
    Way(Action.SEE_PROJECTS, "get", f"{V}/analytics/{{user}}/{{project}}", about="project"),
    Way(Action.SEE_PROJECTS, "get", f"{V}/suggested-steps/{{project}}", about="project"),
    Way(Action.SEE_PROJECTS, "get", f"{V}/blockers/{{project}}", about="project"),
    Way(Action.REVOKE_LOGINS, "post", "/auth/revoke", {"person": "{cyd}"}, about="nothing"),
    Way(
        Action.REVOKE_LOGINS, "post", "/auth/revoke", {"person": "{me}", "before": "2020-01-01T00:00Z"}, about="self"
    ),
)  # fmt: skip
"""Every route that asks for a right; what takes a part away comes after what needs it."""

OF_NOBODY = {
    ("post", "/auth/token"): "a secret: test_auth",
    ("post", "/auth/refresh"): "a refresh token: test_auth",
    ("post", "/auth/heartbeat"): "any login, of itself",
    ("get", "/api/sessions"): "narrowed to what one may see: services/test_who_sees",
    ("get", "/api/projects"): "narrowed to what one may see: test_visits",
    ("get", "/api/changes"): "narrowed to what one may see: test_streaming",
    ("post", "/api/sessions/track-activity"): "taken in unseen, judged when it is written: test_visits",
    ("post", "/hooks/zoom"): "a signature: test_hooks",
    ("post", "/hooks/bbb"): "a checksum: test_hooks",
    ("get", "/calendar.ics"): "a token of its own: test_calendar",
    ("get", "/healthz"): "open",
    ("get", "/readyz"): "open",
    ("get", "/metrics"): "this host, or a scope: test_auth",
}
"""Routes that ask for no cell of the table, each with what they ask for instead."""


async def test_every_route_of_the_document_is_here(house: House) -> None:
    document = (await house.http.get("/openapi.json")).json()
    there = {(method, path) for path, item in document["paths"].items() for method in item}
    walked = {(way.method, way.path) for way in WAYS}
    assert there == walked | set(OF_NOBODY)
    assert not walked & set(OF_NOBODY)


@pytest.mark.parametrize("role", list(Role))
async def test_every_route_asks_the_table(house: House, role: Role) -> None:
    me = Actor(house.stage.ana, "Ana", role)
    token = bearer(await house.person_token(house.stage.ana, role, scopes="read write events"))
    wrong: list[tuple[object, ...]] = []
    for relation in RELATIONS:
        words = await furnished(house, relation)
        for way in sorted(WAYS, key=lambda one: one.spends):
            if way.asks and relation in ("draft", "foreign"):
                continue
            allowed = may_go(way, me, relation)
            before = await refusals(house)
            answer = await called(house, way, words, token)
            assert answer.status_code < 500, (way, answer.text)
            if is_refused(way, answer) is allowed:
                wrong.append((relation, str(way.action), way.method, way.path, answer.status_code, answer.text[:90]))
            if (answer.status_code == 403 or (way.shows == "each" and not allowed)) and (
                await refusals(house) != before + 1
            ):
                wrong.append((relation, "not written down", way.method, way.path))
            if way.spends and answer.status_code < 300:
                words |= {"session": await seated(house, relation)}
    assert wrong == []


async def test_a_scope_that_is_missing_is_written_down_too(house: House) -> None:
    token = bearer(await house.person_token(house.stage.ana, Role.ADMIN, scopes="events"))
    before = await refusals(house)
    assert (await house.http.get("/api/sessions", headers=token)).status_code == 403
    assert await refusals(house) == before + 1


def may_go(way: Way, me: Actor, relation: str) -> bool:
    """What the table says to a way."""
    own = Standing(
        hosts=relation in ("host", "draft"),
        authored=relation in ("author", "draft"),
        approved=relation == "approved",
        is_draft=relation in ("draft", "foreign"),
    )
    if way.about == "seat":  # one's own presence, where one is approved
        return may(me, way.action, replace(own, is_self=own.is_own or own.approved)).allowed
    if way.action is Action.PRESENCE:
        return may(me, way.action, replace(own, is_self=own.is_own)).allowed
    if way.about == "session":
        seen = way.method != "get" or may(me, Action.SEE_SESSIONS, own).allowed
        return seen and may(me, way.action, own).allowed
    stands = {
        "project": Standing(authored=relation in OWN_PROJECT),
        "self": Standing(is_self=True),
        "new": Standing(authored=True),
        "nothing": Standing(),
    }[way.about]
    return may(me, way.action, stands).allowed


def is_refused(way: Way, answer: httpx.Response) -> bool:
    """Whether an answer is that one may not: 404 too, for what is hidden is not there."""
    if way.shows == "each" and answer.status_code == 200:
        return bool(answer.json()["refused"])
    return answer.status_code in (401, 403, 404)


async def called(house: House, way: Way, words: Words, token: dict[str, str]) -> httpx.Response:
    names = {name for _, name, _, _ in Formatter().parse(way.path) if name}
    path = way.path.format(**{name: words[name] for name in names})
    return await house.http.request(way.method, path, json=filled(way.body, words), headers=token)


def filled(value: object, words: Words) -> object:
    """A body with numbers in the places of words."""
    if isinstance(value, dict):
        return {name: filled(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, words) for one in value]
    return words[value[1:-1]] if isinstance(value, str) and value.startswith("{") else value


async def refusals(house: House) -> int:
    ((number,),) = await house.stage.rows("SELECT coalesce(sum(written + more), 0) FROM refusal_tally")
    assert isinstance(number, int)
    return number


async def seated(house: House, relation: str) -> int:
    """Make a session to which the one who calls stands so, with a request of somebody else."""
    stage, told = house.stage, {"by": house.stage.root, "at": NOON}
    is_draft = relation in ("draft", "foreign")
    draft = SessionDraft(
        title="Circle",
        starts_at=NOON + HOUR,
        ends_at=NOON + 2 * HOUR,
        mentor_id=stage.ana if relation in ("host", "draft") else stage.bob,
        author_id=stage.ana if relation in ("author", "draft") else stage.bob,
        publish=not is_draft,
    )
    (session,) = (await sessions.create(stage.context, draft, **told, confirm=True)).sessions
    if not is_draft:
        await requests.ask(stage.context, session, stage.cyd, **told)
    if relation == "approved":
        await requests.ask(stage.context, session, stage.ana, **told)
        mine = await requests.find(stage.context, session, stage.ana)
        await requests.decide(stage.context, [mine], RequestState.APPROVED, **told, confirm=True)
    return session


async def furnished(house: House, relation: str) -> Words:
    """Make a session with something of everything in it, and a project, and return all numbers by their words."""
    stage = house.stage
    context, told = stage.context, {"by": stage.root, "at": NOON}
    session = await seated(house, relation)
    hand = {"by": Actor(stage.ana, "Ana", Role.SUPERADMIN), "at": NOON}  # what is said is one's own
    parts = {
        Part.COMMENT: await writing.comment(context, session, "Said", **hand),
        Part.GOAL: await goals.add(context, session, "Goal", **told),
        Part.FILE: await keeping.attach(context, session, FileDraft(content=b"x", name="x.txt"), **told),
        Part.LINK: await linking.add(context, session, "https://example.org/y", **told),
    }
    numbers = {part.value: await hands.made(context, one.undo, part) for part, one in parts.items()}
    owner = hand if relation in OWN_PROJECT else told
    project = (await changing.add(context, "Parser", **owner)).project
    assert project is not None
    made = {
        "item": await items.add(context, project, "Item", **told),
        "question": await questions.ask(context, project, "Why?", **told),
        "blocker": await questions.report(context, project, ActivityKind.MISSING, "No brief", **told),
    }
    numbers |= {name: one.part for name, one in made.items()}
    words = {name: number for name, number in numbers.items() if number is not None}
    assert len(words) == len(numbers)
    people = {"me": stage.ana, "user": stage.ana, "bob": stage.bob, "cyd": stage.cyd, "person": stage.cyd}
    return {**words, **people, "session": session, "project": project}
