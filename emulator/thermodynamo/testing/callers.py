"""Whose requests those of a test are, where access is controlled: callers of the access file, and what they may do.

A request in this process is not signed. It is that of the caller in whose block it is sent, else of the one whose key
its client has. A client without a key of the file is no caller of the file: it sets the test up, and may do anything.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from thermodynamo.access import explanation, scaling
from thermodynamo.access.explanation import Explanation
from thermodynamo.access.gate import Gate
from thermodynamo.access.identity import Identity
from thermodynamo.api.caller import ACCOUNT_DIGITS, Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import ConfigError

OFF = "access is 'off', so there are no callers: set access='enforce' and access_file='FILE'"


class Callers:
    """The callers of one service, whose access is controlled."""

    def __init__(self, service: Service, gate: Gate) -> None:
        self.service = service
        self.gate = gate
        self.acting: list[str] = []
        """The names of the callers in whose blocks requests are sent, the innermost last."""
        self._made: dict[tuple[str, str], tuple[Identity, Caller]] = {}

    def of_key(self, caller: Caller, key: str) -> Caller:
        """Whose request it is that a client with this key sends, which names `caller` where nothing is controlled."""
        file = self.gate.watched.refresh()
        if self.acting:
            return self.named(self.acting[-1], caller.region)
        found = file.keys.get(key)
        if found is not None:
            return self._caller(found[1], caller.region)
        if (len(key) == ACCOUNT_DIGITS and key.isdigit()) or not file.callers:
            return caller
        return Caller(next(iter(file.callers.values())).account, caller.region, caller.access_key_id)

    def named(self, name: str, region: str) -> Caller:
        """Raises ConfigError where the file has no caller of that name or ARN."""
        return self._caller(self.identity(name), region)

    def identity(self, name: str) -> Identity:
        """Raises ConfigError where the file has no caller of that name or ARN."""
        file = self.gate.watched.refresh()
        identity = file.find(name)
        if identity is None:
            raise ConfigError(f"{self.gate.watched.path} has no caller {name}: it has {', '.join(file.callers)}")
        return identity

    def explain(self, name: str, operation: str, request: Mapping[str, Any], region: str) -> Explanation:
        """Whether a caller may send a request, and which statements say so. Raises ConfigError, AssertionError."""
        identity, found = self.identity(name), scaling.named(operation)
        if found is None:
            raise ConfigError(f"{operation} is no operation that is here")
        asked = plain(request)
        namespace = self.service.owner(self._caller(identity, region), operation, asked)
        try:
            return explanation.explain(identity, found, asked, namespace, self.service.clock.now())
        except ApiError as error:
            raise AssertionError(f"{operation} cannot be asked about: {error.name}: {error.message}") from None

    def _caller(self, identity: Identity, region: str) -> Caller:
        """One for each identity and region: what it remembers of decisions is worth keeping."""
        place = identity.name, region
        known = self._made.get(place)
        if known is None or known[0] is not identity:
            known = self._made[place] = identity, self.gate.caller(identity, region)
        return known[1]


def controlled(callers: Callers | None) -> Callers:
    """Raises ConfigError where access is not controlled."""
    if callers is None:
        raise ConfigError(OFF)
    return callers


def denials(described: Iterable[Mapping[str, Any]]) -> list[str]:
    """A line for each kind of request that was denied, or would have been, as `/_admin/access` describes them."""
    return [
        f"{each['operation']}, {each['count']} times: {each['caller']} may not {each['action']} on {each['resource']}, "
        f"{each['reason']}"
        for each in described
    ]


def plain(request: Mapping[str, Any]) -> Any:
    """A request as boto3 takes it, in DynamoDB's JSON."""
    return json.loads(json.dumps(request, default=_as_json))


def _as_json(value: Any) -> Any:
    """Binary values in base 64, as boto3 sends them."""
    if isinstance(value, bytes | bytearray):
        return b64encode(value).decode("ascii")
    raise TypeError(f"{value!r} is no value of DynamoDB's JSON")
