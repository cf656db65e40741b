"""Faults for the requests to a running server, in one of its namespaces: the rules of `/_admin/faults`."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from thermodynamo.faults.rule import FaultError

TIMEOUT_SECONDS = 60.0
HEADERS = {"Content-Type": "application/json"}


@dataclass(slots=True)
class ServerFaults:
    """The rules that were made here, for one account of the server at an address such as http://127.0.0.1:8000."""

    endpoint: str
    account: str
    region: str
    ids: list[int] = field(default_factory=list)

    def add(self, **rule: Any) -> int:
        """Makes a rule of its members, as in `add(operation="PutItem", error="ThrottlingException", count=2)`.

        Returns the rule's id. Raises FaultError, which says what a rule can be.
        """
        query = urlencode({"account": self.account, "region": self.region})
        made: int = self._call("POST", f"?{query}", rule)["id"]
        self.ids.append(made)
        return made

    def rules(self) -> list[dict[str, Any]]:
        """The rules as they were given, each with its `id` and with how often it has `fired`."""
        return [rule for rule in self._call("GET")["faults"] if rule["id"] in self.ids]

    def fired(self, id: int) -> int:
        """How often a rule has fired. Raises KeyError where there is no such rule."""
        return {rule["id"]: int(rule["fired"]) for rule in self.rules()}[id]

    def clear(self) -> None:
        """Removes all rules that were made here."""
        while self.ids:
            self._call("DELETE", f"/{self.ids.pop()}")

    def _call(self, method: str, path: str = "", body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.endpoint}/_admin/faults{path}", data, HEADERS, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            reply = json.load(error)
            raise FaultError(f"{reply.get('error')}: {reply.get('hint')}", str(reply.get("hint"))) from None
