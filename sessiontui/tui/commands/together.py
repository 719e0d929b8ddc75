"""Saving a form about a session that others change at the same time: nobody's text is lost.

What others changed meanwhile goes together with the form field by field. Where both changed one field the admin
decides, with both versions side by side; a version that was given up is kept as a draft, or in the history.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sessiontui.domain.editing.telling import NAMES, SOMEBODY, told
from sessiontui.domain.errors import Conflict
from sessiontui.domain.instants import parse_instant, rfc3339
from sessiontui.services.receipt import Receipt
from sessiontui.tui.commands.drafting import KeptForm
from sessiontui.tui.dialogs.differing import Decision, Differing, Way
from sessiontui.tui.dialogs.session_entry import Entry, Typed
from sessiontui.tui.dialogs.wall_clock import from_now
from sessiontui.tui.dialogs.when import spoken_both

if TYPE_CHECKING:
    from datetime import datetime

    from sessiontui.domain.chain import Json
    from sessiontui.domain.editing.fields import FieldConflict
    from sessiontui.services.editing.meeting import Met
    from sessiontui.services.pictures import SessionDetail
    from sessiontui.tui.commands.scene import Console, Scene
    from sessiontui.tui.dialogs.session_form import SessionForm

TRIES: Final = 3
"""How often a form is saved anew because somebody was quicker between looking and writing."""

SCHEDULE: Final = "schedule"
MENTOR: Final = "mentor"

_TYPED: Final[Mapping[str, tuple[str, ...]]] = {
    SCHEDULE: ("start", "length", "zone"),
    MENTOR: ("mentor_id", "mentor"),
}
"""The fields of the form that a field of the session stands in, where they are not one and the same."""


class Together:
    """One form about one session: how the session was when the form was opened, and what was decided since."""

    def __init__(
        self,
        console: Console,
        scene: Scene,
        detail: SessionDetail,
        *,
        look: Callable[[], Awaitable[Typed]],
        write: Callable[[Entry, int], Awaitable[Receipt]],
        base: Mapping[str, Json] | None = None,
    ) -> None:
        self._console = console
        self._scene = scene
        self._id = detail.line.id
        self._look = look
        self._write = write
        self.base = {**base_of(detail), "version": detail.line.version, **(base or {})}
        self.form: SessionForm | None = None

    async def save(self, entry: Entry) -> Receipt:
        """Save what the form means beside what others changed; ``Conflict`` where somebody has to decide first."""
        for _ in range(TRIES):
            met = await self._met(entry)
            if met.reconciled.conflicts:
                entry = await self._decided(met)
                continue
            try:
                receipt = await self._write(merged(entry, met), met.version)
            except Conflict:
                continue
            return replace(receipt, sentence=f"{receipt.sentence}{met.told}")
        raise Conflict("others keep changing it", hint="what you typed is still here: save again in a moment")

    async def _met(self, entry: Entry) -> Met:
        from sessiontui.services.editing import meeting

        mine = mine_of(entry, mentor="" if self.form is None else self.form.typed.mentor)
        since = self.base["version"]
        return await meeting.compare(
            self._console.port.context, self._id, mine, base=self.base, since=since if isinstance(since, int) else 0,
            by=self._scene.actor,
        )  # fmt: skip

    async def _decided(self, met: Met) -> Entry:
        """Ask about each field that two changed, and return what the form means then."""
        from sessiontui.services.editing.meeting import refusal

        there = await self._look()
        form = self.form
        if form is None:
            raise refusal(met)
        typed, given_up = form.typed, dict[str, str]()
        for at, conflict in enumerate(met.reconciled.conflicts, start=1):
            decision = await self._ask(conflict, at, len(met.reconciled.conflicts))
            if decision is None:
                raise refusal(met)
            names = _TYPED.get(conflict.field, (conflict.field,))
            if decision.way is Way.THEIRS:
                given_up[conflict.field] = self._shown(conflict.field, conflict.mine)
                typed = replace(typed, **{name: getattr(there, name) for name in names})
            elif decision.way is Way.TOGETHER:
                text = decision.text if conflict.field == "description" else " ".join(decision.text.split())
                typed = replace(typed, title=text) if conflict.field == "title" else replace(typed, description=text)
            self.base[conflict.field] = conflict.theirs
        if given_up:
            await KeptForm(self._console, self._scene, aside_of(self._id)).set_aside(given_up)
        entry = form.put(typed)
        if entry is None:
            raise Conflict("what was put together cannot be saved so", hint="see the fields above")
        return entry

    async def _ask(self, conflict: FieldConflict, at: int, of: int) -> Decision | None:
        name = NAMES.get(conflict.field, conflict.field).capitalize()
        who = conflict.by or SOMEBODY
        when = "" if conflict.at is None else f" {self._spoken(conflict.at)}"
        place = "" if of == 1 else f" ({at} of {of})"
        return await self._console.push_screen_wait(
            Differing(
                f"{name}: two have changed it{place}",
                who=f"{who} changed it{when}, while you were typing. What is it to be?",
                mine=self._shown(conflict.field, conflict.mine),
                theirs=self._shown(conflict.field, conflict.theirs),
                together=conflict.together,
            )
        )

    def _spoken(self, at: datetime) -> str:
        return f"{spoken_both(at, self._console.port.zone)}, {from_now(at, self._console.port.clock())}"

    def _shown(self, field: str, value: Json) -> str:
        if field == SCHEDULE and isinstance(value, list | tuple):
            start, end = (parse_instant(str(one)) for one in value)
            zone = self._console.port.zone
            return f"{spoken_both(start, zone)}\nto {spoken_both(end, zone)}"
        return value if isinstance(value, str) and value else told(value)


def aside_of(session_id: int) -> str:
    """Return the name of the draft that keeps what was given up for somebody else's version."""
    return f"aside-{session_id}"


def base_of(detail: SessionDetail) -> dict[str, Json]:
    """Return how a session is when a form about it is opened."""
    line = detail.line
    return {
        "title": line.title,
        "kind": str(line.kind),
        "capacity": line.capacity,
        "priority": str(line.priority),
        "tags": list(line.tags),
        "description": detail.description,
        "link": detail.link,
        SCHEDULE: [rfc3339(line.starts_at), rfc3339(line.ends_at)],
        MENTOR: line.mentor if detail.mentor_id is not None else "",
    }


def mine_of(entry: Entry, *, mentor: str) -> dict[str, Json]:
    """Return what a form changes, by the fields of the session; ``mentor`` is the name that stands in it."""
    whole: dict[str, Json] = {
        "title": entry.title,
        "kind": str(entry.kind),
        "capacity": entry.capacity,
        "priority": str(entry.priority),
        "tags": list(entry.tags),
        "description": entry.description,
        "link": entry.link,
    }
    found = {name: value for name, value in whole.items() if name in entry.changed}
    if entry.changed & {"start", "length", "zone"}:
        found[SCHEDULE] = [rfc3339(entry.starts_at), rfc3339(entry.ends_at)]
    if "mentor_id" in entry.changed:
        found[MENTOR] = mentor
    return found


def merged(entry: Entry, met: Met) -> Entry:
    """Return a form with what was put together of its texts and somebody else's."""
    values = met.reconciled.values
    tags, description = values.get("tags"), values.get("description")
    return replace(
        entry,
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list | tuple) else entry.tags,
        description=description if isinstance(description, str) else entry.description,
    )
