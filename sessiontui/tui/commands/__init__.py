"""Everything the admin can do, as one registry that feeds keys, footer, palette, command bar, help and keymap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sessiontui.tui.commands import (
    alerting,
    attaching,
    attending,
    changing,
    deciding,
    filing,
    following,
    itemizing,
    loginning,
    looking,
    messaging,
    moving,
    persons,
    placing,
    plan_adding,
    reaching,
    recording,
    repeating,
    seating,
    talking,
    templating,
    timing,
    travelling,
    views,
    visiting,
)
from sessiontui.tui.commands.command import Command, Group, Needs, perform
from sessiontui.tui.commands.finding import ShowBar, ShowHelp, ShowPalette
from sessiontui.tui.commands.footer import MOST, footer
from sessiontui.tui.commands.keymap import Keymap, make_keymap, toolkit_key, typed_key
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.present.hints import Hint

__all__ = [
    "DEFAULT_KEYMAP",
    "REGISTRY",
    "Command",
    "Console",
    "Group",
    "Keymap",
    "Needs",
    "Scene",
    "by_id",
    "by_key",
    "footer_for",
    "keymap",
    "perform",
    "toolkit_key",
    "typed_key",
]


def _all() -> tuple[Command, ...]:
    return REGISTRY


REGISTRY: Final[tuple[Command, ...]] = (
    *deciding.COMMANDS,
    *seating.COMMANDS,
    *moving.COMMANDS,
    *timing.COMMANDS,
    *changing.COMMANDS,
    *plan_adding.COMMANDS,
    *repeating.COMMANDS,
    *filing.COMMANDS,
    *messaging.COMMANDS,
    *reaching.COMMANDS,
    *placing.COMMANDS,
    *alerting.COMMANDS,
    *following.COMMANDS,
    *attending.COMMANDS,
    *persons.COMMANDS,
    *loginning.COMMANDS,
    *templating.COMMANDS,
    *visiting.COMMANDS,
    *itemizing.COMMANDS,
    *recording.COMMANDS,
    *talking.COMMANDS,
    *attaching.COMMANDS,
    *looking.LOOKING,
    *travelling.COMMANDS,
    *looking.FINDING[:1],
    *views.COMMANDS,
    *looking.FINDING[1:],
    ShowBar(_all),
    ShowPalette(_all),
    ShowHelp(_all),
    *looking.GOING,
)
"""All commands, in the order in which help lists them within their group."""

_BY_ID: Final = {command.id: command for command in REGISTRY}


def by_id(name: str) -> Command | None:
    """Return the command of that id."""
    return _BY_ID.get(name)


def by_key(key: str) -> Command | None:
    """Return the command that has this key by default; the key as typed, or by the toolkit's name."""
    return DEFAULT_KEYMAP.command(key)


def keymap(overrides: Mapping[str, str]) -> Keymap:
    """Return the keymap with the admin's overrides, command id to keys; ``BadInput`` names both of a conflict."""
    return make_keymap(REGISTRY, overrides)


def footer_for(scene: Scene, *, most: int = MOST) -> tuple[Hint, ...]:
    """Return the keys of the most helpful commands here."""
    return footer(_BY_ID, scene, most=most)


DEFAULT_KEYMAP: Final = keymap({})
