"""A service with buckets in a folder, or at a URL, on a clock that stands."""

from pathlib import Path
from typing import Any

import orjson

from tests.emulator.api.operations.service import Service
from thermodynamo.settings.config import Config

TABLE: dict[str, Any] = {
    "TableName": "Songs",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def lines(*items: dict[str, Any]) -> bytes:
    return b"".join(orjson.dumps({"Item": item}) + b"\n" for item in items)


def songs(count: int, first: int = 0) -> bytes:
    return lines(*({"id": {"S": f"i{number}"}} for number in range(first, first + count)))


def counts(described: dict[str, Any]) -> tuple[str, int, int, int]:
    """The status, and how many were processed and imported and were errors."""
    names = ("ProcessedItemCount", "ImportedItemCount", "ErrorCount")
    return described["ImportStatus"], *(described[name] for name in names)


class World(Service):
    """`music` is its bucket."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.bucket = folder / "music"
        self.bucket.mkdir(parents=True, exist_ok=True)
        super().__init__(Config(**{"clock": "virtual", "s3": str(folder), **settings}))

    def put_object(self, key: str, data: bytes) -> None:
        path = self.bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def begin_import(
        self, prefix: str = "", format: str = "DYNAMODB_JSON", table: dict[str, Any] | None = None, **more: Any
    ) -> str:
        """Returns the ARN."""
        source = {"S3Bucket": "music", "S3KeyPrefix": prefix}
        parameters = {**TABLE, **(table or {})}
        reply = self.call(
            "ImportTable",
            S3BucketSource=source,
            InputFormat=format,
            TableCreationParameters=parameters,
            **more,
        )
        arn: str = reply["ImportTableDescription"]["ImportArn"]
        return arn

    def described_import(self, arn: str) -> dict[str, Any]:
        described: dict[str, Any] = self.call("DescribeImport", ImportArn=arn)["ImportTableDescription"]
        return described

    def imported(self, prefix: str = "", format: str = "DYNAMODB_JSON", **more: Any) -> dict[str, Any]:
        """The description of an import once it has ended."""
        arn = self.begin_import(prefix, format, **more)
        self.whole.turn(0)
        return self.described_import(arn)

    def items(self, table: str = "Songs") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("Scan", TableName=table)["Items"]
        return found
