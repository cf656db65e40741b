"""What expiring many items costs concurrent reads: `python -m bench.expiry` fills a table, lets it expire, and reads.

The server's clock is turned to a second before the items expire, so that they are removed in the background while one
connection reads other items at a steady rate, as before.
"""

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.client import Client
from thermodynamo.testing.server_clock import ServerClock

PORT = 18_490
KEPT_ITEMS = 1000
READ_PAUSE_SECONDS = 0.001
DEFINITION = {
    "TableName": "sessions",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Percentiles of the reads' latencies in seconds, and how long the removal took."""

    quiet_p50: float
    quiet_p99: float
    expiring_p50: float
    expiring_p99: float
    removal_seconds: float
    removed: int


def measure(port: int, items: int, quiet_seconds: float) -> Figures:
    """Fills the server at `port`, and reads while nothing and then while everything expires."""
    client = Client("127.0.0.1", port)
    clock = ServerClock(f"http://127.0.0.1:{port}")
    client.create_table(DEFINITION)
    specification = {"Enabled": True, "AttributeName": "until"}
    client.call("UpdateTimeToLive", {"TableName": "sessions", "TimeToLiveSpecification": specification})
    expires_at = int(clock.now()) + 3600
    client.put_all("sessions", [{"id": {"S": f"kept-{n}"}, "text": {"S": "x" * 100}} for n in range(KEPT_ITEMS)])
    until = {"N": str(expires_at)}
    client.put_all(
        "sessions", [{"id": {"S": f"gone-{n}"}, "until": until, "text": {"S": "x" * 100}} for n in range(items)]
    )
    stop = threading.Event()
    threading.Timer(quiet_seconds, stop.set).start()
    quiet = read(port, stop)
    stop = threading.Event()
    expiring: list[float] = []
    reader = threading.Thread(target=lambda: expiring.extend(read(port, stop)))
    clock.set(expires_at - 1)
    reader.start()
    removing_at = time.perf_counter()
    count = items + KEPT_ITEMS
    while count > KEPT_ITEMS:
        time.sleep(0.1)
        count = client.call("DescribeTable", {"TableName": "sessions"})["Table"]["ItemCount"]
        if count == items + KEPT_ITEMS:
            removing_at = time.perf_counter()
    removal_seconds = time.perf_counter() - removing_at
    stop.set()
    reader.join()
    client.close()
    return Figures(*percentiles(quiet), *percentiles(expiring), removal_seconds, items + KEPT_ITEMS - count)


def read(port: int, stop: threading.Event) -> list[float]:
    """The latencies of reads, one after the other, until `stop` is set."""
    client = Client("127.0.0.1", port)
    latencies: list[float] = []
    while not stop.is_set():
        key = {"id": {"S": f"kept-{len(latencies) % KEPT_ITEMS}"}}
        began = time.perf_counter()
        client.call("GetItem", {"TableName": "sessions", "Key": key})
        latencies.append(time.perf_counter() - began)
        time.sleep(READ_PAUSE_SECONDS)
    client.close()
    return latencies


def percentiles(latencies: list[float]) -> tuple[float, float]:
    ordered = sorted(latencies)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.expiry", description=__doc__)
    parser.add_argument("--items", type=int, default=100_000, help="how many expire (default 100000)")
    parser.add_argument("--seconds", type=float, default=6.0, help="how long is read before (default 6)")
    parser.add_argument("--port", type=int, default=PORT, help=f"the server's port (default {PORT})")
    options = parser.parse_args(given)
    command = [sys.executable, "-m", "thermodynamo", "--port", str(options.port), "--capacity", "off"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not Client("127.0.0.1", options.port).answers():
            time.sleep(0.05)
        figures = measure(options.port, options.items, options.seconds)
    finally:
        server.terminate()
        server.wait()
    print(f"quiet     p50 {figures.quiet_p50 * 1e3:.2f} ms  p99 {figures.quiet_p99 * 1e3:.2f} ms")
    print(f"expiring  p50 {figures.expiring_p50 * 1e3:.2f} ms  p99 {figures.expiring_p99 * 1e3:.2f} ms")
    print(f"{figures.removed} items removed in {figures.removal_seconds:.1f} s")
    print(f"p99 is {figures.expiring_p99 / figures.quiet_p99:.1f} times the quiet one")
    return 0


if __name__ == "__main__":
    sys.exit(main())
