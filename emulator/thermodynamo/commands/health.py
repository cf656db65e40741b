"""`thermodynamo health`: whether a server answers, for health checks of containers. It needs no other program."""

import argparse
import os
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException

from thermodynamo.commands import listening_ports
from thermodynamo.commands.command_line import CommandLine, number, reason_of, server_address, whole_number
from thermodynamo.settings.config import default_endpoint

SAID = (b"healthy: dynamodb.", b"#MissingAuthenticationToken")
"""What a page that answers GET says: the service's, and DynamoDB Local's, which comes with 400."""
PAGE_BYTES = 1024
DEFAULT_TIMEOUT_SECONDS = 2.0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = CommandLine(prog="thermodynamo health", description="Ends with status 0 if a server answers, else with 1.")
    meaning = f"the server's address (default {default_endpoint(os.environ)})"
    result.add_argument("--endpoint", type=server_address, help=meaning)
    process = "ask where this process listens, or one that it started; 1 in a container, whatever port it was given"
    result.add_argument("--process", type=whole_number, metavar="ID", help=process)
    patience = f"how long to wait (default {DEFAULT_TIMEOUT_SECONDS:g})"
    result.add_argument("--timeout", type=number, default=DEFAULT_TIMEOUT_SECONDS, metavar="SECONDS", help=patience)
    return result


def main(arguments: Sequence[str]) -> int:
    """Returns the exit status."""
    options = parser().parse_args(arguments)
    if options.process is not None:
        found = listening_ports.authorities_of(options.process)
        endpoints = [f"{scheme}://{authority}" for authority in found for scheme in ("http", "https")]
    else:
        # The default is looked at only where it is asked: a container's port may be 0, any that is free.
        endpoints = [options.endpoint or parser().parse_args(["--endpoint", default_endpoint(os.environ)]).endpoint]
    problems = [f"process {options.process} listens nowhere"]
    for endpoint in endpoints:
        problem = check(endpoint, options.timeout)
        if problem is None:
            print(f"{endpoint} is healthy")
            return 0
        problems.append(f"{endpoint} {problem}")
    print(f"thermodynamo health: {'; '.join(problems[1:] or problems)}", file=sys.stderr)
    return 1


def check(endpoint: str, timeout_seconds: float) -> str | None:
    """What is wrong with the server at this address; None where nothing is.

    A certificate is not verified: whether the server answers is all that is asked.
    """
    address = endpoint if "://" in endpoint else f"http://{endpoint}"
    try:
        with urllib.request.urlopen(address, timeout=timeout_seconds, context=_any_certificate()) as reply:
            page = reply.read(PAGE_BYTES)
    except urllib.error.HTTPError as refusal:
        page = refusal.read(PAGE_BYTES)
    except (OSError, ValueError, HTTPException) as error:
        return f"does not answer: {reason_of(error)}"
    return None if any(each in page for each in SAID) else "is another kind of server"


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
