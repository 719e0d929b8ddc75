from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.query import FIELDS, Field, completions, parse
from sessiontui.domain.query.completing import MOST_OFFERED

NOW = datetime(2026, 5, 6, 14, 0, tzinfo=UTC)
KNOWN = {"mentor": ["Dr Lee", "Ana Ruiz", "Łeo"], "tag": ["onboarding", "first time", 'say "hi"', "#7"]}


def offered(marked: str) -> list[str]:
    """Return the whole texts that the offers at the | lead to."""
    cursor = marked.index("|")
    text = marked.replace("|", "", 1)
    return [
        text[: offer.start] + offer.insert + text[offer.end :] for offer in completions(text, cursor, values=KNOWN)
    ]


def test_nothing_typed_offers_every_field():
    assert offered("|") == [f"{field.name}:" for field in FIELDS]
    assert offered("grief |")[0] == "grief status:"


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        ("sta|", "status:"),
        ("-sta|", "-status:"),
        ("STAT|", "status:"),
        ("sta|tus:live", "status:live"),
        ("host|", "mentor:"),
        ("grief -min| lee", "grief -minutes: lee"),
        ("status:wai|", "status:waiting"),
        ("status:live,up|", "status:live,upcoming"),
        ("status:wa|it kind:work", "status:waiting kind:work"),
        ("-has:m|", "-has:mentor"),
        ("view:|", "view:now"),
        ("badge:no_h|", "badge:no_host"),
        ("priority:>=h|", "priority:>=high"),
        ("starts:<|", "starts:<2h"),
        ("mentor:|", 'mentor:"Dr Lee"'),
        ("mentor:lee|", 'mentor:"Dr Lee"'),
        ('mentor:"dr l|', 'mentor:"Dr Lee"'),
        ('mentor:"dr l|" grief', 'mentor:"Dr Lee" grief'),
        ('mentor:"Dr Lee",an|', 'mentor:"Dr Lee","Ana Ruiz"'),
        ("mentor:le|", 'mentor:"Dr Lee"'),
        ("tag:on|", "tag:onboarding"),
        ("tag:hi|", r'tag:"say \"hi\""'),
        ('tag:"#|', 'tag:"#7"'),
        ('tag:"a b" sta|', 'tag:"a b" status:'),
        ('"grief circle" sta|', '"grief circle" status:'),
    ],
)
def test_the_best_offer(marked: str, first: str):
    assert offered(marked)[0] == first


@pytest.mark.parametrize(
    "marked", ['"in a phrase sta|', "grief2|", "nosuch:val|", "status:zzzz|", "mentor:zzzz|", "10:3|"]
)
def test_nothing_is_offered(marked: str):
    assert offered(marked) == []


def test_what_begins_alike_stands_before_what_contains_it():
    assert offered("status:ended|")[:3] == [
        "status:ended_complete",
        "status:ended_early",
        "status:ended_no_show",
    ]
    assert offered("live_status:pleted|") == ["live_status:completed"]


def test_closed_values_come_with_their_help():
    (offer,) = completions("status:waiting", 14)
    assert offer.help == "has begun, no guest is there"


def test_a_long_list_is_cut():
    names = [f"Person {number}" for number in range(500)]
    assert len(completions("mentor:p", 8, values={"mentor": names})) == MOST_OFFERED


@given(text=st.text(max_size=30), cursor=st.integers(-3, 40))
def test_any_text_and_cursor_are_accepted(text: str, cursor: int):
    for offer in completions(text, cursor, values=KNOWN):
        assert 0 <= offer.start <= offer.end <= len(text)


@given(
    field=st.sampled_from(FIELDS),
    prefix=st.sampled_from(["", "grief ", '-"a b" ', "status:live "]),
)
def test_every_offered_value_makes_a_query(field: Field, prefix: str):
    name = f"{prefix}{field.name}:"
    for text in offered(f"{name}|"):
        assert parse(text, now=NOW, zone=UTC)
