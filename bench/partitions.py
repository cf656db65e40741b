"""What many partitions cost: `python -m bench.partitions`, a part of `make bench`.

GetItem and PutItem on a table of 1,000 partitions and more, against one of four, with the same items. Limits are
enforced, but so high that nothing is refused: every request finds its partition and is metered there.
"""

import json
import sys
import urllib.request
from collections.abc import Sequence
from typing import Any

from bench import command
from bench.client import Client
from bench.comparison import Bench, Request, comparisons
from bench.items import item, key
from bench.servers import PORT_FIRST, Server, own_metered
from bench.workload import WrongAnswer

PLACE = 95
"""The server's port, counted from the first."""
FEW, MANY = "few", "many"
PARTITIONS_FEW, PARTITIONS_MANY = 4, 1_000
USERS = 2_000
"""Each with one order, so that the requests go to nearly all of the partitions."""
RATIO_MAX = 1.05


def prepare(client: Client) -> None:
    """Two tables with the same items, one of them split until it has many partitions."""
    for name in (FEW, MANY):
        client.create_table(
            {
                "TableName": name,
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("PK", "SK")],
                "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
            }
        )
        client.put_all(name, [item(user, 0) for user in range(USERS)])


def split(server: Server, name: str, wanted: int) -> None:
    """Splits every partition of a table in the middle of its range, and again, until there are enough."""
    address = f"http://{server.host}:{server.port}/_admin/tables/{name}"
    while len(found := partitions(server, name)) < wanted:
        for partition in found:
            _ask(f"{address}/split", {"partition": partition["id"]})


def partitions(server: Server, name: str) -> list[dict[str, Any]]:
    """The partitions of a table, as the admin API lists them."""
    listed: list[dict[str, Any]] = _ask(f"http://{server.host}:{server.port}/_admin/tables/{name}/partitions")[
        "partitions"
    ]
    return listed


def _ask(url: str, body: Request | None = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def get_bodies(name: str) -> list[Request]:
    return [{"TableName": name, "Key": key(user, 0)} for user in range(USERS)]


def put_bodies(name: str) -> list[Request]:
    return [{"TableName": name, "Item": item(user, 0)} for user in range(USERS)]


def run(bench: Bench) -> str:
    server = bench.server
    client = Client(server.host, server.port)
    prepare(client)
    split(server, MANY, PARTITIONS_MANY)
    found = [client.call("GetItem", get_bodies(name)[7]) for name in (FEW, MANY)]
    client.close()
    if found[0] != found[1] or "Item" not in found[0]:
        raise WrongAnswer("the two tables answer differently")
    compared = [
        bench.compare("GetItem", RATIO_MAX, "GetItem", get_bodies(FEW), get_bodies(MANY)),
        bench.compare("PutItem", RATIO_MAX, "PutItem", put_bodies(FEW), put_bodies(MANY)),
    ]
    return comparisons(f"{PARTITIONS_FEW} partitions", f"{PARTITIONS_MANY:,} partitions or more", compared)


def main(given: Sequence[str] | None = None) -> int:
    return command.run("bench.partitions", __doc__, 15, [own_metered(PORT_FIRST + PLACE)], run, given)


if __name__ == "__main__":
    sys.exit(main())
