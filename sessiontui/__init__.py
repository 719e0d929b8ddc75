"""The control room, in a terminal, for platforms where people meet in sessions."""

__version__ = "0.1.0"
