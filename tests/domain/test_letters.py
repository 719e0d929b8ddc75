"""Every letter names the session, the time in the zone of its reader, and carries nothing that acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessiontui.domain import letters
from sessiontui.domain.delivery import AT_LEAST_ONCE, ONLY_BEFORE_THE_END, retry_after
from sessiontui.domain.letters import Reader, Subject, Text

START = datetime(2026, 5, 4, 14, tzinfo=UTC)
ABOUT = Subject(
    id=7, title="Grief\x1b[31m circle", starts_at=START, ends_at=START + timedelta(hours=1), mentor="Dr Lee",
    link="https://meet.example.org/x",
)  # fmt: skip
ANA = Reader(name="Ana\u202e", zone="Asia/Kolkata")
KOLKATA = ZoneInfo("Asia/Kolkata")

EVERY = {
    "reminder": letters.reminder(ABOUT, ANA, KOLKATA, now=START - timedelta(minutes=15)),
    "late reminder": letters.reminder(ABOUT, ANA, KOLKATA, now=START + timedelta(minutes=4)),
    "confirm": letters.confirm(ABOUT, ANA, KOLKATA),
    "scheduled": letters.scheduled(ABOUT, ANA, KOLKATA),
    "changed": letters.changed(ABOUT, ANA, KOLKATA, was=(START, START + timedelta(hours=2)), reason="room"),
    "mentor": letters.mentor_changed(ABOUT, ANA, KOLKATA, before="Old"),
    "cancelled": letters.cancelled(ABOUT, ANA, KOLKATA, reason="ill"),
    "reopened": letters.reopened(ABOUT, ANA, KOLKATA),
    "approved": letters.decided(ABOUT, ANA, KOLKATA, approved=True),
    "rejected": letters.decided(ABOUT, ANA, KOLKATA, approved=False, reason="full"),
    "removed": letters.removed(ABOUT, ANA, KOLKATA),
    "disregard": letters.disregard(ABOUT, ANA, KOLKATA, earlier="Cancelled: x"),
    "message": letters.message(ABOUT, ANA, KOLKATA, text="Hi\x07", by="Amara"),
    "author": letters.author(ABOUT, ANA, KOLKATA, pending=2, issues=["it runs late"], text="Look", by="Amara"),
    "survey": letters.survey(ABOUT, ANA, KOLKATA),
    "no show": letters.no_show(ABOUT, ANA, KOLKATA),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_letter_is_readable_and_harmless(name: str):
    text = EVERY[name]
    whole = text.subject + text.body
    assert isinstance(text, Text)
    assert "\n" not in text.subject
    assert not any(mark in whole for mark in ("\x1b", "\x07", "\u202e", "\r"))
    assert "Grief" in whole
    assert "#7" in text.body
    assert "Hello Ana" in text.body


@pytest.mark.parametrize("name", EVERY)
def test_times_stand_in_the_zone_of_the_reader(name: str):
    body = EVERY[name].body
    assert "14:00" not in body
    if "19:30" in body:
        assert "(Asia/Kolkata)" in body


def test_a_reminder_says_how_long_is_left_or_passed():
    assert "starts in 15 min" in EVERY["reminder"].subject
    assert "began 4 min ago" in EVERY["late reminder"].body


def test_who_is_not_in_gets_no_link():
    for name in ("cancelled", "rejected", "removed", "survey", "no show"):
        assert "https://" not in EVERY[name].body
    assert "https://meet.example.org/x" in EVERY["approved"].body


def test_a_window_over_midnight_names_both_days():
    text = letters.when(START, START + timedelta(hours=8), KOLKATA)
    assert text == "Monday 4 May 2026, 19:30 to Tuesday 5 May 2026, 03:30 (Asia/Kolkata)"


def test_no_kind_is_both_repeated_and_dropped():
    assert not AT_LEAST_ONCE & ONLY_BEFORE_THE_END


def test_waits_grow_and_stay_below_an_hour():
    waits = [retry_after(number, 1.0) for number in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)
