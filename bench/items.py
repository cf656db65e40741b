"""The table that is measured: users' orders in a single table, six attributes and about 200 bytes an item.

Users below `USERS_READ` are only read, so that what a read returns is known; the others are only written.
"""

import random
from typing import Any

from bench.client import Attributes

TABLE = "bench"
USERS_READ = 100
USERS = 200
ORDERS_PER_USER = 100
STATUSES = ("PENDING", "SHIPPED")
YEARS = (2023, 2024, 2024, 2025, 2025)
# Of a user's 100 orders 40 are of this year, and 20 of those are shipped: what the measured Query returns.
QUERY_YEAR = 2024
QUERY_STATUS = "SHIPPED"

DEFINITION: dict[str, Any] = {
    "TableName": TABLE,
    "AttributeDefinitions": [
        {"AttributeName": "PK", "AttributeType": "S"},
        {"AttributeName": "SK", "AttributeType": "S"},
    ],
    "KeySchema": [
        {"AttributeName": "PK", "KeyType": "HASH"},
        {"AttributeName": "SK", "KeyType": "RANGE"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def key(user: int, order: int) -> Attributes:
    """The key of one order; a user's orders spread evenly over YEARS and, within each, over STATUSES."""
    year = YEARS[order % len(YEARS)]
    day = 1 + order * 7 % 28
    return {"PK": {"S": f"USER#{user:08d}"}, "SK": {"S": f"ORDER#{year}-{1 + order % 12:02d}-{day:02d}#{order:06d}"}}


def item(user: int, order: int) -> Attributes:
    """One order, the same for the same arguments."""
    chance = random.Random(user * 1_000_003 + order)
    return {
        **key(user, order),
        "status": {"S": STATUSES[order // len(YEARS) % len(STATUSES)]},
        "total": {"N": f"{chance.randrange(1_000, 100_000)}.{chance.randrange(1, 10)}"},
        "placedAt": {"S": f"{YEARS[order % len(YEARS)]}-03-14T09:26:{order % 60:02d}Z"},
        "address": {
            "S": f"{chance.randrange(100, 1000)} Long Meadow Lane, Apartment {chance.randrange(10, 100)}, Springfield, "
            f"{chance.randrange(10_000, 100_000)} Lane County, Oregon, United States of America"
        },
    }
