"""Requests signed by botocore, for servers that verify signatures."""

from collections.abc import Mapping
from dataclasses import dataclass

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

REGION = "us-east-1"
SERVICE = "dynamodb"


@dataclass(frozen=True, slots=True)
class Key:
    """An access key and its secret."""

    id: str
    secret: str


def signed(key: Key, address: str, body: bytes, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request to an address such as 127.0.0.1:8000, with its signature, which is good for minutes."""
    unsigned = {name: value for name, value in headers.items() if name not in ("Authorization", "X-Amz-Date")}
    # A load generator writes Host itself.
    request = AWSRequest("POST", f"http://{address}/", headers={**unsigned, "Host": address}, data=body)
    SigV4Auth(Credentials(key.id, key.secret), SERVICE, REGION).add_auth(request)
    return {name: str(value) for name, value in request.headers.items() if name != "Host"}
