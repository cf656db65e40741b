"""Tags: adding, replacing, removing and listing them, and what no tag may be."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
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
        ([tag("aws:k")], INVALID + "Tag keys starting with aws: are reserved for system use: aws:k"),
        ([tag("k!")], INVALID + "Tag key has invalid characters: k!"),
        ([tag("k", "1"), tag("k", "2")], INVALID + "Duplicate tag key: k"),
        ([tag(f"k{number}") for number in range(51)], INVALID + "Too many tags: tag limit is 50"),
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


def test_a_resource_that_is_not_there(service: Service) -> None:
    assert service.refusal("TagResource", ResourceArn=ARN, Tags=[tag("k")]) == (
        "ResourceNotFoundException",
        f"Requested resource not found: ResourcArn: {ARN} not found",
    )
    assert service.refusal("UntagResource", ResourceArn=ARN, TagKeys=["k"]) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )
    assert service.refusal("ListTagsOfResource", ResourceArn=ARN) == (
        "AccessDeniedException",
        "User: arn:aws:iam::000000000000:root is not authorized to perform: dynamodb:ListTagsOfResource on resource: "
        + ARN,
    )


def test_a_resource_that_is_no_table_arn(service: Service) -> None:
    assert service.refusal("ListTagsOfResource") == ("ValidationException", "Invalid TableArn")
    assert service.refusal("ListTagsOfResource", ResourceArn="Music") == (
        "ValidationException",
        "Invalid TableArn: Invalid ResourceArn provided as input Music",
    )
    assert service.refusal("UntagResource", ResourceArn=ARN, TagKeys=[]) == (
        "ValidationException",
        "Atleast one Tag Key needs to be provided as Input.",
    )
    assert service.refusal("ListTagsOfResource", ResourceArn=ARN, NextToken="?") == (
        "ValidationException",
        "Invalid NextToken",
    )


def test_a_table_being_created_has_no_tags_to_change_or_list_yet(slow_service: Service) -> None:
    """Recorded: https://github.com/cortexproject/cortex/issues/1369 and cloud-custodian/cloud-custodian/issues/3514."""
    service = slow_service
    service.create(Tags=[tag("team", "music")])
    not_found = ("ResourceNotFoundException", f"Requested resource not found: ResourcArn: {ARN} not found")
    assert service.refusal("TagResource", ResourceArn=ARN, Tags=[tag("stage")]) == not_found
    assert service.refusal("ListTagsOfResource", ResourceArn=ARN) == not_found
    assert service.refusal("UntagResource", ResourceArn=ARN, TagKeys=["team"])[0] == "ResourceNotFoundException"
    service.clock.time += 10
    service.call("TagResource", ResourceArn=ARN, Tags=[tag("stage")])
    assert listed(service) == [tag("stage"), tag("team", "music")]
