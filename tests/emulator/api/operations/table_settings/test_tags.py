"""Tags: adding, replacing, removing and listing them, and what no tag may be."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations.table_settings import tags

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
TOO_MANY = "Number of Tags exceed the current limit for the provided ResourceArn"
INVALID = "One or more parameter values were invalid: "


def tag(key: str, value: str = "") -> dict[str, str]:
    return {"Key": key, "Value": value}


def listed(service: Service) -> list[dict[str, str]]:
    reply: dict[str, list[dict[str, str]]] = service.call("ListTagsOfResource", ResourceArn=ARN)
    assert reply.keys() == {"Tags"}
    return reply["Tags"]


def test_tags_come_with_the_table_and_are_added_replaced_and_removed(service: Service) -> None:
    service.create(Tags=[tag("stage", "test"), tag("team", "music")])
    service.call("TagResource", ResourceArn=ARN, Tags=[tag("stage", "live"), tag("cost")])
    service.call("UntagResource", ResourceArn=ARN, TagKeys=["team", "never there"])
    assert listed(service) == [tag("cost"), tag("stage", "live")]


@pytest.mark.parametrize("count", [0, 10, 11, 50])
def test_every_tag_is_in_one_reply(service: Service, count: int) -> None:
    tags = [tag(f"key{number:02}", str(number)) for number in range(count)]
    service.create(Tags=tags)
    assert listed(service) == tags


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ([], "Atleast one Tag needs to be provided as Input."),
        ([tag("aws:k")], "Tag Key cannot be prefixed with aws:, Key: aws:k"),
        ([tag("AWS:k")], "Tag Key cannot be prefixed with aws:, Key: AWS:k"),
        ([tag("k!")], "The Tag Key provided is invalid, Key: k!"),
        ([tag("k" * 129)], "The Tag Key provided is invalid, Key: " + "k" * 129),
        ([tag("")], "The Tag Key provided is invalid, Key: "),
        ([{}], "The Tag Key provided is invalid, Key: null"),
        ([{"Key": "k"}], "The Tag Value provided is invalid, Value: null"),
        ([tag("k", "v" * 257)], "The Tag Value provided is invalid, Value: " + "v" * 257),
        ([tag("k", "1"), tag("k", "2")], "Duplicate Tag Keys provided as input: Duplicate Tag Key found k"),
        (
            [tag(f"k{number}") for number in range(51)],
            TOO_MANY,
        ),
    ],
)
def test_tags_that_cannot_be(service: Service, tags: list[dict[str, Any]], message: str) -> None:
    service.create()
    assert service.refusal("TagResource", ResourceArn=ARN, Tags=tags) == ("ValidationException", message)


def test_old_and_new_tags_count_together(service: Service) -> None:
    service.create(Tags=[tag(f"old{number}") for number in range(45)])
    service.call("TagResource", ResourceArn=ARN, Tags=[tag(f"new{number}") for number in range(5)])
    service.call("TagResource", ResourceArn=ARN, Tags=[tag("old1", "again")])
    assert service.refusal("TagResource", ResourceArn=ARN, Tags=[tag("one more")])[0] == "ValidationException"


CALLS: list[tuple[str, dict[str, Any]]] = [
    ("TagResource", {"Tags": [tag("k")]}),
    ("UntagResource", {"TagKeys": ["k"]}),
    ("ListTagsOfResource", {}),
]


@pytest.mark.parametrize(("operation", "members"), CALLS)
@pytest.mark.parametrize(
    ("resource", "refusal"),
    [
        (ARN, ("ResourceNotFoundException", f"Requested resource not found: ResourceArn: {ARN} not found")),
        (
            ARN + "/stream/2026-01-01T00:00:00.000",
            (
                "ResourceNotFoundException",
                f"Requested resource not found: ResourceArn: {ARN}/stream/2026-01-01T00:00:00.000 not found",
            ),
        ),
        ("", ("ValidationException", "Invalid TableArn")),
        ("Music", ("ValidationException", INVALID + "ARNs must start with 'arn:': Music")),
        (
            ARN + "/index/by-a",
            (
                "ValidationException",
                INVALID + "Invalid resource arn provided, only table or stream is accepted. "
                f"Provided resource arn: {ARN}/index/by-a",
            ),
        ),
        (
            ARN + "/backup/01791525400213-63b4d36a",
            (
                "ValidationException",
                INVALID + f"Provided Arn is not a DynamoDB resource arn: {ARN}/backup/01791525400213-63b4d36a",
            ),
        ),
        (
            ARN.replace("us-east-1", "us-west-2"),
            (
                "ValidationException",
                "Invalid TableArn: Invalid ResourceArn provided as input " + ARN.replace("us-east-1", "us-west-2"),
            ),
        ),
        (ARN.replace("0" * 12, "1" * 12), ("AccessDeniedException", "Access is denied")),
    ],
)
def test_a_resource_whose_tags_nobody_has(
    service: Service, operation: str, members: dict[str, Any], resource: str, refusal: tuple[str, str]
) -> None:
    assert service.refusal(operation, ResourceArn=resource, **members) == refusal


def test_keys_to_take_away_are_checked_like_others(service: Service) -> None:
    service.create()
    for keys, message in (
        ([], "Atleast one Tag Key needs to be provided as Input."),
        (["aws:k"], "Tag Key cannot be prefixed with aws:, Key: aws:k"),
        ([""], "The Tag Key provided is invalid, Key: "),
        (
            [f"k{number}" for number in range(51)],
            TOO_MANY,
        ),
    ):
        assert service.refusal("UntagResource", ResourceArn=ARN, TagKeys=keys) == ("ValidationException", message)


def test_no_token_leads_anywhere_else(service: Service) -> None:
    service.create(Tags=[tag("k")])
    assert service.call("ListTagsOfResource", ResourceArn=ARN, NextToken="?") == {"Tags": [tag("k")]}


def test_a_table_being_created_has_no_tags_to_change_or_list_yet(slow_service: Service) -> None:
    """Recorded: https://github.com/cortexproject/cortex/issues/1369 and cloud-custodian/cloud-custodian/issues/3514."""
    service = slow_service
    service.create(Tags=[tag("team", "music")])
    not_found = ("ResourceNotFoundException", f"Requested resource not found: ResourceArn: {ARN} not found")
    assert service.refusal("TagResource", ResourceArn=ARN, Tags=[tag("stage")]) == not_found
    assert service.refusal("ListTagsOfResource", ResourceArn=ARN) == not_found
    assert service.refusal("UntagResource", ResourceArn=ARN, TagKeys=["team"])[0] == "ResourceNotFoundException"
    service.clock.time += 10
    service.call("TagResource", ResourceArn=ARN, Tags=[tag("stage")])
    assert listed(service) == [tag("team", "music")]
    service.clock.time += 10
    assert listed(service) == [tag("stage"), tag("team", "music")]


def test_no_more_keys_are_looked_at_than_show_that_there_are_too_many() -> None:
    left = iter([str(number) for number in range(1_000)])
    with pytest.raises(ApiError):
        tags.refuse_too_many(left)
    assert next(left) == str(tags.TAGS_MAX + 1)
    tags.refuse_too_many(["a"] * 1_000)
