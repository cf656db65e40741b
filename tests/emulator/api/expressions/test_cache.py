"""Compiled expressions are kept, within bounds."""

from thermodynamo.api.expressions import condition
from thermodynamo.api.expressions.cache import EXPRESSIONS_MAX, ExpressionCache, Names


def test_the_same_text_and_names_compile_once() -> None:
    first = condition.compile("FilterExpression", "#a = b", {"#a": "x"})
    assert condition.compile("FilterExpression", "#a = b", {"#a": "x"}) is first
    assert condition.compile("FilterExpression", "#a = b", {"#a": "y"}) is not first
    assert condition.compile("ConditionExpression", "#a = b", {"#a": "x"}) is not first


def test_the_cache_drops_its_oldest_half_when_full() -> None:
    built: list[str] = []

    def build(kind: str, text: str, names: Names) -> str:
        built.append(text)
        return text

    cache = ExpressionCache(build)
    for number in range(EXPRESSIONS_MAX + 1):
        cache.get("kind", str(number), None)
    cache.get("kind", str(EXPRESSIONS_MAX), None)
    assert len(built) == EXPRESSIONS_MAX + 1
    cache.get("kind", "0", None)
    assert built[-1] == "0"
