"""The templates that come with the product, each a TOML file beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from sessiontui.domain.templates.shape import Template
from sessiontui.domain.templates.text import read_bytes

SLUGS: Final = (
    "bug-fix", "feature-development", "research-exploration", "mentoring", "group-coaching", "conversation",
)  # fmt: skip
"""The words of the templates that are built in, in the order in which they are offered."""


@cache
def packaged() -> Mapping[str, Template]:
    """Return the built-in templates by their words; they are read once, when they are first asked for.

    >>> [one.minutes for one in packaged().values()]
    [90, 180, 120, 60, 60, 30]
    """
    folder = resources.files(__package__).joinpath("built_in")
    return {slug: read_bytes(folder.joinpath(f"{slug}.toml").read_bytes()) for slug in SLUGS}
