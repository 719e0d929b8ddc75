"""What is sealed opens for its own cell alone, and a changed bit never opens anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import Unavailable
from sessiontui.services.vault import Cell, Vault, key_id, key_of

KEYS = tuple(bytes([number]) * 32 for number in range(1, 4))
CELL = Cell("place", 7, "passcode")

cells = st.builds(
    Cell, st.sampled_from(["place", "session"]), st.integers(1, 9), st.sampled_from(["passcode", "host_link"])
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(texts, cells, cells)
def test_what_is_sealed_opens_only_for_its_row(text: str, cell: Cell, other: Cell):
    vault = Vault(KEYS)
    sealed = vault.seal(text, cell)
    assert vault.open(sealed, cell) == text
    assert text not in sealed or len(text) < 9
    if other != cell:
        with pytest.raises(Unavailable, match="does not open"):
            vault.open(sealed, other)


@given(texts, st.data())
def test_a_flipped_bit_never_opens(text: str, data: st.DataObject):
    raw = bytearray(Vault(KEYS).seal(text, CELL).encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= 1 << data.draw(st.integers(0, 6))
    with pytest.raises(Unavailable):
        Vault(KEYS).open(raw.decode(), CELL)


@given(st.text(max_size=80))
def test_whatever_stands_there_is_an_error_that_can_be_read(text: str):
    if text:
        with pytest.raises(Unavailable):
            Vault(KEYS).open(text, CELL)


def test_the_newest_key_seals_and_every_key_opens():
    old, new = Vault(KEYS[:1]), Vault(KEYS[:2])
    sealed = old.seal("secret", CELL)
    assert (key_of(sealed), key_of(new.seal("secret", CELL))) == (key_id(KEYS[0]), key_id(KEYS[1]))
    assert new.open(sealed, CELL) == "secret"
    assert key_of(new.move(sealed, source=CELL, target=CELL)) == key_id(KEYS[1])


def test_a_missing_key_is_named_and_a_wrong_one_opens_nothing():
    sealed = Vault(KEYS[:1]).seal("secret", CELL)
    with pytest.raises(Unavailable, match=f"sealed with the key {key_id(KEYS[0])}, which is not here") as refused:
        Vault(KEYS[1:]).open(sealed, CELL)
    assert "nothing is lost" in refused.value.hint
    disguised = sealed.replace(key_id(KEYS[0]), key_id(KEYS[1]))
    with pytest.raises(Unavailable, match="does not open"):
        Vault(KEYS[1:]).open(disguised, CELL)


def test_two_seals_of_one_text_differ_and_nothing_is_shown():
    vault = Vault(KEYS)
    assert vault.seal("secret", CELL) != vault.seal("secret", CELL)
    assert vault.seal("", CELL) == vault.open("", CELL) == ""
    assert "\\x01" not in repr(vault)
    assert vault.mark("a") != vault.mark("b")
    with pytest.raises(Unavailable, match="no key"):
        Vault(()).seal("secret", CELL)
    later = vault.seal("secret", CELL).replace("v1.", "v2.")
    with pytest.raises(Unavailable, match="sealed in the way 'v2'"):
        vault.open(later, CELL)
