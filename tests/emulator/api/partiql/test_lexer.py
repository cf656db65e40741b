"""Tokens of statements: quotes, numbers, keywords, comments, and their places."""

import pytest

from thermodynamo.api.partiql import lexer
from thermodynamo.api.partiql.keywords import KEYWORDS
from thermodynamo.api.partiql.lexer import place, tokenize


def kinds(text: str) -> list[str]:
    return [token.kind for token in tokenize(text)[:-1]]


def test_keywords_have_any_case_and_names_keep_theirs() -> None:
    assert [(token.kind, token.text) for token in tokenize('Select aB "select"')[:-1]] == [
        ("SELECT", "Select"),
        (lexer.NAME, "aB"),
        (lexer.NAME, "select"),
    ]


def test_a_doubled_quote_stands_for_one() -> None:
    assert [token.text for token in tokenize("'it''s' \"a\"\"b\" ''")[:-1]] == ["it's", 'a"b', ""]


@pytest.mark.parametrize("text", ["0", "12", "1.5", "1.", ".5", "1e5", "1.5E-10"])
def test_numbers(text: str) -> None:
    assert kinds(text) == [lexer.NUMBER]


def test_symbols_take_the_longest() -> None:
    assert kinds("<<1>> <> <= >= != < > = ? ; [ ] { } : . , * + -") == [
        *("<<", lexer.NUMBER, ">>", "<>", "<=", ">=", "!=", "<", ">", "=", "?", ";"),
        *("[", "]", "{", "}", ":", ".", ",", "*", "+", "-"),
    ]


def test_comments_and_line_breaks_part_tokens() -> None:
    assert kinds("a -- SELECT\n/* SELECT\n */ b") == [lexer.NAME, lexer.NAME]


@pytest.mark.parametrize("text", ["#", "'open", '"open', "!"])
def test_what_the_grammar_does_not_know(text: str) -> None:
    assert kinds(text)[0] == lexer.UNKNOWN


def test_a_place_is_line_place_and_length() -> None:
    text = "SELECT *\n  FROM 'abc'"
    assert [place(text, token) for token in tokenize(text)] == ["1:1:6", "1:8:1", "2:3:4", "2:8:5", "2:13:0"]


def test_words_of_the_developer_guide_are_no_keywords() -> None:
    assert KEYWORDS.isdisjoint(("YEAR", "SIZE", "LIST", "MAP", "NAME", "STATUS"))
    assert {"SELECT", "KEY", "DATE", "VALUE"} <= KEYWORDS
