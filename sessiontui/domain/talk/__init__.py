"""Talk inside a session: threads, quotes, and who is named in a comment."""
