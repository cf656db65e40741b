"""DynamoDB for tests in Python: in the process, or in a server that they start. Code that is no test never imports it.

in_process                     `local_dynamodb`: a block, a function or a class with its clients answered here
clients                        how every client of boto3 and aiobotocore is led there
shared_service, requests       one service for all threads of a test; what was asked, and how it ended
callers                        whose requests they are where access is controlled, and what those may do
assertions, access_assertions  no Scan, no hot key, no more units than planned; what policies allow
failure_report, advice         what a failed test's report shows; what the requests of tests could do better
seed_tables                    tables that are there when a test begins
local_clock, local_faults      the clock and the faults of a service in this process
server_clock, server_faults    those of a running server
server_access                  the access file of a server for tests
server_process                 a server for the tests of one process
server_namespace               what one test has of it
pytest_plugin                  the fixtures and the marker, which pytest finds by itself

Names are imported when they are first used: pytest loads this package in every project of its environment.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from thermodynamo.testing.in_process import LocalDynamoDB, local_dynamodb
    from thermodynamo.testing.seed_tables import SeedError
    from thermodynamo.testing.server_clock import ClockError, ServerClock, turned_clock
    from thermodynamo.testing.server_namespace import ServerNamespace

__all__ = [
    "ClockError",
    "LocalDynamoDB",
    "SeedError",
    "ServerClock",
    "ServerNamespace",
    "local_dynamodb",
    "turned_clock",
]

_MODULES = {
    "ClockError": "server_clock",
    "LocalDynamoDB": "in_process",
    "SeedError": "seed_tables",
    "ServerClock": "server_clock",
    "ServerNamespace": "server_namespace",
    "local_dynamodb": "in_process",
    "turned_clock": "server_clock",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
