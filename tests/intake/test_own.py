# ruff: noqa: E501 - the lines of exports are as long as they are
from __future__ import annotations

import json

import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.domain.vocabulary import Control, Kind, Move, RequestState, Role
from sessiontui.intake import MoveRecord, PersonRecord, PresenceRecord, RequestRecord, SessionRecord
from sessiontui.intake.cells import quote_cell
from sessiontui.intake.findings import Findings
from sessiontui.intake.rows import rows_of
from sessiontui.intake.shapes import SHAPE_NAMES
from sessiontui.intake.source import decode
from sessiontui.intake.strict_json import parse_json

from .files import REALDATA, at, needs_realdata, read_text

SUITE = sorted((REALDATA / "11_generic_formats/json_test_suite").glob("*.json")) if REALDATA.is_dir() else []
OWN = """{"type":"person","id":"p1","name":"Ana","email":"ana@example.org","phone":null,"role":"participant","zone":"Europe/Madrid"}

{"type":"session","id":"s1","title":"Grief circle","kind":"mentoring","author":"p9","mentor":null,"control":"completed","starts_at":"2026-05-04T14:00:00Z","ends_at":"2026-05-04T15:00:00Z","capacity":8,"priority":"normal","tags":["grief"],"fields":{"a":[1]},"link":"https://x.example","created_at":null,"started_at":null,"completed_at":null,"cancelled_at":null,"cancel_reason":null}
{"type":"request","session":"s1","person":"p1","state":"approved","requested_at":"2026-05-04T10:00:00+02:00","decided_at":"2026-05-04T13:00:00Z","decided_by":"p9"}
{"type":"presence","session":"s1","person":"p1","joined_at":"2026-05-04T14:00:00Z","left_at":null}
{"type":"move","session":"s1","move":"pause","at":"2026-05-04T14:10:00Z","by":"p9","reason":null}
"""


KNOWN = ", ".join(SHAPE_NAMES)


def session_line(**fields):
    return json.dumps({"type": "session", "id": "s", "title": "t", "starts_at": "2026-05-04T14:00Z", **fields})


def test_the_shapes_of_the_design():
    intake = read_text(OWN)
    person, session, request, presence, move = intake.records
    assert person == PersonRecord(
        line=1, id="p1", name="Ana", email="ana@example.org", role=Role.PARTICIPANT, zone="Europe/Madrid"
    )
    assert isinstance(session, SessionRecord)
    assert (session.line, session.kind, session.control, session.capacity) == (
        3,
        Kind.MENTORING,
        Control.COMPLETED,
        8,
    )
    assert (session.tags, session.fields, session.mentor) == (("grief",), {"a": [1]}, None)
    assert isinstance(request, RequestRecord)
    assert (request.state, request.requested_at) == (RequestState.APPROVED, at("2026-05-04T08:00"))
    assert isinstance(presence, PresenceRecord)
    assert presence.left_at is None
    assert isinstance(move, MoveRecord)
    assert move.move is Move.PAUSE
    assert (intake.read, intake.notes, intake.refusals) == (5, (), ())


def test_a_session_without_an_end_is_a_scheduled_hour():
    (session,) = read_text(session_line()).records
    assert session.ends_at == at("2026-05-04T15:00")
    assert (session.kind, session.control) == (Kind.CONVERSATION, Control.SCHEDULED)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (session_line(starts_at="2026-13-01"), "starts_at: '2026-13-01' is not an instant"),
        (session_line(starts_at="2026-05-04T14:00"), "starts_at: '2026-05-04T14:00' has no time zone"),
        (session_line(ends_at="2026-05-04T14:00Z"), "ends_at: is not after starts_at"),
        (session_line(starts_at=None), "starts_at: is missing"),
        (session_line(starts_at=5), "starts_at: 5 is not an instant"),
        (session_line(title=" "), "title: is missing"),
        (session_line(title=["x"]), "title: a list is not text"),
        (session_line(id=True), "id: true is not an id"),
        (session_line(capacity="8"), "capacity: '8' is not a whole number"),
        (session_line(capacity=-1), "capacity: -1 is not between 0 and 1000000"),
        (session_line(capacity=1.5), "capacity: 1.5 is not a whole number"),
        (session_line(tags="a"), "tags: 'a' is not a list"),
        (session_line(fields=[]), "fields: a list is not an object"),
        (session_line(kind="party"), "kind: 'party' is none of conversation, mentoring, coaching, work"),
        ('{"type":"goal","id":"g"}', "session: is missing"),
        ('{"type":"goal","id":"g","session":"s","title":"t","weight":0}', "weight: 0 is not between 1 and 100"),
        (
            '{"type":"goal","id":"g","session":"s","title":"t","progress":101}',
            "progress: 101 is not between 0 and 100",
        ),
        ('{"type":"goal","id":"g","session":"s","title":"t","needs":["g"]}', "needs: a goal does not need itself"),
        (
            '{"type":"goal","id":"g","session":"s","title":"t","settled_at":"2026-05-04T14:00Z"}',
            "settled_at: belongs to a goal that is done or dropped",
        ),
        (
            '{"type":"milestone","id":"m","session":"s","title":"t","rule":"goals_done"}',
            "threshold: 0 is not between 1 and 100000",
        ),
        (
            '{"type":"milestone","id":"m","session":"s","title":"t","threshold":3}',
            "threshold: a milestone by hand has none",
        ),
        ('{"type":"check","id":"c","session":"s"}', "title: is missing"),
        (
            '{"type":"blocker","id":"b","session":"s","title":"t","kind":"weather"}',
            "kind: 'weather' is none of information, clarification, dependency, technical, people",
        ),
        (
            '{"type":"blocker","id":"b","session":"s","title":"t","opened_at":"2026-05-04T14:00Z","resolved_at":"2026-05-04T13:00Z"}',
            "resolved_at: lies before it was opened",
        ),
        (
            '{"type":"attachment","session":"s","name":"a.txt","size":3,"sha256":"00"}',
            "sha256: is not 64 hexadecimal digits",
        ),
        (
            '{"type":"link","session":"s","link":"javascript:alert(1)"}',
            "link: 'javascript:alert(1)' is not a link to a page",
        ),
        ('{"type":"survey","session":"s","person":"p","rating":6}', "rating: 6 is not between 1 and 5"),
        (
            '{"type":"survey","session":"s","person":"p"}',
            "rating, comment, may_tell and skill: at least one must be there",
        ),
        (
            '{"type":"survey","session":"s","person":"p","may_tell":"yes"}',
            "may_tell: 'yes' is neither true nor false",
        ),
        (
            '{"type":"walrus"}',
            f"type: 'walrus' is none of {KNOWN}",
        ),
        (
            '{"id":"x"}',
            f"type: is missing; known are {KNOWN}",
        ),
        ('{"type":"person","id":"a","x":NaN}', "not JSON: NaN is not a value"),
        ("[1]", "it is not an object"),
        ('{"type":"move","session":"s","move":"extend","at":"2026-05-04T14:00Z"}', "ends_at: is missing"),
    ],
)
def test_a_bad_line_is_refused_with_the_field_and_the_others_stand(line, reason):
    intake = read_text(OWN + line + "\n" + session_line(id="last"), format="jsonl")
    assert [(r.line, r.reason) for r in intake.refusals] == [(7, reason)]
    assert intake.read == 7


def test_text_is_made_fit_to_keep():
    line = r'{"type":"person","id":7,"name":"a\u0000b\ud800","email":"x\r\ny@z.org","zone":"Mars/Base","hobby":1}'
    intake = read_text(line)
    (person,) = intake.records
    assert (person.id, person.name, person.email, person.zone) == ("7", "a�b�", None, None)
    assert any("'hobby'" in note for note in intake.notes)
    long = read_text(session_line(title="x" * 600, description="y" * 20_000)).records[0]
    assert (len(long.title), len(long.description)) == (500, 10_000)


@pytest.mark.parametrize("wrap", [lambda xs: "[" + ",\n".join(xs) + "]", "\n".join, "\r\n\r\n".join])
def test_arrays_and_lines(wrap):
    intake = read_text(wrap([session_line(id="a"), session_line(id="b")]))
    assert (intake.records[0].id, intake.records[0].line) == ("a", 1)
    assert intake.read == 2


def test_a_single_pretty_object():
    text = "\n" + json.dumps(json.loads(session_line()), indent=2)
    (session,) = read_text(text).records
    assert session.line == 2


def test_deep_nesting_is_refused():
    for text in ("[" * 100_000, '{"type":"session","fields":' + "[" * 100_000, '{"a":' * 100_000):
        assert read_text(text, format="jsonl").refusals
    deep = (
        '{"type":"session","id":"s","title":"t","starts_at":"2026-05-04T14:00Z","fields":{"a":'
        + "[" * 90
        + "]" * 90
        + "}}"
    )
    assert [r.reason for r in read_text(deep).refusals] == ["fields: is nested more than 32 levels deep"]


@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.name)
def test_the_published_json_suite(path):
    text, _ = decode(path.read_bytes())
    try:
        parse_json(text)
    except BadInput:
        accepted = False
    else:
        accepted = True
    if path.name.startswith("n_"):
        assert not accepted
    if path.name.startswith("y_"):
        assert accepted
    intake = read_text(text, format="jsonl")
    assert intake.read == intake.accepted + len(intake.refusals)
    assert not path.name.startswith("n_") or intake.refusals


@needs_realdata
@pytest.mark.parametrize("name", ["comma_in_quotes", "newlines", "simple"])
def test_csv_spectrum(name):
    folder = REALDATA / "11_generic_formats/csv_spectrum"
    text, _ = decode((folder / f"csvs/{name}.csv").read_bytes())
    heading, *rows = rows_of(text, Findings(), known=())
    found = [dict(zip(heading.cells, row.cells, strict=True)) for row in rows]
    assert found == json.loads((folder / f"json/{name}.json").read_text())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_of_sessions(delimiter):
    title = "=cmd|' /C calc'!A0 \x1b[2J"
    rows = [
        ["id", "title", "starts_at", "ends_at", "capacity", "fields", "unheard_of"],
        ["s1", quote_cell(title), "2026-05-04T14:00Z", "", "8", '"{""a"":1}"', "x"],
        ["s2", "two", "2026-05-04T14:00Z", "", "eight"],
        ["s3", "three", "2026-05-04T14:00Z"],
    ]
    intake = read_text("\r\n".join(delimiter.join(row) for row in rows))
    assert intake.format == "csv"
    one, three = intake.records
    assert (one.title, one.capacity, one.fields) == (title, 8, {"a": 1})
    assert three.id == "s3"
    assert [str(r) for r in intake.refusals] == ["line 3: capacity: 'eight' is not a whole number"]
    assert any("unheard_of" in note for note in intake.notes)


def test_a_table_with_types_and_tags():
    text = (
        "type,id,title,starts_at,tags,session,person,joined_at\n"
        'session,s1,Circle,2026-05-04T14:00Z,"a;b ; a",,,\n'
        "presence,,,,,s1,p1,2026-05-04T14:00Z\n"
        "goal,g1,,,,,,\n"
    )
    intake = read_text(text)
    assert intake.records[0].tags == ("a", "b")
    assert isinstance(intake.records[1], PresenceRecord)
    assert [r.reason for r in intake.refusals] == ["session: is missing"]


@pytest.mark.parametrize(
    ("heading", "row", "shape"),
    [
        ("session,person,joined_at", "s,p,2026-05-04T14:00Z", PresenceRecord),
        ("session,person,state", "s,p,approved", RequestRecord),
        ("session,move,at", "s,pause,2026-05-04T14:00Z", MoveRecord),
        ("id,name,email", "p,Ana,ana@example.org", PersonRecord),
    ],
)
def test_the_columns_tell_the_shape(heading, row, shape):
    assert isinstance(read_text(f"{heading}\n{row}\n").records[0], shape)


def test_a_declared_delimiter():
    (session,) = read_text("sep=;\nid;title;starts_at\n1;a,b;2026-05-04T14:00Z\n").records
    assert (session.title, session.line) == ("a,b", 3)


def test_a_cell_without_end_does_not_take_the_others_along():
    text = "id,title,starts_at\n1," + "y" * 140_000 + ",2026-05-04T14:00Z\n2,b,2026-05-04T14:00Z\n"
    intake = read_text(text)
    assert [r.id for r in intake.records] == ["2"]
    assert [r.line for r in intake.refusals] == [2]
