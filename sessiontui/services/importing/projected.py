"""Projects of outside files with their items, questions, visits and activity, each compared with what is kept.

What the file says as before leaves alone what was changed by hand since; what was made here is changed here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.errors import NotFound
from sessiontui.domain.instants import maybe_rfc3339, rfc3339, to_ms
from sessiontui.domain.text import safe_block, safe_line
from sessiontui.domain.visits.words import EndedBy, ItemState
from sessiontui.intake.project_records import (
    ActivityRecord,
    ItemRecord,
    PartRecord,
    ProjectRecord,
    QuestionRecord,
    StepRecord,
    VisitRecord,
)
from sessiontui.services.importing.outcome import FileOutcome, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.projects_known import Known
from sessiontui.services.importing.settling import source_of
from sessiontui.services.projects import changing, items
from sessiontui.services.visits.keeping import renew, snapshot
from sessiontui.store.reads import imports as kept_sessions
from sessiontui.store.reads import projects as kept
from sessiontui.store.reads import visits as kept_visits
from sessiontui.store.visiting import ensure_analytics

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.domain.visits.rules import VisitRules
    from sessiontui.store.tx import Tx

Told: TypeAlias = "tuple[ProjectRecord | PartRecord, FileOutcome]"

_MAX_TEXT: Final = 2_000


class Projects:
    """The projects of one import under way."""

    def __init__(self, tx: Tx, register: Register, rules: VisitRules) -> None:
        self._tx = tx
        self._rules = rules
        self._register = register
        self._known = Known(tx, register)

    async def take(self, rows: Sequence[Told]) -> None:
        """Take projects, then what is in them: items before what names them, histories before visits look at them."""
        for kind in (ProjectRecord, ItemRecord, QuestionRecord, ActivityRecord, VisitRecord):
            for record, outcome in rows:
                if not isinstance(record, kind):
                    continue
                try:
                    verdict = await self._take(record)
                except NotFound as error:
                    outcome.refuse(record.line, error.detail)
                else:
                    outcome.counts[verdict] += 1
        for project_id, at in self._known.touched.items():
            await changing.stir(self._tx, project_id, min(at, self._tx.at))
            await renew(self._tx, project_id, self._rules)

    async def put_in(self, source: str, outside: str, project: str, outcome: FileOutcome, line: int) -> None:
        """Let a session belong to a project, as a file says."""
        session_id = await kept_sessions.session_of(self._tx.fetch, source, outside)
        if session_id is None:
            return
        try:
            project_id = await self._known.project(source, project)
        except NotFound as error:
            outcome.note(f"line {line}: {error.detail}")
            return
        if (await self._tx.session(session_id)).project_id != project_id:
            await self._tx.update("session", session_id, project_id=project_id)
            self._tx.touch(session_id, words=False)

    async def _take(self, record: ProjectRecord | PartRecord) -> Verdict:
        source = source_of(record)
        if isinstance(record, ProjectRecord):
            return await self._take_project(record, source)
        project_id = await self._known.project(source, record.project)
        if isinstance(record, ItemRecord):
            return await self._take_item(record, source, project_id)
        if isinstance(record, QuestionRecord):
            return await self._take_question(record, source, project_id)
        if isinstance(record, VisitRecord):
            return await self._take_visit(record, source, project_id)
        return await self._take_activity(record, source, project_id)

    async def _take_project(self, record: ProjectRecord, source: str) -> Verdict:
        name, about = safe_line(record.name, changing.MAX_NAME).strip(), safe_block(record.description or "").strip()
        said: dict[str, Json] = {"name": name, "description": about, "archived": record.archived_at is not None}
        held = await kept.by_outside_id(self._tx.fetch, source, record.id)
        own = self._known.own("project", source, record.id)
        if held is None and own is not None:
            made = await kept.one(self._tx.fetch, own)
            if made is not None and made.external_id is None and made.created_at == record.created_at:
                self._known.projects[source, record.id] = made.id
                return Verdict.UNCHANGED
        if held is None:
            author = await self._register.refer(source, record.author)
            project_id = await changing.put(
                self._tx,
                name,
                description=about,
                author_id=author or self._tx.by.id,
                created_at=record.created_at or self._tx.at,
                active_at=record.created_at or self._tx.at,
                archived_at=record.archived_at,
                source=source,
                external_id=record.id,
                imported=said,
            )
            self._known.projects[source, record.id] = project_id
            self._known.allow(project_id)
            return Verdict.ADDED
        self._known.projects[source, record.id] = held.id
        if held.imported == said:
            return Verdict.UNCHANGED
        await self._known.project(source, record.id)
        changed: dict[str, object] = {
            key: said[key] for key in ("name", "description") if held.imported.get(key) != said[key]
        }
        if held.imported.get("archived") != said["archived"]:
            changed["archived_at"] = record.archived_at
        await self._tx.update("project", held.id, **changed, imported=said, version=held.version + 1)
        return Verdict.UPDATED

    async def _take_item(self, record: ItemRecord, source: str, project_id: int) -> Verdict:
        title, note = safe_line(record.title, changing.MAX_NAME).strip(), safe_block(record.note or "").strip()
        steps = record.history or (
            StepRecord(state=record.state, at=record.at or self._tx.at, by=record.by, session=record.session),
        )
        is_dated = bool(record.history) or record.at is not None
        said: dict[str, Json] = {
            "title": title,
            "note": note,
            "state": str(record.state),
            "steps": [[str(step.state), rfc3339(step.at)] for step in steps] if is_dated else [],
        }
        held = await kept.item_by_outside_id(self._tx.fetch, source, record.id)
        own = self._known.own("item", source, record.id)
        if held is None and own is not None:
            made = await kept.item(self._tx.fetch, own)
            if made is not None and made.external_id is None and made.created_at == steps[0].at:
                self._known.items[source, record.id] = made.id
                return Verdict.UNCHANGED
        if held is None:
            who, name = await self._known.who(source, steps[0].by)
            item_id = await items.put(
                self._tx, project_id, title, state=steps[0].state, note=note, at=steps[0].at, by_id=who, by_name=name,
                session_id=await self._known.session(source, steps[0].session), source=source, external_id=record.id,
                imported=said,
            )  # fmt: skip
            for step in steps[1:]:
                await self._step(item_id, step, source)
            await items.settle(self._tx, item_id)
            self._known.items[source, record.id] = item_id
            self._known.touch(project_id, steps[-1].at)
            return Verdict.ADDED
        self._known.items[source, record.id] = held.id
        if held.imported == said or held.removed_at is not None:
            return Verdict.UNCHANGED
        if held.project_id != project_id:
            raise NotFound(f"item {record.id!r} belongs to another project")
        known = {(one.state, one.at) for one in await kept.changes(self._tx.fetch, [held.id])}
        news = [step for step in steps if (str(step.state), to_ms(step.at)) not in known] if is_dated else []
        if not is_dated and held.imported.get("state") != record.state and held.state != record.state:
            news = list(steps)
        for step in news:
            await self._step(held.id, step, source)
        written = {key: said[key] for key in ("title", "note") if held.imported.get(key) != said[key]}
        await self._tx.update("item", held.id, **written, imported=said)
        if news:
            await items.settle(self._tx, held.id)
        self._known.touch(project_id, steps[-1].at)
        return Verdict.UPDATED

    async def _step(self, item_id: int, step: StepRecord, source: str) -> None:
        who, name = await self._known.who(source, step.by)
        await items.step(
            self._tx,
            item_id,
            ItemState(step.state),
            at=step.at,
            session_id=await self._known.session(source, step.session),
            reason=safe_block(step.reason or "").strip(),
            by_id=who,
            by_name=name,
        )

    async def _take_question(self, record: QuestionRecord, source: str, project_id: int) -> Verdict:
        text, answer = safe_block(record.text, _MAX_TEXT).strip(), safe_block(record.answer or "", _MAX_TEXT).strip()
        said: dict[str, Json] = {"text": text, "answer": answer, "answered_at": maybe_rfc3339(record.answered_at)}
        held = await kept.question_by_outside_id(self._tx.fetch, source, record.id)
        own = self._known.own("question", source, record.id)
        if held is None and own is not None:
            made = await kept.question(self._tx.fetch, own)
            if made is not None and made.external_id is None and made.asked_at == record.asked_at:
                return Verdict.UNCHANGED
        if held is not None and (held.imported == said or held.removed_at is not None):
            return Verdict.UNCHANGED
        answered: dict[str, object] = {}
        if answer and (held is None or held.answered_at is None):
            who, name = await self._known.who(source, record.answered_by)
            at = record.answered_at or self._tx.at
            answered = {"answer": answer, "answered_at": at, "answered_by_id": who, "answered_by": name}
            self._known.touch(project_id, at)
        if held is not None:
            await self._tx.update("question", held.id, text=text, imported=said, **answered)
            return Verdict.UPDATED
        who, name = await self._known.who(source, record.asked_by)
        asked_at = record.asked_at or self._tx.at
        await self._tx.insert(
            "question",
            project_id=project_id,
            item_id=await self._known.item(source, record.item),
            text=text,
            asked_at=asked_at,
            asked_by_id=who,
            asked_by=name,
            source=source,
            external_id=record.id,
            imported=said,
            **answered,
        )
        self._known.touch(project_id, asked_at)
        return Verdict.ADDED

    async def _take_visit(self, record: VisitRecord, source: str, project_id: int) -> Verdict:
        held = await kept_visits.by_outside_id(self._tx.fetch, source, record.id)
        own = self._known.own("visit", source, record.id)
        if held is None and own is not None:
            made = await kept_visits.one(self._tx.fetch, own)
            held = (
                made
                if made is not None and made.external_id is None and made.started_at == record.started_at
                else None
            )
        if held is not None and (held.ended_at is not None or record.ended_at is None):
            return Verdict.UNCHANGED
        person_id = await self._register.refer(source, record.person)
        if person_id is None:
            raise NotFound("whoever was there is unknown")
        if record.ended_at is None and await kept_visits.open_one(self._tx.fetch, person_id, project_id) is not None:
            raise NotFound("somebody who has an open visit already cannot have another")
        fetch = self._tx.fetch
        last = max(record.last_activity or record.ended_at or record.started_at, record.started_at)
        ended: dict[str, object] = {"last_activity": min(last, record.ended_at or last)}
        if record.ended_at is not None:
            at_end = await snapshot(fetch, project_id, record.ended_at)
            ended |= {
                "is_active": False,
                "session_end": record.ended_at,
                "ended_by": str(EndedBy.IMPORT),
                "snapshot_at_end": at_end.as_json(),
            }
        self._known.touch(project_id, record.ended_at or last)
        if held is not None:
            await self._tx.update("user_sessions", held.id, **ended)
            return Verdict.UPDATED
        await self._tx.insert(
            "user_sessions",
            user_id=person_id,
            project_id=project_id,
            session_start=record.started_at,
            activities=record.activities or 0,
            snapshot_at_start=(await snapshot(fetch, project_id, record.started_at)).as_json(),
            metadata={},
            source=source,
            external_id=record.id,
            **ended,
        )
        await ensure_analytics(self._tx, person_id, project_id)
        return Verdict.ADDED

    async def _take_activity(self, record: ActivityRecord, source: str, project_id: int) -> Verdict:
        held = await kept.activity_by_outside_id(self._tx.fetch, source, record.id)
        own = self._known.own("activity", source, record.id)
        if held is None and own is not None:
            made = await kept.activity(self._tx.fetch, own)
            held = made if made is not None and made.external_id is None and made.at == record.at else None
        if held is not None:
            if held.settled_at is not None or record.settled_at is None:
                return Verdict.UNCHANGED
            by = safe_line(record.settled_by or "")
            await self._tx.update("activity", held.id, settled_at=record.settled_at, settled_by=by)
            self._known.touch(project_id, record.settled_at)
            return Verdict.UPDATED
        at = record.at or self._tx.at
        await self._tx.insert(
            "activity",
            project_id=project_id,
            person_id=await self._register.refer(source, record.person),
            agent=safe_line(record.agent or ""),
            kind=str(record.kind),
            blocks=record.kind.blocks,
            text=safe_block(record.text or "", _MAX_TEXT).strip(),
            at=at,
            item_id=await self._known.item(source, record.item),
            settled_at=record.settled_at,
            settled_by=safe_line(record.settled_by or ""),
            source=source,
            external_id=record.id,
        )
        self._known.touch(project_id, at)
        return Verdict.ADDED
