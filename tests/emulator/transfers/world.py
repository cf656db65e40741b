"""A service with buckets in a folder, or at a URL, on a clock that stands."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.emulator.api.operations.service import Service
from thermodynamo.settings.config import Config
from thermodynamo.transfers.job import Job

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/Songs"
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


class Exporting(World):
    """A table `Songs` that has recovery on."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **settings)
        if "Songs" not in self.namespace.tables:
            self.call("CreateTable", **TABLE)
            on = {"PointInTimeRecoveryEnabled": True}
            self.call("UpdateContinuousBackups", TableName="Songs", PointInTimeRecoverySpecification=on)

    def put(self, id: str, **attributes: Any) -> None:
        self.call("PutItem", TableName="Songs", Item={"id": {"S": id}, **attributes})

    def delete(self, id: str) -> None:
        self.call("DeleteItem", TableName="Songs", Key={"id": {"S": id}})

    def begin(self, **request: Any) -> str:
        request = {"TableArn": ARN, "S3Bucket": "music", **request}
        arn: str = self.call("ExportTableToPointInTime", **request)["ExportDescription"]["ExportArn"]
        return arn

    def described(self, arn: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("DescribeExport", ExportArn=arn)["ExportDescription"]
        return found

    def exported(self, **request: Any) -> dict[str, Any]:
        """The description of an export once it has ended."""
        arn = self.begin(**request)
        self.whole.turn(0)
        return self.described(arn)

    def changes(self, seconds: float, **request: Any) -> list[dict[str, Any]]:
        """The lines of an incremental export of the last seconds."""
        period = {"ExportFromTime": self.clock.now() - seconds, **request.pop("period", {})}
        more = {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": period}
        return list(self.lines(self.exported(**more, **request)))

    def manifest(self, described: dict[str, Any]) -> dict[str, Any]:
        summary: dict[str, Any] = json.loads((self.bucket / described["ExportManifest"]).read_bytes())
        return summary

    def files(self, described: dict[str, Any]) -> list[dict[str, Any]]:
        text = (self.bucket / self.manifest(described)["manifestFilesS3Key"]).read_text()
        return [json.loads(line) for line in text.splitlines()]

    def data(self, described: dict[str, Any]) -> Iterator[bytes]:
        for file in self.files(described):
            yield gzip.decompress((self.bucket / file["dataFileS3Key"]).read_bytes())

    def lines(self, described: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for data in self.data(described):
            yield from (json.loads(line) for line in data.splitlines())

    def ids(self, described: dict[str, Any]) -> list[str]:
        return sorted(line["Item"]["id"]["S"] for line in self.lines(described))


def calls_within_run(monkeypatch: pytest.MonkeyPatch, job: type[Job], place: Any, name: str) -> list[bool]:
    """For each call of a function from now on, whether it was made within `run`, which a thread may do."""
    running: list[Job] = []
    found: list[bool] = []
    run, function = job.run, getattr(place, name)

    def noted_run(self: Job) -> None:
        running.append(self)
        try:
            run(self)
        finally:
            running.pop()

    def noted(*given: Any) -> Any:
        found.append(bool(running))
        return function(*given)

    monkeypatch.setattr(job, "run", noted_run)
    monkeypatch.setattr(place, name, noted)
    return found
