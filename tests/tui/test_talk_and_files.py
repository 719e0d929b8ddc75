"""The tabs Talk and Files: a list with a cursor, writing in place, names that complete, drafts that stay."""

from __future__ import annotations

import pytest

from sessiontui.domain.files import safe_name
from sessiontui.domain.talk.mentions import being_typed, completions, mentions
from sessiontui.tui.present.look import Look
from sessiontui.tui.present.talk import keys_line


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ana Ruiz!", [1]), ("@ana", [1]), ("mail@ana", []), ("@Anabel", []), ("@Lee", []), ("@Lee Oh", [3]),
        ("@bo,@ana", [4, 1]), ("(@Bo)", [4]), ("@@Bo", []), ("@ANA RUIZ", [1]),
    ],
)  # fmt: skip
def test_whom_a_text_names(text: str, found: list[int]):
    people = {1: "Ana Ruiz", 2: "Lee Wu", 3: "Lee Oh", 4: "Bo"}
    assert [one.person_id for one in mentions(text, people)] == found


def test_a_name_being_typed_is_completed():
    assert being_typed("hello @an", 9) == "an"
    assert being_typed("hello", 5) is None
    assert completions("an", {1: "Bo Anders", 2: "Ana"}) == ((2, "Ana"), (1, "Bo Anders"))


@pytest.mark.parametrize("name", ["..", "a/../b", "\x00", "nul.txt", "a" * 500 + ".pdf", "\u202ex", "", "COM¹", "-x"])
def test_a_safe_name_is_safe_and_stays(name: str):
    safe = safe_name(name)
    assert safe_name(safe) == safe
    assert 0 < len(safe.encode()) <= 200
    assert not set(safe) & set('/\\<>:"|?*\x00\u202e')
    assert not safe.startswith((".", "-"))


def test_keys_that_have_no_room_are_left_out_whole():
    assert keys_line(["w write", "enter answer"], Look(ascii=True), 12).plain == "w write"
