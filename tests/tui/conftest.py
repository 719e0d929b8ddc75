"""What all tests of the screens share: patience with a machine on which others work too."""

from __future__ import annotations

from textual.pilot import Pilot

PATIENCE = 180.0
"""Seconds for the widgets of a screen to have read their messages: some load a library first."""

Pilot._wait_for_screen.__defaults__ = (PATIENCE,)
