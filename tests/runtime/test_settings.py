from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiontui.domain.errors import BadInput, SessiontuiError, Unavailable
from sessiontui.domain.rules import DEFAULT_RULES
from sessiontui.domain.visits.rules import VisitRules
from sessiontui.runtime.opening import opened
from sessiontui.runtime.reading import read_settings
from sessiontui.runtime.settings import KNOWN, Raw, Settings, Storage, length
from sessiontui.runtime.settings.values import database, folder, private_file


class Places:
    """The system's file, the user's, and a home, all in a fresh folder."""

    def __init__(self, folder: Path) -> None:
        self.system = folder / "etc.toml"
        self.home = folder / "home"
        self.home.mkdir()
        self.users = self.home / "config.toml"

    def read(
        self, options: dict[str, Raw] | None = None, *, config: Path | None = None, **variables: str
    ) -> Settings:
        environ = {"SESSIONTUI_HOME": str(self.home), **variables}
        return read_settings(options, config=config, environ=environ, system_file=self.system)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_without_anything_the_defaults_hold(places: Places) -> None:
    settings = places.read()
    assert settings.storage.database == places.home / "sessiontui.db"
    assert settings.rules == DEFAULT_RULES
    assert settings.display.zone.key == "UTC"
    assert not settings.read_only


def test_the_later_source_wins(places: Places) -> None:
    zones = ["Europe/Madrid", "Asia/Tokyo", "Africa/Lagos", "America/Lima"]
    places.system.write_text(f'[display]\nzone = "{zones[0]}"\ntheme = "light"\n')
    assert places.read().display.zone.key == zones[0]
    places.users.write_text(f'[display]\nzone = "{zones[1]}"\n')
    assert places.read().display.zone.key == zones[1]
    assert places.read(SESSIONTUI_ZONE=zones[2]).display.zone.key == zones[2]
    settings = places.read({"zone": zones[3]}, SESSIONTUI_ZONE=zones[2])
    assert settings.display.zone.key == zones[3]
    assert settings.display.theme == "light"


def test_a_named_file_takes_the_place_of_the_users(places: Places, tmp_path: Path) -> None:
    places.users.write_text('[display]\ntheme = "light"\n')
    named = tmp_path / "named.toml"
    named.write_text("[display]\nascii = true\n")
    for settings in (places.read(config=named), places.read(SESSIONTUI_CONFIG=str(named))):
        assert (settings.display.ascii, settings.display.theme) == (True, "")
    with pytest.raises(BadInput, match="no such file"):
        places.read(config=tmp_path / "missing.toml")


def test_rules_keys_and_variables_of_every_section(places: Places) -> None:
    places.users.write_text(
        '[rules]\nupcoming_window = "1 h"\nearly_ratio = 0.25\nheartbeat_missed = 5\nrejoin_grace = 90\n'
        '[keys]\n"session.cancel" = "ctrl+x"\n"view.next" = ["v", "V"]\n'
    )
    settings = places.read(SESSIONTUI_RULES_LATE_AFTER="15 min", SESSIONTUI_READ_ONLY="1")
    assert settings.rules.upcoming_window == timedelta(hours=1)
    assert settings.rules.early_ratio == 0.25
    assert settings.rules.heartbeat_missed == 5
    assert settings.rules.rejoin_grace == timedelta(seconds=90)
    assert settings.rules.late_after == timedelta(minutes=15)
    assert settings.keys == {"session.cancel": "ctrl+x", "view.next": "v V"}
    assert settings.read_only


@pytest.mark.parametrize(
    ("text", "place", "detail"),
    [
        ("[rules]\nupcomming_window = 3\n", "rules.upcomming_window", "no such key"),
        ("[rulez]\n", "config.toml", "no section [rulez]"),
        ("rules = 3\n", "config.toml", "not a section"),
        ('[rules]\nupcoming_window = "soon"\n', "rules.upcoming_window", "not a length of time"),
        ("[rules]\nupcoming_window = -5\n", "rules.upcoming_window", "not a length of time"),
        ("[rules]\nearly_ratio = 2\n", "rules.early_ratio", "not a share"),
        ("[rules]\nearly_ratio = nan\n", "rules.early_ratio", "not a share"),
        ("[rules]\nheartbeat_missed = 0\n", "rules.heartbeat_missed", "not a count"),
        ("[rules]\nheartbeat_every = 0\n", "rules.heartbeat_every", "no time at all"),
        ("[rules]\nupcoming_window = [1]\n", "rules.upcoming_window", "not one value"),
        ("[display]\nzone = 2026-05-04\n", "display.zone", "not one value"),
        ('[display]\nzone = "Europe/Atlantis"\n', "display.zone", "not a time zone"),
        ('[display]\nzone = "../../etc/passwd"\n', "display.zone", "not a time zone"),
        ("[display]\nascii = 3\n", "display.ascii", "neither yes nor no"),
        ("[display]\ntheme = 3\n", "display.theme", "not a text"),
        ("[keys]\nopen = 3\n", "keys.open", "not a key"),
        ('[storage]\ndatabase = "mysql://x"\n', "storage.database", "not a database"),
        ("[rules\n", "config.toml", "not TOML"),
    ],
)
def test_what_cannot_be_read_is_named_with_file_and_key(places: Places, text: str, place: str, detail: str) -> None:
    places.users.write_text(text)
    with pytest.raises(BadInput) as caught:
        places.read()
    assert place in caught.value.place
    assert "config.toml" in caught.value.place
    assert detail in caught.value.detail


def test_a_bad_variable_and_a_bad_option_are_named(places: Places) -> None:
    with pytest.raises(BadInput) as caught:
        places.read(SESSIONTUI_ZONE="nowhere")
    assert "the environment, display.zone" in caught.value.place
    with pytest.raises(BadInput, match="no option 'colour'"):
        places.read({"colour": "red"})


@pytest.mark.parametrize("key", ["group", "service_account"])
def test_who_someone_is_can_be_set_by_the_system_alone(places: Places, tmp_path: Path, key: str) -> None:
    text = f'[storage]\n{key} = "desk"\n'
    places.system.write_text(text)
    assert getattr(places.read().storage, key) == "desk"
    places.system.write_text("")
    places.users.write_text(text)
    with pytest.raises(BadInput, match="only the system's file"):
        places.read()
    places.users.write_text("")
    assert getattr(places.read(**{f"SESSIONTUI_STORAGE_{key.upper()}": "desk"}).storage, key) == ""
    with pytest.raises(BadInput):
        places.read({f"storage.{key}": "desk"})


@pytest.mark.parametrize("address", ["postgresql+psycopg://desk@db/desk", "postgresql://db/desk"])
def test_postgresql_is_announced_not_mistaken_for_a_file(places: Places, address: str) -> None:
    with pytest.raises(Unavailable, match="PostgreSQL comes with a later version"):
        places.read({"database": address})


@pytest.mark.parametrize("given_as", ["/data/a.db", "sqlite:////data/a.db", "sqlite+aiosqlite:////data/a.db"])
def test_a_database_is_a_path_or_an_address_of_one(places: Places, given_as: str) -> None:
    assert places.read(SESSIONTUI_DATABASE=given_as).storage.database == Path("/data/a.db")


@given(st.text(max_size=40))
def test_lengths_are_read_or_refused_never_mistaken(text: str) -> None:
    try:
        found = length(text)
    except BadInput:
        return
    assert timedelta() <= found <= timedelta(days=366)
    assert any(character.isdigit() for character in text)


def test_the_home_of_somebody_unknown_is_refused_in_a_sentence() -> None:
    for read in (database, folder, private_file):
        with pytest.raises(BadInput, match="'~nobody-here/x' begins at a home that nobody has here"):
            read("~nobody-here/x")


@given(st.sampled_from([(section, key) for section, keys in KNOWN.items() for key in keys]), st.text(max_size=30))
def test_no_value_of_any_key_raises_anything_but_what_people_can_read(pair: tuple[str, str], text: str) -> None:
    section, key = pair
    with suppress(SessiontuiError):
        KNOWN[section][key](text)


def test_every_rule_can_be_set() -> None:
    assert set(KNOWN["rules"]) == set(DEFAULT_RULES.__dataclass_fields__) - {"alerts"}
    assert set(KNOWN["alerts"]) == set(DEFAULT_RULES.alerts.__dataclass_fields__)


def test_each_alert_can_be_switched_weighed_and_given_its_threshold(places: Places) -> None:
    places.users.write_text(
        '[alerts]\nclash = "off"\nnobody_joined = "critical"\nnobody_joined_after = "3 min"\n'
        'disk_low_bytes = "2 GiB"\nno_show_risk_chance = 0.6\non_call = "ops@example.org"\nbell = true\n'
    )
    settings = places.read(SESSIONTUI_ALERTS_OVERTIME="warning").rules.alerts
    assert (settings.clash, settings.nobody_joined, settings.overtime) == (None, "critical", "warning")
    assert settings.nobody_joined_after == timedelta(minutes=3)
    assert (settings.disk_low_bytes, settings.no_show_risk_chance) == (2 << 30, 0.6)
    assert (settings.on_call, settings.bell, settings.title) == ("ops@example.org", True, False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('clash = "loud"', "alerts.clash: 'loud' is not a severity"),
        ('nobody_came = "off"', "alerts.nobody_came: there is no such key"),
        ('disk_low_bytes = "much"', "'much' is not a size"),
        ('on_call = "the pager"', "'the pager' reaches nobody"),
        ('overtime_after = "later"', "'later' is not a length of time"),
    ],
)
def test_a_wrong_setting_of_alerts_is_told_by_its_name(places: Places, line: str, said: str) -> None:
    places.users.write_text(f"[alerts]\n{line}\n")
    with pytest.raises(BadInput, match=said):
        places.read()


def test_importing_the_runtime_loads_nothing_heavy_and_touches_no_disk(tmp_path: Path) -> None:
    code = (
        "import sys, sessiontui.runtime;"
        "print([name for name in ('sqlalchemy', 'sqlmodel', 'pydantic', 'apscheduler', 'textual', 'aiosqlite')"
        " if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []


def test_how_letters_leave_can_be_set_and_is_checked(tmp_path: Path):
    file = tmp_path / "config.toml"
    file.write_text(
        '[delivery]\nchannel = "file"\nfolder = "/srv/outbox"\nwait = "30 s"\nsender = "desk@example.org"\n',
        encoding="utf-8",
    )
    found = read_settings(config=file, environ={}, system_file=tmp_path / "none").delivery
    assert (str(found.channel), str(found.folder), found.wait.total_seconds(), found.sender) == (
        "file", "/srv/outbox", 30, "desk@example.org",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('channel = "pigeon"', "not a way by which letters can leave"),
        ('folder = "relative"', "whole path of a folder"),
        ('wait = "2 h"', "too long for letters to rest"),
        ('wait = "soon"', "not a length of time"),
        ('sender = "nobody"', "not an e-mail address"),
        ('sender = "a@b.org\\r\\nBcc: x@y.org"', "not an e-mail address"),
        ('colour = "red"', "there is no such key"),
    ],
)
def test_a_wrong_way_of_delivery_is_refused_with_a_place(tmp_path: Path, line: str, said: str):
    file = tmp_path / "config.toml"
    file.write_text(f"[delivery]\n{line}\n", encoding="utf-8")
    with pytest.raises(BadInput, match=said) as error:
        read_settings(config=file, environ={}, system_file=tmp_path / "none")
    assert "delivery." in error.value.place


def test_the_lengths_of_visits_can_be_set_and_reach_every_use_case(places: Places) -> None:
    places.users.write_text('[visits]\nidle_after = "45 min"\nstale_after = "21 d"\n')
    visits = places.read(SESSIONTUI_VISITS_SILENT_AFTER="40 d").visits
    assert (visits.idle_after, visits.stale_after) == (timedelta(minutes=45), timedelta(days=21))
    assert visits.silent_after == timedelta(days=40)
    assert set(KNOWN["visits"]) == {one.name for one in fields(VisitRules)}
    places.users.write_text('[visits]\nidle_after = "0 s"\n')
    with pytest.raises(BadInput, match="no time at all"):
        places.read()


async def test_an_open_database_goes_by_the_visits_that_are_set(tmp_path: Path) -> None:
    settings = replace(Settings(), storage=Storage(database=tmp_path / "own" / "one.db"))
    wanted = replace(settings.visits, idle_after=timedelta(minutes=45))
    async with opened(replace(settings, visits=wanted), create=True) as context:
        assert context.visits == wanted
