from __future__ import annotations

import os
import pwd

import pytest

from sessiontui.runtime.identity import Identity, identity

PEOPLE = {
    1000: ("amara", "Amara Okafor,Room 4,,"),
    1001: ("bob", "& Builder"),
    1002: ("cyd", ""),
    990: ("desk", "Service of the desk"),
}


def lookup(uid: int) -> pwd.struct_passwd:
    login, gecos = PEOPLE[uid]
    return pwd.struct_passwd((login, "x", uid, uid, gecos, "/", "/bin/sh"))


def who(real: int, *, effective: int | None = None, account: str = "", **environ: str) -> Identity:
    return identity(account, environ=environ, real=real, effective=effective or real, lookup=lookup)


def test_the_user_id_decides_and_the_system_knows_the_name() -> None:
    assert who(1000) == Identity(uid=1000, login="amara", name="Amara Okafor")
    assert who(1001).name == "Bob Builder"
    assert who(1002).name == "cyd"


def test_no_variable_makes_someone_else_of_anyone() -> None:
    lies = {"USER": "bob", "LOGNAME": "bob", "SUDO_UID": "1001", "SUDO_USER": "bob", "USERNAME": "bob"}
    assert who(1000, **lies).login == "amara"
    assert who(1000, account="desk", **lies).login == "amara"


def test_behind_the_service_account_the_one_who_called_sudo_counts() -> None:
    assert who(990, account="desk", SUDO_UID="1000").login == "amara"
    assert who(990, account="desk").login == "desk"
    assert who(990, SUDO_UID="1000").login == "desk"


def test_who_runs_the_program_for_the_account_is_judged_by_its_effective_id() -> None:
    assert who(1001, effective=990, account="desk", SUDO_UID="1000").login == "amara"
    assert who(990, effective=1001, account="desk", SUDO_UID="1000").login == "desk"


@pytest.mark.parametrize("asked", ["", "-1", "root", "1000 ", "0x3e8", "١٠٠٠", "9" * 30])
def test_a_crooked_sudo_uid_does_not_count(asked: str) -> None:
    assert who(990, account="desk", SUDO_UID=asked).login == "desk"


def test_an_id_without_a_name_gets_one_that_no_login_can_have() -> None:
    assert who(4242) == Identity(uid=4242, login="uid:4242", name="uid 4242")


def test_this_process_is_someone() -> None:
    assert identity(environ={}).uid == os.getuid()
