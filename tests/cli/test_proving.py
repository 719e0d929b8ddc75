"""``do test-mail`` and what ``doctor`` says of the channel."""

from __future__ import annotations

from pathlib import Path

from tests.outlets.post_office import closed_port, post_office

from .conftest import Run


def set_up(home: Path, port: int, **told: str) -> None:
    more = "".join(f'{key} = "{value}"\n' for key, value in told.items())
    (home / "config.toml").write_text(
        '[delivery]\nchannel = "smtp"\nfrom = "desk@example.org"\nsmtp_host = "127.0.0.1"\n'
        f'smtp_security = "none"\nsmtp_port = {port}\n{more}'
    )


def of_mail(ran) -> dict[str, object]:
    return next(remark for remark in ran.json["remarks"] if remark["about"] == "mail")


def test_a_test_mail_leaves_and_doctor_names_channel_address_and_answer(run: Run, home: Path) -> None:
    run("list")
    assert "file, from sessiontui@localhost: writes files into" in str(of_mail(run("doctor", "--json"))["fact"])
    with post_office() as office:
        set_up(home, office.port)
        ran = run("do", "test-mail", "me@example.org")
        assert (ran.code, ran.out) == (0, "sent a test mail to me@example.org by smtp\n")
        remark = of_mail(run("doctor", "--json"))
        fact = f"smtp, from desk@example.org: 127.0.0.1:{office.port} answers in the clear"
        assert (remark["fact"], remark["problem"]) == (fact, False)
    assert office.recipients == [["me@example.org"]]
    assert office.mails()[0]["From"] == "sessiontui <desk@example.org>"


def test_what_is_wrong_with_the_channel_is_said_and_how_to_mend_it(run: Run, home: Path, tmp_path: Path) -> None:
    run("list")
    set_up(home, closed_port())
    ran = run("do", "test-mail", "me@example.org")
    assert ran.code == 1
    assert "does not answer" in ran.err
    remark = of_mail(run("doctor", "--json"))
    assert (remark["problem"], "does not answer" in str(remark["fact"])) == (True, True)
    secret = tmp_path / "password"
    secret.write_text("hush hush")
    secret.chmod(0o644)
    set_up(home, 25, smtp_user="desk", smtp_secret_file=str(secret))
    ran = run("doctor")
    assert ran.code == 1
    assert f"do: chmod 600 {secret}" in ran.out
    assert "hush hush" not in ran.out + ran.err
    assert run("list").code == 0  # a wrong password keeps nobody from the desk
