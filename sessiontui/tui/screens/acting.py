"""Keys of a screen that run commands: called as the command is, and dimmed with the reason where it cannot run."""

from __future__ import annotations

from collections.abc import Iterable

from sessiontui.tui.commands.command import Command
from sessiontui.tui.commands.scene import Scene
from sessiontui.tui.present.hints import Hint


class Acting:
    """Makes the hints of one scene; a command that is not loaded yet has a key without a word."""

    def __init__(self, scene: Scene, registry: Iterable[Command]) -> None:
        self._scene = scene
        self._commands = {command.id: command for command in registry}

    def __call__(self, key: str, name: str, label: str = "") -> Hint:
        """Return the hint of a command, with a word of its own where the screen calls it otherwise."""
        command = self._commands.get(name)
        if command is None:
            return Hint(key, label, name, "")
        return Hint(key, label or command.label(self._scene), name, command.why_not(self._scene))
