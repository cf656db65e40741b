"""The operations of Application Auto Scaling beside those of DynamoDB."""

from importlib import import_module

import orjson

from tests.autoscaling.world import WRITES, ScaledWorld
from tests.throttling.world import Refused
from thermodynamo.api import model
from thermodynamo.api.auto_scaling import OPERATIONS
from thermodynamo.api.slices import finish
from thermodynamo.server.application import build
from thermodynamo.settings.config import Config

SIGNED = [
    (
        b"authorization",
        b"AWS4-HMAC-SHA256 Credential=AKID/20260101/us-east-1/application-autoscaling/aws4_request, "
        b"SignedHeaders=host, Signature=0",
    ),
    (b"x-amz-date", b"20260101T000000Z"),
]


def test_every_published_operation_is_there_and_has_a_module() -> None:
    prefix = f"{model.autoscaling().target_prefix}."
    assert set(OPERATIONS) == {(prefix + name).encode() for name in model.autoscaling().inputs}
    for operation in OPERATIONS.values():
        module = import_module(operation.module_name)
        assert callable(module.validate) and callable(module.execute)
        assert operation.facts is module.FACTS
        assert operation.facts.is_read == operation.name.startswith(("Describe", "Get", "List")), operation.name


def headers(target: bytes, version: bytes) -> list[tuple[bytes, bytes]]:
    return [*SIGNED, (b"x-amz-target", target), (b"content-type", b"application/x-amz-json-" + version)]


def test_its_version_of_the_protocol_is_its_own() -> None:
    plane = build(Config()).data_plane
    target = b"AnyScaleFrontendService.DescribeScalableTargets"
    body = b'{"ServiceNamespace": "dynamodb"}'
    status, head, reply = finish(plane.reply(headers(target, b"1.1"), b"", body))
    assert (status, orjson.loads(reply)) == (200, {"ScalableTargets": []})
    assert b"content-type: application/x-amz-json-1.1\r\n" in head
    assert finish(plane.reply(headers(b"DynamoDB_20120810.ListTables", b"1.1"), b"", b"{}"))[0] == 404


def test_its_errors_are_no_user_errors_of_dynamodb() -> None:
    world = ScaledWorld()
    for _ in range(2):
        try:
            world.scale("DeregisterScalableTarget", **WRITES)
        except Refused as refused:
            assert refused.type == "ObjectNotFoundException"
    assert world.service.namespace(world.service.caller).counts.user_errors == 0


def test_faults_of_dynamodb_do_not_befall_it() -> None:
    world = ScaledWorld()
    world.service.faults.add_all([{"operation": "TagResource", "error": "InternalServerError"}])
    assert world.service.faults.active
    world.create((5, 5))
    arn = world.scale("RegisterScalableTarget", **WRITES, MinCapacity=5, MaxCapacity=5)["ScalableTargetARN"]
    assert world.scale("TagResource", ResourceARN=arn, Tags={}) == {}
