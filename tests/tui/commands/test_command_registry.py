"""What holds of every command there is, and which keys and footers come of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sessiontui.domain.access import Actor
from sessiontui.domain.alerts import AlertRule
from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Control, Kind, Move, RequestState, Role, Severity, Status
from sessiontui.services.pictures import AlertLine, SessionLine
from sessiontui.tui.commands import (
    DEFAULT_KEYMAP,
    REGISTRY,
    Command,
    Needs,
    by_id,
    by_key,
    footer_for,
    keymap,
    toolkit_key,
    typed_key,
)
from sessiontui.tui.commands.finding import bar_words, help_rows, palette_entries, read_line
from sessiontui.tui.commands.footer import ASKED_BY_STATUS
from sessiontui.tui.commands.move_command import MoveCommand
from sessiontui.tui.present.hints import Hint
from tests.tui.commands.command_stage import NOW, detail, line, request, scene

WRITING = [command for command in REGISTRY if command.writes]


def get(name: str) -> Command:
    found = by_id(name)
    assert found is not None
    return found


def every(command: Command) -> str:
    return command.id


@pytest.mark.parametrize("command", REGISTRY, ids=every)
def test_every_command_says_what_it_is(command: Command) -> None:
    assert len(command.help) > 15
    assert command.help.endswith(".")
    assert "``" not in command.help
    assert command.title
    assert command.label(scene(line())) == command.label(scene(line())).strip() != ""
    assert type(command).__doc__ != Command.__doc__


@pytest.mark.parametrize("command", REGISTRY, ids=every)
def test_every_dangerous_command_writes_and_every_writing_one_names_its_right(command: Command) -> None:
    assert command.writes or not command.dangerous
    assert command.action is not None or not command.writes or command.id == "undo"


def test_ids_aliases_and_keys_are_unique() -> None:
    names = [name for command in REGISTRY for name in (command.id, *command.aliases)]
    assert len(names) == len(set(names))
    keys = [key for command in REGISTRY for key in command.keys]
    assert len(keys) == len(set(keys))


def test_the_keys_of_the_design_lead_to_their_commands() -> None:
    wanted = {
        "enter": "open", "a": "approve", "x": "reject", "r": "remind", "M": "message", "m": "call",
        "e": "edit", "n": "new", "S": "start", "P": "pause",
        "E": "extend", "C": "complete", "X": "cancel", "D": "reschedule", "R": "reassign",
        "J": "moderate", "z": "undo", "space": "mark", "/": "filter", "v": "view", "o": "sort", "p": "hold",
        "y": "copy_link", ":": "command_bar", "ctrl+p": "palette", "?": "help", "1": "desk", "9": "audit",
        "q": "quit", "+": "wider", "_": "narrower",
    }  # fmt: skip
    assert {key: found.id for key in wanted if (found := by_key(key))} == wanted


def test_a_key_is_found_by_the_toolkits_name_as_well() -> None:
    for command in REGISTRY:
        for key in command.keys:
            assert by_key(toolkit_key(key)) is command
            assert typed_key(toolkit_key(key)) == key


def test_a_keymap_moves_keys_and_refuses_conflicts_by_both_names() -> None:
    moved = keymap({"approve": "ctrl+a, f5", "start": "question_mark", "help": "f1", "cancel": ""})
    assert moved.command("ctrl+a") is moved.command("f5") is by_id("approve")
    assert moved.command("a") is None
    assert moved.command("?") is by_id("start")
    assert moved.keys["cancel"] == ()
    with pytest.raises(BadInput, match=r"“Approve” \(approve\) and “Cancel” \(cancel\)"):
        keymap({"cancel": "a"})
    with pytest.raises(BadInput, match="no command “fly”"):
        keymap({"fly": "f"})
    with pytest.raises(BadInput, match="moves the cursor"):
        keymap({"cancel": "j"})


@pytest.mark.parametrize("command", WRITING, ids=every)
@pytest.mark.parametrize("status", Status)
def test_nothing_is_written_in_a_read_only_console_or_in_the_past(command: Command, status: Status) -> None:
    of = line(status=status, pending=1)
    assert "reading only" in command.why_not(scene(of, read_only=True))
    assert "the past is read-only" in command.why_not(scene(of, as_of=NOW))


@pytest.mark.parametrize("command", [one for one in REGISTRY if one.needs is not Needs.NOTHING], ids=every)
def test_without_a_session_nothing_acts_on_one(command: Command) -> None:
    assert command.why_not(scene()) == "no session is selected"


@pytest.mark.parametrize("command", WRITING, ids=every)
def test_a_viewer_may_write_nothing(command: Command) -> None:
    viewer = Actor(9, "Vic", Role.VIEWER)
    reason = command.why_not(scene(line(pending=1), actor=viewer))
    assert command.id == "undo" or "a viewer may not" in reason


def test_a_mentor_manages_the_own_sessions_only() -> None:
    mentor = Actor(2, "Dr Lee", Role.MENTOR)
    own, other = line(), line(mentor="Jun Park")
    assert get("cancel").why_not(scene(own, actor=mentor)) == ""
    assert "only where they host" in get("cancel").why_not(scene(other, actor=mentor))
    # The detail knows ids, which beat names.
    assert "only where" in get("cancel").why_not(scene(own, detail=detail(own, mentor_id=5), actor=mentor))


MOVED = {
    "publish": {Status.DRAFT},
    "start": {Status.DRAFT, Status.CREATED, Status.HAS_REQUESTS, Status.APPROVED, Status.UPCOMING, Status.WAITING},
    "pause": {Status.ACTIVE, Status.PAUSED},
    "complete": {Status.WAITING, Status.ACTIVE, Status.PAUSED, Status.ENDED_EARLY, Status.ENDED_NO_SHOW},
    "cancel": set(Status) - {Status.CANCELLED} - {status for status in Status if status.is_ended},
    "reopen": {Status.CANCELLED},
    "archive": {Status.CANCELLED} | {status for status in Status if status.is_ended},
    "restore": set(),
    "reschedule": {
        Status.DRAFT,
        Status.CREATED,
        Status.HAS_REQUESTS,
        Status.APPROVED,
        Status.UPCOMING,
        Status.WAITING,
    },
}


@pytest.mark.parametrize("name", MOVED)
@pytest.mark.parametrize("status", Status)
def test_a_row_tells_which_moves_its_status_allows(name: str, status: Status) -> None:
    reason = get(name).why_not(scene(line(status=status)))
    assert (reason == "") == (status in MOVED[name]), reason


def test_the_detail_beats_the_row_but_only_its_own() -> None:
    of = line()
    blocked = detail(of, blocked={Move.CANCEL: "the lifecycle says no"})
    assert get("cancel").why_not(scene(of, detail=blocked)) == "the lifecycle says no"
    assert get("cancel").why_not(scene(replace(of, id=5), detail=blocked)) == ""


def test_cancelling_with_people_inside_takes_the_right_to_it() -> None:
    of = line(status=Status.ACTIVE, control=Control.DRAFT, mentor="", author="Pim")
    pupil = Actor(8, "Pim", Role.PARTICIPANT)
    assert get("cancel").why_not(scene(of, actor=pupil)) == ""
    published = replace(of, control=Control.RUNNING)
    assert "while they are drafts" in get("cancel").why_not(scene(published, actor=pupil))


def test_marked_sessions_count_and_one_possible_one_is_enough() -> None:
    over, live = line(1, Status.CANCELLED), line(2, Status.ACTIVE)
    here = scene(over, marked=(over, live))
    assert get("complete").why_not(here) == ""
    assert [one.id for one in get("complete").possible(here)] == [2]
    assert get("complete").why_not(scene(live, marked=(over, over))).startswith("none of the 2 marked: ")


def test_a_request_can_be_decided_once_and_revised_knowingly() -> None:
    of = line(pending=0)
    assert get("approve").why_not(scene(of)) == "no request is pending"
    done = request(1, "Ana", RequestState.APPROVED, decided_by="Bob")
    assert get("approve").why_not(scene(of, request=done)) == "the request of Ana is already approved by Bob"
    assert get("reject").why_not(scene(of, request=done)) == ""
    assert get("approve").why_not(scene(of, request=request(1, "Ana"))) == ""


@pytest.mark.parametrize("status", Status)
def test_the_footer_fits_the_status(status: Status) -> None:
    of = line(status=status, pending=2)
    rows = footer_for(scene(of))
    assert 3 <= len(rows) <= 8
    assert (rows[0].key, rows[0].label) == ("enter", "open")
    assert rows[-1].label == "help"
    assert [row.key for row in rows][1:3] == ["a", "x"]
    assert len({row.key for row in rows}) == len(rows)
    assert set(ASKED_BY_STATUS[status]) <= {command.id for command in REGISTRY}


@pytest.mark.parametrize(
    ("severity", "first"), [(Severity.WARNING, ["r", "m", "R"]), (Severity.CRITICAL, ["R", "D", "A"])]
)
def test_people_are_brought_in_before_a_lesser_alert_is_seen_to(severity: Severity, first: list[str]) -> None:
    clash = AlertLine(
        id=1, rule=AlertRule.CLASH, severity=severity, session_id=1, title="", subject="", opened_at=NOW
    )
    rows = footer_for(scene(line(status=Status.WAITING, alerts=(clash,))))
    assert [row.key for row in rows][1:4] == first


def test_work_that_waits_offers_to_start_first() -> None:
    work = line(status=Status.WAITING, kind=Kind.WORK)
    rows = footer_for(scene(work))
    assert [(row.key, row.label, row.reason) for row in rows][1] == ("S", "start", "")
    assert "S" not in [row.key for row in footer_for(scene(line(status=Status.WAITING)))]


def test_the_footer_dims_with_a_reason_and_follows_the_keymap() -> None:
    of = line(status=Status.ACTIVE)
    rows = {hint.label: hint for hint in footer_for(scene(of, read_only=True))}
    assert rows["pause"] == Hint("P", "pause", "pause", "the console was opened for reading only")
    moved = keymap({"pause": "f6"})
    assert Hint("f6", "pause", "pause") in footer_for(scene(of, keys=moved.keys))
    assert Hint("P", "resume", "pause") in footer_for(scene(line(status=Status.PAUSED)))


def test_the_footer_speaks_of_the_marked_and_of_nothing() -> None:
    marked = tuple(line(number, pending=1) for number in (1, 2))
    assert [hint.key for hint in footer_for(scene(marked[0], marked=marked))][:2] == ["a", "x"]
    assert footer_for(scene())[0] == Hint("n", "new", "new", general=True)


def test_a_typed_line_names_a_command() -> None:
    assert read_line(REGISTRY, ":filter status:live") == (by_id("filter"), "status:live")
    assert read_line(REGISTRY, "goto 4711") == (by_id("goto"), "4711")
    assert read_line(REGISTRY, "#4711") == (by_id("goto"), "#4711")
    assert read_line(REGISTRY, "resume")[0] is by_id("pause")
    assert read_line(REGISTRY, "canc")[0] is by_id("cancel")
    with pytest.raises(BadInput, match="may be any of"):
        read_line(REGISTRY, "res")
    with pytest.raises(BadInput, match="no command “cancle”") as caught:
        read_line(REGISTRY, "cancle")
    assert "cancel" in caught.value.hint
    with pytest.raises(BadInput, match="takes no argument"):
        read_line(REGISTRY, "cancel 4711")


def test_help_palette_and_bar_know_every_command() -> None:
    hostile: SessionLine = line(title="[@click=app.exit]x[/]\x1b[2J", status=Status.CANCELLED)
    here = scene(hostile)
    assert {row.title for row in help_rows(REGISTRY, here)} == {command.title for command in REGISTRY}
    assert {word.word for word in bar_words(REGISTRY, here)} == {command.id for command in REGISTRY}
    entries = palette_entries(REGISTRY, here)
    assert {command.id for command, _ in entries.values()} == {one.id for one in REGISTRY} - {"palette"}
    assert any(entry.reason for entry in entries)
    assert [argument for command, argument in entries.values() if command.id == "goto"] == ["#4711"]


def test_the_default_keymap_leaves_the_moving_keys_alone() -> None:
    assert not {"j", "k", "h", "l", "g", "G", "escape"} & set(DEFAULT_KEYMAP.commands)
    assert all(command.move in Move for command in REGISTRY if isinstance(command, MoveCommand))
