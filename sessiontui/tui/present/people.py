"""What the badges of a session mean, in words."""

from __future__ import annotations

from sessiontui.tui.present.sketch import MEANINGS as MEANINGS
from sessiontui.tui.present.told import PRESSING as PRESSING
from sessiontui.tui.present.told import badge_style as badge_style
