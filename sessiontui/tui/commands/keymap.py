"""Which key runs which command: the defaults of the commands, with what the admin's keymap changes."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from textual.keys import KEY_NAME_REPLACEMENTS

from sessiontui.domain.errors import BadInput
from sessiontui.domain.records import record
from sessiontui.tui.commands.command import Command

# Keys that move the cursor or leave a layer everywhere: no command can have them.
RESERVED: Final = frozenset(
    {"escape", "up", "down", "left", "right", "tab", "shift+tab", "h", "j", "k", "l", "g", "G", "ctrl+c"}
)


@record
class Keymap:
    """Commands by key and keys by command; keys as they are typed (``X``, ``/``, ``ctrl+p``)."""

    commands: Mapping[str, Command]
    keys: Mapping[str, tuple[str, ...]]

    def command(self, key: str) -> Command | None:
        """Return the command of a key, as it is typed or as the toolkit calls it (``slash``)."""
        return self.commands.get(typed_key(key))

    def shown(self, command: Command) -> str:
        """Return the first key of a command, or an empty string."""
        return next(iter(self.keys.get(command.id, ())), "")


def make_keymap(commands: Sequence[Command], overrides: Mapping[str, str]) -> Keymap:
    """Return the keymap with overrides: command id to keys parted by spaces or commas; empty takes the key away.

    Raises ``BadInput`` for an unknown command, a reserved key, and two commands on one key, naming both.
    """
    known = {command.id: command for command in commands}
    for name in overrides:
        if name not in known:
            raise BadInput(f"there is no command “{name}”", hint="the ids stand in the help", place="keymap")
    keys = {
        command.id: _read(overrides[command.id]) if command.id in overrides else command.keys for command in commands
    }
    by_key: dict[str, Command] = {}
    for command in commands:
        for key in keys[command.id]:
            if key in RESERVED:
                raise BadInput(f"{key} moves the cursor and cannot run “{command.title}”", place="keymap")
            other = by_key.setdefault(key, command)
            if other is not command:
                raise BadInput(
                    f"{key} is wanted by “{other.title}” ({other.id}) and “{command.title}” ({command.id})",
                    hint="give one of them another key",
                    place="keymap",
                )
    return Keymap(by_key, keys)


def typed_key(key: str) -> str:
    """Return a key as it is typed, from the toolkit's name for it.

    >>> typed_key("slash"), typed_key("upper_x"), typed_key("ctrl+p"), typed_key("X")
    ('/', 'X', 'ctrl+p', 'X')
    """
    return _TYPED.get(key, key)


def toolkit_key(key: str) -> str:
    """Return the toolkit's name of a key as it is typed.

    >>> toolkit_key("/"), toolkit_key("X"), toolkit_key("space")
    ('slash', 'X', 'space')
    """
    return _NAMES.get(key, key)


def _read(text: str) -> tuple[str, ...]:
    # A comma and a space part keys, so these two are written as words.
    words = text.replace(",", " ").split()
    return tuple(dict.fromkeys(typed_key(word) for word in words))


def _named(char: str) -> str:
    name = unicodedata.name(char).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


_NAMES: Final = {char: _named(char) for char in string.punctuation}
_TYPED: Final = {name: char for char, name in _NAMES.items()} | {
    f"upper_{char}": char.upper() for char in string.ascii_lowercase
}
