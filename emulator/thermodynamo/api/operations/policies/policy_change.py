"""Changes of resource policies: when one is possible, and what becomes of it.

A change shows a while after it was made, and keeps others out for 15 seconds; both go by the server's clock
(ack-api-quirks, DDB-TABLE-205, 206, 209 and 347, October 2026).
"""

from datetime import UTC, datetime

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.policies.policy_holder import PolicyHolder
from thermodynamo.api.operations.policies.policy_text import PolicyText
from thermodynamo_storage.tables.definition import ResourcePolicySet
from thermodynamo_storage.values.resource_policy import ResourcePolicy, Told, next_revision

NO_POLICY = "NO_POLICY"
"""The revision that is expected where there is to be no policy."""


def refuse_other_revision(holder: PolicyHolder, expected: str | None, now: float) -> None:
    """Raises PolicyNotFoundException. The latest revision counts, whether it shows yet or not.

    A deletion is a revision, too, as long as it keeps others out (DDB-TABLE-246).
    """
    if expected is None:
        return
    policy = holder.policy
    latest = policy.latest if policy is not None else None
    if expected == (latest.revision if latest is not None else NO_POLICY):
        return
    kind, name = holder.words
    if policy is None or (latest is None and now >= policy.free_at()):
        text = messages.POLICY_REVISION_OF_NONE.format(expected, kind.lower(), name)
    else:
        text = messages.POLICY_REVISION_MISMATCH.format(expected, kind.lower(), name, policy.revision)
    raise errors.policy_not_found(text)


def refuse_too_soon(namespace: Namespace, holder: PolicyHolder, now: float) -> None:
    """Raises ResourceInUseException while the last change does not show, ThrottlingException while it is recent."""
    policy = holder.policy
    if policy is None or namespace.config.cooldowns != "enforce":
        return
    kind, name = holder.words
    if policy.is_pending(now):
        raise errors.resource_in_use(messages.POLICY_PENDING.format(kind, name))
    if now < policy.free_at():
        message = messages.POLICY_COOLS_DOWN.format(kind.lower(), name, _instant(policy.free_at()))
        raise errors.throttling(message)


def put(
    namespace: Namespace, table_id: str, label: str | None, last: ResourcePolicy | None, text: PolicyText, now: float
) -> ResourcePolicySet:
    """The policy of a table, or of its stream with a label, is this text from now on."""
    return _changed(namespace, table_id, label, last, text.told, text.compared, now)


def delete(namespace: Namespace, holder: PolicyHolder, now: float) -> ResourcePolicySet:
    """The policy is gone from now on."""
    return _changed(namespace, holder.table.id, holder.label, holder.policy, None, None, now)


def _changed(
    namespace: Namespace,
    table_id: str,
    label: str | None,
    last: ResourcePolicy | None,
    text: str | None,
    compared: str | None,
    now: float,
) -> ResourcePolicySet:
    before: Told | None = last.told(now) if last is not None else None
    shown_at = now + namespace.config.policy_delay_seconds
    policy = ResourcePolicy(text, compared, next_revision(last, now), now, shown_at, before)
    return ResourcePolicySet(table_id, label, policy)


def _instant(time: float) -> str:
    """As in `2026-10-09T00:29:34.602Z`."""
    milliseconds = round(time * 1000)
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}.{milliseconds % 1000:03d}Z"
