"""Cuts a statement's text into tokens, each with its place in the text for error messages."""

import re
from dataclasses import dataclass

from emulator.partiql.keywords import KEYWORDS

NAME = "name"
STRING = "string"
NUMBER = "number"
VALUE = "value"
PARAMETER = "?"
UNKNOWN = "unknown"
END = "<EOF>"

_TOKEN = re.compile(
    r"(?:\s|--[^\n]*|/\*.*?\*/)*(?:"
    r"(?P<word>[A-Za-z_$][A-Za-z0-9_$]*)"
    r'|"(?P<quoted>(?:[^"]|"")*)"'
    r"|'(?P<string>(?:[^']|'')*)'"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<symbol><<|>>|<>|<=|>=|!=|[=<>()\[\]{},.:;*?+-])"
    r"|(?P<unknown>.)"
    r"|(?P<end>\Z))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is one of this module's names, or the symbol itself, or the keyword in capitals.

    `text` is what the token means: a name or a string without its quotes. Offsets are places in the statement.
    """

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens of the text, closed by one of kind END."""
    tokens: list[Token] = []
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        assert match is not None and match.lastgroup is not None
        group = match.lastgroup
        if group == "end":
            tokens.append(Token(END, END, len(text), len(text)))
            return tokens
        word = match.group(group)
        start, position = match.start(group), match.end()
        match group:
            case "word":
                keyword = word.upper()
                tokens.append(Token(keyword if keyword in KEYWORDS else NAME, word, start, position))
            case "quoted":
                tokens.append(Token(NAME, word.replace('""', '"'), start - 1, position))
            case "string":
                tokens.append(Token(STRING, word.replace("''", "'"), start - 1, position))
            case "symbol":
                tokens.append(Token(word, word, start, position))
            case _:
                tokens.append(Token(group, word, start, position))


def place(text: str, token: Token) -> str:
    """Where a token stands, as the service writes it: line, place in the line, length."""
    line = text.count("\n", 0, token.start) + 1
    return f"{line}:{token.start - text.rfind(chr(10), 0, token.start)}:{token.end - token.start}"
