"""What access control costs: `python -m bench.access`, a part of `make bench`.

GetItem and PutItem on a server with `--access enforce`, where a policy looks at the partition key of every request,
against one with `--access off`. Both get the same signed request, over and over.
"""

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bench import command
from bench.client import Client
from bench.comparison import Bench, comparisons, in_turn
from bench.servers import PORT_FIRST, Server, own
from bench.signing import Key
from bench.workload import WORKLOADS, prepare

PLACE = 95
"""The first server's port, counted from the first."""
RATIOS_MAX = {"GetItem": 1.6, "PutItem": 1.6}
MEASURED_ACTIONS = tuple(f"dynamodb:{name}" for name in RATIOS_MAX)
KEY = Key("AKIDBENCH", "secret-of-bench")
CALLERS = """
[callers.bench]
arn = "arn:aws:iam::000000000000:user/bench"
policies = ["own"]
keys = [{ access_key_id = "AKIDBENCH", secret_access_key = "secret-of-bench" }]

[policies.own]
Version = "2012-10-17"

[[policies.own.Statement]]
Effect = "Allow"
NotAction = ["dynamodb:GetItem", "dynamodb:PutItem"]
Resource = "*"

[[policies.own.Statement]]
Effect = "Allow"
Action = ["dynamodb:GetItem", "dynamodb:PutItem"]
Resource = "arn:aws:dynamodb:*:*:table/*"
Condition."ForAllValues:StringLike"."dynamodb:LeadingKeys" = ["*"]
Condition.Null."dynamodb:LeadingKeys" = "false"
"""


def run(open_to_all: Bench, enforcing: Bench) -> str:
    compared = []
    for workload in WORKLOADS:
        if workload.name not in RATIOS_MAX:
            continue
        files = []
        for bench in (open_to_all, enforcing):
            client = Client(bench.server.host, bench.server.port, KEY)
            prepare(client)
            request = workload.requests(client)[0]
            workload.verify(client, request)
            files.append(bench.bodies(f"{bench.server.name}-{workload.name}", [request]))
            client.close()
        measures = [
            partial(bench.measure, workload.name, path)
            for bench, path in zip((open_to_all, enforcing), files, strict=True)
        ]
        compared.append(in_turn(workload.name, RATIOS_MAX[workload.name], open_to_all.rounds, *measures))
    return comparisons("--access off", "--access enforce", compared)


def servers(access_file: Path) -> tuple[Server, Server]:
    plain, enforcing = own(PORT_FIRST + PLACE), own(PORT_FIRST + PLACE + 1)
    plain.key = enforcing.key = KEY
    enforcing.name = "enforcing"
    assert enforcing.command is not None
    enforcing.command += ["--access", "enforce", "--access-file", str(access_file)]
    return plain, enforcing


def main(given: Sequence[str] | None = None) -> int:
    with tempfile.TemporaryDirectory(prefix="bench-access-") as folder:
        path = Path(folder) / "access.toml"
        path.write_text(CALLERS, encoding="utf-8")
        return command.run("bench.access", __doc__, 21, servers(path), run, given)


if __name__ == "__main__":
    sys.exit(main())
