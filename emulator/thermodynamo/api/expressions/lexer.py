"""Cuts an expression's text into tokens.

Whatever the grammar does not know becomes a token of one character, so that the parser can name it in a syntax error.
"""

import re
from collections.abc import Iterator

from thermodynamo_storage.values.dataclass import dataclass

NAME = "name"
NAME_PLACEHOLDER = "#name"
VALUE_PLACEHOLDER = ":value"
NUMBER = "number"
SYMBOL = "symbol"
UNKNOWN = "unknown"
END = "<EOF>"

# The words below are tokens of their own wherever they stand; all other words are names, and the reserved ones among
# them are refused later, with another message.
KEYWORDS = frozenset(("AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"))

# A number never has a leading zero: AWS's DynamoDB Local reads `l[00]` as two numbers. A quoted text is one token.
_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r"(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<n>\#[A-Za-z0-9_]+)"
    r"|(?P<v>:[A-Za-z0-9_]+)"
    r"|(?P<number>0|[1-9][0-9]*)"
    r"|(?P<symbol><>|<=|>=|[=<>()\[\],.+-])"
    r"""|(?P<unknown>"[^"]*"|'[^']*'|.)"""
    r"|(?P<end>\Z))",
    re.DOTALL,
)
_KINDS = {
    "name": NAME,
    "n": NAME_PLACEHOLDER,
    "v": VALUE_PLACEHOLDER,
    "number": NUMBER,
    "symbol": SYMBOL,
    "unknown": UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is a name of its lexer's, or the keyword or symbol itself; start and end are offsets in the text."""

    kind: str
    text: str
    start: int
    end: int


def cut(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str, int, int]]:
    """The tokens that a pattern finds one after the other: the group that matched, its text, its start, the end.

    The pattern matches at every place of a text; its group `end` is the end of the text, and no token.
    """
    position = 0
    while True:
        match = pattern.match(text, position)
        assert match is not None and match.lastgroup is not None
        group = match.lastgroup
        if group == "end":
            return
        position = match.end()
        yield group, match.group(group), match.start(group), position


def tokenize(text: str) -> list[Token]:
    """All tokens of the text, closed by one of kind END that reaches to the end of the text."""
    tokens: list[Token] = []
    for group, word, start, end in cut(_TOKEN, text):
        kind = _KINDS[group]
        if kind == SYMBOL:
            kind = word
        elif kind == NAME and word.upper() in KEYWORDS:
            kind = word.upper()
        tokens.append(Token(kind, word, start, end))
    tokens.append(Token(END, END, len(text), len(text)))
    return tokens
