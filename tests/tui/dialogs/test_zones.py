"""Time zones as people type them."""

from __future__ import annotations

import pytest

from sessiontui.tui.dialogs import zones


@pytest.mark.parametrize("typed", ["Europe/Madrid", "europe/madrid", "  EUROPE/MADRID "])
def test_a_zone_is_known_whatever_its_case(typed: str) -> None:
    assert str(zones.known_zone(typed)) == "Europe/Madrid"


@pytest.mark.parametrize("typed", ["", "Europe", "Europe/Nowhere", "../etc/passwd", "Madrid\0"])
def test_what_is_no_zone_is_none(typed: str) -> None:
    assert zones.known_zone(typed) is None


def test_the_zones_are_gone_through_once_and_not_at_every_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    assert zones.known_zone("Asia/Kolkata") is not None
    monkeypatch.setattr(zones, "available_timezones", pytest.fail)
    for typed in ("E", "Eu", "Europe/Rome", "nowhere"):
        zones.known_zone(typed)
    assert "Europe/Rome" in zones.zone_names()
