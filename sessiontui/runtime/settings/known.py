"""Every key of every section, with what reads its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Final

from sessiontui.domain.alerts import AlertRule, AlertSettings
from sessiontui.domain.care import Care
from sessiontui.domain.logins.settings import LoginRules
from sessiontui.domain.rules import Rules
from sessiontui.domain.visits.rules import VisitRules
from sessiontui.runtime.settings.platforms import base_address, hash_name, maker, plain_word, spare_maker
from sessiontui.runtime.settings.reaching import (
    address,
    channel,
    host_name,
    on_call,
    port,
    rest,
    security,
    web_address,
)
from sessiontui.runtime.settings.values import (
    Raw,
    Setting,
    bytes_,
    clash_level,
    count,
    database,
    folder,
    length,
    plenty,
    private_file,
    ratio,
    severity,
    some_length,
    switch,
    word,
    zone,
)


def read_value(section: str, key: str, raw: Raw) -> Setting | None:
    """Read one value; ``BadInput`` says what it should look like, ``KeyError`` that there is no such key."""
    return KNOWN[section][key](raw)


def _reader_of(name: str, rule: object) -> Callable[[Raw], Setting]:
    if isinstance(rule, timedelta):
        return some_length if name.endswith("_every") else length
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


def _life_reader(name: str, default: object) -> Callable[[Raw], Setting]:
    if isinstance(default, int):
        return count
    return length if name == "grace" else some_length


KNOWN: Final[Mapping[str, Mapping[str, Callable[[Raw], Setting | None]]]] = {
    "storage": {
        "database": database,
        "group": word,
        "service_account": word,
        "keys_kept": some_length,
        "keyring": switch,
    },
    "rules": {rule.name: _reader_of(rule.name, rule.default) for rule in fields(Rules) if rule.name != "alerts"},
    "alerts": {one.name: _alert_reader(one.name, one.default) for one in fields(AlertSettings)},
    "clashes": {"mentor": clash_level, "participant": clash_level},
    "requests": {"promote": switch},
    "server": {
        "host": host_name,
        "port": port,
        "public_url": base_address,
        "behind_proxy": switch,
        "calls_per_minute": plenty,
        "strangers_per_minute": plenty,
        "largest_body": bytes_,
    },
    "logins": {one.name: _life_reader(one.name, one.default) for one in fields(LoginRules)},
    "care": {one.name: _life_reader(one.name, one.default) for one in fields(Care)},
    "visits": {one.name: some_length for one in fields(VisitRules)},
    "files": {"largest": bytes_, "session": bytes_, "kept_removed": length, "kept_archived": length},
    "delivery": {
        "channel": channel,
        "folder": folder,
        "wait": rest,
        "from": address,
        "sender": address,
        "reminders": switch,
        "digest": switch,
        "templates": folder,
        "smtp_host": host_name,
        "smtp_port": port,
        "smtp_security": security,
        "smtp_user": word,
        "smtp_secret_file": private_file,
        "resend_secret_file": private_file,
        "webhook_url": web_address,
        "webhook_secret_file": private_file,
    },
    "platforms": {"default": maker, "backup": spare_maker},
    "platforms.zoom": {
        "account": plain_word,
        "client": plain_word,
        "secret_file": private_file,
        "hook_secret_file": private_file,
        "user": plain_word,
        "api": base_address,
        "sign_in": base_address,
    },
    "platforms.bbb": {
        "url": base_address,
        "secret_file": private_file,
        "hash": hash_name,
        "address_alone": switch,
    },
    "platforms.jitsi": {"url": base_address, "app": plain_word, "secret_file": private_file, "key": plain_word},
    "display": {"platform": word, "zone": zone, "theme": word, "ascii": switch, "bell": switch, "diff": switch},
}
"""Every key of every section but ``keys``, with what reads its value."""

SYSTEM_ONLY: Final = frozenset({("storage", "group"), ("storage", "service_account")})
"""Keys that decide who someone is or who may read: no user's file, variable or option can set them."""
