"""Projects: what visits work on, with items, questions and what stands in the way."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints
from starlette.responses import Response

from sessiontui.domain.errors import BadInput
from sessiontui.domain.instants import rfc3339
from sessiontui.domain.visits.words import ActivityKind, ItemState
from sessiontui.server.answers import answer, done_with
from sessiontui.server.call import Call, Reading, Writing
from sessiontui.server.limits import StrictRoute
from sessiontui.server.outputs import Output, ReceiptOut, When, answers
from sessiontui.server.shapes import MAX_NUMBER, Block, Line, Number, SessionId, Shape, Word
from sessiontui.services import naming
from sessiontui.services.projects import changing, items, knowing, listing, questions, told

router = APIRouter(prefix="/api/projects", tags=["projects"], route_class=StrictRoute)

_Ref = Annotated[int, Field(ge=1, le=MAX_NUMBER, strict=True)]
_Title = Annotated[Line, StringConstraints(min_length=1)]
_Words = Annotated[Block, StringConstraints(min_length=1)]


class ProjectIn(Shape):
    """A project to be made."""

    name: _Title
    description: Block = ""


class ProjectPatch(Shape):
    """What is to change of a project."""

    name: _Title | None = None
    description: Block | None = None
    archived: bool | None = None
    reason: Block = ""


class ItemIn(Shape):
    """An item; ``session`` is the one in which it was brought up, or decided."""

    title: _Title
    state: ItemState = ItemState.EXPLORING
    note: Block = ""
    session: Word | None = None


class ItemPatch(Shape):
    """What is to change of an item; ``session`` is the one that decided so."""

    title: _Title | None = None
    note: Block | None = None
    state: ItemState | None = None
    session: Word | None = None
    reason: Block = ""


class QuestionIn(Shape):
    """A question; ``item`` is the number of the item that it is about."""

    text: _Words
    item: _Ref | None = None


class AnswerIn(Shape):
    """The answer to a question."""

    answer: _Words


class BlockerIn(Shape):
    """What stands in the way."""

    kind: ActivityKind
    text: _Words
    item: _Ref | None = None


class SessionsIn(Shape):
    """A session that is to belong to the project, or no longer."""

    session: Word
    belongs: bool = True


class ProjectOut(Output):
    """One project with its health and counts."""

    id: int
    slug: str
    name: str
    health: int
    decided: int
    exploring: int
    parked: int
    pending_questions: int
    blockers: object


class ProjectsOut(Output):
    """The projects that one may see, those with the newest activity first."""

    taken_at: When
    projects: list[ProjectOut]


class DoneOut(Output):
    """What came of an act, and the number of what was made or changed."""

    project: int
    id: int | None
    receipt: ReceiptOut


@router.get("", responses=answers(ProjectsOut))
async def listed(
    call: Reading, archived: Annotated[bool, Query(description="Those put away too.")] = False
) -> Response:
    """Return the projects that one may see."""
    board = await listing.board(call.context, by=call.by, now=call.at, archived=archived)
    return answer({"taken_at": rfc3339(call.at), "projects": [told.line_json(line) for line in board.lines]})


@router.post("", status_code=201, responses=answers(DoneOut, 201))
async def added(call: Writing, body: ProjectIn) -> Response:
    """Make a project."""
    done = await call.once(
        body,
        lambda context: changing.add(context, body.name, by=call.by, at=call.at, description=body.description),
    )
    project = done.receipt.project
    return done_with(done, status=201, project=project, id=project)


@router.get("/{project}", responses=answers(ProjectOut))
async def shown(call: Reading, project: SessionId) -> Response:
    """Return one project whole: items with their histories, questions, visits, sessions."""
    page = await listing.page(call.context, await _project(call, project), by=call.by, now=call.at)
    return answer(told.page_json(page))


@router.patch("/{project}", responses=answers(DoneOut))
async def changed(call: Writing, project: SessionId, body: ProjectPatch) -> Response:
    """Change a project, put it away, or bring it back."""
    project_id = await _project(call, project)
    asked = (project_id, body)
    if body.archived is not None:
        if body.name is not None or body.description is not None:
            raise BadInput("a project is either edited or put away in one call", place="archived")
        act = changing.archive if body.archived else changing.restore
        done = await call.once(
            asked, lambda context: act(context, project_id, by=call.by, at=call.at, reason=body.reason)
        )
    else:
        done = await call.once(
            asked,
            lambda context: changing.edit(
                context, project_id, by=call.by, at=call.at, name=body.name, description=body.description
            ),
        )
    return done_with(done, project=project_id, id=project_id)


@router.post("/{project}/sessions", responses=answers(DoneOut))
async def put_in(call: Writing, project: SessionId, body: SessionsIn) -> Response:
    """Let a session belong to the project, or to none."""
    project_id, session_id = await _project(call, project), await naming.session(call.context, body.session)
    wanted = project_id if body.belongs else None
    done = await call.once(
        (project_id, body), lambda context: changing.put_in(context, session_id, wanted, by=call.by, at=call.at)
    )
    return done_with(done, project=project_id, id=session_id)


@router.post("/{project}/items", status_code=201, responses=answers(DoneOut, 201))
async def item_added(call: Writing, project: SessionId, body: ItemIn) -> Response:
    """Add an item."""
    project_id = await _project(call, project)
    session_id = None if body.session is None else await naming.session(call.context, body.session)
    done = await call.once(
        (project_id, body),
        lambda context: items.add(
            context, project_id, body.title, by=call.by, at=call.at, state=body.state, note=body.note,
            session_id=session_id,
        ),
    )  # fmt: skip
    return done_with(done, status=201, project=project_id, id=done.receipt.part)


@router.patch("/{project}/items/{item}", responses=answers(DoneOut))
async def item_changed(call: Writing, project: SessionId, item: Number, body: ItemPatch) -> Response:
    """Move an item to another state, or change its words."""
    project_id = await _project(call, project)
    if body.state is not None:
        session_id = None if body.session is None else await naming.session(call.context, body.session)
        state = body.state
        done = await call.once(
            (item, body),
            lambda context: items.move(
                context, item, state, by=call.by, at=call.at, session_id=session_id, reason=body.reason
            ),
        )
        if body.title is None and body.note is None:
            return done_with(done, project=project_id, id=item)
    done = await call.once(
        (item, body),
        lambda context: items.edit(context, item, by=call.by, at=call.at, title=body.title, note=body.note),
    )
    return done_with(done, project=project_id, id=item)


@router.delete("/{project}/items/{item}", responses=answers(DoneOut))
async def item_removed(call: Writing, project: SessionId, item: Number) -> Response:
    """Take an item out."""
    project_id = await _project(call, project)
    done = await call.once(item, lambda context: items.remove(context, item, by=call.by, at=call.at))
    return done_with(done, project=project_id, id=item)


@router.post("/{project}/questions", status_code=201, responses=answers(DoneOut, 201))
async def asked(call: Writing, project: SessionId, body: QuestionIn) -> Response:
    """Ask a question."""
    project_id = await _project(call, project)
    done = await call.once(
        (project_id, body),
        lambda context: questions.ask(context, project_id, body.text, by=call.by, at=call.at, item_id=body.item),
    )
    return done_with(done, status=201, project=project_id, id=done.receipt.part)


@router.post("/{project}/questions/{question}/answer", responses=answers(DoneOut))
async def answered(call: Writing, project: SessionId, question: Number, body: AnswerIn) -> Response:
    """Answer a question."""
    project_id = await _project(call, project)
    done = await call.once(
        (question, body), lambda context: questions.answer(context, question, body.answer, by=call.by, at=call.at)
    )
    return done_with(done, project=project_id, id=question)


@router.post("/{project}/blockers", status_code=201, responses=answers(DoneOut, 201))
async def reported(call: Writing, project: SessionId, body: BlockerIn) -> Response:
    """Report what stands in the way."""
    project_id = await _project(call, project)
    done = await call.once(
        (project_id, body),
        lambda context: questions.report(
            context, project_id, body.kind, body.text, by=call.by, at=call.at, item_id=body.item
        ),
    )
    return done_with(done, status=201, project=project_id, id=done.receipt.part)


@router.post("/{project}/blockers/{blocker}/settle", responses=answers(DoneOut))
async def settled(call: Writing, project: SessionId, blocker: Number) -> Response:
    """Note that it does not stand in the way any more."""
    project_id = await _project(call, project)
    done = await call.once(blocker, lambda context: questions.settle(context, blocker, by=call.by, at=call.at))
    return done_with(done, project=project_id, id=blocker)


async def _project(call: Call, word: str) -> int:
    return (await knowing.find(call.context, word)).id
