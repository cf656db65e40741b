"""An endpoint with the API of Kinesis as the receiver, asked through botocore's client.

Credentials come from the environment, as AWS_ACCESS_KEY_ID and so on; local receivers take the ones made up here.
"""

import os
from collections.abc import Sequence
from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.operations.kinesis.stream_arns import stream_name
from thermodynamo.deliveries.change_record import ChangeRecord
from thermodynamo.deliveries.receiver import Rejected, Unavailable

TIMEOUT_SECONDS = 5
"""As long, too, may the end of the server wait for an endpoint that hangs."""
REJECTIONS = ("ValidationException", "InvalidArgumentException", "SerializationException")
"""Errors that the same records will meet again."""


class KinesisReceiver:
    """The Kinesis at `endpoint`. For one thread at a time."""

    is_local = False

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.clients: dict[str, Any] = {}
        """By region."""

    def failure(self, stream_arn: str) -> str | None:
        """Why nothing can be sent to the stream: it is not there, or not ACTIVE. Raises Unavailable."""
        try:
            reply = self._call(stream_arn, "describe_stream", Limit=1)
        except Rejected:
            return messages.STREAM_NOT_PERMITTED
        is_active = reply["StreamDescription"]["StreamStatus"] in ("ACTIVE", "UPDATING")
        return None if is_active else messages.STREAM_NOT_PERMITTED

    def put(self, stream_arn: str, records: Sequence[ChangeRecord]) -> list[ChangeRecord]:
        """Sends records of different keys; returns those that were refused. Raises Unavailable and Rejected.

        A stream that is gone is not told from one that is yet to come back, as a destination stays ACTIVE without its
        stream (ack-api-quirks, DDB-TABLE-319, October 2026).
        """
        entries = [{"Data": record.data, "PartitionKey": record.partition_key} for record in records]
        reply = self._call(stream_arn, "put_records", Records=entries)
        return [record for record, each in zip(records, reply["Records"], strict=True) if each.get("ErrorCode")]

    def _call(self, stream_arn: str, method: str, **members: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = self._client(stream_arn.split(":")[3])
            reply: dict[str, Any] = getattr(client, method)(StreamName=stream_name(stream_arn), **members)
            return reply
        except ClientError as error:
            name = error.response["Error"]["Code"]
            is_missing = name == "ResourceNotFoundException" and method == "describe_stream"
            raise (Rejected if is_missing or name in REJECTIONS else Unavailable)(str(error)) from error
        except BotoCoreError as error:
            raise Unavailable(str(error)) from error

    def _client(self, region: str) -> Any:
        if region not in self.clients:
            import botocore.session
            from botocore.config import Config

            settings = Config(
                connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 1}
            )
            self.clients[region] = botocore.session.Session().create_client(
                "kinesis",
                region_name=region,
                endpoint_url=self.endpoint,
                aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID") or "thermodynamo",
                aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY") or "thermodynamo",
                aws_session_token=os.environ.get("AWS_SESSION_TOKEN"),
                config=settings,
            )
        return self.clients[region]
