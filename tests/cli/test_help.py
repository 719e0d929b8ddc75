"""What the help of every command says: a sentence of its own, and each of its ways."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from sessiontui.cli.arguments import parse, parser
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


def paths(one: Parser, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Parser]]:
    """Yield every command with the words that name it."""
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield (*above, name), below
                yield from paths(below, (*above, name))


def test_a_command_that_is_made_alone_is_the_same_as_among_all() -> None:
    for words, among_all in paths(parser()):
        alone = parser(words)
        assert alone.knows(words)
        assert dict(paths(alone))[words].format_help() == among_all.format_help(), words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("lst", "did you mean list or stats?"),
        ("do cancle 4711", "did you mean cancel"),
        ("do comment rewrite 4711", "did you mean edit?"),
        ("do", "the following arguments are required: ACTION"),
        ("do cancel", "the following arguments are required: ID"),
        ("do --at list assign 4711", "invalid choice: 'list'; did you mean publish"),
        ("mail --at 2036-05-04T14:05Z wordings", "there are list, show, preview, wordings"),
        ("list --nothing", "unrecognized arguments: --nothing"),
        ("nothing --database", "are known, none is like it"),
    ],
)
def test_what_is_wrong_is_told_as_if_all_commands_were_made(
    words: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = []
    for make in (parse, parser().parse_args):
        with pytest.raises(SystemExit, match="2"):
            make(words.split())
        heard.append(capsys.readouterr().err)
    assert heard[0] == heard[1]
    assert said in heard[0]


def test_options_with_an_equals_sign_open_the_console_as_those_without() -> None:
    for words in (["--database", "x.db"], ["--zone", "UTC", "--read-only"], ["--at", "2036-05-04T14:05Z"]):
        joined = [f"{words[0]}={words[1]}", *words[2:]]
        assert vars(parse(joined)) == vars(parse(words)), joined
    assert parse(["--database=x.db"]).at is None
