"""A service with an access file, and a table whose items belong to two tenants."""

import json
from pathlib import Path
from typing import Any

from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

Json = dict[str, Any]
ACCOUNT = "111122223333"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Orders"
ORDERS: Json = {
    "TableName": "Orders",
    "KeySchema": [{"AttributeName": "tenant", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("tenant", "id", "shelf")],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-shelf",
            "KeySchema": [
                {"AttributeName": "tenant", "KeyType": "HASH"},
                {"AttributeName": "shelf", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "of-shelf",
            "KeySchema": [
                {"AttributeName": "shelf", "KeyType": "HASH"},
                {"AttributeName": "tenant", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
SECRET = "the-secret-of-b"
EVERYTHING = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}


def policy(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def user(name: str, *policies: str, account: str = ACCOUNT, **more: Any) -> Json:
    key = {"access_key_id": f"AKID{name.upper()}", "secret_access_key": f"secret-of-{name}"}
    return {"arn": f"arn:aws:iam::{account}:user/{name}", "policies": list(policies), "keys": [key], **more}


def item(tenant: str, id: str = "1") -> Json:
    """An item of a tenant."""
    secret = SECRET if tenant == "b" else "secret"
    return {
        "tenant": {"S": tenant},
        "id": {"S": id},
        "shelf": {"S": "top"},
        "shown": {"N": "1"},
        "secret": {"S": secret},
    }


class World:
    """The service, with the caller `root` who may do everything, and callers with these policies."""

    def __init__(self, folder: Path, callers: Json, policies: Json, access: str = "enforce", **settings: Any) -> None:
        self.path = folder / "access.json"
        self.callers = {"root": {"arn": f"arn:aws:iam::{ACCOUNT}:root"}, **callers}
        self.policies = policies
        self.write()
        self.service = Service(Config(access=access, access_file=str(self.path), **settings))
        self("root", "CreateTable", ORDERS)
        for tenant in ("a", "b"):
            self("root", "PutItem", {"TableName": "Orders", "Item": item(tenant)})

    def write(self) -> None:
        self.path.write_text(json.dumps({"callers": self.callers, "policies": self.policies}))

    def __call__(self, caller: str, operation: str, request: Json) -> Json:
        """Raises ApiError."""
        return self.service.call(operation, request, self.service.caller_named(caller))

    def may(self, caller: str, operation: str, request: Json) -> bool:
        """Whether the request is not refused for want of a permission; other errors are no refusal."""
        try:
            self(caller, operation, request)
        except ApiError as error:
            return error.name != "AccessDeniedException"
        return True

    def items(self) -> list[Json]:
        found: list[Json] = self("root", "Scan", {"TableName": "Orders"})["Items"]
        return found
