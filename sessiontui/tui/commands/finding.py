"""Commands about commands: help, palette and command bar, which know all others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from sessiontui.domain.errors import BadInput
from sessiontui.tui.commands.command import Command, Group, perform
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.command_bar import CommandBar, Word
from sessiontui.tui.dialogs.help import Help
from sessiontui.tui.dialogs.palette import Entry, Palette
from sessiontui.tui.present.manual import HelpRow

_MOST_SESSIONS = 500  # in the palette; beyond that the filter is the way


class AboutCommands(Command):
    """A command that lists all commands; it is given how to reach them, because it is one of them."""

    group = Group.FIND

    def __init__(self, commands: Callable[[], Sequence[Command]]) -> None:
        self._commands = commands


class ShowHelp(AboutCommands):
    """Lists every key and command with what it does, and why it is impossible just now."""

    id = "help"
    keys = ("?",)
    title = "Help"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the list."""
        await console.push_screen_wait(Help(help_rows(self._commands(), scene)))


class ShowPalette(AboutCommands):
    """Finds commands, views and sessions by a few letters of their name; what is dimmed says why."""

    id = "palette"
    keys = ("ctrl+p",)
    title = "Palette"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Let one be found, then run it with the scene of the key press."""
        entries = palette_entries(self._commands(), scene)
        palette = Palette(list(entries))
        await console.push_screen_wait(palette)
        chosen = entries.get(palette.chosen) if palette.chosen else None
        if chosen is not None:
            await perform(console, chosen[0], scene, chosen[1])


class ShowBar(AboutCommands):
    """Types a command by name, with an argument if it takes one, such as :filter status:live or :goto 4711."""

    id = "command_bar"
    keys = (":",)
    title = "Command bar"
    short = "command"
    aliases = ("bar",)

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Let a line be typed, then run it with the scene of the key press."""
        line = await console.push_screen_wait(CommandBar(bar_words(self._commands(), scene), text=argument))
        if line is None:
            return
        command, rest = read_line(self._commands(), line)
        await perform(console, command, scene, rest)


def read_line(commands: Sequence[Command], line: str) -> tuple[Command, str]:
    """Return the command and argument of a typed line; ``BadInput`` names the nearest word.

    A word may be shortened as long as it means one command alone; a bare ``#4711`` goes to that session.
    """
    head, _, rest = line.strip().removeprefix(":").partition(" ")
    word, rest = head.casefold(), rest.strip()
    by_word = {name: command for command in commands for name in (*command.aliases, command.id)}
    if word.lstrip("#").isdecimal() and "goto" in by_word:
        return by_word["goto"], head
    command = by_word.get(word)
    if command is None:
        starting = {one.id: one for name, one in by_word.items() if word and name.startswith(word)}
        if len(starting) > 1:
            raise BadInput(f"“{head[:40]}” may be any of {', '.join(sorted(starting))}", hint="type on")
        command = next(iter(starting.values()), None)
    if command is None:
        near = get_close_matches(word, by_word, n=1)
        hint = f"did you mean {near[0]}?" if near else "? lists all commands"
        raise BadInput(f"there is no command “{head[:40]}”", hint=hint)
    if rest and not command.takes:
        raise BadInput(f"“{command.id}” takes no argument", hint="it acts on what is under the cursor or marked")
    return command, rest


def help_rows(commands: Sequence[Command], scene: Scene) -> list[HelpRow]:
    """Return all commands by group, with the keys they have here."""
    order = list(Group)
    return [
        HelpRow(
            group=command.group.value,
            keys=" ".join(scene.keys.get(command.id, command.keys)) or f":{command.id}",
            title=command.title,
            text=command.help,
            word=" ".join((command.id, *command.aliases)),
            reason=command.why_not(scene),
        )
        for command in sorted(commands, key=lambda one: order.index(one.group))
    ]


def bar_words(commands: Sequence[Command], scene: Scene) -> list[Word]:
    """Return all commands as the bar knows them."""
    return [
        Word(
            command.id,
            command.title,
            takes=command.takes,
            offers=command.offers,
            reason=command.why_not(scene),
            aliases=command.aliases,
        )
        for command in commands
    ]


def palette_entries(commands: Sequence[Command], scene: Scene) -> dict[Entry, tuple[Command, str]]:
    """Return what the palette offers, with the command and argument each one runs."""
    entries: dict[Entry, tuple[Command, str]] = {}
    by_id = {command.id: command for command in commands}
    for command in commands:
        if command.id in ("palette", "goto"):
            continue
        keys = " ".join(scene.keys.get(command.id, command.keys))
        entry = Entry(
            command.title, note=command.help.split(". ")[0].rstrip("."), keys=keys, reason=command.why_not(scene)
        )
        entries[entry] = (command, "")
    if "view" in by_id:
        for view in by_id["view"].offers:
            entries[Entry(f"View: {view}")] = (by_id["view"], view)
    if "goto" in by_id:
        for line in scene.board.lines[:_MOST_SESSIONS]:
            title = f"{line.title or 'untitled'} #{line.id}"
            entries[Entry(title, note=line.beside, searched_only=True)] = (by_id["goto"], f"#{line.id}")
    return entries
