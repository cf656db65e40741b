"""Who may search vectors: it is granted for an index as a whole (developer guide, VectorSearch.Security)."""

from pathlib import Path
from typing import Any

import pytest

from tests.access.world import ACCOUNT, TABLE, World, policy, user

INDEX = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Vectors/index/near"
SEARCH = {
    "TableName": "Vectors",
    "IndexName": "near",
    "SearchVector": [{"N": "1"}],
    "TopK": 1,
    "SearchConditionExpression": "tenant = :t",
    "ExpressionAttributeValues": {":t": {"S": "a"}},
    "ProjectionExpression": "tenant",
}


def granting(*resources: str, **more: Any) -> dict[str, Any]:
    return policy({"Effect": "Allow", "Action": "dynamodb:SearchVectors", "Resource": list(resources), **more})


POLICIES = {
    "index": granting(INDEX),
    "anyindex": granting(f"{INDEX.rpartition('/')[0]}/*"),
    "table": granting(INDEX.partition("/index/")[0]),
    "othertable": granting(TABLE, f"{TABLE}/index/*"),
    "query": policy({"Effect": "Allow", "Action": "dynamodb:Query", "Resource": INDEX}),
    "ofownorganization": granting(INDEX, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-own"}}),
    "byregion": granting(INDEX, Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
    "bykey": granting(INDEX, Condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a"]}}),
    "byguardedkey": granting(INDEX, Condition={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["*"]}}),
    "byattributes": granting(INDEX, Condition={"ForAllValues:StringEquals": {"dynamodb:Attributes": ["tenant"]}}),
    "byselect": granting(INDEX, Condition={"StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}}),
    "byabsence": granting(INDEX, Condition={"Null": {"dynamodb:LeadingKeys": "true"}}),
    "byanotherkey": granting(INDEX, Condition={"StringNotEquals": {"dynamodb:FirstPartitionKeyValues": "b"}}),
}
MAY = {"index", "anyindex", "byregion"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder: Path = tmp_path_factory.mktemp("access")
    made = World(folder, {name: user(name, name) for name in POLICIES}, POLICIES)
    made(
        "root",
        "CreateTable",
        {
            "TableName": "Vectors",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "tenant", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "tenant", "AttributeType": "S"}],
            "VectorIndexes": [
                {
                    "IndexName": "near",
                    "VectorAttribute": {"AttributeName": "v"},
                    "Dimensions": 1,
                    "DistanceFunction": "COSINE",
                    "Projection": {"ProjectionType": "ALL"},
                    "SearchSchema": [{"AttributeName": "tenant", "SearchSchemaElementType": "HASH"}],
                }
            ],
        },
    )
    item = {"tenant": {"S": "a"}, "v": {"L": [{"N": "1"}]}}
    made("root", "PutItem", {"TableName": "Vectors", "Item": item})
    return made


@pytest.mark.parametrize("name", POLICIES)
def test_an_index_is_searched_by_whom_it_is_granted_to_as_a_whole(world: World, name: str) -> None:
    if name in MAY:
        assert world(name, "SearchVectors", SEARCH)["SearchResults"] == [{"Item": {"tenant": {"S": "a"}}, "Score": 0.0}]
    else:
        assert not world.may(name, "SearchVectors", SEARCH)
