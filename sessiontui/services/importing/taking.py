"""One import under way: people first, then sessions, then what happened in them, whatever the files' order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from sessiontui.domain.access import Action
from sessiontui.domain.errors import NotAllowed, NotFound
from sessiontui.domain.instants import EARLIEST, LATEST, is_in_calendar
from sessiontui.domain.phrases import count
from sessiontui.domain.vocabulary import Move
from sessiontui.intake import (
    AttachmentRecord,
    CollaboratorRecord,
    CommentRecord,
    Intake,
    LinkRecord,
    MeetingReport,
    MoveRecord,
    PersonRecord,
    PlanRecord,
    PresenceRecord,
    RecordingRecord,
    RequestRecord,
    SessionRecord,
    SurveyRecord,
    TemplateRecord,
)
from sessiontui.intake.project_records import PartRecord, ProjectRecord
from sessiontui.services.importing.answers import take_answer
from sessiontui.services.importing.asked import take_request
from sessiontui.services.importing.conversed import take_collaborator, take_comment
from sessiontui.services.importing.dated import session_of_date
from sessiontui.services.importing.filed import take_attachment, take_link
from sessiontui.services.importing.led import led_by_people
from sessiontui.services.importing.moves import take_moves
from sessiontui.services.importing.outcome import FileOutcome, ImportOptions, Verdict
from sessiontui.services.importing.persons import Register
from sessiontui.services.importing.planned import take_plan
from sessiontui.services.importing.projected import Projects
from sessiontui.services.importing.recorded import take_recording
from sessiontui.services.importing.recurring import grouped, take_group
from sessiontui.services.importing.reports import key_of, take_report
from sessiontui.services.importing.scheduled import take_session
from sessiontui.services.importing.settling import Told, settle, source_of
from sessiontui.services.importing.stays import Stays, take_presence
from sessiontui.services.importing.templated import begin_with, take_template
from sessiontui.services.rights import verdict
from sessiontui.store.reads import imports as kept
from sessiontui.store.reads import series as kept_series

if TYPE_CHECKING:
    from sessiontui.domain.visits.rules import VisitRules
    from sessiontui.store.tx import Tx

STEP: Final = 200
"""Rows between two reports of progress."""

Part: TypeAlias = (
    RequestRecord
    | PresenceRecord
    | MoveRecord
    | SurveyRecord
    | RecordingRecord
    | CommentRecord
    | CollaboratorRecord
    | PlanRecord
    | AttachmentRecord
    | LinkRecord
)
"""What belongs to a session."""

_AFTER: Final = (
    SurveyRecord | RecordingRecord | CommentRecord | CollaboratorRecord | AttachmentRecord | LinkRecord
)  # fmt: skip
"""What is taken once the sessions stand."""

Tell: TypeAlias = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


class Taking:
    """The records and reports of files, taken into one transaction."""

    def __init__(self, tx: Tx, register: Register, options: ImportOptions, tell: Tell, *, visits: VisitRules) -> None:
        self._tx = tx
        self._visits = visits
        self._register = register
        self._options = options
        self._progress = tell
        self._stays = Stays()
        self._refusals: dict[int, str] = {}
        self._dates: dict[tuple[str, str], int | None] = {}
        self._rows: list[Told] = []
        self._made: list[tuple[SessionRecord, FileOutcome]] = []
        self._belonging: list[tuple[SessionRecord, FileOutcome]] = []
        self._done = self._all = 0

    @property
    def renamed(self) -> frozenset[int]:
        """The known people whose names the files have changed."""
        return frozenset(self._register.renamed)

    async def run(self, pairs: Sequence[tuple[Intake, FileOutcome]]) -> None:
        """Take every record and report of the files, but for what depends on how the sessions ended."""
        self._all = sum(intake.accepted for intake, _ in pairs)
        told = [(record, outcome) for intake, outcome in pairs for record in intake.records]
        rows = self._rows = settle(told)
        self._tell(len(told) - len(rows))
        moves = _moves(rows)
        for record, outcome in rows:
            if isinstance(record, PersonRecord):
                outcome.counts[await self._register.take(record, source_of(record), outcome)] += 1
                self._tell()
        rows = self._rows = await led_by_people(self._tx, self._register, rows)
        for record, outcome in rows:
            if isinstance(record, TemplateRecord):
                await take_template(self._tx, record, outcome)
                self._tell()
        await self._repeated(rows)
        for record, outcome in rows:
            if isinstance(record, SessionRecord) and (source_of(record), record.id) not in self._dates:
                await self._session(record, outcome, moves)
        for record, outcome in rows:
            if isinstance(record, RequestRecord):
                await self._part(record, outcome)
        for record, outcome in rows:
            if isinstance(record, PresenceRecord):
                await self._part(record, outcome)
        for report, outcome in _in_order(pairs):
            await take_report(
                self._tx, self._register, self._stays, report, outcome, session_id=self._options.session_id
            )
            self._tell(max(1, len(report.lines())))
        await self._stays.write(self._tx)
        await self._moves(rows)  # whether a move is possible depends on who was there
        self.note_stubs(pairs)

    async def finish(
        self, pairs: Sequence[tuple[Intake, FileOutcome]], tx: Tx, register: Register | None = None
    ) -> None:
        """Take the answers, which depend on how the sessions ended, the recordings, and note who was heard.

        This may be in another transaction than the rest, which has a register of its own.
        """
        self._tx, self._register = tx, register or self._register
        self._refusals.clear()
        await self._projects()
        await self._plans()
        for record, outcome in self._rows:
            if isinstance(record, _AFTER):
                await self._part(record, outcome)
        self.note_stubs(pairs)
        await kept.hear(tx, _sources(pairs))

    def note_stubs(self, pairs: Sequence[tuple[Intake, FileOutcome]]) -> None:
        """Note who was made known although no file tells their name."""
        if self._register.stubs:
            names = ", ".join(sorted(self._register.stubs)[:5])
            pairs[0][1].note(f"known by id only, no file tells their names: {names}")

    async def _projects(self) -> None:
        """Take projects with what is in them, and let sessions belong to them."""
        told = [(one, outcome) for one, outcome in self._rows if isinstance(one, ProjectRecord | PartRecord)]
        if told or self._belonging:
            self._tell(len(told))
            projects = Projects(self._tx, self._register, self._visits)
            await projects.take(told)
            for record, outcome in self._belonging:
                await projects.put_in(source_of(record), record.id, record.project or "", outcome, record.line)

    async def _plans(self) -> None:
        """Give new sessions the templates they were made from, then take what files tell of plans."""
        told: dict[tuple[str, str], list[tuple[PlanRecord, FileOutcome]]] = {}
        for record, outcome in self._rows:
            if isinstance(record, PlanRecord):
                told.setdefault((source_of(record), record.session), []).append((record, outcome))
        for session, outcome in self._made:
            session_id = await kept.session_of(self._tx.fetch, source_of(session), session.id)
            if session_id is not None:
                has_plan = (source_of(session), session.id) in told
                await begin_with(self._tx, session, outcome, session_id, has_plan=has_plan)
        for (source, outside), rows in told.items():
            self._tell(len(rows))
            try:
                session_id = await self._found(source, outside)
            except NotFound as error:
                for record, outcome in rows:
                    outcome.refuse(record.line, error.detail, record.title)
            else:
                await take_plan(self._tx, self._register, rows, source, session_id)

    async def _repeated(self, rows: Sequence[Told]) -> None:
        """Take the series and the dates of theirs that have events of their own."""
        series: Counter[int] = Counter()
        made: Counter[int] = Counter()
        for group in grouped(rows, await kept_series.outside_ids(self._tx.fetch)):
            taken = await take_group(self._tx, self._register, group)
            self._dates |= {(group.source, outside): session_id for outside, session_id in taken.rows.items()}
            self._tell(len(taken.rows) + (group.head is not None))
            if group.head is not None and taken.made:
                series[id(group.head[1])] += 1
                made[id(group.head[1])] += taken.made
        for outcome in {id(outcome): outcome for _, outcome in rows}.values():
            if series[id(outcome)]:
                outcome.note(f"{series[id(outcome)]} series: {count(made[id(outcome)], 'date')} made sessions")

    async def _session(
        self, record: SessionRecord, outcome: FileOutcome, moves: dict[tuple[str, str], set[Move]]
    ) -> None:
        source = source_of(record)
        own = moves.get((source, record.id), set())
        self._tell()
        if not is_in_calendar(record.starts_at, record.ends_at):
            outcome.refuse(record.line, f"it lies outside the years {EARLIEST} to {LATEST}", record.title)
            return
        if record.all_day:
            outcome.refuse(record.line, "it lasts all day, and is of no series that is known", record.title)
            return
        try:
            became = await take_session(
                self._tx, self._register, record, source, has_moves=bool(own), has_start=Move.START in own
            )
            outcome.counts[became] += 1
            if became is not Verdict.UNCHANGED and record.project:
                self._belonging.append((record, outcome))
            if became is Verdict.ADDED and record.template:
                self._made.append((record, outcome))
        except NotAllowed as error:
            outcome.refuse(record.line, error.detail, record.title)

    async def _part(
        self,
        record: Part,
        outcome: FileOutcome,
    ) -> None:
        """Take one row that belongs to a session, or refuse it where that is unknown or another's."""
        source = source_of(record)
        self._tell()
        try:
            session_id = await self._found(source, record.session)
        except NotFound as error:
            outcome.refuse(record.line, error.detail)
            return
        if isinstance(record, RequestRecord):
            outcome.counts[await take_request(self._tx, self._register, record, source, session_id)] += 1
        elif isinstance(record, SurveyRecord):
            await take_answer(self._tx, self._register, record, outcome, source, session_id)
        elif isinstance(record, RecordingRecord):
            await take_recording(self._tx, self._register, record, outcome, source, session_id)
        elif isinstance(record, CommentRecord):
            await take_comment(self._tx, self._register, record, outcome, source, session_id)
        elif isinstance(record, CollaboratorRecord):
            await take_collaborator(self._tx, self._register, record, outcome, source, session_id)
        elif isinstance(record, AttachmentRecord):
            await take_attachment(self._tx, self._register, record, outcome, source, session_id)
        elif isinstance(record, LinkRecord):
            await take_link(self._tx, record, outcome, session_id)
        elif isinstance(record, PresenceRecord):
            await take_presence(self._register, self._stays, record, outcome, source, session_id)

    async def _moves(self, rows: Sequence[Told]) -> None:
        grouped: dict[tuple[str, str], list[tuple[MoveRecord, FileOutcome]]] = {}
        for record, outcome in rows:
            if isinstance(record, MoveRecord):
                grouped.setdefault((source_of(record), record.session), []).append((record, outcome))
        for (source, outside), own in grouped.items():
            self._tell(len(own))
            try:
                session_id = await self._found(source, outside)
            except NotFound as error:
                for record, outcome in own:
                    outcome.refuse(record.line, error.detail)
            else:
                await take_moves(self._tx, self._register, own, source, session_id)

    async def _found(self, source: str, outside: str) -> int:
        """Return the session of an outside id; ``NotFound`` says why its rows cannot be taken."""
        session_id = self._dates.get((source, outside))
        if session_id is None:
            session_id = await kept.session_of(self._tx.fetch, source, outside)
        if session_id is None:
            session_id = await session_of_date(self._tx, source, outside)
        if session_id is None:
            raise NotFound(f"session {outside!r} of {source!r} is unknown")
        if session_id not in self._refusals:
            answer = await verdict(self._tx.fetch, self._tx.by, Action.IMPORT_FILES, session_id)
            self._refusals[session_id] = answer.reason
        if self._refusals[session_id]:
            raise NotFound(self._refusals[session_id])
        return session_id

    def _tell(self, rows: int = 1) -> None:
        before, self._done = self._done, self._done + rows
        if before // STEP != self._done // STEP or self._done >= self._all:
            self._progress(self._done, self._all)


def _moves(rows: Sequence[Told]) -> dict[tuple[str, str], set[Move]]:
    found: dict[tuple[str, str], set[Move]] = {}
    for record, _ in rows:
        if isinstance(record, MoveRecord):
            found.setdefault((source_of(record), record.session), set()).add(record.move)
    return found


def _sources(pairs: Iterable[tuple[Intake, FileOutcome]]) -> set[str]:
    sources = {source_of(record) for intake, _ in pairs for record in intake.records}
    return sources | {str(report.platform) for intake, _ in pairs for report in intake.reports}


def _in_order(pairs: Sequence[tuple[Intake, FileOutcome]]) -> list[tuple[MeetingReport, FileOutcome]]:
    """Return the reports by what they say, so that the order of files does not decide which attaches to which."""
    found = [(report, outcome) for intake, outcome in pairs for report in intake.reports]
    return sorted(
        found,
        key=lambda pair: (
            str(pair[0].platform),
            key_of(pair[0]),
            pair[0].title or "",
            sorted((row.name, row.email or "", str(row.joined_at)) for row in pair[0].attendees),
        ),
    )
