"""What recorded queries of others' suite found in real calendars, asked of the sessions that an import makes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from sessiontui.services import importing
from sessiontui.services.importing import ImportOptions, SourceFile
from tests.conftest import Stage

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "realdata" / "06_ical"
QUERIES = FOLDER / "recurring_ical_events_expected.jsonl"

CONTESTED: Final = {
    "end_before_start_event.ics": "it ends before it begins, which is refused here and turned round there",
    "issue_148_ignored_exdate.ics": "it lasts all day, which is refused",
    "issue_44_double_event.ics": "it lasts all day, which is refused",
    "issue_97_simple_journal.ics": "a journal entry is not a session",
}
"""The calendars whose queries are answered otherwise on purpose, each with the reason."""

REMINDERS: Final = "test_issue_186"
"""Queries of this suite ask which reminders ring in a period, and answer with their events, whenever those are."""


def cases() -> list[dict[str, object]]:
    return [json.loads(line) for line in QUERIES.read_text().splitlines()] if QUERIES.exists() else []


def naive(text: str) -> tuple[datetime, timedelta]:
    """The beginning of a period and its length, as the suite writes them."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    if re.fullmatch(r"'\d{8}'", text):
        numbers = [int(text[1:5]), int(text[5:7]), int(text[7:9])]
    start = datetime(*(*numbers, 1, 1)[: max(3, len(numbers))])  # noqa: DTZ001 - of each session's own clock
    if len(numbers) == 1:
        return start, start.replace(year=start.year + 1) - start
    if len(numbers) == 2:
        return start, (start + timedelta(days=31)).replace(day=1) - start
    smallest = {3: timedelta(days=1), 4: timedelta(hours=1), 5: timedelta(minutes=1), 6: timedelta(seconds=1)}
    return start, smallest[len(numbers)]


def period(case: dict[str, object]) -> tuple[datetime, datetime]:
    """The period of a query; without a zone it is that of each session's own clock."""
    args = [str(arg) for arg in case["args"]]
    if case["query"] == "at":
        start, length = naive(args[0])
        return start, start + length
    ends: list[datetime] = []
    for text in args:
        if text.startswith("P"):
            ends.append(ends[0] + timedelta(seconds=int(text[1:-1])))
        else:
            ends.append(datetime.fromisoformat(text) if "T" in text else naive(text)[0])
    return ends[0], ends[1]


def instant(at: datetime, zone: str) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone or "UTC"))


def by_calendar() -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for case in cases():
        found.setdefault(str(case["calendar"]), []).append(case)
    return found


async def every_session(stage: Stage) -> list[tuple[datetime, datetime, str, str]]:
    """Beginning, end, title and zone of every session, in their order."""
    rows = await stage.rows(
        "SELECT s.starts_at, s.ends_at, s.title, coalesce(r.zone, json_extract(s.imported, '$.zone'), '')"
        " FROM session s LEFT JOIN series r ON r.id = s.series_id ORDER BY 1, 2, 3"
    )
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return [
        (epoch + timedelta(milliseconds=start), epoch + timedelta(milliseconds=end), str(title).strip(), str(zone))
        for start, end, title, zone in rows
    ]


@pytest.mark.parametrize(("name", "asked"), by_calendar().items(), ids=list(by_calendar()))
async def test_recorded_queries_are_answered_alike(stage: Stage, name: str, asked: list[dict[str, object]]):
    file = SourceFile(name, (FOLDER / "recurring_ical_events" / name).read_bytes())
    at = max(period(case)[0].replace(tzinfo=UTC) for case in asked)
    await importing.apply(stage.context, [file], ImportOptions(), by=stage.root, at=at)
    every = await every_session(stage)
    for case in asked:
        since, until = period(case)
        found = [one[:3] for one in every if one[0] < instant(until, one[3]) and one[1] > instant(since, one[3])]
        expected = sorted(
            (instant(datetime.fromisoformat(one["start"]), ""), instant(datetime.fromisoformat(one["end"]), ""),
             one["summary"].strip())
            for one in case["occurrences"]
            if one["type"] == "VEVENT" and "T" in one["start"]
        )  # fmt: skip
        if name in CONTESTED:
            assert found == [], case
        elif REMINDERS in case["test"]:
            assert {one[:3] for one in every} >= set(expected), case
        else:
            assert found == expected, case
            assert len(expected) == case["n"]


@pytest.mark.skipif(not QUERIES.exists(), reason="the real files are not here")
def test_all_queries_are_asked():
    assert sum(map(len, by_calendar().values())) == 103
    assert len(by_calendar()) == 20
