"""What the session form makes of what is typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sessiontui.tui.dialogs.session_entry import Before, Typed, judge
from tests.tui.dialogs.dialog_stage import NOW

GOOD = Typed(title=" Grief circle ", start="2026-05-05 09:00", zone="europe/madrid", tags="a, b ,a,, c  d")


def test_a_good_form_has_a_meaning() -> None:
    entry = judge(GOOD, now=NOW).entry
    assert entry is not None
    assert entry.title == "Grief circle"
    assert entry.starts_at.isoformat() == "2026-05-05T07:00:00+00:00"
    assert entry.ends_at - entry.starts_at == timedelta(minutes=60)
    assert entry.tags == ("a", "b", "c d")
    assert entry.capacity == 0


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "  "),
        ("start", ""),
        ("start", "soon"),
        ("length", "0"),
        ("zone", "Europe/Nowhere"),
        ("zone", "../etc/passwd"),
        ("capacity", "-1"),
        ("capacity", "many"),
        ("capacity", "9999999"),
        ("tags", "x" * 61),
        ("tags", ",".join(map(str, range(51)))),
        ("link", "javascript:alert(1)"),
        ("link", "meet.example.org"),
        ("link", "https://[broken"),
        ("link", "https://x.org/a b"),
        ("description", "x" * 10_001),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(field: str, text: str) -> None:
    judgement = judge(replace(GOOD, **{field: text}), now=NOW)
    assert judgement.entry is None
    assert set(judgement.errors) == {field}


def test_what_nobody_touched_stays_to_the_millisecond_and_is_not_scolded() -> None:
    start = NOW + timedelta(seconds=3630.123)
    typed = replace(GOOD, link="zoom:123", length="65000 min")
    before = Before(start, start + timedelta(days=45), typed)
    entry = judge(replace(typed, capacity="5"), now=NOW, before=before).entry
    assert entry is not None
    assert (entry.starts_at, entry.ends_at) == (before.starts_at, before.ends_at)
    assert entry.changed == {"capacity"}
    moved = judge(replace(typed, start="+1h"), now=NOW, before=before).entry
    assert moved is not None
    assert (moved.starts_at - start, moved.ends_at - moved.starts_at) == (timedelta(hours=1), timedelta(days=45))
