"""What replicas cost, on this server alone: `python -m bench.replicas`, a part of `make bench`.

PutItem into a global table of three regions, against one of a table without replicas: each write is applied three
times, and the two arrivals happen between requests.
"""

import sys
from collections.abc import Sequence
from typing import Any

from bench import command
from bench.client import Client
from bench.comparison import Bench, comparisons
from bench.indexes import definition, put_bodies
from bench.servers import PORT_FIRST, own
from bench.workload import WrongAnswer

Request = dict[str, Any]
PLACE = 96
"""The server's port, counted from the first."""
PLAIN, GLOBAL = "single", "replicated"
REGIONS = ("eu-west-1", "us-west-2")


def prepare(client: Client) -> None:
    """Creates both tables, and the replicas of one."""
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    client.create_table({**definition(PLAIN), "StreamSpecification": stream})
    client.create_table({**definition(GLOBAL), "StreamSpecification": stream})
    for region in REGIONS:
        update = {"TableName": GLOBAL, "ReplicaUpdates": [{"Create": {"RegionName": region}}]}
        client.call("UpdateTable", update)


def verify(client: Client) -> None:
    described = client.call("DescribeTable", {"TableName": GLOBAL})["Table"]
    if [replica["ReplicaStatus"] for replica in described["Replicas"]] != ["ACTIVE"] * len(REGIONS):
        raise WrongAnswer("the replicas are not there")


def run(bench: Bench) -> str:
    """The table of the comparison."""
    client = Client(bench.server.host, bench.server.port)
    prepare(client)
    verify(client)
    puts = bench.compare("PutItem, 2 replicas", 2.2, "PutItem", put_bodies(PLAIN), put_bodies(GLOBAL))
    client.close()
    return comparisons("without", "with", [puts])


def main(given: Sequence[str] | None = None) -> int:
    return command.run("bench.replicas", __doc__, 5, [own(PORT_FIRST + PLACE)], run, given)


if __name__ == "__main__":
    sys.exit(main())
