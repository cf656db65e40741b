"""Tables that are there when a test begins, with their items: given as requests of CreateTable, or as a file of them.

A definition is what CreateTable takes, and may have two members more: `TimeToLiveSpecification`, which
UpdateTimeToLive takes, and `Items`, a list of items in DynamoDB's JSON. A file is JSON: one definition, or a list.

They are written as if hours ago. So the units that this takes are no load that the test finds, and what a limit
refuses is tried again a second later by the clock of the writes alone.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import NAMED
from thermodynamo.api.request_counts import is_throttled
from thermodynamo.service import Service

EARLIER_SECONDS = 6 * 3600
"""How long before now the first table is made."""
PAUSE_SECONDS = 1.0

Definition = Mapping[str, Any]
Tables = str | PathLike[str] | Definition | Sequence[Definition]


class SeedError(ValueError):
    """The tables could not be made; the message names the table, the item and the error."""


def load(service: Service, caller: Caller, given: Tables) -> list[str]:
    """Makes the tables in the caller's namespace; returns their names. Raises SeedError, and has then made none."""
    definitions = read(given)
    names = [str(definition.get("TableName")) for definition in definitions]
    writer = _Writer(service, caller)
    made: list[str] = []
    try:
        for name, definition in zip(names, definitions, strict=True):
            request = dict(definition)
            items, time_to_live = request.pop("Items", []), request.pop("TimeToLiveSpecification", None)
            writer.write("CreateTable", request, f"table {name}")
            made.append(name)
            for number, item in enumerate(items, start=1):
                writer.write("PutItem", {"TableName": name, "Item": item}, f"table {name}, item {number}")
            if time_to_live is not None:
                given_settings = {"TableName": name, "TimeToLiveSpecification": time_to_live}
                writer.write("UpdateTimeToLive", given_settings, f"table {name}, TimeToLiveSpecification")
    except SeedError:
        for name in made:
            writer.write("DeleteTable", {"TableName": name}, f"table {name}")
        raise
    return names


def read(given: Tables) -> list[Definition]:
    """The definitions, from a file where a path is given. Raises SeedError for what is none."""
    source = "tables"
    if isinstance(given, str | PathLike):
        source = str(Path(given))
        try:
            given = json.loads(Path(given).read_text(encoding="utf-8"))
        except OSError as error:
            raise SeedError(f"{source}: {error.strerror or error}") from None
        except ValueError as error:
            raise SeedError(f"{source} is no JSON: {error}") from None
    definitions = [given] if isinstance(given, Mapping) else given
    if not isinstance(definitions, Sequence) or isinstance(definitions, str | bytes):
        raise SeedError(f"{source}: a definition is what CreateTable takes, such as {{'TableName': 'Music', ...}}")
    for definition in definitions:
        if not isinstance(definition, Mapping) or not isinstance(definition.get("Items", []), Sequence):
            raise SeedError(f"{source}: {definition!r} is no definition of a table with a list of Items")
    return list(definitions)


class _Writer:
    """Carries out requests one after the other, at a time that was."""

    def __init__(self, service: Service, caller: Caller) -> None:
        self.service = service
        self.caller = caller
        self.until = service.clock.now()
        self.at = self.until - EARLIER_SECONDS

    def write(self, operation: str, request: Mapping[str, Any], place: str) -> None:
        """Raises SeedError, which names the place."""
        while True:
            try:
                given = json.loads(json.dumps(request, default=_as_json))
                namespace = self.service.namespace(self.caller)
                self.service.perform(namespace, NAMED[operation], given, self.caller, self.at, ())
                return
            except TypeError as error:
                raise SeedError(f"{place}: {error}") from None
            except ApiError as error:
                if not is_throttled(error) or self.at + PAUSE_SECONDS > self.until:
                    raise SeedError(f"{place}: {error.name}: {error.message}") from None
                self.at += PAUSE_SECONDS


def _as_json(value: Any) -> Any:
    """Binary values in base 64, as boto3 sends them; a mapping or a sequence of another type as what it is."""
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    raise TypeError(f"{value!r} is no value of DynamoDB's JSON")
