"""Where the keys come from that seal secrets: light, because every context carries one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from sessiontui.domain.errors import Unavailable


class KeySource(Protocol):
    """Where keys come from; the newest is the last."""

    @property
    def words(self) -> str:
        """Where that is, as people read it."""
        ...

    def there(self) -> Sequence[bytes]:
        """Return the keys there are; ``BadInput`` or ``Unavailable`` where what should be keys cannot be read."""
        ...

    def add(self, key: bytes) -> None:
        """Keep a new key so that it survives a crash, as the newest; ``Unavailable`` where it cannot be kept."""
        ...


class NoKeys:
    """The key source of whoever was handed none."""

    words = "nowhere"

    def there(self) -> Sequence[bytes]:
        """Return nothing."""
        return ()

    def add(self, key: bytes) -> None:
        """Refuse."""
        del key
        raise Unavailable("there is nowhere to keep a key", hint="open the database as it is set up")


NO_KEYS: Final = NoKeys()
