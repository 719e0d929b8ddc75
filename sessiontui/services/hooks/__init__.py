"""Webhooks of meeting platforms: kept as they come, and folded into presence by a job."""

from sessiontui.services.hooks.folding import fold, is_due, tidy
from sessiontui.services.hooks.receiving import receive

__all__ = ["fold", "is_due", "receive", "tidy"]
