"""Projects and visits as JSON: the shapes that the command line and the API share; instants are RFC 3339 in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sessiontui.domain.instants import maybe_rfc3339, rfc3339
from sessiontui.services.visits.keeping import blocker_json, step_json

if TYPE_CHECKING:
    from sessiontui.domain.visits.facts import ItemFact, QuestionFact
    from sessiontui.services.projects.listing import (
        ActivityLine,
        ItemLine,
        ProjectLine,
        ProjectPage,
        QuestionLine,
        SessionOf,
        VisitLine,
    )
    from sessiontui.services.visits.summing import Summary
    from sessiontui.store.reads.visits import AnalyticsRow


def line_json(line: ProjectLine) -> dict[str, object]:
    """Return one project as ``list`` has it."""
    return {
        "id": line.id,
        "slug": line.slug,
        "external_id": line.external_id or None,
        "name": line.name,
        "description": line.description,
        "author": line.author or None,
        "created_at": rfc3339(line.created_at),
        "archived_at": maybe_rfc3339(line.archived_at),
        "last_active": maybe_rfc3339(line.last_active),
        "health": line.condition.score,
        "band": str(line.condition.band),
        "why": line.condition.fact,
        "decided": line.decided,
        "exploring": line.exploring,
        "parked": line.parked,
        "pending_questions": line.questions,
        "blockers": line.blockers,
        "here": [{"person": one.person_id, "name": one.person, "since": rfc3339(one.since)} for one in line.here],
    }


def page_json(page: ProjectPage) -> dict[str, object]:
    """Return one project whole."""
    return {
        "taken_at": rfc3339(page.taken_at),
        **line_json(page.line),
        "parts": [{"name": part.name, "score": part.score, "fact": part.fact} for part in page.line.condition.parts],
        "items": [item_json(one) for one in page.items],
        "questions": [question_json(one) for one in page.questions],
        "activities": [activity_json(one) for one in page.activities],
        "visits": [visit_json(one) for one in page.visits],
        "sessions": [session_json(one) for one in page.sessions],
    }


def summary_json(found: Summary) -> dict[str, object]:
    """Return a summary: the counts under the names of the figures, and what is counted beside them."""
    return {
        "taken_at": rfc3339(found.taken_at),
        "user": found.person_id,
        "project": found.project_id,
        "name": found.project,
        "time_since": found.since,
        "last_active": maybe_rfc3339(found.before),
        "visit_since": maybe_rfc3339(found.visit_since),
        "sentence": found.counts,
        "decided_since": len(found.decided),
        "exploring": len(found.exploring),
        "parked": len(found.parked),
        "pending_questions": len(found.questions),
        "items": {
            "decided_since": [_fact_json(one) for one in found.decided],
            "exploring": [_fact_json(one) for one in found.exploring],
            "parked": [_fact_json(one) for one in found.parked],
        },
        "questions": [_pending_json(one) for one in found.questions],
        "suggested_steps": [step_json(one) for one in found.steps],
        "blockers": [blocker_json(one) for one in found.blockers],
    }


def analytics_json(row: AnalyticsRow) -> dict[str, object]:
    """Return what is kept of a person and a project."""
    return {
        "user": row.person_id,
        "project": row.project_id,
        "last_activity": maybe_rfc3339(row.last_activity),
        "previous_activity": maybe_rfc3339(row.previous_activity),
        "items_decided_since": row.decided_since,
        "items_exploring": row.exploring,
        "items_parked": row.parked,
        "pending_questions": row.pending_questions,
        "suggested_next_steps": list(row.steps),
        "active_blockers": list(row.blockers),
        "updated_at": rfc3339(row.updated_at),
    }


def item_json(one: ItemLine) -> dict[str, object]:
    """Return an item with its history."""
    return {
        "id": one.id,
        "title": one.title,
        "note": one.note,
        "state": str(one.state),
        "since": rfc3339(one.since),
        "session": one.session_id,
        "reopened_at": maybe_rfc3339(one.reopened_at),
        "history": [
            {"state": str(state), "at": rfc3339(at), "by": by, "reason": reason}
            for state, at, by, reason in one.history
        ],
    }


def question_json(one: QuestionLine) -> dict[str, object]:
    """Return a question with its answer."""
    return {
        "id": one.id,
        "text": one.text,
        "item": one.item_id,
        "asked_at": rfc3339(one.asked_at),
        "asked_by": one.asked_by or None,
        "answer": one.answer or None,
        "answered_at": maybe_rfc3339(one.answered_at),
        "answered_by": one.answered_by or None,
    }


def activity_json(one: ActivityLine) -> dict[str, object]:
    """Return a reported activity."""
    return {
        "id": one.id,
        "kind": str(one.kind),
        "text": one.text,
        "at": rfc3339(one.at),
        "by": one.by or None,
        "agent": one.is_agent,
        "blocks": one.blocks,
        "settled_at": maybe_rfc3339(one.settled_at),
        "settled_by": one.settled_by or None,
    }


def visit_json(one: VisitLine) -> dict[str, object]:
    """Return a visit."""
    return {
        "id": one.id,
        "person": one.person_id,
        "name": one.person,
        "started_at": rfc3339(one.started_at),
        "ended_at": maybe_rfc3339(one.ended_at),
        "ended_by": one.ended_by or None,
        "last_activity": rfc3339(one.last_activity),
        "activities": one.activities,
        "decided": one.decided,
    }


def session_json(one: SessionOf) -> dict[str, object]:
    """Return a session of a project."""
    return {
        "id": one.id,
        "title": one.title,
        "status": str(one.status),
        "starts_at": rfc3339(one.starts_at),
        "decided": one.decided,
    }


def _fact_json(one: ItemFact) -> dict[str, object]:
    return {"id": one.id, "title": one.title, "state": str(one.state), "since": rfc3339(one.since)}


def _pending_json(one: QuestionFact) -> dict[str, object]:
    return {"id": one.id, "text": one.text, "asked_at": rfc3339(one.asked_at), "asked_by": one.asked_by or None}
