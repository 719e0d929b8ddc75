"""Hostile text through the services: kept as it is, found again, and never let out raw."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest

from sessiontui.cli.output import put_csv
from sessiontui.domain.access import Actor
from sessiontui.domain.errors import SessiontuiError
from sessiontui.domain.query import words
from sessiontui.intake.cells import quote_cell, unquote_cell
from sessiontui.services import boards, exporting, people, requests, sessions
from sessiontui.services.exporting import COLUMNS, Noun
from sessiontui.services.importing import SourceFile, Verdict
from sessiontui.services.sessions import SessionDraft
from tests.conftest import NOON, Stage

from .import_stage import LATER, board, dump, jsonl, person, presence, request, session, take

REALDATA = Path(__file__).resolve().parents[3] / "shared" / "realdata"

ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
OWN = [
    *(f"a{chr(point)}b" for point in (*range(0x20), *range(0x7F, 0xA0))),
    *(
        f"a{chr(point)}b"
        for point in (0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
    ),
    "a\ud800b",
    "\udfffa",
    "a" * 600,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 90,
    "e\u0301" * 300,
    "Zal\u0300\u0301\u0302\u0303\u0304go",
    "[@click=app.quit]x[/]",
    "\\u{1b}",
    "''=1",
    "a\U000e0041b",
    "'; DROP TABLE session; --",
    "%s%n{0}",
    '"',
    "\\",
    "..\\..\\x",
    "../../x",
    "NULL",
    "0",
    "-1",
    "1e999",
]


def corpus() -> list[str]:
    found = list(OWN)
    if REALDATA.is_dir():
        found += [json.loads(line)["string"] for line in _lines("09_hostile/blns.jsonl")]
        found += [json.loads(line)["input"] for line in _lines("10_terminal/vt_escape_corpus.jsonl")]
        found += _lines("09_hostile/csv_injection_payloads.txt")
        found += [
            path.read_text(encoding="utf-8", errors="replace")
            for path in sorted((REALDATA / "09_hostile/trojan_source").glob("*.txt"))
        ]
    return [text for text in dict.fromkeys(found) if text.strip() and _clean(text).strip()]


def _lines(path: str) -> list[str]:
    return [line for line in (REALDATA / path).read_text(encoding="utf-8").split("\n") if line.strip()]


def _clean(text: str) -> str:
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


def is_kept(stored: str, given: str, limit: int) -> bool:
    """Whether text is as it was, but for what no database holds, white space around and length."""
    clean = _clean(given).strip()
    return stored == clean if len(clean) <= limit else clean.startswith(stored.strip()) and len(stored) > limit - 60


@pytest.fixture
async def full(stage: Stage) -> tuple[Stage, dict[int, str]]:
    """Every string as title, description, tag, link, name, message and reason."""
    made: dict[int, str] = {}
    context, by = stage.context, stage.root
    for text in corpus():
        draft = SessionDraft(
            title=text,
            starts_at=NOON,
            ends_at=NOON + timedelta(hours=1),
            publish=True,
            tags=(text,),
            description=text,
            link=text,
            fields={"note": _clean(text)},
        )
        session_id = (await sessions.create(context, draft, by=by, at=NOON - timedelta(hours=5))).sessions[0]
        who = (await people.add(context, text, by=by, at=NOON)).people[0]
        await requests.ask(context, session_id, who, by=by, at=NOON - timedelta(hours=3), message=text)
        asked = await requests.find(context, session_id, who)
        await requests.decide(context, [asked], requests.RequestState.REJECTED, by=by, at=NOON, reason=text)
        made[session_id] = text
    return stage, made


async def test_text_is_kept_found_and_exported_whole(full: tuple[Stage, dict[int, str]]):
    stage, made = full
    context, by = stage.context, stage.root
    for session_id, text in made.items():
        detail = await boards.detail(context, session_id, now=LATER, by=by)
        (asked,) = detail.requests
        for stored, limit in (
            (detail.line.title, 500),
            (asked.person, 500),
            (detail.description, 10_000),
            (detail.link, 500),
            (asked.message, 10_000),
            (asked.reason, 10_000),
        ):
            assert is_kept(stored, text, limit), ascii(text[:80])
        assert is_kept(detail.line.tags[0], text, 60)
    unfound = []
    for session_id, text in made.items():
        wanted = words(text)[:3]
        if not wanted or len(" ".join(wanted)) > 200:
            continue
        query = " ".join(f'"{word}"' for word in wanted)
        seen = {
            line.id for line in (await boards.board(context, query, now=LATER, limit=1000, by=Actor.system())).lines
        }
        if session_id % 8 == 0:  # the same rule without an index; slower
            seen &= {line.id for line in (await boards.listing(context, query, now=LATER, by=Actor.system())).lines}
        if session_id not in seen:
            unfound.append(ascii(text[:60]))
    assert not unfound
    refused = []
    for text in made.values():
        try:
            await boards.board(context, text, now=LATER, by=Actor.system())
        except SessiontuiError as error:
            refused.append(error.detail)
    assert all(refused)
    for noun in Noun:
        found = [row async for row in exporting.rows(context, noun, "", by=by, now=LATER)]
        table = io.StringIO()
        put_csv(COLUMNS[noun], found, to=table)
        assert not ACTING.search(table.getvalue())
        table.seek(0)
        for cells, row in zip(csv.DictReader(table), found, strict=True):
            for name in ("title", "session_title", "person", "message", "reason", "sentence"):
                if row.get(name) is not None:
                    assert unquote_cell(cells[name]) == row[name]
                    assert not cells[name].startswith(("=", "+", "-", "@", "\t", "\r"))
        text = json.dumps(found)
        assert text.isascii()
        assert not ACTING.search(text.replace("\x7f", ""))
        assert json.loads(text) == found


async def test_imported_text_is_kept_and_importing_again_changes_nothing(stage: Stage):
    texts = corpus()
    lines = [
        line
        for number, text in enumerate(texts)
        for line in (
            person(f"p{number}", text),
            session(
                f"s{number}",
                title=text,
                description=text,
                tags=[text],
                link=text,
                fields={text[:20]: text},
                author=f"p{number}",
            ),
            request(f"s{number}", f"p{number}", "approved", message=text, reason=text),
            presence("14:00", "14:30", f"s{number}", f"p{number}"),
        )
    ]
    first = await take(stage, jsonl(*lines))
    assert first.total(Verdict.REFUSED) == 0
    before = dump(stage.path)
    again = await take(stage, jsonl(*lines))
    assert again.total(Verdict.UNCHANGED) == len(lines)
    assert dump(stage.path) == before
    titles = {line.external_id: line.title for line in (await board(stage)).lines}
    for number, text in enumerate(texts):
        clean = _clean(text)
        assert titles[f"s{number}"] == clean[: len(titles[f"s{number}"])]
        assert len(titles[f"s{number}"]) == min(len(clean), 500) or len(titles[f"s{number}"]) > 440


async def test_hostile_ids_and_file_names(stage: Stage):
    texts = [text for text in corpus() if len(text.strip()) <= 400]
    await take(stage, *(session(text, title="T") for text in texts))
    for text in texts:
        file = SourceFile(f"{text}.jsonl", jsonl(session("x", title="X")).raw)
        assert (await take(stage, file)).done
    for text in texts:
        clean = _clean(text).strip()
        if not clean.isdigit():
            session_id = await boards.find(stage.context, f"import:{clean}")
            detail = await boards.detail(stage.context, session_id, now=LATER, by=stage.root)
            assert detail.line.external_id == clean


def test_every_character_goes_through_a_cell_and_back():
    for point in (*range(0x300), *range(0x2000, 0x2070), *range(0xE0000, 0xE0080), 0xFEFF, 0x1F600):
        text = f"{chr(point)}a{chr(point)}"
        cell = quote_cell(text)
        assert unquote_cell(cell) == text
        assert not ACTING.search(cell)
        assert unicodedata.normalize("NFC", cell) is not None
