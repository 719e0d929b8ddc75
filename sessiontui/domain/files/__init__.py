"""Files of a session: how they may be called, what they are by their bytes, and how large and old they get."""

from sessiontui.domain.files.names import MAX_NAME, name_key, safe_name
from sessiontui.domain.files.rules import DEFAULT_FILES, FileRules, size_words
from sessiontui.domain.files.sniffing import HEAD, describe, pretends, sniff

__all__ = [
    "DEFAULT_FILES",
    "HEAD",
    "MAX_NAME",
    "FileRules",
    "describe",
    "name_key",
    "pretends",
    "safe_name",
    "size_words",
    "sniff",
]
