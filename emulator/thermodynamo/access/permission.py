"""What an identity is asked for each of its requests: `api.caller.Permission`.

Most requests are one action on one table, which one statement allows without a Deny, a limit or a resource policy. The
statements that can do so are remembered by operation and table, and only their conditions are asked again.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from thermodynamo.access import data_paths, requirements
from thermodynamo.access.data_paths import DataPath
from thermodynamo.access.decisions import decide
from thermodynamo.access.identity import Identity
from thermodynamo.access.observations import Denial, Observations
from thermodynamo.access.requirement import ItemRequirement, Requirement, StatementRequirement, Transport
from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.items.draft import Undrafted
from thermodynamo.api.operations.statements import planning
from thermodynamo.api.operations.statements.statement import Bound
from thermodynamo.api.policies.conditions import Condition

STATEMENT_BATCH = "BatchExecuteStatement"
PUT_POLICY = "PutResourcePolicy"
PLAIN_MAX = 1024
Plain = tuple[DataPath, str, str, tuple[tuple[Condition, ...], ...]]
"""A path of data, a resource, its table's id, and the conditions of each statement that allows the action on it."""


class Permission:
    """The permission of one identity in one region. `transport` is that of the request at hand."""

    __slots__ = ("enforces", "identity", "observations", "plain", "transport")

    def __init__(self, identity: Identity, region: str, observations: Observations, enforces: bool) -> None:
        self.identity = identity
        self.observations = observations
        self.enforces = enforces
        self.transport = Transport(identity.known, identity.account, region, 0.0)
        self.plain: dict[tuple[str, str], Plain] = {}

    def __call__(self, namespace: Namespace, operation: str, request: Any, checked: Any, now: float) -> None:
        """Raises AccessDeniedException where policies are enforced."""
        transport = self.transport
        transport.now = now
        transport.account = namespace.account
        name = request.get("TableName")
        plain = self.plain.get((operation, name)) if name is not None else None
        if plain is not None:
            path, resource, table_id, allowances = plain
            table = namespace.tables.get(name)
            if (
                table is not None
                and table.id == table_id
                and table.resource_policy is None
                and "IndexName" not in request
            ):
                schema = table.schema.key_schema
                facts = ItemRequirement(
                    path.action, resource, table, None, transport, request, path, request, schema, None
                )
                for conditions in allowances:
                    for condition in conditions:
                        if not condition.holds(facts):
                            break
                    else:
                        return
        self._ask(namespace, operation, request, checked, now)
        if plain is None and operation in data_paths.SINGLE:
            self._remember(namespace, operation, request)

    def _ask(self, namespace: Namespace, operation: str, request: Any, checked: Any, now: float) -> None:
        """Asks the policies about everything that a request needs. Raises Undrafted where that is done later."""
        if data_paths.STATEMENTS.get(operation) is not None:
            self._require_plans(namespace, operation, request, checked)
        for requirement in requirements.of(operation, request, namespace, self.transport, checked):
            error = self._refusal(operation, requirement, now)
            if operation == PUT_POLICY:
                # The new policy must not lock out who puts it.
                checked.subject, checked.facts = self.identity.subject, requirement
            if error is None:
                continue
            if operation != STATEMENT_BATCH or not isinstance(requirement, StatementRequirement):
                raise error
            # Each statement that is refused has an error of its own (API reference, BatchStatementError).
            if not isinstance(checked.bounds[requirement.number], ApiError):
                checked.bounds[requirement.number] = error

    def _require_plans(self, namespace: Namespace, operation: str, request: Any, checked: Any) -> None:
        """Raises Undrafted where the plans of many statements are missing, which conditions may ask for."""
        bounds = [bound for bound in checked.bounds if isinstance(bound, Bound)]
        try:
            planning.require(namespace, bounds, with_indexes=True)
        except Undrafted as undrafted:
            undrafted.permit = partial(self._resume, replace(self.transport), namespace, operation, request, checked)
            raise

    def _resume(
        self, transport: Transport, namespace: Namespace, operation: str, request: Any, checked: Any, now: float
    ) -> None:
        """Asks about a request that was set aside: others of the identity have come meanwhile, from elsewhere."""
        at_hand, self.transport = self.transport, transport
        try:
            self(namespace, operation, request, checked, now)
        finally:
            self.transport = at_hand

    def _refusal(self, operation: str, requirement: Requirement, now: float) -> ApiError | None:
        identity = self.identity
        decision = decide(identity, requirement)
        if decision.is_allowed:
            return None
        action, resource = requirement.action, requirement.resource
        reason = decision.reason(action)
        self.observations.add(Denial(identity.arn, operation, action, resource, decision.decided_by, reason), now)
        if not self.enforces:
            return None
        return errors.access_denied(messages.NOT_AUTHORIZED.format(identity.arn, action, resource, reason))

    def _remember(self, namespace: Namespace, operation: str, request: Any) -> None:
        """Keeps what decides such a request from now on, where it is one of the plain ones.

        That takes a table of the caller's own by its name, statements whose resources hold no variables, and no policy
        besides that could deny or limit.
        """
        identity, name = self.identity, request["TableName"]
        path, table = data_paths.SINGLE[operation], namespace.tables.get(name)
        if table is None or namespace.account != identity.account or identity.subject.is_root or "IndexName" in request:
            return
        denies, allows = identity.grants.identity.about(path.action)
        if denies or identity.grants.limits:
            return
        resource = f"arn:aws:dynamodb:{namespace.region}:{namespace.account}:table/{name}"
        facts = Requirement(path.action, resource, table, None, self.transport, request)
        statements = [decision.statement for decision in allows if decision.statement is not None]
        if not all(pattern.is_fixed for statement in statements for pattern in statement.resources):
            return
        covering = tuple(statement.conditions for statement in statements if statement.covers(resource, facts))
        if len(self.plain) >= PLAIN_MAX:
            self.plain.clear()
        self.plain[operation, name] = path, resource, table.id, covering
