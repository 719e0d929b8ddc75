"""The project that a session belongs to, as facts of its overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from sessiontui.tui.present.look import GOOD, Look, outside

if TYPE_CHECKING:
    from sessiontui.services.pictures import SessionDetail


def rows(detail: SessionDetail, look: Look) -> list[tuple[str, Content]]:
    """Return the project and what the session has decided in it; nothing where it belongs to none."""
    project = detail.project
    if project is None:
        return []
    sign = look.of("✓", "+")
    decided = [Content.styled(f"{sign} ", GOOD) + outside(title) for title in project.decided]
    labelled = [("Decided" if place == 0 else "", one) for place, one in enumerate(decided)]
    return [("Project", outside(project.name)), *labelled]
