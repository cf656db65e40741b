"""Who may call: verifies signatures and asks policies, or only notes what it would have refused."""

import time
from collections.abc import Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from thermodynamo.access import authentication, credentials, requirements
from thermodynamo.access.access_file import AccessFile
from thermodynamo.access.identity import Identity
from thermodynamo.access.observations import Denial, Observations
from thermodynamo.access.requirement import Requirement, StatementRequirement, Transport
from thermodynamo.access.signed_request import Headers
from thermodynamo.access.watched_file import WatchedFile
from thermodynamo.api import errors, messages
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.policies import policy_text
from thermodynamo.api.policies import evaluation
from thermodynamo.api.policies.evaluation import Decision
from thermodynamo.api.policies.policy import Policy
from thermodynamo.settings.clock import Clock
from thermodynamo.settings.config import Config

Connection = tuple[str | None, bool]
"""The address of the client, and whether the connection is encrypted."""
LOCAL: Connection = (None, False)
STATEMENT_BATCH = "BatchExecuteStatement"
PUT_POLICY = "PutResourcePolicy"
POLICIES_MAX = 1024
"""Texts of resource policies that are kept compiled."""


class Gate:
    """Stands before every request where `access` is not off. Raises AccessFileError where the file cannot be read."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.mode = config.access
        self.enforces = config.access == "enforce"
        self.default_region = config.region
        self.clock = clock
        self.watched = WatchedFile(Path(config.access_file), time.monotonic)
        self.observations = Observations()
        self.signing_clock = time.time
        """What signatures are dated by: the machine's time, whatever the server's clock shows."""

    @property
    def file(self) -> AccessFile:
        return self.watched.current

    def identify(
        self,
        method: bytes,
        headers: Headers,
        query: bytes,
        body: bytes,
        connection: Connection = LOCAL,
        service: str = authentication.DYNAMODB,
    ) -> tuple[Caller, Identity | None]:
        """Who signed a request. Raises the service's errors; where nothing is enforced, only those of a server
        without access control.
        """
        file = self.watched.refresh()
        now = self.clock.now()
        try:
            identity, region = authentication.authenticate(
                file, method, headers, query, body, service, self.default_region, self.signing_clock(), now
            )
        except ApiError as error:
            if self.enforces:
                raise
            return self._unverified(file, headers, query, error, now)
        return self.caller(identity, region, connection, headers), identity

    def named(self, headers: Headers, query: bytes) -> Caller:
        """The caller that a request names, verified or not: who counts a request that was refused.

        Raises the service's errors for a signature that is missing or incomplete.
        """
        caller = credentials.authenticate(headers, query, self.default_region)
        found = self.file.keys.get(caller.access_key_id or "")
        return Caller(found[1].account, caller.region, found[1].name) if found else caller

    def _unverified(
        self, file: AccessFile, headers: Headers, query: bytes, error: ApiError, now: float
    ) -> tuple[Caller, Identity | None]:
        """The caller that a request names whose signature would have been refused."""
        caller = credentials.authenticate(headers, query, self.default_region)
        name = caller.access_key_id or ""
        found = file.keys.get(name)
        denial = Denial(found[1].arn if found else name, "", "", "", error.name, (error.message or "").split("\n")[0])
        self.observations.add(denial, now)
        if found is None:
            return caller, None
        return self.caller(found[1], caller.region, LOCAL, headers), found[1]

    def caller(self, identity: Identity, region: str, connection: Connection = LOCAL, headers: Headers = ()) -> Caller:
        """The caller that an identity is in a region: every request of it is asked about."""
        permission = partial(self._ask, identity, region, connection, headers)
        return Caller(identity.account, region, identity.name, permission)

    def _ask(
        self,
        identity: Identity,
        region: str,
        connection: Connection,
        headers: Headers,
        namespace: Namespace,
        operation: str,
        request: Any,
        checked: Any,
        now: float,
    ) -> None:
        """Asks the policies about everything that a request needs. Raises AccessDeniedException where enforced."""
        transport = Transport(identity.known, namespace.account, region, now, headers, *connection)
        for requirement in requirements.of(operation, request, namespace, transport):
            error = self._refusal(identity, operation, requirement, now)
            if operation == PUT_POLICY:
                # The new policy must not lock out who puts it.
                checked.subject, checked.facts = identity.subject, requirement
            if error is None:
                continue
            if operation != STATEMENT_BATCH or not isinstance(requirement, StatementRequirement):
                raise error
            # Each statement that is refused has an error of its own (API reference, BatchStatementError).
            if not isinstance(checked.bounds[requirement.number], ApiError):
                checked.bounds[requirement.number] = error

    def _refusal(self, identity: Identity, operation: str, requirement: Requirement, now: float) -> ApiError | None:
        decision = decide(identity, requirement)
        if decision.is_allowed:
            return None
        action, resource = requirement.action, requirement.resource
        reason = decision.reason(action)
        self.observations.add(Denial(identity.arn, operation, action, resource, decision.decided_by, reason), now)
        if not self.enforces:
            return None
        return errors.access_denied(messages.NOT_AUTHORIZED.format(identity.arn, action, resource, reason))

    def describe(self) -> Mapping[str, Any]:
        """The state of access control as JSON, without any secret."""
        file = self.file
        return {
            "mode": self.mode,
            "file": str(self.watched.path),
            "problem": self.watched.problem,
            "callers": [
                {
                    "name": identity.name,
                    "arn": identity.arn,
                    "keys": [key.id for key, owner in file.keys.values() if owner is identity],
                    "policies": [policy.name for each in identity.grants.sets for policy in each.policies],
                }
                for identity in file.callers.values()
            ],
            "denied": list(self.observations.describe()),
        }


def resource_policy_of(requirement: Requirement) -> Policy | None:
    """The policy that is attached to the resource of a requirement, once a change of it shows."""
    attached = requirement.attached
    told = attached.told(requirement.transport.now) if attached is not None else None
    return _parsed(told.text) if told is not None else None


@lru_cache(maxsize=POLICIES_MAX)
def _parsed(text: str) -> Policy:
    return policy_text.parse(text)


def decide(identity: Identity, requirement: Requirement) -> Decision:
    """The decision on one requirement."""
    resource = requirement.resource
    owner = resource.split(":", 5)[4] if resource.startswith("arn:") else identity.account
    return evaluation.decide(
        identity.grants,
        resource_policy_of(requirement),
        owner,
        requirement.action,
        resource,
        requirement,
    )
