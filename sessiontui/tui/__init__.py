"""The console: everything that is drawn, and nothing that is decided.

Importing this package loads Textual, but nothing of the database: that comes after the first frame.
"""
