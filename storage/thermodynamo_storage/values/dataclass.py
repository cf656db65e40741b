"""`dataclass` as the standard library has it, made in a third of the time and with half of the memory.

The standard one compiles up to six functions for each class. A start makes 120 such classes, which took a third of its
time. Here `__init__` alone is compiled, and the other methods are closures of one code each. Classes have slots, and
nothing is ordered. An attribute that is no argument of `__init__` is set by `__post_init__`. Type checkers see the
standard decorator.
"""

import dataclasses
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, slots: bool, frozen: bool = False) -> Callable[[type], type]:
        """Decorates a class. Its methods of its own stay."""
        assert slots, "a class without slots needs the standard decorator"
        return lambda cls: _decorated(cls, frozen)


Members = tuple["dataclasses.Field[Any]", ...]
Methods = dict[str, Any]


def _decorated(cls: type, is_frozen: bool) -> type:
    made: type = dataclasses.dataclass(init=not is_frozen, repr=False, eq=False, slots=True)(cls)
    members = dataclasses.fields(made)
    methods = _shared(members)
    if is_frozen:
        methods |= FROZEN
        methods["__init__"] = _init(made, members)
    else:
        methods["__hash__"] = None
    for name, method in methods.items():
        if name not in vars(made):
            setattr(made, name, method)
    return made


def _shared(members: Members) -> Methods:
    names = [member.name for member in members]
    shown = [member.name for member in members if member.repr]
    compared = [member.name for member in members if member.compare]
    values: Callable[[Any], Any] = attrgetter(*compared) if compared else lambda _: ()

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807 - It becomes the class's.
        return bool(values(self) == values(other)) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(values(self))

    def __repr__(self: Any) -> str:  # noqa: N807
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    def __getstate__(self: Any) -> list[Any]:  # noqa: N807
        return [getattr(self, name) for name in names]

    def __setstate__(self: Any, state: Sequence[Any]) -> None:  # noqa: N807
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return {method.__name__: method for method in (__eq__, __hash__, __repr__, __getstate__, __setstate__)}


def _refuse_assigned(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleted(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


FROZEN: Methods = {"__setattr__": _refuse_assigned, "__delattr__": _refuse_deleted}


def _init(made: type, members: Members) -> Any:
    """The `__init__` of a frozen class: an assignment for each attribute, past the refusal."""
    names: dict[str, Any] = {"assign": object.__setattr__, "ABSENT": dataclasses.MISSING}
    parameters, lines = ["self"], []
    for member in members:
        parameter = value = member.name
        if member.default is not dataclasses.MISSING:
            names[f"default_{value}"] = member.default
            parameter = f"{value}=default_{value}"
        elif member.default_factory is not dataclasses.MISSING:
            names[f"make_{value}"] = member.default_factory
            parameter = f"{value}=ABSENT"
            value = f"make_{value}() if {value} is ABSENT else {value}"
        if member.init:
            parameters.append(parameter)
            lines.append(f"    assign(self, {member.name!r}, {value})")
    if hasattr(made, "__post_init__"):
        lines.append("    self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or ["    pass"]), names)
    init = names["__init__"]
    init.__qualname__ = f"{made.__qualname__}.__init__"
    return init
