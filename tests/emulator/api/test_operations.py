"""The registry: every operation by its target, each one the service publishes."""

import re
from importlib import import_module
from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, key
from thermodynamo.api.model.service import dynamodb, streams
from thermodynamo.api.operations import NAMED, OPERATIONS
from thermodynamo.api.slices import finish
from thermodynamo.server.application import build
from thermodynamo.settings.config import Config

READING = ("Get", "Describe", "List", "BatchGet", "Query", "Scan", "Search", "TransactGet")


def test_every_operation_is_found_by_its_whole_target_and_published_by_the_service() -> None:
    for target, operation in OPERATIONS.items():
        service = streams() if operation.name in streams().inputs else dynamodb()
        assert target == f"{service.target_prefix}.{operation.name}".encode()
        assert operation.name in service.inputs


def test_every_operation_has_a_module_with_its_two_functions() -> None:
    for operation in OPERATIONS.values():
        module = import_module(operation.module_name)
        assert callable(module.validate) and callable(module.execute)


def test_every_operation_states_its_facts_in_its_module() -> None:
    for operation in OPERATIONS.values():
        assert operation.facts is import_module(operation.module_name).FACTS
        is_read = operation.name.startswith(READING)
        assert operation.facts.is_read == is_read, operation.name
    unprocessed = {name: operation.facts.unprocessed for name, operation in NAMED.items()}
    handed_back = {"BatchGetItem": "UnprocessedKeys", "BatchWriteItem": "UnprocessedItems"}
    assert {name: member for name, member in unprocessed.items() if member} == handed_back


def test_every_operation_is_built() -> None:
    assert set(dynamodb().inputs) <= {operation.name for operation in OPERATIONS.values()}


def test_what_is_not_even_published_has_no_message() -> None:
    plane = build(Config()).data_plane
    for target in (b"DynamoDB_20120810.Nothing", b"DynamoDB_20120810.ListStreams", b"Other.CreateBackup"):
        headers = [(b"x-amz-target", target), (b"content-type", b"application/x-amz-json-1.0")]
        assert (
            finish(plane.reply(headers, b"", b"{}"))[2]
            == b'{"__type":"com.amazon.coral.service#UnknownOperationException"}'
        )


PARAMETERS_NOT_BUILT = [
    ("CreateTable", {"GlobalTableSourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Other"}),
    ("CreateTable", {"GlobalTableSettingsReplicationMode": "ENABLED"}),
]


@pytest.mark.parametrize(("operation", "members"), PARAMETERS_NOT_BUILT)
def test_parameters_of_what_is_not_built_are_refused_by_name(
    service: Service, operation: str, members: dict[str, Any]
) -> None:
    if operation == "CreateTable":
        members = {
            "AttributeDefinitions": definitions("a"),
            "KeySchema": key("a:HASH"),
            "BillingMode": "PAY_PER_REQUEST",
            **members,
        }
    else:
        service.create()
    name = next(each for each in reversed(members))
    kind, words = service.refusal(operation, TableName="Music", **members)
    assert kind == "ValidationException"
    assert re.fullmatch(f"{name} is not built in this server: .{{20,}}; leave it out of the request", words or "")
