"""Who may call: verifies signatures and asks policies, or only notes what it would have refused."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from thermodynamo.access import credentials
from thermodynamo.access.access_file import AccessFile
from thermodynamo.access.identity import Identity
from thermodynamo.access.observations import Denial, Observations
from thermodynamo.access.permission import Permission
from thermodynamo.access.signatures import authentication
from thermodynamo.access.signatures.session import Session
from thermodynamo.access.signatures.signed_request import SIGNATURE_CHARACTERS, Headers
from thermodynamo.access.watched_file import WatchedFile
from thermodynamo.api.caller import LOCAL, Caller, Connection
from thermodynamo.api.errors import ApiError
from thermodynamo.settings.config import Config

SESSIONS_MAX = 1024


class Gate:
    """Stands before every request where `access` is not off. Raises AccessFileError where the file cannot be read."""

    def __init__(self, config: Config) -> None:
        self.mode = config.access
        self.enforces = config.access == "enforce"
        self.default_region = config.region
        self.watched = WatchedFile(Path(config.access_file), time.monotonic)
        self.observations = Observations()
        self.signing_clock = time.time
        """What signatures are dated by: the machine's time, whatever the server's clock shows."""
        self.sessions: dict[bytes, Session] = {}
        """By Authorization headers up to the digest."""

    @property
    def file(self) -> AccessFile:
        return self.watched.current

    def admit(self, headers: Headers, query: bytes, body: bytes, now: float, connection: Connection = LOCAL) -> Caller:
        """Who signed a POST to DynamoDB that came at `now`.

        Raises the service's errors; where nothing is enforced only those of a server without access control.
        """
        source_ip, is_secure, sent = connection
        if sent is not None:
            body = sent
        joined = dict(headers)
        authorization = joined.get(b"authorization", b"")
        session = self.sessions.get(authorization[:-SIGNATURE_CHARACTERS])
        if session is not None and not query and len(joined) == len(headers):
            expires_at = session.key.expires_at
            if (expires_at is None or now < expires_at) and session.admits(
                joined, authorization[-SIGNATURE_CHARACTERS:], body, self.signing_clock()
            ):
                transport = session.transport
                transport.headers = headers
                transport.source_ip, transport.is_secure = source_ip, is_secure
                return session.caller
        caller, identity = self.identify(b"POST", headers, query, body, authentication.DYNAMODB, now)
        if identity is not None and not query:
            caller = self._remember(joined, identity, caller)
        return _from(caller, headers, connection)

    def admit_scaling(
        self, headers: Headers, query: bytes, body: bytes, now: float, connection: Connection = LOCAL
    ) -> Caller:
        """Who signed a POST to Application Auto Scaling. Raises as `admit` does."""
        body = body if connection[2] is None else connection[2]
        caller, _ = self.identify(b"POST", headers, query, body, authentication.AUTO_SCALING, now)
        return _from(caller, headers, connection)

    def _remember(self, headers: dict[bytes, bytes], identity: Identity, caller: Caller) -> Caller:
        """Begins or renews the session of a client that was verified, and sends its signature as SDKs do.

        Returns the caller to go on with.
        """
        authorization, timestamp = headers.get(b"authorization", b""), headers.get(b"x-amz-date")
        stated = authentication.plain(authorization)
        found = self.file.keys.get(stated.access_key_id) if stated is not None else None
        permission = caller.permission
        if stated is None or found is None or not timestamp or not isinstance(permission, Permission):
            return caller
        if not stated.has_target:
            return caller  # The next request might be for another operation.
        begun = authorization[:-SIGNATURE_CHARACTERS]
        session = self.sessions.get(begun)
        if session is None or session.file is not self.file:
            if len(self.sessions) >= SESSIONS_MAX:
                self.sessions.clear()
            session = Session(self.file, stated, found[0], identity, caller, permission.transport)
            self.sessions[begun] = session
        session.renew(timestamp, self.signing_clock())
        return session.caller

    def identify(
        self, method: bytes, headers: Headers, query: bytes, body: bytes, service: str, now: float
    ) -> tuple[Caller, Identity | None]:
        """Who signed a request to a service. Raises as `admit` does."""
        file = self.watched.refresh()
        try:
            identity, region = authentication.authenticate(
                file, method, headers, query, body, service, self.default_region, self.signing_clock(), now
            )
        except ApiError as error:
            if self.enforces:
                raise
            return self._unverified(file, headers, query, error, now)
        return self.caller(identity, region), identity

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
        return (self.caller(found[1], caller.region), None) if found else (caller, None)

    def caller(self, identity: Identity, region: str) -> Caller:
        """The caller that an identity is in a region: every request of it is asked about."""
        permission = Permission(identity, region, self.observations, self.enforces)
        return Caller(identity.account, region, identity.name, permission)

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


def _from(caller: Caller, headers: Headers, connection: Connection) -> Caller:
    """The caller, whose policies see where the request came from."""
    if isinstance(caller.permission, Permission):
        transport = caller.permission.transport
        transport.headers = headers
        transport.source_ip, transport.is_secure, _ = connection
    return caller
