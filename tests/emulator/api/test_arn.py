"""Table ARNs: built for replies, and only exactly theirs are read as such."""

import pytest

from thermodynamo.api.arn import TableArn, is_arn, parse_table


def test_a_built_arn_is_read_back() -> None:
    arn = TableArn("eu-west-1", "123456789012", "Music.2026_a-b")
    assert str(arn) == "arn:aws:dynamodb:eu-west-1:123456789012:table/Music.2026_a-b"
    assert parse_table(str(arn)) == arn


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_every_aws_partition_is_read(partition: str) -> None:
    assert parse_table(f"arn:{partition}:dynamodb:r:1:table/Tab") == TableArn("r", "1", "Tab")


@pytest.mark.parametrize(
    "text",
    [
        "Music",
        "arn:aws:dynamodb:us-east-1:000000000000:table/",
        "arn:aws:dynamodb:us-east-1:000000000000:table/Mu sic",
        "arn:aws:dynamodb:us-east-1:000000000000:table/" + 256 * "a",
        "arn:aws:dynamodb:us-east-1:000000000000:table/Music/",
        "arn:aws:dynamodb:us-east-1:000000000000:table/Music/index/ByYear",
        "arn:aws:dynamodb:us-east-1:000000000000:table/Music/stream/2026-01-01T00:00:00.000",
        "arn:aws:dynamodb:us-east-1:000000000000:global-table/Music",
        "arn:aws:dynamodb:us-east-1:000000000000:Music",
        "arn:aws:dynamodb::000000000000:table/Music",
        "arn:aws:dynamodb:us-east-1::table/Music",
        "arn:aws:s3:us-east-1:000000000000:table/Music",
        "arn:gcp:dynamodb:us-east-1:000000000000:table/Music",
        "arn:aws:dynamodb:us-east-1:000000000000",
    ],
)
def test_anything_else_is_no_table_arn(text: str) -> None:
    assert parse_table(text) is None


@pytest.mark.parametrize(
    ("text", "expected"), [("arn:aws:s3:::b", True), ("arn:", True), ("arn", False), ("Arn.Table", False)]
)
def test_a_colon_after_arn_makes_the_difference_to_a_name(text: str, expected: bool) -> None:
    assert is_arn(text) is expected
