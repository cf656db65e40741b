"""Reads a statement's tokens one after the other, and words what is wrong with them."""

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions.lexer import Token
from thermodynamo.api.expressions.nodes import Literal, Value
from thermodynamo.api.partiql import lexer
from thermodynamo.api.partiql.statements import Constructor, parameter

DEPTH_MAX = 100
"""How deep parentheses and values may nest. The service stores 32 levels of values at most; the rest is for the call
stack of this parser."""
OPERATORS_MAX = 300
"""As in expressions: developer guide, Constraints."""


class Cursor:
    """The place reached in a statement, and what was found on the way there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = lexer.tokenize(text)
        self.position = 0
        self.parameter_count = 0
        self.constructors: list[tuple[str, Constructor]] = []
        self.names: dict[str, str] = {}
        self.set_operands: list[tuple[str, Value | Literal]] = []
        self.depth = 0
        self.operators = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def is_call(self) -> bool:
        """Whether the next token is followed by an opening parenthesis."""
        return self.token.kind != lexer.END and self.tokens[self.position + 1].kind == "("

    def advance(self) -> Token:
        token = self.tokens[self.position]
        if token.kind != lexer.END:
            self.position += 1
        return token

    def take(self, *kinds: str) -> bool:
        """Steps over the next tokens if they are of these kinds."""
        found = tuple(token.kind for token in self.tokens[self.position : self.position + len(kinds)])
        if found != kinds:
            return False
        self.position += len(kinds)
        return True

    def expect(self, kind: str) -> Token:
        """Steps over the next token, which must be of this kind."""
        if self.token.kind != kind:
            raise self.unexpected(kind)
        return self.advance()

    def next_parameter(self) -> Value:
        """The value of a `?` that was stepped over."""
        self.parameter_count += 1
        return Value(parameter(self.parameter_count - 1))

    def hoist(self, constructor: Constructor) -> Value:
        """The value that stands for a constructor, to be built when the parameters are known."""
        placeholder = f":c{len(self.constructors)}"
        self.constructors.append((placeholder, constructor))
        return Value(placeholder)

    def element(self, name: str) -> str:
        """A name as an element of a path: one that would look like a placeholder becomes one."""
        if not name:
            raise errors.validation(messages.ATTRIBUTE_NAME_EMPTY)
        if name[0] != "#":
            return name
        placeholder = f"#{len(self.names)}"
        self.names[placeholder] = name
        return placeholder

    def enter(self) -> None:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise self.malformed(messages.STATEMENT_DEPTH.format(self.place()))

    def leave(self) -> None:
        self.depth -= 1

    def count_operator(self) -> None:
        self.operators += 1
        if self.operators > OPERATORS_MAX:
            raise self.malformed(messages.EXPRESSION_OPERATORS.format(count=self.operators))

    # --- errors ---

    def place(self) -> str:
        return lexer.place(self.text, self.token)

    def malformed(self, detail: str) -> ApiError:
        return errors.validation(messages.STATEMENT_MALFORMED.format(detail))

    def unexpected(self, wanted: str | None = None) -> ApiError:
        """The next token cannot stand here: a keyword, a character of no token, or another term than `wanted`."""
        kind = self.token.kind
        if kind.isalpha() and kind.isupper() and wanted in (None, lexer.NAME, lexer.VALUE):
            return self.malformed(messages.STATEMENT_KEYWORD)
        if kind == lexer.UNKNOWN:
            return self.malformed("")
        if wanted is None or wanted in (lexer.NAME, lexer.VALUE, "FROM"):
            return self.malformed(messages.STATEMENT_TERM)
        shown = messages.STATEMENT_TOKENS.get(wanted, wanted if wanted.isalpha() else f"'{wanted}'")
        return self.malformed(messages.STATEMENT_EXPECTED.format(shown))
