"""The published models load without botocore, quickly, and every operation of both compiles."""

import subprocess
import sys

import pytest

from thermodynamo.api import model
from thermodynamo.api.model.overrides import OVERRIDES
from thermodynamo.api.model.service import dynamodb, streams


@pytest.mark.parametrize("operation", model.operations())
def test_every_published_operation_compiles(operation: str) -> None:
    check_types, check_constraints = model.compile(operation)
    assert callable(check_types) and callable(check_constraints)


def test_an_unpublished_operation_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        model.compile("DropTable")


def test_both_services_are_published() -> None:
    assert {"GetItem", "CreateTable", "TransactWriteItems"} <= set(dynamodb().inputs)
    assert {"GetRecords", "GetShardIterator"} <= set(streams().inputs)
    assert dynamodb().target_prefix == "DynamoDB_20120810"


def test_botocore_is_not_imported() -> None:
    code = (
        "import sys; from thermodynamo.api import model; model.compile('PutItem'); assert 'botocore' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_override_speaks_of_a_published_shape_and_says_why() -> None:
    for override in OVERRIDES:
        try:
            shape = dynamodb().shape(override.shape)
        except KeyError:
            shape = streams().shape(override.shape)
        assert override.evidence
        if override.what in ("order", "required"):
            assert set(override.value) <= set(shape.members), override
        elif override.what == "enum":
            assert set(override.value) == set(shape.enum), override
        elif override.member:
            assert override.member in (*shape.members, "key"), override
