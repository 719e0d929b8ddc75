"""What can be set: the values, their defaults, and how each is read from text."""

from sessiontui.runtime.settings.known import KNOWN, SYSTEM_ONLY, read_value
from sessiontui.runtime.settings.sections import UTC, Display, Settings, Storage
from sessiontui.runtime.settings.values import Raw, Setting, length, switch

__all__ = [
    "KNOWN",
    "SYSTEM_ONLY",
    "UTC",
    "Display",
    "Raw",
    "Setting",
    "Settings",
    "Storage",
    "length",
    "read_value",
    "switch",
]
