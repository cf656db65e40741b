"""The quick `dataclass` beside the standard one: what a class does is the same, whichever made it."""

# mypy: disable-error-code="call-arg"

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from thermodynamo_storage.values import dataclass as quick

DECORATORS = {"standard": dataclasses.dataclass, "quick": vars(quick)["dataclass"]}


def point(decorator: Callable[..., Any], frozen: bool) -> Any:
    @decorator(frozen=frozen, slots=True)
    class Point:
        """A place."""

        x: int
        y: int = 7
        names: list[str] = dataclasses.field(default_factory=list)
        secret: str = dataclasses.field(default="s", repr=False)
        note: str = dataclasses.field(default="", compare=False)

        @property
        def sum(self) -> int:
            return self.x + self.y

    return Point


def outcome(call: Callable[[], object]) -> object:
    """What a call gives, or the kind of its error with its text."""
    try:
        return call()
    except Exception as error:
        return type(error), str(error)


def behaviour(made: Any) -> list[object]:
    one = made(1)
    same, other, noted = made(1, 7, [], "s"), made(1, 8), made(1, note="n")
    return [
        one.sum,
        repr(one),
        (one == same, one == other, one == noted, one != other, one == (1, 7, [], "s", ""), one.__eq__(1)),
        made(2).names is made(2).names,
        [(field.name, field.default, field.repr) for field in dataclasses.fields(one)],
        dataclasses.asdict(dataclasses.replace(one, x=5, names=["a"])),
        made.__match_args__,
        made.__dataclass_params__.frozen,
        made.__slots__,
        made.__doc__,
        hasattr(one, "__dict__"),
        outcome(lambda: hash(made(1, names=()))) == outcome(lambda: hash(made(1, names=()))),
        outcome(lambda: hash(one)),
        outcome(lambda: made()),
        outcome(lambda: made(1, z=2)),
        outcome(lambda: setattr(one, "x", 2)),
        outcome(lambda: delattr(one, "y")),
        outcome(lambda: one.y),
        copy.copy(other) == other,
        copy.deepcopy(other) == other,
    ]


@pytest.mark.parametrize("frozen", [True, False])
def test_a_class_does_what_the_standard_one_does(frozen: bool) -> None:
    standard, own = (behaviour(point(decorator, frozen)) for decorator in DECORATORS.values())
    assert own == standard


@pytest.mark.parametrize("decorator", DECORATORS.values(), ids=DECORATORS)
def test_equal_frozen_values_have_one_hash(decorator: Callable[..., Any]) -> None:
    made = point(decorator, frozen=True)
    assert {made(1, names=()): "found"}[made(1, 7, ())] == "found"
    assert hash(made(1, names=())) != hash(made(2, names=()))


@pytest.mark.parametrize("decorator", DECORATORS.values(), ids=DECORATORS)
def test_what_is_computed_after_the_fields_is_no_argument(decorator: Callable[..., Any]) -> None:
    @decorator(frozen=True, slots=True)
    class Square:
        """A square and its area."""

        side: int
        area: int = dataclasses.field(init=False)

        def __post_init__(self) -> None:
            object.__setattr__(self, "area", self.side**2)

    assert Square(3).area == 9
    assert repr(Square(3)).endswith("Square(side=3, area=9)")
    with pytest.raises(TypeError):
        Square(3, 9)


@pytest.mark.parametrize("decorator", DECORATORS.values(), ids=DECORATORS)
def test_a_class_without_fields_and_methods_of_its_own_stay(decorator: Callable[..., Any]) -> None:
    @decorator(frozen=True, slots=True)
    class Nothing:
        """Nothing, shown in a way of its own."""

        def __repr__(self) -> str:
            return "nothing"

    assert Nothing() == Nothing()
    assert hash(Nothing()) == hash(Nothing())
    assert repr(Nothing()) == "nothing"


@dataclasses.dataclass(frozen=True, slots=True)
class Pair:
    """Of the module, for pickle."""

    left: int
    right: int


QuickPair: Any = vars(quick)["dataclass"](frozen=True, slots=True)(
    type("QuickPair", (), {"__annotations__": {"left": int, "right": int}, "__module__": __name__})
)


@pytest.mark.parametrize("made", [Pair, QuickPair])
def test_a_frozen_value_can_be_pickled(made: Any) -> None:
    assert pickle.loads(pickle.dumps(made(1, 2))) == made(1, 2)


@pytest.mark.parametrize("decorator", DECORATORS.values(), ids=DECORATORS)
def test_a_class_that_can_be_changed_is_inherited_from(decorator: Callable[..., Any]) -> None:
    @decorator(slots=True)
    class Base:
        """The first field."""

        first: int

    @decorator(slots=True)
    class Derived(Base):
        """The second field."""

        second: int = 2

    assert Derived(1) == Derived(1, 2)
    assert Derived(1) != Derived(1, 3)
    assert Derived(1) != Base(1)
    assert repr(Derived(1)).endswith("Derived(first=1, second=2)")
    changed = Derived(1)
    changed.first = 4
    assert changed == Derived(4)
