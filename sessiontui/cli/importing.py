"""``import``: files from other tools, shown before they are taken with ``--dry-run``, and told row by row."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sessiontui.cli import output, talk
from sessiontui.cli.call import Call, carry_out
from sessiontui.domain.errors import BadInput
from sessiontui.services import boards, importing
from sessiontui.services.importing import ImportOptions, SourceFile, Verdict

if TYPE_CHECKING:
    from sessiontui.domain.matching import Candidate
    from sessiontui.services.importing import FileOutcome, ImportReport

SHOWN: Final = 200
"""Lines of one sort that the text names; JSON has them all."""

MAX_BYTES: Final = 256 * 1024 * 1024
"""What a file may have; the readers take no more, and an endless pipe must end somewhere."""


def run(options: argparse.Namespace) -> int:
    """Import files, or show what an import would do; 1 when anything was refused."""
    return carry_out(options, _import, create=not options.dry_run)


async def _import(call: Call) -> int:
    options = call.options
    files, missing = _read_all(options.files)
    given = ImportOptions(
        format=options.format,
        session_id=None if options.session is None else await boards.find(call.context, options.session),
        zone=options.zone,
        day_first=options.day_first,
    )
    work = importing.preview if options.dry_run else importing.apply
    progress = talk.ProgressLine()
    try:
        report = await work(call.context, files, given, by=call.actor, at=call.clock(), progress=progress)
    finally:
        progress.end()
    if options.json:
        output.put_json(as_json(report))
    else:
        output.put(*as_text(report))
    return 1 if missing or report.total(Verdict.REFUSED) else 0


def _read_all(names: Sequence[str]) -> tuple[list[SourceFile], int]:
    """Return the files and how many could not be opened; a single one that cannot is an error."""
    files: list[SourceFile] = []
    for name in names:
        try:
            files.append(_read(name))
        except BadInput as error:
            if len(names) == 1:
                raise
            talk.complain(error)
    return files, len(names) - len(files)


def _read(name: str) -> SourceFile:
    if name == "-":
        return SourceFile("stdin", sys.stdin.buffer.read(MAX_BYTES + 1))
    path = Path(name)
    try:
        with path.open("rb") as file:
            return SourceFile(path.name, file.read(MAX_BYTES + 1))
    except OSError as error:
        raise BadInput(error.strerror or "cannot be opened", place=name) from None


def as_text(report: ImportReport) -> Iterator[str]:
    """Yield the lines of a report as a person reads it."""
    for file in report.files:
        yield from _file(file)
    yield report.sentence[:1].upper() + report.sentence[1:]
    if not report.done:
        yield "Nothing was changed: this was a preview."


def as_json(report: ImportReport) -> dict[str, object]:
    """Return a report for JSON."""
    return {
        "done": report.done,
        "sentence": report.sentence,
        "read": report.read,
        **{str(verdict): report.total(verdict) for verdict in Verdict},
        "files": [_file_json(file) for file in report.files],
    }


def _file(file: FileOutcome) -> Iterator[str]:
    parts = " + ".join(f"{file.counts[verdict]} {verdict}" for verdict in Verdict)
    yield f"{file.name} ({file.format}): {file.read} read = {parts}"
    yield from _some(f"  {file.name}:{part.line}: {part.reason}" + _excerpt(part.excerpt) for part in file.refusals)
    for question in file.questions:
        assumed = f"; taken as {question.assumed}" if question.assumed else ""
        answer = f"; answer with {question.option}" if question.option else ""
        yield f"  {_place(file, question.place)}: {question.text}{assumed}{answer}"
    yield from _some(f"  note: {note}" for note in file.notes)
    for part in file.attachments:
        whither = "makes" if part.is_new else "goes to"
        yield f"  {part.title or 'the meeting'} {whither} #{part.session_id} {part.session_title} ({part.how})"
    yield from _some(
        f"  unmatched in #{part.session_id}: {part.name}" + _candidates(part.candidates) for part in file.unmatched
    )


def _some(lines: Iterator[str]) -> Iterator[str]:
    rest = 0
    for number, line in enumerate(lines):
        if number < SHOWN:
            yield line
        else:
            rest += 1
    if rest:
        yield f"  … and {rest} more; --json tells all"


def _excerpt(text: str) -> str:
    return f" [{text}]" if text else ""


def _place(file: FileOutcome, place: str) -> str:
    return f"{file.name}: {place}" if place and place != file.name else file.name


def _candidates(candidates: tuple[Candidate, ...]) -> str:
    if not candidates:
        return ", nobody is like it"
    named = ", ".join(f"#{one.person_id} {one.name} ({one.score:.0%}: {one.reason})" for one in candidates)
    return f", may be {named}"


def _file_json(file: FileOutcome) -> dict[str, object]:
    return {
        "name": file.name,
        "format": file.format,
        "read": file.read,
        **{str(verdict): file.counts[verdict] for verdict in Verdict},
        "refusals": [{"line": one.line, "reason": one.reason, "excerpt": one.excerpt} for one in file.refusals],
        "notes": list(file.notes),
        "questions": [
            {
                "kind": str(one.kind),
                "place": one.place,
                "text": one.text,
                "assumed": one.assumed or None,
                "option": one.option or None,
            }
            for one in file.questions
        ],
        "attachments": [
            {
                "title": one.title,
                "session": one.session_id,
                "session_title": one.session_title,
                "how": one.how,
                "new": one.is_new,
            }
            for one in file.attachments
        ],
        "unmatched": [
            {
                "name": one.name,
                "session": one.session_id,
                "candidates": [
                    {"person": who.person_id, "name": who.name, "score": who.score, "reason": who.reason}
                    for who in one.candidates
                ],
            }
            for one in file.unmatched
        ],
    }
