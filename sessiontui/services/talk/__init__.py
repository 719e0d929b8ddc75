"""Talk in a session: comments are written, answered, edited and deleted; who is named in one is told.

``shown`` tells them to screens and exports, ``writing`` changes them, ``naming`` knows whom a comment names.
"""
