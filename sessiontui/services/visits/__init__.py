"""Visits to projects: begun and ended, followed by activity, and summed up for whoever comes back."""
