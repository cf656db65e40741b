"""Settings that say how a table replicates: whether a replica may be disassociated, and whether settings replicate.

A table without replicas can be told that its settings are to be replicated, which makes it fit to be the source of a
global table of several accounts. The mode of replicas of one account is not set (API reference, UpdateTable).
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import disassociation, members, replica_description
from thermodynamo_storage.tables.definition import Definition
from thermodynamo_storage.tables.table import Table

MODE = "GlobalTableSettingsReplicationMode"
MODES = ("ENABLED", "DISABLED")


def check(request: dict[str, Any]) -> None:
    """Raises ValidationException for a mode that cannot be set."""
    mode = request.get(MODE)
    if mode is not None and mode not in MODES:
        raise errors.validation(messages.SETTINGS_MODE.format(mode))


def definitions(namespace: Namespace, table: Table, request: dict[str, Any], now: float) -> list[Definition] | None:
    """What a checked request changes; None where it is about neither of the two, which go alone."""
    if request.get(disassociation.PROTECTION) is not None:
        return disassociation.change_protection(namespace, table, request[disassociation.PROTECTION], now)
    if request.get(MODE) is None:
        return None
    if table.is_replica(now):
        raise errors.validation(messages.SETTINGS_MODE_OF_REPLICA.format(replica_description.MODE))
    settings = {**table.schema.settings, MODE: request[MODE]}
    return [replace(members.busy(table), schema=replace(table.schema, settings=settings))]
