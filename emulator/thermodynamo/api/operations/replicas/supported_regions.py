"""The regions that a replica can be in.

The error that lists them begins with these five (ack-api-quirks, DDB-TABLE-223, October 2026); the rest of the list was
not recorded, and follows by name here.
"""

from thermodynamo.api import errors, messages

REPLICAS = (
    *("ap-south-2", "ap-south-1", "eu-south-1", "eu-south-2", "me-central-1"),
    *("af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1"),
    *("ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ca-central-1"),
    *("ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("il-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
STRONG = frozenset(
    {
        *("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
        *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
    }
)
"""Developer guide, multi-Region strong consistency. us-west-1 is refused, a mix of continents is not: DDB-TABLE-257."""


def refuse_unknown(region: str) -> None:
    """Raises ValidationException for what no replica can be in."""
    if region not in REPLICAS:
        raise errors.validation(messages.REPLICA_REGION.format(region, ", ".join(REPLICAS)))


def refuse_not_strong(regions: list[str]) -> None:
    """Raises ValidationException for regions without multi-Region strong consistency."""
    wrong = list(dict.fromkeys(region for region in regions if region not in STRONG))
    if wrong:
        raise errors.validation(messages.STRONG_REGIONS.format(", ".join(wrong)))
