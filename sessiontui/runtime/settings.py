"""What can be set: the values, their defaults, and how each is read from text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sessiontui.domain.alerts import AlertRule, AlertSettings
from sessiontui.domain.delivery import DEFAULT_DELIVERY, Channel, Delivery, Security
from sessiontui.domain.errors import BadInput, Unavailable
from sessiontui.domain.rules import DEFAULT_RULES, KEYS_KEPT, Rules
from sessiontui.domain.vocabulary import Severity

Raw: TypeAlias = "str | int | float | bool | timedelta | Path"
"""A value as a file, a variable or an option gives it."""

Setting: TypeAlias = "str | int | float | bool | timedelta | Path | ZoneInfo"
"""A value that has been read."""

_LENGTH: Final = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*(?:d|days?))?\s*(?:(\d+(?:\.\d+)?)\s*(?:h|hours?))?\s*"
    r"(?:(\d+(?:\.\d+)?)\s*(?:m|min|minutes?))?\s*(?:(\d+(?:\.\d+)?)\s*(?:s|sec|seconds?)?)?"
)
_YES: Final = frozenset({"1", "true", "yes", "on"})
_NO: Final = frozenset({"0", "false", "no", "off", ""})
_LONGEST: Final = timedelta(days=366)
_LONGEST_REST: Final = timedelta(hours=1)
_ADDRESS: Final = re.compile(
    r"[!#-'*+\-/-9=?A-Z^-~]+(?:\.[!#-'*+\-/-9=?A-Z^-~]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)
_BYTES: Final = re.compile(r"(\d{1,15})\s*([kKmMgGtT]?)(?:i?[bB])?")
_POSTGRES: Final = "postgresql"

UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Where the data lies and who shares it; ``group`` and ``service_account`` come from the system's file alone."""

    database: Path = Path("sessiontui.db")
    group: str = ""
    service_account: str = ""
    keys_kept: timedelta = KEYS_KEPT
    """How long the answer to an idempotency key is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How the console looks and how times are read; an empty ``theme`` is the remembered one.

    ``platform`` is what the platform is called, shown beside the person. ``diff`` writes only the cells that
    differ from what the terminal shows.
    """

    platform: str = ""
    zone: ZoneInfo = UTC
    theme: str = ""
    ascii: bool = False
    bell: bool = False
    diff: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, with the defaults where nothing is."""

    storage: Storage = Storage()
    rules: Rules = DEFAULT_RULES
    display: Display = Display()
    delivery: Delivery = DEFAULT_DELIVERY
    keys: Mapping[str, str] = field(default_factory=dict)
    read_only: bool = False


def read_value(section: str, key: str, raw: Raw) -> Setting | None:
    """Read one value; ``BadInput`` says what it should look like, ``KeyError`` that there is no such key."""
    return KNOWN[section][key](raw)


def length(raw: Raw) -> timedelta:
    """Read a length of time: ``30 min``, ``5m``, ``1 h 30 min``, or a number of seconds.

    >>> str(length("1 h 30 min")), str(length(90)), str(length("5m"))
    ('1:30:00', '0:01:30', '0:05:00')
    """
    if isinstance(raw, timedelta):
        found: timedelta | None = raw
    elif isinstance(raw, bool | Path):
        found = None
    elif isinstance(raw, int | float):
        found = timedelta(seconds=raw) if 0 <= raw <= _LONGEST.total_seconds() else None
    else:
        found = _spelled(raw)
    if found is None or not timedelta() <= found <= _LONGEST:
        raise BadInput(f"{_shown(raw)} is not a length of time", hint="write it like 30 min, 5m or 1 h 30 min")
    return found


def ratio(raw: Raw) -> float:
    """Read a share between 0 and 1.

    >>> ratio(0.5), ratio("0.25")
    (0.5, 0.25)
    """
    try:
        value = float(raw) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise BadInput(f"{_shown(raw)} is not a share", hint="write a number between 0 and 1")
    return value


def count(raw: Raw) -> int:
    """Read a whole number from 1 to 1000.

    >>> count("3")
    3
    """
    text = str(raw)
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1000):
        raise BadInput(f"{_shown(raw)} is not a count", hint="write a whole number from 1 to 1000")
    return int(text)


def switch(raw: Raw) -> bool:
    """Read yes or no.

    >>> switch("yes"), switch("0"), switch(True)
    (True, False, True)
    """
    word = str(raw).strip().lower()
    if word not in _YES | _NO:
        raise BadInput(f"{_shown(raw)} is neither yes nor no", hint="write true or false")
    return word in _YES


def zone(raw: Raw) -> ZoneInfo:
    """Read a time zone by its IANA name.

    >>> zone("Europe/Madrid").key
    'Europe/Madrid'
    """
    try:
        return ZoneInfo(word(raw))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"{_shown(raw)} is not a time zone", hint="write it like Europe/Madrid") from None


def word(raw: Raw) -> str:
    """Read a text."""
    if not isinstance(raw, str):
        raise BadInput(f"{_shown(raw)} is not a text", hint="put it in quotation marks")
    return raw.strip()


def database(raw: Raw) -> Path:
    """Read where the database lies: a path, ``sqlite:///`` and a path; ``Unavailable`` for PostgreSQL."""
    text = str(raw).strip()
    if text.startswith(_POSTGRES):
        raise Unavailable("PostgreSQL comes with a later version", hint="name a file with --database")
    for prefix in ("sqlite+aiosqlite:///", "sqlite:///"):
        text = text.removeprefix(prefix)
    if not text or "://" in text or "\0" in text:
        raise BadInput(f"{_shown(raw)} is not a database", hint="name a file")
    return Path(text).expanduser()


def channel(raw: Raw) -> Channel:
    """Read by which way letters leave.

    >>> str(channel("file"))
    'file'
    """
    name = word(raw).lower()
    if name not in {str(known) for known in Channel}:
        names = ", ".join(Channel)
        raise BadInput(f"{_shown(raw)} is not a way by which letters can leave", hint=f"there is: {names}")
    return Channel(name)


def security(raw: Raw) -> Security:
    """Read how a connection to a mail server is kept from being read.

    >>> str(security("TLS"))
    'tls'
    """
    name = word(raw).lower()
    if name not in {str(known) for known in Security}:
        raise BadInput(f"{_shown(raw)} is no security of mail", hint=f"there is: {', '.join(Security)}")
    return Security(name)


def port(raw: Raw) -> int:
    """Read the number of a port; 0 is the usual one.

    >>> port("587"), port(0)
    (587, 0)
    """
    text = str(raw).strip()
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and int(text[:6]) < 65_536):
        raise BadInput(f"{_shown(raw)} is not a port", hint="write a whole number below 65536, such as 587")
    return int(text)


def host_name(raw: Raw) -> str:
    """Read the name or number of a host.

    >>> host_name("mail.example.org")
    'mail.example.org'
    """
    text = word(raw)
    if text and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}", text):
        raise BadInput(f"{_shown(raw)} is not a host", hint="write its name alone, like mail.example.org")
    return text


def web_address(raw: Raw) -> str:
    """Read where a program listens: https, or http on this machine.

    >>> web_address("https://hooks.example.org/in")
    'https://hooks.example.org/in'
    """
    text = word(raw)
    here = re.match(r"http://(localhost|127\.0\.0\.1|\[::1\])[:/]", text + "/")
    if text and (not (text.startswith("https://") or here) or len(text) < 9 or not text.isprintable() or " " in text):
        raise BadInput(f"{_shown(raw)} is no safe web address", hint="write https://hooks.example.org/…")
    return text


def private_file(raw: Raw) -> Path:
    """Read the path of a file that holds a secret; what it holds is read when it is needed."""
    path = Path(str(raw).strip()).expanduser()
    if not str(raw).strip() or "\0" in str(raw) or not path.is_absolute():
        raise BadInput(f"{_shown(raw)} is not the whole path of a file", hint="begin it with / or ~")
    return path


def folder(raw: Raw) -> Path:
    """Read the path of a folder, from the root or from the home of the user on."""
    path = Path(str(raw).strip()).expanduser()
    if not str(raw).strip() or "\0" in str(raw) or not path.is_absolute():
        raise BadInput(f"{_shown(raw)} is not the whole path of a folder", hint="begin it with / or ~")
    return path


def rest(raw: Raw) -> timedelta:
    """Read how long a letter rests before it leaves, at most an hour."""
    found = length(raw)
    if found > _LONGEST_REST:
        raise BadInput(f"{_shown(raw)} is too long for letters to rest", hint="write at most 1 h, such as 15 s")
    return found


def address(raw: Raw) -> str:
    """Read an address that letters can come from.

    >>> address(" desk@example.org ")
    'desk@example.org'
    """
    text = word(raw)
    if not _ADDRESS.fullmatch(text):
        raise BadInput(f"{_shown(raw)} is not an e-mail address", hint="write it like desk@example.org")
    return text


def severity(raw: Raw) -> Severity | None:
    """Read how much a rule of the alerts presses; ``off`` switches it off.

    >>> str(severity("critical")), severity("off"), severity(False)
    ('critical', None, None)
    """
    name = str(raw).strip().lower()
    if name in ("off", "false", "no"):
        return None
    if name not in {str(known) for known in Severity}:
        raise BadInput(f"{_shown(raw)} is not a severity", hint=f"write {', '.join(Severity)}, or off")
    return Severity(name)


def bytes_(raw: Raw) -> int:
    """Read a number of bytes: ``1 GiB``, ``500 MiB``, or a plain number.

    >>> bytes_("1 GiB"), bytes_(2048)
    (1073741824, 2048)
    """
    found = _BYTES.fullmatch(str(raw).strip())
    if found is None or isinstance(raw, bool):
        raise BadInput(f"{_shown(raw)} is not a size", hint="write it like 1 GiB or 500 MiB")
    return int(found[1]) << {"": 0, "k": 10, "m": 20, "g": 30, "t": 40}[found[2].lower()]


def on_call(raw: Raw) -> str:
    """Read where critical alerts go that nobody takes up: an address or an https address; nowhere if empty.

    >>> on_call("ops@example.org"), on_call("")
    ('ops@example.org', '')
    """
    text = word(raw)
    if text and not (_ADDRESS.fullmatch(text) or text.startswith("https://")):
        raise BadInput(f"{_shown(raw)} reaches nobody", hint="write ops@example.org or https://hooks.example.org/…")
    return text


def _spelled(text: str) -> timedelta | None:
    found = _LENGTH.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None


def _shown(raw: Raw) -> str:
    return repr(str(raw)[:60])


def _some_length(raw: Raw) -> timedelta:
    found = length(raw)
    if not found:
        raise BadInput(f"{_shown(raw)} is no time at all", hint="write it like 30 s")
    return found


def _reader_of(name: str, rule: object) -> Callable[[Raw], Setting]:
    if isinstance(rule, timedelta):
        return _some_length if name.endswith("_every") else length
    return count if isinstance(rule, int) else ratio


def _alert_reader(name: str, default: object) -> Callable[[Raw], Setting | None]:
    if name in set(AlertRule):
        return severity
    special: dict[str, Callable[[Raw], Setting | None]] = {
        "disk_low_bytes": bytes_,
        "on_call": on_call,
        "bell": switch,
        "title": switch,
    }
    if name in special:
        return special[name]
    if isinstance(default, float):
        return ratio
    return count if isinstance(default, int) else length


KNOWN: Final[Mapping[str, Mapping[str, Callable[[Raw], Setting | None]]]] = {
    "storage": {"database": database, "group": word, "service_account": word, "keys_kept": _some_length},
    "rules": {rule.name: _reader_of(rule.name, rule.default) for rule in fields(Rules) if rule.name != "alerts"},
    "alerts": {one.name: _alert_reader(one.name, one.default) for one in fields(AlertSettings)},
    "delivery": {
        "channel": channel,
        "folder": folder,
        "wait": rest,
        "from": address,
        "sender": address,
        "reminders": switch,
        "smtp_host": host_name,
        "smtp_port": port,
        "smtp_security": security,
        "smtp_user": word,
        "smtp_secret_file": private_file,
        "resend_secret_file": private_file,
        "webhook_url": web_address,
        "webhook_secret_file": private_file,
    },
    "display": {"platform": word, "zone": zone, "theme": word, "ascii": switch, "bell": switch, "diff": switch},
}
"""Every key of every section but ``keys``, with what reads its value."""

SYSTEM_ONLY: Final = frozenset({("storage", "group"), ("storage", "service_account")})
"""Keys that decide who someone is or who may read: no user's file, variable or option can set them."""
