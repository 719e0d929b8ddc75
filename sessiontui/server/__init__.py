"""The same services over HTTP: for platforms, their webhooks, calendars and monitoring.

FastAPI is imported here and nowhere else; no console waits for it.
"""
