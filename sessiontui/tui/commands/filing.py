"""The command that imports a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action
from sessiontui.domain.errors import NotAllowed
from sessiontui.domain.text import visible
from sessiontui.tui.commands.command import Command, Group
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.import_file import ImportFile, Importing

if TYPE_CHECKING:
    from sessiontui.services.importing import ImportReport, Progress


class ImportAFile(Command):
    """Imports a file of another tool: calendars, attendance reports, bookings, tables. First it shows what the file
    would do: how much is added, updated and refused, and why. It can be stopped, and then nothing was changed.
    """

    id = "import"
    title = "Import a file"
    group = Group.CHANGE
    action = Action.IMPORT_FILES
    writes = True
    takes = "path"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask for the file, show what it would do, and take it."""
        done = await console.push_screen_wait(ImportFile(importer(console, scene), path=argument))
        if done is not None:
            console.tell(visible(done[:1].upper() + done[1:]))
            console.refresh_board()


def importer(console: Console, scene: Scene) -> Importing:
    """Return what the dialog asks of the services."""
    port = console.port

    async def complete(text: str) -> Sequence[str]:
        from sessiontui.services.importing import files

        return await files.complete(port.context, text)

    async def preview(path: str, progress: Progress) -> ImportReport:
        from sessiontui.services import importing
        from sessiontui.services.importing import files

        given, options = [await files.read(port.context, path)], importing.ImportOptions(zone=port.zone)
        try:
            return await importing.preview(
                port.context, given, options, by=scene.actor, at=port.clock(), progress=progress
            )
        except NotAllowed as refusal:  # the dialog tells it; it is a look that nobody else writes down
            await port.note(refusal)
            raise

    async def apply(path: str, progress: Progress) -> ImportReport:
        from sessiontui.services import importing
        from sessiontui.services.importing import files

        given, options = [await files.read(port.context, path)], importing.ImportOptions(zone=port.zone)
        return await importing.apply(port.context, given, options, by=scene.actor, at=port.clock(), progress=progress)

    return Importing(complete=complete, preview=preview, apply=apply)


COMMANDS: Final[tuple[Command, ...]] = (ImportAFile(),)
