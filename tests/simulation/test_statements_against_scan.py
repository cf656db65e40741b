"""Random WHERE clauses: whichever items a plan reads, a SELECT returns what its condition says of every item.

The plan narrows a clause to item collections and key ranges; the same clause as one condition over all items may not
give another result. No server: the operations are called in this process.
"""

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thermodynamo.api.expressions import condition
from thermodynamo.api.partiql.parser import parse
from thermodynamo.api.partiql.statements import Select
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

TEXTS = ("a", "ab", "b", "c")
NUMBERS = (-1, 0, 1, 2, 10)
ITEMS = [
    {"p": {"S": text}, "s": {"N": str(number)}, "x": {"N": str(place % 3)}, "y": {"S": TEXTS[place % 4]}}
    for place, (text, number) in enumerate((text, number) for text in TEXTS for number in NUMBERS)
    if (place * 7) % 5
]


@pytest.fixture(scope="module")
def service() -> Service:
    made = Service(Config(capacity="off"))
    made.call(
        "CreateTable",
        {
            "TableName": "things",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": kind} for name, kind in (("p", "S"), ("s", "N"), ("y", "S"))
            ],
            "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "inverted",
                    "KeySchema": [
                        {"AttributeName": "y", "KeyType": "HASH"},
                        {"AttributeName": "p", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        },
    )
    for item in ITEMS:
        made.call("PutItem", {"TableName": "things", "Item": item})
    return made


texts = st.sampled_from(TEXTS).map(lambda text: f"'{text}'")
numbers = st.sampled_from(NUMBERS).map(str)
operators = st.sampled_from(("=", "=", "=", "<>", "<", "<=", ">", ">="))
values_of = {"p": texts, "y": texts, "s": numbers, "x": numbers}


def comparison(name: str) -> st.SearchStrategy[str]:
    value = values_of[name]
    return st.one_of(
        st.builds("{} {} {}".format, st.just(name), operators, value),
        st.builds("{2} {1} {0}".format, st.just(name), operators, value),
        st.builds("{} IN [{}, {}]".format, st.just(name), value, value),
        st.builds("{0} = {1} OR {0} = {2}".format, st.just(name), value, value).map(lambda text: f"({text})"),
        *([st.builds("begins_with({}, {})".format, st.just(name), value)] if value is texts else []),
        *([st.just("s BETWEEN 0 AND 2"), st.just("s NOT BETWEEN 0 AND 1")] if name == "s" else []),
    )


terms = st.sampled_from(("p", "p", "s", "x", "y")).flatmap(comparison)
conditions = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(" AND ".join),
        st.lists(inner, min_size=2, max_size=2).map(lambda parts: f"({' OR '.join(parts)})"),
        inner.map(lambda text: f"NOT ({text})"),
    ),
    max_leaves=5,
)


collections = st.sampled_from(("p", "y")).flatmap(
    lambda name: st.one_of(
        st.builds("{} = {}".format, st.just(name), texts),
        st.builds("{1} = {0}".format, st.just(name), texts),
        st.builds("{} IN [{}, {}]".format, st.just(name), texts, texts),
        st.builds("({0} = {1} OR {0} = {2})".format, st.just(name), texts, texts),
    )
)
# What makes a Query of the table or of the index, and what makes a Scan of both.
clauses = st.one_of(
    st.builds(
        lambda parts: " AND ".join(parts),
        st.builds(
            lambda first, others: [first, *others],
            collections,
            st.lists(st.sampled_from(("s", "s", "p", "x")).flatmap(comparison), min_size=1, max_size=3),
        ).flatmap(st.permutations),
    ),
    conditions,
)


def wanted(clause: str) -> set[bytes]:
    """The items that the clause is true of."""
    statement = parse(f"SELECT * FROM things WHERE {clause}").statement
    assert isinstance(statement, Select) and statement.where is not None
    compiled = condition.build("FilterExpression", statement.where, {})
    return {orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in ITEMS if compiled.matches(item, {})}


def found(service: Service, source: str, clause: str, limit: int | None) -> list[bytes]:
    """All pages of the SELECT."""
    request: dict[str, Any] = {"Statement": f"SELECT * FROM {source} WHERE {clause}"}
    if limit is not None:
        request["Limit"] = limit
    items: list[bytes] = []
    while True:
        page = service.call("ExecuteStatement", request)
        items += [orjson.dumps(item, option=orjson.OPT_SORT_KEYS) for item in page["Items"]]
        if "NextToken" not in page:
            return items
        request["NextToken"] = page["NextToken"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(source=st.sampled_from(("things", 'things."inverted"')), clause=clauses, limit=st.sampled_from((None, 1, 3)))
def test_a_plan_finds_what_the_condition_says(service: Service, source: str, clause: str, limit: int | None) -> None:
    items = found(service, source, clause, limit)
    assert len(set(items)) == len(items)
    assert set(items) == wanted(clause)
