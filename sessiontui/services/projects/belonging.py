"""The project that a session belongs to, and what was decided in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sessiontui.domain.access import Action, Actor, may
from sessiontui.services.projects.knowing import standing
from sessiontui.store.reads import projects as kept

if TYPE_CHECKING:
    from sessiontui.domain.chain import Json
    from sessiontui.store.histories import Fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectOf:
    """A project as a session shows it; ``decided`` are the titles of the items that were decided in the session."""

    id: int
    slug: str
    name: str
    decided: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Json]:
        """Return it as the command line and the API tell it."""
        return {"id": self.id, "slug": self.slug, "name": self.name, "decided": list(self.decided)}


async def project_of(fetch: Fetch, session_id: int, *, by: Actor) -> ProjectOf | None:
    """Return the project of a session, for those who may see that project."""
    row = await kept.of_session(fetch, session_id)
    if row is None or not may(by, Action.SEE_PROJECTS, await standing(fetch, by, row.id)).allowed:
        return None
    decided = await kept.decided_in(fetch, session_id)
    return ProjectOf(id=row.id, slug=row.slug, name=row.name, decided=tuple(one.title for one in decided))
