"""Wrong usage that only a command can see: options that do not go together."""

from __future__ import annotations

from sessiontui.domain.errors import BadInput


class WrongUsage(BadInput):
    """The words of the command line contradict each other, or name what does not exist."""

    title = "Wrong usage"
