"""The grammar: tokens to trees, and nothing else; every error here is a syntax error.

Conditions are parsed with a stack of their own instead of recursion, so that 4 KB of parentheses or NOTs cannot exhaust
Python's. Only functions inside functions recurse, at most OPERATORS_MAX deep.

What must be counted while the text is still text is judged when the whole of it has proved to be well-formed.
"""

from dataclasses import field

from thermodynamo.api import messages
from thermodynamo.api.errors import ApiError, validation
from thermodynamo.api.expressions import lexer
from thermodynamo.api.expressions.lexer import Token, tokenize
from thermodynamo.api.expressions.nodes import (
    Action,
    AddAction,
    And,
    Arithmetic,
    Between,
    Comparison,
    DeleteAction,
    Function,
    In,
    Literal,
    LiteralPath,
    Not,
    Operand,
    Or,
    Path,
    RemoveAction,
    SetAction,
    Term,
    Value,
)
from thermodynamo_storage.values.dataclass import dataclass

EXPRESSION_BYTES_MAX = 4096
OPERATORS_MAX = 300
IN_OPERANDS_MAX = 100

_COMPARATORS = frozenset(("=", "<>", "<", "<=", ">", ">="))
_SECTIONS = ("SET", "REMOVE", "ADD", "DELETE")


def invalid(kind: str, detail: str) -> ApiError:
    """The error that an expression of this kind is invalid; a statement is of no kind, and says it bare."""
    return validation(messages.INVALID_EXPRESSION.format(kind=kind, detail=detail) if kind else detail)


@dataclass(slots=True)
class _Group:
    """One open parenthesis of a condition, or the whole of it: the terms read so far."""

    ors: list[Term] = field(default_factory=list)
    ands: list[Term] = field(default_factory=list)
    nots: int = 0

    def is_empty(self) -> bool:
        return not (self.ors or self.ands or self.nots)

    def add(self, term: Term) -> None:
        self.ands.append(Not(term, self.nots) if self.nots else term)
        self.nots = 0

    def end_of_and(self) -> None:
        self.ors.append(self.ands[0] if len(self.ands) == 1 else And(tuple(self.ands)))
        self.ands = []

    def close(self) -> Term:
        self.end_of_and()
        return self.ors[0] if len(self.ors) == 1 else Or(tuple(self.ors))


class Parser:
    """Reads one expression; `kind` is the request parameter's name, used in the error messages."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text
        if not text:
            raise invalid(kind, messages.EXPRESSION_EMPTY)
        refuse_long(kind, text, messages.EXPRESSION_TOO_LONG)
        self.tokens = tokenize(text)
        self.position = 0
        self.token = self.tokens[0]
        self.operators = 0
        self.depth = 0
        self.in_operands = 0

    # --- tokens ---

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        self.token = self.tokens[self.position]
        return token

    def expect(self, kind: str) -> Token:
        if self.token.kind != kind:
            raise self.syntax_error()
        return self.advance()

    def syntax_error(self) -> ApiError:
        """Near the current token: the text from the token before it to the token after it."""
        first = self.tokens[self.position - 1].start if self.position else 0
        last = self.tokens[min(self.position + 1, len(self.tokens) - 1)].end
        near = self.text[first:last]
        return invalid(self.kind, messages.EXPRESSION_SYNTAX.format(token=self.token.text, near=near))

    def finish(self) -> None:
        """The text is used up; judge what was counted on the way."""
        if self.token.kind != lexer.END:
            raise self.syntax_error()
        if self.operators > OPERATORS_MAX:
            raise self.too_many_operators()
        if self.in_operands > IN_OPERANDS_MAX:
            raise invalid(self.kind, messages.EXPRESSION_IN_OPERANDS.format(count=self.in_operands))

    def refuse_if_redundant(self, redundant: bool) -> None:
        """Unlike all other rules, the service applies this one as soon as the outer parenthesis is closed."""
        if redundant:
            raise invalid(self.kind, messages.EXPRESSION_PARENTHESES)

    def too_many_operators(self) -> ApiError:
        # The service stops counting at the first operator too many.
        return invalid(self.kind, messages.EXPRESSION_OPERATORS.format(count=OPERATORS_MAX + 1))

    # --- operands ---

    def path(self) -> Path:
        if self.token.kind not in (lexer.NAME, lexer.NAME_PLACEHOLDER):
            raise self.syntax_error()
        elements: list[str | int] = [self.advance().text]
        while True:
            if self.token.kind == ".":
                self.advance()
                if self.token.kind not in (lexer.NAME, lexer.NAME_PLACEHOLDER):
                    raise self.syntax_error()
                elements.append(self.advance().text)
            elif self.token.kind == "[":
                self.advance()
                elements.append(int(self.expect(lexer.NUMBER).text))
                self.expect("]")
            else:
                return Path(tuple(elements))

    def value(self) -> Value:
        return Value(self.expect(lexer.VALUE_PLACEHOLDER).text)

    def simple_operand(self) -> Operand:
        """A path, a value or a function, without parentheses around it."""
        kind = self.token.kind
        if kind == lexer.VALUE_PLACEHOLDER:
            return Value(self.advance().text)
        if kind == lexer.NAME and self.tokens[self.position + 1].kind == "(":
            return self.function()
        return self.path()

    def function(self) -> Function:
        self.depth += 1
        if self.depth > OPERATORS_MAX:
            raise self.too_many_operators()
        self.operators += 1
        name = self.advance().text
        self.expect("(")
        operands = [self.operand()]
        while self.token.kind == ",":
            self.advance()
            operands.append(self.operand())
        self.expect(")")
        self.depth -= 1
        return Function(name, tuple(operands))

    def operand(self) -> Operand:
        """An operand, in any number of parentheses."""
        opened = 0
        while self.token.kind == "(":
            self.advance()
            opened += 1
        operand = self.simple_operand()
        for _ in range(opened):
            self.expect(")")
        self.refuse_if_redundant(opened > 1)
        return operand

    # --- conditions ---

    def condition(self) -> Term:
        """A whole condition: OR binds least, then AND, then NOT."""
        groups = [_Group()]
        while True:
            while True:
                if self.token.kind == "NOT":
                    self.advance()
                    self.operators += 1
                    groups[-1].nots += 1
                elif self.token.kind == "(":
                    self.advance()
                    groups.append(_Group())
                else:
                    break
            if self.after_operand(groups, self.simple_operand()):
                return groups[0].close()

    def after_operand(self, groups: list[_Group], left: Operand | Term) -> bool:
        """Continue after an operand or a closed group until another one must follow; true at the end."""
        in_parentheses = False
        while True:
            if isinstance(left, (Path, Value, Function)) and self.token.kind in ("BETWEEN", "IN", *_COMPARATORS):
                left = self.comparison(left)
                in_parentheses = False
            if isinstance(left, (Path, LiteralPath, Value, Literal, Arithmetic)):
                if not (self.token.kind == ")" and len(groups) > 1 and groups[-1].is_empty()):
                    raise self.syntax_error()
                groups.pop()
                self.advance()
                self.refuse_if_redundant(in_parentheses)
                in_parentheses = True
                continue
            group = groups[-1]
            alone = group.is_empty()
            if self.token.kind in ("AND", "OR"):
                group.add(left)
                self.operators += 1
                if self.advance().kind == "OR":
                    group.end_of_and()
                return False
            if len(groups) == 1:
                if self.token.kind != lexer.END:
                    raise self.syntax_error()
                group.add(left)
                return True
            self.expect(")")
            group.add(left)
            groups.pop()
            left = group.close()
            self.refuse_if_redundant(in_parentheses and alone)
            in_parentheses = True

    def comparison(self, left: Operand) -> Term:
        operator = self.advance().kind
        self.operators += 1
        if operator == "BETWEEN":
            low = self.operand()
            self.expect("AND")
            return Between(left, low, self.operand())
        if operator == "IN":
            self.expect("(")
            choices = [self.operand()]
            while self.token.kind == ",":
                self.advance()
                choices.append(self.operand())
            self.expect(")")
            self.in_operands = max(self.in_operands, len(choices))
            return In(left, tuple(choices))
        return Comparison(operator, left, self.operand())

    # --- updates ---

    def update(self) -> list[list[Action]]:
        """The actions of each section, in the order they are written."""
        sections: list[list[Action]] = []
        while self.token.kind in _SECTIONS:
            section = self.advance().kind
            actions = [self.action(section)]
            while self.token.kind == ",":
                self.advance()
                actions.append(self.action(section))
            sections.append(actions)
        if not sections:
            raise self.syntax_error()
        self.finish()
        return sections

    def action(self, section: str) -> Action:
        path = self.path()
        if section == "REMOVE":
            return RemoveAction(path)
        if section == "ADD":
            return AddAction(path, self.value())
        if section == "DELETE":
            return DeleteAction(path, self.value())
        self.expect("=")
        return SetAction(path, self.set_value())

    def set_value(self) -> Operand:
        """An operand or one sum or difference, which may stand in parentheses as a whole."""
        opened = 0
        while self.token.kind == "(":
            self.advance()
            opened += 1
        left = self.simple_operand()
        around_left = 0
        while opened and self.token.kind == ")":
            self.advance()
            opened -= 1
            around_left += 1
        self.refuse_if_redundant(around_left > 1)
        value = left
        if self.token.kind in ("+", "-"):
            operator = self.advance().kind
            self.operators += 1
            value = Arithmetic(operator, left, self.operand())
        elif opened:
            raise self.syntax_error()
        for _ in range(opened):
            self.expect(")")
        self.refuse_if_redundant(opened > 1)
        return value

    # --- projections ---

    def projection(self) -> list[Path]:
        paths = [self.path()]
        while self.token.kind == ",":
            self.advance()
            paths.append(self.path())
        self.finish()
        return paths


def refuse_long(kind: str, text: str, template: str) -> None:
    """Raises ValidationException with `template`, which may show the size, for a text of more than 4 KB."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    if size > EXPRESSION_BYTES_MAX:
        raise invalid(kind, template.format(size=size))


def parse_condition(kind: str, text: str) -> Term:
    """The tree of a condition, filter or key condition."""
    parser = Parser(kind, text)
    term = parser.condition()
    parser.finish()
    return term


def parse_update(text: str) -> list[list[Action]]:
    """The actions of an update expression, section by section."""
    return Parser("UpdateExpression", text).update()


def parse_projection(text: str) -> list[Path]:
    return Parser("ProjectionExpression", text).projection()
