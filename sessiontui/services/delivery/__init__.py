"""How letters come about, wait in the outbox, are looked at once more, and leave.

What is needed to write a letter is imported from its own module; only the worker loads all that sends.
"""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.services.delivery.posting import deliver

__all__ = ["deliver"]

__getattr__ = lazily(__name__, {"deliver": "posting"})
