"""The title in a border, which is painted again only when it changes."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


def retitle(widget: Widget, title: Content | str) -> None:
    """Give a widget a title; the toolkit would paint the widget and all that it holds even for the same one."""
    wanted = widget.render_str(title)
    before = widget._border_title  # noqa: SLF001 - what it gives out is markup, in which colours look alike
    if before is None or (before.plain, before.spans) != (wanted.plain, wanted.spans):
        widget.border_title = title
