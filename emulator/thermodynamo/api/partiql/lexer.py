"""Cuts a statement's text into tokens, each with its place in the text for error messages."""

import re

from thermodynamo.api.expressions.lexer import Token, cut
from thermodynamo.api.partiql.keywords import KEYWORDS

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


def tokenize(text: str) -> list[Token]:
    """All tokens of the text, closed by one of kind END. A name or a string has its text without the quotes."""
    tokens: list[Token] = []
    for group, word, start, end in cut(_TOKEN, text):
        match group:
            case "word":
                keyword = word.upper()
                tokens.append(Token(keyword if keyword in KEYWORDS else NAME, word, start, end))
            case "quoted":
                tokens.append(Token(NAME, word.replace('""', '"'), start - 1, end))
            case "string":
                tokens.append(Token(STRING, word.replace("''", "'"), start - 1, end))
            case "symbol":
                tokens.append(Token(word, word, start, end))
            case _:
                tokens.append(Token(group, word, start, end))
    tokens.append(Token(END, END, len(text), len(text)))
    return tokens


def place(text: str, token: Token) -> str:
    """Where a token stands, as the service writes it: line, place in the line, length."""
    line = text.count("\n", 0, token.start) + 1
    return f"{line}:{token.start - text.rfind(chr(10), 0, token.start)}:{token.end - token.start}"
