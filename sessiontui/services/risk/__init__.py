"""The no-show risk: fitted to the past, said of the sessions of the next day, kept so that warnings can be judged.

Each is loaded when it is first asked for: who looks at one session learns nothing.
"""

from typing import TYPE_CHECKING

from sessiontui.lazily import lazily

if TYPE_CHECKING:
    from sessiontui.services.risk.learning import REFIT_EVERY, REFIT_LEAST, refit
    from sessiontui.services.risk.reporting import Learned, learned
    from sessiontui.services.risk.saying import chance_of, keep

__all__ = ["REFIT_EVERY", "REFIT_LEAST", "Learned", "chance_of", "keep", "learned", "refit"]

__getattr__ = lazily(
    __name__,
    {
        "REFIT_EVERY": "learning",
        "REFIT_LEAST": "learning",
        "Learned": "reporting",
        "chance_of": "saying",
        "keep": "saying",
        "learned": "reporting",
        "refit": "learning",
    },
)
