"""A template as a file that ``templates add`` and screen 6 read again."""

from __future__ import annotations

from pathlib import Path

from sessiontui.domain.errors import Unavailable
from sessiontui.domain.templates.shape import Template
from sessiontui.domain.templates.text import write
from sessiontui.services.context import Context
from sessiontui.store.files import create_private


async def save(context: Context, template: Template, *, version: int) -> Path:
    """Write a template as TOML into the folder of exports beside the database, and return the path."""
    path = context.db.path.absolute().parent / "exports" / f"template-{template.slug}-v{version}.toml"
    try:
        create_private(path)
        path.write_text(write(template), encoding="utf-8")
    except OSError as error:
        raise Unavailable(f"{path} cannot be written: {error.strerror}") from error
    return path
