from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.intake.addresses import is_address
from sessiontui.intake.cells import quote_cell, unquote_cell

from .files import REALDATA, needs_realdata

_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_TEXT = st.text(st.characters(exclude_categories=("Cs",)))
_TRICKY = st.text(st.sampled_from("'=+-@\t\r\n\\u{}15cb\x1b\u202e\x85\U000e0041a"), max_size=12)


@given(_TEXT | _TRICKY)
def test_a_cell_is_read_back_unchanged(text):
    assert unquote_cell(quote_cell(text)) == text


@given(_TEXT | _TRICKY)
def test_a_cell_can_neither_act_nor_calculate(text):
    cell = quote_cell(text)
    assert not _ACTING.search(cell)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@needs_realdata
def test_formulas_are_taken_out_of_force_and_come_back():
    payloads = (REALDATA / "09_hostile/csv_injection_payloads.txt").read_text().splitlines()
    assert len(payloads) == 6
    for payload in payloads:
        assert quote_cell(payload)[0] not in "=+-@\t\r"
        assert unquote_cell(quote_cell(payload)) == payload


def test_an_escape_of_no_character_stays_as_it_is():
    assert unquote_cell("\\u{110000} \\u{d800} \\u{zz}") == "\\u{110000} \\u{d800} \\u{zz}"


@needs_realdata
def test_addresses_follow_the_published_cases():
    cases = [
        json.loads(line)
        for line in (REALDATA / "11_generic_formats/email_addresses.jsonl").read_text().split("\n")
        if line
    ]
    assert len(cases) == 55
    for case in cases:
        accepted = is_address(case["address"])
        if case["category"] in {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN", "ISEMAIL_RFC5321"}:
            assert accepted, case
        if case["category"] == "ISEMAIL_ERR":
            assert not accepted, case


@given(st.text(), st.sampled_from("\r\n\0\x1b\u2028\u202e"), st.text())
def test_no_address_has_a_line_break_or_control(before, bad, after):
    assert not is_address(before + bad + after)
    assert not is_address(f"ana{bad}@example.org")
    assert not is_address(f"ana@example.org{bad}{after}")


@pytest.mark.parametrize(
    "text", ["ana", "ana@", "@b.c", "a b@c.d", "a@b c.d", "a@[1.2.3.4", "a@b..c", ".a@b.c", "a@" + "b" * 300]
)
def test_what_is_no_address(text):
    assert not is_address(text)
