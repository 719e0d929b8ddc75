"""An input of several lines."""

from __future__ import annotations

from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from sessiontui.domain.text import MAX_BLOCK


class Block(TextArea):
    """A text of several lines with a cap on its length, for pasted ones as well."""

    def edit(self, edit: Edit) -> EditResult:
        """Insert no more than there is room for."""
        room = MAX_BLOCK - len(self.text) + len(self.get_text_range(edit.from_location, edit.to_location))
        if len(edit.text) > room:
            edit = Edit(
                edit.text[: max(0, room)], edit.from_location, edit.to_location, edit.maintain_selection_offset
            )
        return super().edit(edit)
