"""What may enter storage, what may be laid out, and what may never reach a terminal."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sessiontui.domain import text as subject
from sessiontui.domain.text import (
    MAX_BLOCK,
    MAX_JOINERS,
    MAX_LINE,
    MAX_MARKS,
    STRIPPED,
    for_log,
    is_hostile,
    safe_block,
    safe_line,
    strip_controls,
    visible,
    visible_block,
)

REAL = Path(__file__).parents[3] / "shared" / "realdata"

FAMILY = "👨\u200d👩\u200d👧"
PERSIAN = "می\u200cخواهم"

# Characters that interact: joiners, marks, fillers, emoji, letters that join, hangul parts, line ends.
KNOTTY = (
    "aé1#e\u0301\u0308\u0323\u0338\u200b\u200c\u200d\ufe0e\ufe0f\u20e3\u034f\u00ad\u2060\ufeff\u115f\u3164"
    "👩💻❤↔\U0001f3fd🇩🇪\U0001fa77\U000e0067\u0915\u094d\u0937\u09b0\u09cd\u09be\u0627\u0653\u1100\u1161"
    "\u11a8\u2126\u212b\x00\x1b\x85\r\n\t\u2028\u202e\u2066\ud800\ue000\u0378 "
)
anything = st.text(st.characters(exclude_categories=()), max_size=60)
knotty = st.text(st.sampled_from(KNOTTY), max_size=24)
texts = anything | knotty


def hostile_files() -> list[str]:
    """All strings of the hostile corpora; empty where they are missing."""
    found: list[str] = []
    for name in ("09_hostile/blns.jsonl", "10_terminal/vt_escape_corpus.jsonl"):
        path = REAL / name
        if path.is_file():
            entries = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
            found += [entry.get("string", entry.get("input")) for entry in entries]
    for path in sorted((REAL / "09_hostile").rglob("*.txt")):
        found.append(path.read_bytes().decode("utf-8", "surrogateescape"))
    return found


# --- storage ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "Zoë", "a\nb\tc", "\x1b[31m", "\u202eabc", "e\u0301", "\u200b", "=cmd|'/C calc'!A0"]
)
def test_storage_keeps_text_as_given(text):
    assert safe_line(text) == text
    assert safe_block(text) == text


@pytest.mark.parametrize("point", [0x00, 0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_what_no_database_can_hold_is_replaced(point):
    char = chr(point)
    assert safe_line(f"a{char}b") == "a\ufffdb"
    assert safe_block(char) == "\ufffd"


@pytest.mark.parametrize("char", ["\x01", "\ud7ff", "\ue000"])
def test_neighbours_of_the_replaced_are_kept(char):
    assert safe_line(char) == char


def test_texts_are_cut_at_their_limits():
    assert safe_line("x" * MAX_LINE) == "x" * MAX_LINE
    assert len(safe_line("x" * (MAX_LINE + 1))) == MAX_LINE == 500
    assert len(safe_block("x" * (MAX_BLOCK + 1))) == MAX_BLOCK == 10_000
    assert safe_line("") == ""


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abe\u0301", 3, "ab"),
        ("abe\u0301", 4, "abe\u0301"),
        ("ab" + FAMILY, 3, "ab"),
        ("ab" + FAMILY, 4, "ab"),
        ("ab" + FAMILY, 6, "ab"),
        ("ab" + FAMILY + "c", 7, "ab" + FAMILY),
        ("a👍\U0001f3fd", 2, "a"),
        ("a❤\ufe0f", 2, "a"),
        ("🇩🇪🇫🇷", 3, "🇩🇪"),
        ("🇩🇪🇫🇷x", 2, "🇩🇪"),
        ("a\u1112\u1161\u11ab", 3, "a"),
        ("a\r\nb", 2, "a"),
        ("🏴\U000e0067\U000e007f", 2, "🏴\U000e0067"),
        ("e" + "\u0301" * 9, 5, "e" + "\u0301" * 4),
    ],
)
def test_a_cut_falls_between_sequences(text, limit, expected):
    assert safe_line(text, limit) == expected


@given(texts, st.integers(1, 30))
def test_storing_is_idempotent_capped_and_storable(text, limit):
    stored = safe_line(text, limit)
    assert safe_line(stored, limit) == stored
    assert len(stored) <= limit
    assert text == "" or stored != ""
    stored.encode("utf-8")
    assert "\x00" not in stored


def test_a_database_returns_what_was_stored():
    with sqlite3.connect(":memory:") as db:
        for text in [*hostile_files(), "".join(map(chr, range(0x110000)))]:
            stored = safe_block(text)
            assert db.execute("SELECT ?", (stored,)).fetchone() == (stored,)
    db.close()


# --- screen ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("Zoë – CV review", "Zoë – CV review"),
        ("a\nb\rc\r\nd\te\x85f\u2028g\u2029h", "a b c d e f g h"),
        ("\x00\x07\x08\x0b\x0c\x1b\x1f\x7f", "␀␇␈␋␌␛␟␡"),
        ("\x80\x9b31m\x9f", "��31m�"),
        ("\ue000\U000f0000\u0378\ufdd0\ud800", "�����"),
        ("a\u202eb\u2066c\u2069\u200e\u200f\u061c\u202a\u206a", "abc"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴"),
        ("pay\u200bpal\u2060\ufeff\u00ad\u034f\u180e\ufff9", "paypal"),
        ("pay\u200dpal\u200c", "paypal"),
        ("\u115f\u1160\u3164\uffa0\u17b4", ""),
        ("e\u0301", "é"),
        ("❤\ufe0f ❤\ufe0e a\ufe0f", "❤\ufe0f ❤ a"),
        ("1\ufe0f\u20e3 1\ufe0f", "1\ufe0f\u20e3 1"),
        (FAMILY, FAMILY),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("👩\u200d", "👩"),
        ("\u200d👩", "👩"),
        ("a\ufe0f\u200d👩", "a👩"),
        (PERSIAN, PERSIAN),
        ("می\u200c\u200cخ", "میخ"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\u09b0\u200d\u09cd\u09af", "\u09b0\u200d\u09cd\u09af"),
        ("\u0301a", "◌\u0301a"),
        ("\U0001fa77\U0001fae8", "\U0001fa77\U0001fae8"),
        ("\u00a0\u3000", "\u00a0\u3000"),
        ("[red]x[/] [@click=app.quit]y[/]", "[red]x[/] [@click=app.quit]y[/]"),
    ],
)
def test_what_is_laid_out(text, expected):
    assert visible(text) == expected


def test_marks_are_capped_per_base():
    assert visible("q" + "\u0307" * 50 + "q") == "q" + "\u0307" * MAX_MARKS + "q"
    assert visible("q" + "\u0307" * MAX_MARKS) == "q" + "\u0307" * MAX_MARKS
    assert visible("q" + "\u0307\u200d" * 9) == "q" + "\u0307" * MAX_MARKS


def test_joiners_are_capped_per_line():
    crowd = "\u200d".join("👩" * 30)
    assert visible(crowd).count("\u200d") == MAX_JOINERS
    assert visible(crowd).count("👩") == 30
    assert visible_block(f"{crowd}\n{crowd}").count("\u200d") == 2 * MAX_JOINERS
    word = "\u200c".join("می" * 30)
    assert visible(word) == word


@pytest.mark.parametrize("text", ["Grief circle", "Zoë", "Ελένη", "Анна", "山田太郎", "김철수", "👍 ok", "a—b"])
def test_ordinary_text_is_the_same_object(text):
    assert visible(text) is text
    assert visible_block(text) is text


def test_blocks_keep_line_feeds_alone():
    assert visible_block("a\nb\r\nc\rd\u2029e\x85f\tg\x1b") == "a\nb\nc\nd\ne\nf g␛"
    assert visible_block("\n\u0301") == "\n◌\u0301"


def assert_harmless(shown: str) -> None:
    assert re.search(STRIPPED, shown) is None
    for char in shown:
        category = unicodedata.category(char)
        assert category not in {"Cc", "Cs", "Co", "Zl", "Zp"}, ascii(char)
        assert category != "Cf" or char in "\u200c\u200d", ascii(char)
    marks = re.sub("[\u200c\u200d\ufe0f]", "", shown)
    assert not any(
        all(unicodedata.category(char).startswith("M") for char in marks[at : at + MAX_MARKS + 1])
        for at in range(len(marks) - MAX_MARKS)
    )


@given(texts)
@example("e\u200b\u0301")
@example("a\ufe0f\u200d👩")
@example("\u0627\u200d\u0653\u0627")
@example("a" + "\u0323\u0301" * 3 + "\u200d\u0308\u0323")
@example("\u1100\u200b\u1161\u200d\u11a8")
@example("a\u0653\u200c\u0653\u200c\u0323")
def test_what_is_shown_is_harmless_normal_and_settled(text):
    shown = visible(text)
    assert_harmless(shown)
    assert "\n" not in shown
    assert visible(shown) == shown
    assert unicodedata.is_normalized("NFC", shown)


@given(texts)
def test_canonically_equal_texts_look_equal(text):
    assert visible(unicodedata.normalize("NFD", text)) == visible(unicodedata.normalize("NFC", text))


@given(texts)
def test_blocks_are_lines(text):
    shown = visible_block(text)
    assert visible_block(shown) == shown
    for line in shown.split("\n"):
        assert_harmless(line)


def test_the_short_way_equals_the_long_way(monkeypatch):
    every = [chr(point) for point in range(0x30000)]
    short = [visible(char) for char in every]
    assert re.search(STRIPPED, "".join(short)) is None
    monkeypatch.setattr(subject, "_is_plain", lambda _text: False)
    assert [visible(char) for char in every] == short


def test_every_character_there_is_comes_out_harmless():
    for start in range(0, 0x110000, 0x1000):
        assert_harmless(visible("".join(map(chr, range(start, start + 0x1000)))))


# --- terminal and log ------------------------------------------------------------------------------------


def test_the_last_gate_drops_exactly_its_class():
    expected = {*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F)}
    expected |= {*range(0x2066, 0x2070), *range(0xE0000, 0xE0080)}
    dropped = {point for point in range(0x110000) if strip_controls(chr(point)) == ""}
    assert dropped == expected


def test_the_last_gate_keeps_the_rest():
    assert strip_controls("ab") == "ab"
    assert strip_controls(FAMILY + PERSIAN) == FAMILY + PERSIAN
    assert strip_controls("\ud800") == "\ufffd"
    assert strip_controls("\x1b]0;pwned\x07") == "]0;pwned"


@given(texts)
def test_the_last_gate_lets_what_is_visible_pass(text):
    assert strip_controls(visible(text)) == visible(text)
    strip_controls(text).encode("utf-8")


@given(texts)
def test_log_text_is_printable_ascii_and_can_be_read_back(text):
    logged = for_log(text)
    assert logged.isascii()
    assert logged == "" or logged.isprintable()
    assert logged.encode("ascii").decode("unicode_escape") == text


@pytest.mark.parametrize("text", ["", "Zoë", "e\u0301", "a\r\nb\tc\u2028d", FAMILY, PERSIAN, "= + - @"])
def test_honest_text(text):
    assert not is_hostile(text)


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J",
        "\x00",
        "\x9b",
        "\u202eevil",
        "a\u200bb",
        "a\u200db",
        "\U000e0041",
        "\ud800",
        "\u3164",
        "\ue000",
    ],
)
def test_hostile_text(text):
    assert is_hostile(text)


def test_stacks_and_marks_without_a_base_are_hostile():
    assert is_hostile("q" + "\u0307" * (MAX_MARKS + 1))
    assert is_hostile("\u0301a")
    assert not is_hostile("q" + "\u0307" * MAX_MARKS)


@given(texts)
def test_what_is_shown_is_no_longer_hostile(text):
    assert not is_hostile(visible_block(text))


def test_whatever_is_taken_out_or_replaced_is_not_printable():
    for one in (STRIPPED, "[\x00\ud800-\udfff]"):
        found = re.findall(one, "".join(map(chr, range(0x110000))))
        assert found
        assert not any(char.isprintable() for char in found)


# --- the corpora -----------------------------------------------------------------------------------------


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_corpora_come_out_harmless():
    corpus = hostile_files()
    assert len(corpus) >= 120
    for text in corpus:
        stored = safe_block(text)
        assert_harmless(visible(stored))
        assert_harmless(visible_block(stored).replace("\n", ""))
        assert re.search(STRIPPED, strip_controls(stored)) is None
        assert for_log(stored).isascii()


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_escape_corpus_is_stored_unchanged_and_shown_as_pictures():
    lines = (REAL / "10_terminal" / "vt_escape_corpus.jsonl").read_text("utf-8").splitlines()
    for entry in map(json.loads, lines):
        raw = entry["input"]
        if "\x00" not in raw:
            assert safe_block(raw) == raw
        assert visible(raw).count("␛") == raw.count("\x1b")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not here")
def test_trojan_sources_show_their_stored_order():
    found = 0
    for path in sorted((REAL / "09_hostile" / "trojan_source").glob("*.txt")):
        raw = path.read_text("utf-8")
        if re.search("[\u202a-\u202e\u2066-\u2069]", raw):
            found += 1
            assert is_hostile(raw)
            assert visible_block(raw) == re.sub("[\u200b\u202a-\u202e\u2066-\u2069]", "", raw).replace("\t", " ")
    assert found >= 7
