"""Keys come from the credential, the keyring or a private file, and a bad one is never taken for none."""

from __future__ import annotations

import base64
import stat
import sys
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import pytest

from sessiontui.domain.errors import BadInput, SessiontuiError, Unavailable
from sessiontui.domain.places import BigBlueButtonServer, JitsiServer, Maker, PlatformSecret, ZoomAccount
from sessiontui.runtime import Settings, Storage, opened
from sessiontui.runtime.keys import KeyFile, key_source
from sessiontui.runtime.reading import read_settings
from sessiontui.runtime.secrets import platform_secrets_of
from sessiontui.services.places.sealing import sealing_vault

OLD, NEW = b"o" * 32, b"n" * 32


def line(key: bytes) -> str:
    return base64.b64encode(key).decode() + "\n"


def source(folder: Path, **told: bool) -> KeyFile:
    database = folder / "sessiontui.db"
    database.touch()
    found = key_source(database, environ={}, **told)
    assert isinstance(found, KeyFile)
    return found


def test_a_key_is_kept_for_its_owner_alone_and_the_newest_is_the_last(tmp_path: Path):
    keys = source(tmp_path)
    assert keys.there() == ()
    keys.add(OLD)
    keys.add(NEW)
    assert keys.there() == (OLD, NEW)
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [keys.path, keys.database] or len(list(tmp_path.iterdir())) == 2


def test_a_group_that_shares_the_database_shares_its_keys(tmp_path: Path):
    keys = source(tmp_path, shared=True)
    keys.add(OLD)
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o660
    assert keys.there() == (OLD,)
    with pytest.raises(BadInput, match="others can read it"):
        replace(keys, shared=False).there()


@pytest.mark.parametrize("text", ["no key\n", line(b"short"), line(OLD) + "x\n", "\x00", "\xff"])
def test_what_is_no_key_is_refused_and_never_written_over(tmp_path: Path, text: str):
    keys = source(tmp_path)
    keys.path.write_bytes(text.encode("latin-1"))
    keys.path.chmod(0o600)
    for way in (keys.there, lambda: keys.add(NEW)):
        with pytest.raises(BadInput):
            way()
    assert keys.path.read_bytes() == text.encode("latin-1")


def test_a_file_that_others_can_read_is_refused(tmp_path: Path):
    keys = source(tmp_path)
    keys.add(OLD)
    keys.path.chmod(0o644)
    with pytest.raises(BadInput, match="others can read it"):
        keys.there()


def test_reading_only_makes_no_key(tmp_path: Path):
    with pytest.raises(Unavailable, match="first kept"):
        source(tmp_path, read_only=True).add(OLD)
    assert not (tmp_path / "sessiontui.key").exists()


def test_a_credential_wins_and_only_its_manager_adds_to_it(tmp_path: Path):
    (tmp_path / "sessiontui.key").write_text(line(OLD) + line(NEW))
    (tmp_path / "sessiontui.key").chmod(0o444)
    found = key_source(tmp_path / "elsewhere" / "x.db", environ={"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert (found.there(), found.words) == ((OLD, NEW), "$CREDENTIALS_DIRECTORY/sessiontui.key")
    with pytest.raises(Unavailable, match="service manager"):
        found.add(OLD)


def _add(database: str, number: int) -> None:
    key_source(Path(database), environ={}).add(bytes([number]) * 32)


def test_processes_that_add_at_once_lose_no_key(tmp_path: Path):
    keys = source(tmp_path)
    workers = [get_context("spawn").Process(target=_add, args=(str(keys.database), number)) for number in (1, 2, 3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(keys.there()) == [bytes([number]) * 32 for number in (1, 2, 3)]


def test_the_keyring_keeps_keys_by_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kept: dict[tuple[str, str], str] = {}
    ring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    ring.errors = errors  # type: ignore[attr-defined]
    ring.get_password = lambda service, name: kept.get((service, name))  # type: ignore[attr-defined]
    ring.set_password = lambda service, name, text: kept.update({(service, name): text})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    found = key_source(tmp_path / "a.db", keyring=True, environ={})
    found.add(OLD)
    found.add(NEW)
    assert (found.there(), list(tmp_path.iterdir())) == ((OLD, NEW), [])
    assert key_source(tmp_path / "b.db", keyring=True, environ={}).there() == ()

    def locked(*_: str) -> str:
        raise errors.KeyringError("locked")

    ring.get_password = locked  # type: ignore[attr-defined]
    with pytest.raises(Unavailable, match="does not open: locked"):
        found.there()


def test_without_the_library_the_keyring_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(Unavailable, match="library is missing"):
        key_source(tmp_path / "a.db", keyring=True, environ={}).there()


async def test_the_first_secret_makes_the_key_beside_the_database(tmp_path: Path):
    settings = Settings(storage=Storage(database=tmp_path / "data" / "sessiontui.db"))
    async with opened(settings) as context:
        assert not (tmp_path / "data" / "sessiontui.key").exists()
        assert (await sealing_vault(context)).newest
    assert stat.S_IMODE((tmp_path / "data" / "sessiontui.key").stat().st_mode) == 0o600


TABLES = """
[platforms]
default = "zoom"
backup = "jitsi"
[platforms.zoom]
account = "acc"
client = "cli"
secret_file = "/etc/zoom"
user = "desk@example.org"
[platforms.bbb]
url = "https://bbb.example.org/bigbluebutton/api/"
hash = "SHA1"
[platforms.jitsi]
url = "https://meet.example.org"
app = "desk"
"""


def test_the_settings_of_platforms(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text(TABLES)
    environ = {"SESSIONTUI_PLATFORMS_JITSI_KEY": "k1"}
    found = read_settings(config=path, environ=environ, system_file=tmp_path / "none").platforms
    assert found.zoom == ZoomAccount(
        account="acc", client="cli", secret_file=Path("/etc/zoom"), user="desk@example.org"
    )
    assert found.bbb == BigBlueButtonServer(url="https://bbb.example.org/bigbluebutton/api", hash="sha1")
    assert found.jitsi == JitsiServer(url="https://meet.example.org", app="desk", key="k1")
    assert (found.default, found.backup, found.there) == (Maker.ZOOM, Maker.JITSI, tuple(Maker))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[platforms]\ndefault = "teams"', "makes no rooms"),
        ('[platforms]\nbackup = "bbb"', "no link that is the same for everybody"),
        ('[platforms.zoom]\naccount = "a b"', "characters that no id has"),
        ('[platforms.zoom]\nsecret = "in the clear"', "no such key"),
        ('[platforms.bbb]\nurl = "http://bbb.example.org"', "no safe web address"),
        ('[platforms.bbb]\nhash = "md5"', "no hash"),
        ('[platforms.jitsi]\nurl = "https://meet.example.org?x"', "more than the address"),
        ('[platforms.teams]\nurl = "x"', "no section .platforms.teams."),
    ],
)
def test_wrong_settings_of_platforms_are_pointed_at(tmp_path: Path, text: str, words: str):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=words):
        read_settings(config=path, environ={}, system_file=tmp_path / "none")


def test_a_platform_without_its_secret_says_where_to_put_it(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text(TABLES)
    platforms = read_settings(config=path, environ={}, system_file=tmp_path / "none").platforms
    look_up = platform_secrets_of(platforms, {})
    with pytest.raises(Unavailable, match="bbb-secret is not known") as refused:
        look_up(PlatformSecret.BBB)
    assert "platforms.bbb.secret_file" in refused.value.hint
    with pytest.raises(SessiontuiError, match="/etc/zoom"):
        look_up(PlatformSecret.ZOOM)
    (tmp_path / "bbb-secret").write_text("s3cret\n")
    assert platform_secrets_of(platforms, {"CREDENTIALS_DIRECTORY": str(tmp_path)})(PlatformSecret.BBB) == "s3cret"
