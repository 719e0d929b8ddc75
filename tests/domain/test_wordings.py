"""Wordings: names become what they stand for and nothing else; what is wrong is told with file, line and name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiontui.domain import letters
from sessiontui.domain.delivery import LetterKind
from sessiontui.domain.letters import SORTS, Day, Page, Reader, Roll, Subject, Wording, Wordings, parse
from sessiontui.domain.letters.samples import nobodys, sample
from sessiontui.domain.letters.wording import LONGEST, names_in
from sessiontui.domain.text import is_hostile

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")
NAMES = {"title", "name"}

HOSTILE = (
    "\r\nBcc: all@x.org", "\x1b]52;c;eA==\x07", "\u202eevil", "$link", "${title}", "$$", "$", "%s {0} {name}",
    "\u2028Subject: x", "[@click=app.quit]x[/]", "\x00", "a" * 3000,
)  # fmt: skip


@pytest.mark.parametrize("page", Page)
def test_every_letter_names_only_what_it_has_and_uses_the_zone_of_its_reader(page: Page):
    one = SORTS[page]
    assert set(names_in(f"{one.wording.subject}\n{one.wording.body}")) <= one.names
    text = sample(page, nobodys(NOW), Reader(name="Ana", zone="Europe/Madrid"), MADRID, now=NOW)
    assert text.subject
    assert "$" not in text.subject + text.body
    assert text.body.endswith("\n")
    assert "\n\n\n" not in text.body


def test_every_kind_of_letter_has_its_words():
    assert {one.kind for one in SORTS.values()} == set(LetterKind)


@pytest.mark.parametrize("page", Page)
@settings(max_examples=12)
@given(told=st.lists(st.sampled_from([*HOSTILE, "word", "Ä", "\n"]), max_size=4).map("".join))
def test_hostile_strings_stay_words_in_every_letter_and_every_wording(page: Page, told: str):
    everything = Wording(
        " ".join(f"${name}" for name in sorted(SORTS[page].names)),
        "\n".join(f"{name}: ${name}" for name in sorted(SORTS[page].names)),
    )
    about = Subject(
        id=7,
        title=told,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        mentor=told,
        link="https://the.link/x" + told,
    )
    for own in ({}, {(page, ""): everything}):
        to = Reader(name=told, wordings=Wordings(own), has_place=False)
        text = sample(page, about, to, UTC, now=NOW)
        assert "\n" not in text.subject
        assert "\r" not in text.subject + text.body
        assert not is_hostile(text.subject)
        assert not is_hostile(text.body)
        # A value that reads like a name is not filled in: who has no place never sees the link.
        assert "the.link" not in text.subject + text.body


def test_what_is_wrong_with_a_wording_is_told_by_line_and_name():
    cases = {
        "": (1, "does not begin"),
        "Hello": (1, "does not begin"),
        "Subject: \n\nx": (1, "does not begin"),
        "Subject: x\nno gap\n": (2, "not empty"),
        "Subject: x\n\n": (0, "says nothing"),
        "Subject: $heading\n\nx": (1, "$heading is no name here; there are: $name, $title"),
        "Subject: x\n\nok\n5 $ and ${name}": (4, "$ stands alone"),
        "Subject: x\n\n${title": (3, "$ stands alone"),
        "Subject: x\n\n$title.__class__ $name": None,
        "Subject: x\r\n\r\nHello $name, $$5": None,
        "Subject: x\n\n" + "a" * LONGEST: (0, "longer than"),
    }
    for text, wrong in cases.items():
        wording, faults = parse(text, file="reminder.txt", names=NAMES)
        if wrong is None:
            assert faults == ()
            assert wording is not None
        else:
            assert wording is None
            assert (faults[0].line, wrong[1] in faults[0].what) == (wrong[0], True), text
            assert str(faults[0]).startswith("reminder.txt:")


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_wordings(text: str):
    for told in (text, f"Subject: x\n\n{text}"):
        wording, faults = parse(told, file="x", names=NAMES)
        assert (wording is None) == bool(faults)
        if wording is not None:
            wording.say({"title": text, "name": text})


def test_a_language_falls_back_to_its_wider_one_and_then_to_none():
    own = {
        (Page.SURVEY, ""): Wording("plain", "x"),
        (Page.SURVEY, "pt"): Wording("pt", "x"),
        (Page.SURVEY, "pt-br"): Wording("pt-br", "x"),
    }
    known = Wordings(own)
    told = {language: known.of(Page.SURVEY, language).subject for language in ("pt-BR", "pt-PT", "de", "")}
    assert told == {"pt-BR": "pt-br", "pt-PT": "pt", "de": "plain", "": "plain"}
    assert known.of(Page.NO_SHOW, "pt").subject == "We missed you in $title"


def test_who_only_asked_for_a_place_learns_no_link():
    about = nobodys(NOW)
    for has_place in (True, False):
        text = letters.changed(about, Reader(name="Ana", has_place=has_place), UTC)
        assert ("meet.example.org" in text.body) is has_place


def test_a_mentor_is_told_who_came():
    roll = Roll(
        expected=2, came=1, ran="58 of 60 minutes", people=[("Ana", "present"), ("Bob", "absent")], unmatched=1
    )
    text = letters.attendance(nobodys(NOW), Reader(name="Dr Lee"), UTC, roll=roll)
    assert text.subject == "Who came to Grief circle: 1 of 2 came"
    for said in ("- Ana: present\n- Bob: absent", "It ran for 58 of 60 minutes.", "Not identified yet: 1 person."):
        assert said in text.body
    assert (
        "Not identified"
        not in letters.attendance(
            nobodys(NOW), Reader(name="x"), UTC, roll=Roll(expected=0, came=2, ran="5 minutes")
        ).body
    )


def test_a_day_says_what_it_holds():
    day = Day(on=date(2026, 5, 4), pending=[("CV review", 2)])
    text = letters.digest(day, Reader(name="Ana"), MADRID)
    assert text.subject == "Your day: 2 requests wait"
    assert "No session of yours today." in text.body
    assert "- CV review: 2 requests" in text.body
    assert not day.is_empty
    assert Day(on=date(2026, 5, 4)).is_empty
