"""The registry: every operation by its target, each one the service publishes."""

from emulator import model
from emulator.operations import OPERATIONS


def test_every_operation_is_found_by_its_whole_target_and_published_by_the_service() -> None:
    published = set(model.operations())
    for target, operation in OPERATIONS.items():
        assert target == b"DynamoDB_20120810." + operation.name.encode()
        assert operation.name in published
