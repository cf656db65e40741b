"""The operations of Application Auto Scaling beside those of DynamoDB."""

from importlib import import_module

import orjson

from tests.autoscaling.world import WRITES, ScaledWorld
from tests.throttling.world import HEADERS, Refused
from thermodynamo.api import model
from thermodynamo.api.auto_scaling import OPERATIONS
from thermodynamo.faults import faulted_call
from thermodynamo.server.application import build
from thermodynamo.settings.config import Config


def test_every_published_operation_is_there_and_has_a_module() -> None:
    prefix = f"{model.autoscaling().target_prefix}."
    assert set(OPERATIONS) == {(prefix + name).encode() for name in model.autoscaling().inputs}
    for operation in OPERATIONS.values():
        module = import_module(operation.module_name)
        assert callable(module.validate) and callable(module.execute)


def headers(target: bytes, version: bytes) -> list[tuple[bytes, bytes]]:
    return [*HEADERS, (b"x-amz-target", target), (b"content-type", b"application/x-amz-json-" + version)]


def test_its_version_of_the_protocol_is_its_own() -> None:
    plane = build(Config()).data_plane
    target = b"AnyScaleFrontendService.DescribeScalableTargets"
    body = b'{"ServiceNamespace": "dynamodb"}'
    status, head, reply = plane.reply(headers(target, b"1.1"), b"", body)
    assert (status, orjson.loads(reply)) == (200, {"ScalableTargets": []})
    assert b"content-type: application/x-amz-json-1.1\r\n" in head
    assert plane.reply(headers(b"DynamoDB_20120810.ListTables", b"1.1"), b"", b"{}")[0] == 404


def test_its_errors_are_no_user_errors_of_dynamodb() -> None:
    world = ScaledWorld()
    for _ in range(2):
        try:
            world.scale("DeregisterScalableTarget", **WRITES)
        except Refused as refused:
            assert refused.type == "ObjectNotFoundException"
    assert next(iter(world.app.namespaces.namespaces.values())).counts.user_errors == 0


def test_faults_of_dynamodb_do_not_befall_it() -> None:
    world = ScaledWorld()
    world.app.faults.add_all([{"operation": "TagResource", "error": "InternalServerError"}])
    assert world.app.faults.active
    target = headers(b"AnyScaleFrontendService.TagResource", b"1.1")
    faulted = faulted_call.meet(world.app.data_plane, target, b"", b'{"ResourceARN": "a", "Tags": {}}')
    assert faulted.outcome.error is None
