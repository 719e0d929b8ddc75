"""The routes of projects and visits: what people work on, and what has happened there since they last did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sessiontui.client.calls import Call, Json
from sessiontui.client.project_shapes import (
    Activity,
    Analytics,
    Blocker,
    ItemChanges,
    NewItem,
    Project,
    ProjectDone,
    Step,
    Summary,
    Tracked,
    Visit,
)
from sessiontui.client.routes import Id, as_json, below, listed, one

PROJECTS: Final = "/api/projects"

TRACK: Final = "/api/sessions/track-activity"


# -- visits -----------------------------------------------------------------------------------------------------


def start_visit(
    user: Id, project: Id, *, at: str | None = None, metadata: Mapping[str, Json] | None = None, key: str = ""
) -> Call[Visit]:
    """Open a visit; one of the same person in the same project that is still open is ended first."""
    body = {**_who(user, project, at), "metadata": dict(metadata or {})}
    return Call(method="POST", path=below("start"), body=body, key=key, read=one(Visit))


def end_visit(user: Id, project: Id, *, at: str | None = None, key: str = "") -> Call[Visit]:
    """End the open visit."""
    return Call(method="POST", path=below("end"), body=_who(user, project, at), key=key, read=one(Visit))


def report_activity(activities: Sequence[Activity], *, key: str = "") -> Call[Tracked]:
    """Report up to 1000 signs of activity at once; ``track_activity`` does so without anybody waiting."""
    body: Json = {"activities": [as_json(activity) for activity in activities]}
    return Call(method="POST", path=TRACK, body=body, key=key, read=one(Tracked))


def summary(user: Id, project: Id) -> Call[Summary]:
    """Read what happened since a person was last at work on a project."""
    return Call(method="GET", path=below("summary", user, project), read=one(Summary))


def analytics(user: Id, project: Id) -> Call[Analytics]:
    """Read the kept figures of a person in a project."""
    return Call(method="GET", path=below("analytics", user, project), read=one(Analytics))


def suggested_steps(project: Id) -> Call[list[Step]]:
    """Read what to do next, the most pressing first, each with the fact behind it."""
    return Call(method="GET", path=below("suggested-steps", project), read=listed("steps", Step))


def blockers(project: Id) -> Call[list[Blocker]]:
    """Read what stands in the way, by type."""
    return Call(method="GET", path=below("blockers", project), read=listed("blockers", Blocker))


# -- projects ---------------------------------------------------------------------------------------------------


def projects() -> Call[list[Project]]:
    """List the projects that one may see, those with the newest activity first."""
    return Call(method="GET", path=PROJECTS, read=listed("projects", Project))


def project(project: Id) -> Call[Project]:
    """Read one project whole: items with their histories, questions, visits, sessions."""
    return Call(method="GET", path=below(project, root=PROJECTS), read=one(Project))


def add_project(name: str, *, description: str = "", key: str = "") -> Call[ProjectDone]:
    """Make a project."""
    body: Json = {"name": name, "description": description}
    return Call(method="POST", path=PROJECTS, body=body, key=key, read=one(ProjectDone))


def add_item(project: Id, item: NewItem, *, key: str = "") -> Call[ProjectDone]:
    """Add something that is to be decided; it is being explored unless its state says otherwise."""
    return _done("POST", as_json(item), key, project, "items")


def edit_item(project: Id, item: int, changes: ItemChanges, *, key: str = "") -> Call[ProjectDone]:
    """Move an item to another state (``decided``, ``exploring``, ``parked``), or change its words."""
    return _done("PATCH", as_json(changes), key, project, "items", item)


def ask_question(project: Id, text: str, *, item: int | None = None, key: str = "") -> Call[ProjectDone]:
    """Ask a question of a project, about an item where one is named."""
    return _done("POST", {"text": text, "item": item}, key, project, "questions")


def answer_question(project: Id, question: int, answer: str, *, key: str = "") -> Call[ProjectDone]:
    """Answer a question."""
    return _done("POST", {"answer": answer}, key, project, "questions", question, "answer")


def report_blocker(project: Id, kind: str, text: str, *, item: int | None = None, key: str = "") -> Call[ProjectDone]:
    """Report what stands in the way: something ``missing``, ``unclear``, or that ``depends`` on something else."""
    return _done("POST", {"kind": kind, "text": text, "item": item}, key, project, "blockers")


def settle_blocker(project: Id, blocker: int, *, key: str = "") -> Call[ProjectDone]:
    """Note that it does not stand in the way any more."""
    return _done("POST", {}, key, project, "blockers", blocker, "settle")


def _who(user: Id, project: Id, at: str | None) -> dict[str, Json]:
    return {"user": user, "project": project, **({"at": at} if at else {})}


def _done(method: str, body: dict[str, Json], key: str, *path: Id) -> Call[ProjectDone]:
    return Call(method=method, path=below(*path, root=PROJECTS), body=body, key=key, read=one(ProjectDone))
