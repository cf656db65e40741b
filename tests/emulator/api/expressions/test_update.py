"""Updates: what they make of an item, what they refuse, and that they leave the old item alone."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import update

ITEM: dict[str, Any] = {
    "n": {"N": "5"},
    "s": {"S": "hello"},
    "l": {"L": [{"N": "1"}, {"S": "x"}, {"M": {"k": {"N": "2"}}}]},
    "m": {"M": {"a": {"N": "1"}, "b": {"M": {"c": {"S": "d"}}}}},
    "ss": {"SS": ["a", "b"]},
}
VALUES: dict[str, Any] = {
    ":one": {"N": "1"},
    ":a": {"S": "a"},
    ":s": {"S": "s"},
    ":l": {"L": [{"N": "9"}]},
    ":m": {"M": {}},
    ":ss": {"SS": ["b", "c"]},
    ":ab": {"SS": ["a", "b"]},
    ":ns": {"NS": ["1"]},
    ":t": {"BOOL": True},
}


def applied(text: str, item: dict[str, Any] = ITEM) -> dict[str, Any]:
    compiled = update.compile(text, None)
    compiled.check(VALUES)
    before = copy.deepcopy(item)
    after = compiled.apply(item, VALUES)
    assert item == before
    return after


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("SET n = n + :one", {"n": {"N": "6"}}),
        ("SET n = (n - :one)", {"n": {"N": "4"}}),
        ("SET q = n, n = s", {"q": {"N": "5"}, "n": {"S": "hello"}}),
        ("SET q = if_not_exists(q, :one) + :one", {"q": {"N": "2"}}),
        ("SET n = if_not_exists(n, q)", {}),
        ("SET l = list_append(:l, l)", {"l": {"L": [{"N": "9"}, *ITEM["l"]["L"]]}}),
        ("SET l[1] = :a", {"l": {"L": [{"N": "1"}, {"S": "a"}, ITEM["l"]["L"][2]]}}),
        ("SET l[7] = :s, l[5] = :a", {"l": {"L": [*ITEM["l"]["L"], {"S": "a"}, {"S": "s"}]}}),
        ("SET l[0] = l[1], l[1] = l[0]", {"l": {"L": [{"S": "x"}, {"N": "1"}, ITEM["l"]["L"][2]]}}),
        ("SET l[1] = :a REMOVE l[0]", {"l": {"L": [{"S": "a"}, ITEM["l"]["L"][2]]}}),
        ("REMOVE l[0], l[1]", {"l": {"L": [ITEM["l"]["L"][2]]}}),
        ("REMOVE l[0], l[2].k", {"l": {"L": [{"S": "x"}, {"M": {}}]}}),
        ("REMOVE l[9], q, m.q", {}),
        ("SET m.a = :a REMOVE m.b.c", {"m": {"M": {"a": {"S": "a"}, "b": {"M": {}}}}}),
        ("SET m.q = m", {"m": {"M": {**ITEM["m"]["M"], "q": ITEM["m"]}}}),
        ("ADD n :one, q :one", {"n": {"N": "6"}, "q": {"N": "1"}}),
        ("ADD ss :ss", {"ss": {"SS": ["a", "b", "c"]}}),
        ("ADD l[0] :one", {"l": {"L": [{"N": "2"}, *ITEM["l"]["L"][1:]]}}),
        ("DELETE ss :ss", {"ss": {"SS": ["a"]}}),
        ("DELETE q :ss", {}),
        ("set n = :one Remove s aDD q :one", {"n": {"N": "1"}, "q": {"N": "1"}, "s": None}),
        ("DELETE ss :ab", {"ss": None}),
    ],
)
def test_updates(text: str, changes: dict[str, Any]) -> None:
    expected = {name: value for name, value in {**ITEM, **changes}.items() if value is not None}
    assert applied(text) == expected


TYPE = "An operand in the update expression has an incorrect data type"
MISSING = "The provided expression refers to an attribute that does not exist in the item"
INVALID = "The document path provided in the update expression is invalid for update"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET n = s + :one", TYPE),
        ("SET q = list_append(l, s)", TYPE),
        ("ADD s :one", TYPE),
        ("ADD ss :ns", TYPE),
        ("DELETE s :ss", TYPE),
        ("SET q = r", MISSING),
        ("SET q = l[9]", MISSING),
        ("SET q.a = :one", INVALID),
        ("SET n.a = :one", INVALID),
        ("SET m[0] = :one", INVALID),
        ("SET l.a = :one", INVALID),
        ("SET l[9].x = :one", INVALID),
        ("REMOVE n.a", INVALID),
        ("REMOVE n.a.b", INVALID),
        ("REMOVE m[0]", INVALID),
        ("DELETE q.a :ss", INVALID),
        ("SET q.a = r", INVALID),
    ],
)
def test_items_an_update_does_not_fit(text: str, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        applied(text)
    assert caught.value.message == message


OVERLAP = (
    "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {}, path two: {}"
)
CONFLICT = (
    "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {}, path two: {}"
)
OPERAND = "Incorrect operand type for operator or function; operator or function: {}, operand type: {}"
ACTION = (
    "Incorrect operand type for operator or function; operator: {0}, operand type: {1}, "
    "typeSet: ALLOWED_FOR_{0}_OPERAND"
)
UNDEFINED = "An expression attribute value used in expression is not defined; attribute value: {}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET a = :a, a = :a", OVERLAP.format("[a]", "[a]")),
        ("SET a.b = :a REMOVE a", OVERLAP.format("[a, b]", "[a]")),
        ("SET a = :u, a.b[1] = :a", OVERLAP.format("[a]", "[a, b, [1]]")),
        ("SET a.b = :a REMOVE a[0]", CONFLICT.format("[a, b]", "[a, [0]]")),
        ("SET a = :a + :one", OPERAND.format("+", "S")),
        ("SET a = list_append(:one, :l)", OPERAND.format("list_append", "N")),
        ("ADD a :a", ACTION.format("ADD", "STRING")),
        ("ADD a :l", ACTION.format("ADD", "LIST")),
        ("DELETE a :one", ACTION.format("DELETE", "NUMBER")),
        ("DELETE a :t", ACTION.format("DELETE", "BOOLEAN")),
        ("SET a = :u", UNDEFINED.format(":u")),
        ("SET a = :u, b = :v", UNDEFINED.format(":v")),
        (
            "SET a = :u REMOVE #q",
            "An expression attribute name used in the document path is not defined; attribute name: #q",
        ),
        (
            "SET a = if_not_exists(:a, b)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
        (
            "SET a = if_not_exists(a, a)",
            "The first operand must be distinct from the remaining operands for this operator or function;"
            " operator: if_not_exists, first operand: [a]",
        ),
    ],
)
def test_updates_that_no_item_fits(text: str, message: str) -> None:
    with pytest.raises(ApiError) as caught:
        update.compile(text, None).check(VALUES)
    assert caught.value.message == f"Invalid UpdateExpression: {message}"


@pytest.mark.parametrize(
    ("text", "new", "old"),
    [
        ("SET n = :one REMOVE s", {"n": {"N": "1"}}, {"n": {"N": "5"}, "s": {"S": "hello"}}),
        (
            "SET m.b.c = :a",
            {"m": {"M": {"b": {"M": {"c": {"S": "a"}}}}}},
            {"m": {"M": {"b": {"M": {"c": {"S": "d"}}}}}},
        ),
        ("SET m.q = :a", {"m": {"M": {"q": {"S": "a"}}}}, {}),
        ("SET l[7] = :a", {}, {}),
        ("REMOVE q", {}, {}),
    ],
)
def test_touched_parts(text: str, new: dict[str, Any], old: dict[str, Any]) -> None:
    touched = update.compile(text, None)
    assert touched.project_touched(applied(text)) == new
    assert touched.project_touched(ITEM) == old


def test_sums_out_of_range_are_refused() -> None:
    largest = {":big": {"N": "9" + "0" * 125}}
    with pytest.raises(ApiError, match="Number overflow"):
        update.compile("SET n = :big + :big", None).apply({}, largest)
    with pytest.raises(ApiError, match="more than 38 significant digits"):
        update.compile("ADD n :big", None).apply({"n": {"N": "1"}}, largest)


def test_what_an_update_uses() -> None:
    compiled = update.compile("SET #a.b = :v, c = d ADD #e :w", {"#a": "x", "#e": "y"})
    assert compiled.names == {"#a", "#e"}
    assert compiled.values == {":v", ":w"}
    assert compiled.roots == {"x", "c", "y"}


NAMES = st.sampled_from(["a", "b"])
LEAVES = st.builds(lambda number: {"N": str(number)}, st.integers(0, 9))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda entries: {"M": entries}, st.dictionaries(NAMES, inner, max_size=2)),
        st.builds(lambda elements: {"L": elements}, st.lists(inner, max_size=3)),
    ),
    max_leaves=8,
)
PATHS = st.builds(lambda root, rest: (root, *rest), NAMES, st.lists(st.one_of(NAMES, st.integers(0, 3)), max_size=3))


def written(path: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]


MISSING_CONTAINER = object()


def follow(item: dict[str, Any], path: tuple[str | int, ...]) -> Any:
    """A plain model of a path: the Python container that holds its last element, MISSING_CONTAINER, or None where
    something else is on the way."""
    container: Any = item
    for part in path[:-1]:
        container_type = dict if isinstance(part, str) else list
        if not isinstance(container, container_type):
            return None
        if part not in container if isinstance(container, dict) else int(part) >= len(container):
            return MISSING_CONTAINER
        value: Any = container[part]  # type: ignore[index]  # the type was looked at above
        container = value.get("M", value.get("L"))
    wanted = dict if isinstance(path[-1], str) else list
    return container if isinstance(container, wanted) else None


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(NAMES, TREES, max_size=2), PATHS, st.booleans())
def test_one_path_against_a_model(item: dict[str, Any], path: tuple[str | int, ...], removes: bool) -> None:
    model = copy.deepcopy(item)
    container = follow(model, path)
    text = f"REMOVE {written(path)}" if removes else f"SET {written(path)} = :a"
    if container is None or (container is MISSING_CONTAINER and not removes):
        with pytest.raises(ApiError, match="invalid for update"):
            applied(text, item)
        return
    if container is MISSING_CONTAINER:
        assert applied(text, item) == item
        return
    last: Any = path[-1]
    if removes:
        if isinstance(container, dict):
            container.pop(last, None)
        elif last < len(container):
            del container[last]
    elif isinstance(container, list) and last >= len(container):
        container.append(VALUES[":a"])
    else:
        container[last] = VALUES[":a"]
    assert applied(text, item) == model


@settings(max_examples=150, deadline=None)
@given(st.lists(LEAVES, max_size=6), st.dictionaries(st.integers(0, 8), st.booleans(), max_size=5))
def test_many_elements_of_a_list_against_a_model(elements: list[Any], actions: dict[int, bool]) -> None:
    """Indexes mean the list as it was: sets first, appending in order, then removals."""
    if not actions:
        return
    sets = [index for index, is_set in actions.items() if is_set]
    removals = [index for index, is_set in actions.items() if not is_set]
    values = {f":v{index}": {"S": str(index)} for index in sets}
    text = " ".join(
        part
        for part in (
            "SET " + ", ".join(f"a[{index}] = :v{index}" for index in sets) if sets else "",
            "REMOVE " + ", ".join(f"a[{index}]" for index in removals) if removals else "",
        )
        if part
    )
    model = list(elements)
    for index in sorted(sets):
        model[index:] = [values[f":v{index}"], *model[index + 1 :]]
    kept = [value for index, value in enumerate(model) if index not in removals]
    assert update.compile(text, None).apply({"a": {"L": elements}}, values) == {"a": {"L": kept}}
