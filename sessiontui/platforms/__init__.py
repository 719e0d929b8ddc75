"""Meeting platforms behind one protocol: where a session's people meet, made, changed and asked about from here."""

from sessiontui.platforms.rooms import Guest, Participant, Plan, Platform, Probe, Room

__all__ = ["Guest", "Participant", "Plan", "Platform", "Probe", "Room"]
