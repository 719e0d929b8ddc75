"""Drafts of forms: kept for the admin beyond the console, and offered again when the form is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sessiontui.domain.errors import SessiontuiError
from sessiontui.tui.dialogs.confirm import Confirm
from sessiontui.tui.dialogs.drafts import as_json, carried, from_json
from sessiontui.tui.dialogs.wall_clock import from_now

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.services.editing.drafts import Draft
    from sessiontui.tui.commands.scene import Console, Scene
    from sessiontui.tui.dialogs.session_entry import Typed

_TEXTS = "texts"


class KeptForm:
    """One form of the admin, by its name; ``base`` says how the thing that it is about was when it was opened."""

    def __init__(
        self,
        console: Console,
        scene: Scene,
        form: str,
        *,
        base: Callable[[], Mapping[str, Json]] = dict,
    ) -> None:
        self._console = console
        self._scene = scene
        self._form = form
        self._base = base

    async def found(self) -> Draft | None:
        """Return the draft, if one is kept; one that cannot be read keeps nobody from the form."""
        from sessiontui.services.editing import drafts

        port = self._console.port
        try:
            return await drafts.find(port.context, self._form, by=self._scene.actor, at=port.clock())
        except SessiontuiError:
            return None

    async def keep(self, typed: Typed, fresh: Typed) -> None:
        """Keep what is typed, with what the form was opened with."""
        await self._write({"typed": as_json(typed), "fresh": as_json(fresh), "base": dict(self._base())})

    async def forget(self) -> None:
        """Forget it, because it is saved or not wanted."""
        from sessiontui.services.editing import drafts

        port = self._console.port
        await drafts.forget(port.context, self._form, by=self._scene.actor, at=port.clock())

    async def set_aside(self, texts: Mapping[str, str]) -> None:
        """Keep texts that were given up for somebody else's, beside those that were before."""
        draft = await self.found()
        before = draft.body.get(_TEXTS) if draft is not None else None
        await self._write({_TEXTS: {**(before if isinstance(before, Mapping) else {}), **texts}})

    async def offer_aside(self) -> None:
        """Show texts that were given up, and ask whether they may go."""
        draft = await self.found()
        texts = draft.body.get(_TEXTS) if draft is not None else None
        if draft is None or not isinstance(texts, Mapping):
            return
        when = from_now(draft.at, self._console.port.clock())
        answer = await self._console.push_screen_wait(
            Confirm(
                f"You gave these up for somebody else's, {when}",
                [f"{name}: {text}" for name, text in texts.items()],
                yes="Throw away",
                keep="Keep them",
                danger=True,
            )
        )
        if answer is not None:
            await self.forget()

    async def _write(self, body: Mapping[str, Json]) -> None:
        from sessiontui.services.editing import drafts

        port = self._console.port
        await drafts.keep(port.context, self._form, body, by=self._scene.actor, at=port.clock())


def restored(draft: Draft | None, fresh: Typed) -> Typed | None:
    """Return a draft on top of what the form would show now, or nothing where there is none."""
    if draft is None or "typed" not in draft.body:
        return None
    before = from_json(draft.body.get("fresh"), fresh)
    found = carried(from_json(draft.body["typed"], before), before, fresh)
    return None if found == fresh else found


def base_in(draft: Draft | None) -> Mapping[str, Json]:
    """Return how a thing was when a draft about it was begun."""
    base = None if draft is None else draft.body.get("base")
    return base if isinstance(base, Mapping) else {}
