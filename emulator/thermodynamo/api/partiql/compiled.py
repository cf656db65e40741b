"""Statements compile once: a bounded cache from their text, and in each the plan for the table it met last."""

from collections.abc import Sequence

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import used
from thermodynamo.api.expressions.binding import constant
from thermodynamo.api.expressions.cache import ExpressionCache, Names
from thermodynamo.api.expressions.nodes import LiteralPath, Operand
from thermodynamo.api.partiql import constants, plan, where
from thermodynamo.api.partiql.parser import parse
from thermodynamo.api.partiql.plan import Plan
from thermodynamo.api.partiql.statements import (
    Delete,
    Exists,
    Insert,
    Parsed,
    Select,
    Source,
    Statement,
    Update,
    parameter,
)
from thermodynamo.api.values.compare import Attributes
from thermodynamo_storage.values.schema import KeySchema


class Compiled:
    """A statement that was parsed, with its plan for one key schema."""

    __slots__ = ("_names", "_plan", "_schema", "constructors", "is_read", "placeholders", "source", "statement", "text")

    def __init__(self, text: str, parsed: Parsed) -> None:
        self.text = text
        self.statement: Statement = parsed.statement
        self.source: Source = _source(parsed.statement)
        self.is_read = isinstance(parsed.statement, Select)
        self.placeholders = tuple(map(parameter, range(parsed.parameter_count)))
        self.constructors = parsed.constructors
        self._names = parsed.names
        self._schema: KeySchema | None = None
        self._plan: Plan | ApiError | None = None
        """What it compiles to for that schema, or why it does not."""
        if isinstance(parsed.statement, (Update, Delete)) and self.source.index_name is not None:
            raise errors.validation(messages.STATEMENT_OF_INDEX)

    def bind(self, parameters: Sequence[Attributes] | None) -> Attributes:
        """The values of the statement's placeholders; the parameters are canonical afterwards.

        Raises ValidationException for a wrong number of parameters, and for values that cannot be.
        """
        if parameters is None:
            parameters = ()
        for each in parameters:
            if "S" not in each or len(each) > 1:  # a string is canonical as it is
                constants.canonicalise(each)
        if len(parameters) != len(self.placeholders):
            raise errors.validation(messages.STATEMENT_PARAMETERS)
        values = dict(zip(self.placeholders, parameters, strict=True))
        for placeholder, constructor in self.constructors:
            values[placeholder] = value = constants.build(constructor, values)
            constants.canonicalise(value)
        return values

    def plan(self, schema: KeySchema) -> Plan:
        """The plan for a table or an index with this key schema. Raises ValidationException."""
        found = self._plan
        if schema is not self._schema or found is None:
            try:
                found = plan.compile(self.statement, schema, self._names)
            except ApiError as error:
                found = error
            self._schema, self._plan = schema, found
        if isinstance(found, ApiError):
            raise errors.without_frames(found)
        return found

    def is_planned(self, schema: KeySchema) -> bool:
        """Whether `plan` has an answer for this schema without compiling."""
        return schema is self._schema and self._plan is not None

    def item(self, values: Attributes) -> Attributes:
        """The item of an INSERT, the caller's to keep. Raises ValidationException where it is no map."""
        assert isinstance(self.statement, Insert)
        value = constants.build(self.statement.item, values)
        if "M" not in value:
            raise errors.validation(messages.STATEMENT_MALFORMED.format(messages.STATEMENT_ITEM))
        return dict(value["M"])

    def named(self, parameters: Sequence[Attributes] | None) -> Attributes:
        """The attributes whose values the statement gives: of an item to insert, or that must be equal to something.

        Among them is the key of the item that it means, if it means one. Raises ValidationException.
        """
        values = self.bind(parameters)
        statement = self.statement
        if isinstance(statement, Insert):
            return self.item(values)
        clause = statement.select.where if isinstance(statement, Exists) else statement.where
        terms = (where.key_term(term, self._names) for term in where.conjuncts(clause))
        return {term.name: constant(term.operands[0], values) for term in terms if term is not None and term.op == "="}

    def attributes(self, values: Attributes) -> frozenset[str]:
        """The top-level attributes that the statement names, in an item to insert, a path, an update or a condition."""
        statement = self.statement.select if isinstance(self.statement, Exists) else self.statement
        if isinstance(statement, Insert):
            return frozenset(self.item(values))
        operands: list[Operand] = [*used.operands_of_term(statement.where)] if statement.where is not None else []
        if isinstance(statement, Select):
            operands += [*(statement.paths or ()), *(LiteralPath(each.name) for each in statement.orderings)]
        elif isinstance(statement, Update):
            operands += [operand for action in statement.actions for operand in used.operands_of_action(action)]
        return used.roots(operands, self._names)

    @property
    def selects_everything(self) -> bool:
        """Whether it is a SELECT of `*`."""
        return isinstance(self.statement, Select) and self.statement.paths is None

    @property
    def is_of_no_item(self) -> bool:
        """Whether this is a SELECT that no batch or transaction takes for one of an item, even with the whole key.

        Recorded in October 2026: one that calls attribute_exists.
        """
        return isinstance(self.statement, Select) and where.asks_existence(self.statement.where)

    @property
    def returns(self) -> str:
        """What a write returns, as a value of ReturnValues."""
        return getattr(self.statement, "returns", "NONE")


def compile(text: str) -> Compiled:
    return _CACHE.get("", text, None)


def _parse(kind: str, text: str, names: Names) -> Compiled:
    return Compiled(text, parse(text))


_CACHE = ExpressionCache(_parse)


def _source(statement: Statement) -> Source:
    return statement.select.source if isinstance(statement, Exists) else statement.source
