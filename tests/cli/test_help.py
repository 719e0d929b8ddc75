"""What the help of every command says: a sentence of its own, and each of its ways."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from sessiontui.cli.arguments import parser
from sessiontui.cli.parsing import Parser


def commands_of(one: Parser) -> Iterator[argparse._SubParsersAction[Parser]]:
    """Yield where commands are chosen, of a parser and of all below it."""
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield action
            for below in dict.fromkeys(action.choices.values()):
                yield from commands_of(below)


def parsers() -> list[Parser]:
    return [one for action in commands_of(parser()) for one in action.choices.values()]


def test_the_help_of_every_command_begins_with_what_it_does() -> None:
    said = {one.prog: one.description or "" for one in parsers()}
    assert len(said) > 150
    assert [name for name, words in said.items() if not (words[:1].isupper() and words.endswith("."))] == []


def test_where_ways_are_named_each_of_them_is() -> None:
    named = [action for action in commands_of(parser()) if "|" in str(action.metavar)]
    assert len(named) > 10
    for action in named:
        assert set(str(action.metavar).split("|")) == set(action.choices), action.metavar
