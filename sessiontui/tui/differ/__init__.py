"""The frame differ: between Textual and the terminal, it writes only what changed, and lets the terminal move rows.

It sits where Textual hands text to its driver, and not at the compositor's updates, for three reasons. Everything
that reaches the terminal passes through ``Driver.write``, so nothing can change the screen behind the differ. What
arrives there has been through the application's line filters, and only cells read from it are ever written. And one
public method is overridden, where the compositor's updates are private and of three kinds. The price is to read
sequences; but fragments come again, so that reading most of them is one look into a dictionary. And the frames that
come often, those of a change, need not become text at all: ``strips`` reads what was painted, piece by piece, by the
same reader, and leaves to text whatever it does not take.

The reader is strict: a frame consists of cursor addresses, styles, links and text. Bells, reports, titles and the
clipboard go through and touch nothing. Whatever else comes goes through as it came, and nothing is known of the
screen after it. Everything is painted again after a change of size, a resume and when the terminal gets the focus.

``driver`` needs a POSIX system; import it where the application is made::

    from sessiontui.tui.differ import known
    from sessiontui.tui.differ.driver import diffing

    App(driver_class=diffing(known(environment)))  # driver_class=None switches the differ off
"""

from sessiontui.tui.differ.differ import Differ
from sessiontui.tui.differ.terminal import Terminal, known

__all__ = ["Differ", "Terminal", "known"]
