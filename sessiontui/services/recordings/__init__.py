"""Recordings of sessions: added, changed, removed, and opened by those who may, which is written down.

The link is handed out by ``opening`` alone, so that no list, export or screen can show it to the wrong person.
"""
