"""Cells: a value of the domain goes in, safe styled content comes out; nothing here knows a widget or a clock.

Text from outside passes ``domain.text.visible`` here and is never parsed as markup.
"""
