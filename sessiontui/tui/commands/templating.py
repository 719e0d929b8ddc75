"""Commands on templates: the one under the cursor of screen 6 is used, edited, duplicated, retired or exported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sessiontui.domain.access import Action, Standing, may
from sessiontui.domain.errors import BadInput
from sessiontui.domain.text import visible
from sessiontui.domain.vocabulary import Kind
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.changing import new_session
from sessiontui.tui.commands.command import Command, Group, report
from sessiontui.tui.commands.scene import Console, Scene
from sessiontui.tui.dialogs.confirm import Confirm, Reason

if TYPE_CHECKING:
    from sessiontui.domain.templates.shape import Template
    from sessiontui.services.templates.listing import TemplateLine

_NEXT: Final = "sessions that were made from it keep the version they have"


class TemplateCommand(Command):
    """A command on the template under the cursor of the screen Templates."""

    group = Group.CHANGE
    action = Action.MANAGE_TEMPLATES
    writes = True

    def hindrance(self, scene: Scene) -> str:
        """Return that no template is under the cursor, or that one may not change it."""
        line = scene.template
        if line is None:
            return "no template is selected: 6 lists them"
        if self.changes and not line.may_change:
            return may(scene.actor, Action.MANAGE_TEMPLATES, Standing()).reason or "this template is not yours"
        return ""

    changes = True
    """Whether it changes the template, which not everybody may who sees it."""


class UseTemplate(TemplateCommand):
    """Makes a session from the template under the cursor: the form opens filled, with its plan."""

    id = "template_use"
    title = "Session from template"
    short = "create"
    action = Action.CREATE
    changes = False

    def hindrance(self, scene: Scene) -> str:
        """Return that nothing is made from a retired template."""
        found = super().hindrance(scene)
        retired = scene.template is not None and scene.template.retired_at is not None
        return found or ("the template is retired: R brings it back" if retired else "")

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the form of a new session, filled from it."""
        await new_session(console, scene, title=argument, template=_meant(scene).slug)


class AddTemplate(Command):
    """Makes a new template: what sessions made from it begin with, and their plan."""

    id = "template_add"
    title = "Add template"
    short = "new"
    group = Group.CHANGE
    action = Action.MANAGE_TEMPLATES
    writes = True
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the empty form and save what is entered."""
        from sessiontui.domain.templates.shape import Template

        await _add(console, scene, "New template", Template(slug="", name=argument, kind=Kind.WORK, minutes=60))


class DuplicateTemplate(TemplateCommand):
    """Makes a new template that begins as a copy of the one under the cursor."""

    id = "template_duplicate"
    title = "Duplicate template"
    short = "duplicate"
    reversible = True
    changes = False

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the form filled, and save it under another name."""
        told = _meant(scene).template
        copy = replace(told, slug="", name=argument or f"{told.name} copy")
        await _add(console, scene, f"Duplicate {visible(told.name)}", copy)


class EditTemplate(TemplateCommand):
    """Changes the template under the cursor: it gets a new version, and sessions made before keep theirs."""

    id = "template_edit"
    title = "Edit template"
    short = "edit"
    reversible = True

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Show the form filled, and save it as the next version."""
        from sessiontui.services.templates import changing
        from sessiontui.tui.dialogs.template_form import TemplateForm

        line, port = _meant(scene), console.port

        async def save(template: Template) -> Receipt:
            return await changing.edit(
                port.context, line.slug, template, by=scene.actor, at=port.clock(),
                expected=line.version if line.changed_at is not None else None,
            )  # fmt: skip

        form = TemplateForm(f"Edit {visible(line.template.name)}", line.template, save, note=_NEXT)
        receipt = await console.push_screen_wait(form)
        if receipt is not None:
            report(console, receipt)


class RetireTemplate(TemplateCommand):
    """Retires the template under the cursor, so that nothing new is made from it; again brings it back."""

    id = "template_retire"
    title = "Retire template"
    short = "retire"
    reversible = True

    def label(self, scene: Scene) -> str:
        """Return that it brings a retired one back."""
        is_retired = scene.template is not None and scene.template.retired_at is not None
        return "restore" if is_retired else "retire"

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Ask before it is retired; bring it back at once."""
        from sessiontui.services.templates import changing

        line, port = _meant(scene), console.port
        if line.retired_at is not None:
            by, at = scene.actor, port.clock()
            report(console, await changing.restore(port.context, line.slug, by=by, at=at))
            return
        confirmed = await console.push_screen_wait(
            Confirm(
                f"Retire {visible(line.template.name)}?",
                ("Nothing new is made from it any more.", f"{_NEXT[0].upper()}{_NEXT[1:]}."),
                yes="Retire",
                reason=Reason.OPTIONAL,
            )
        )
        if confirmed is not None:
            receipt = await changing.retire(
                port.context, line.slug, by=scene.actor, at=port.clock(), reason=confirmed.reason
            )
            report(console, receipt)


class ExportTemplate(TemplateCommand):
    """Writes the template under the cursor as TOML into the data folder; templates add reads it again."""

    id = "template_export"
    title = "Export template"
    short = "export"
    action = Action.SEE_SESSIONS
    writes = False
    changes = False

    async def run(self, console: Console, scene: Scene, argument: str = "") -> None:
        """Write the file and tell where it lies."""
        from sessiontui.services.templates import portable

        line = _meant(scene)
        path = await portable.save(console.port.context, line.template, version=line.version)
        console.tell(f"wrote {visible(str(path))}")


async def _add(console: Console, scene: Scene, heading: str, template: Template) -> None:
    from sessiontui.services.templates import changing
    from sessiontui.tui.dialogs.template_form import TemplateForm

    port = console.port

    async def save(entered: Template) -> Receipt:
        return await changing.add(port.context, entered, by=scene.actor, at=port.clock())

    receipt = await console.push_screen_wait(TemplateForm(heading, template, save))
    if receipt is not None:
        report(console, receipt)


def _meant(scene: Scene) -> TemplateLine:
    if scene.template is None:
        raise BadInput("no template is selected", hint="6 lists them")
    return scene.template


COMMANDS: Final[tuple[Command, ...]] = (
    UseTemplate(),
    AddTemplate(),
    EditTemplate(),
    DuplicateTemplate(),
    RetireTemplate(),
    ExportTemplate(),
)
