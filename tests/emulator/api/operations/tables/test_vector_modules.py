"""The modules of vector indexes are imported by a thread, and only where the first such index is to be made."""

import subprocess
import sys

import pytest

ALONE = """
import sys
from tests.hostile.test_long_pages import begun
from thermodynamo.api import slices
from thermodynamo.server.application import build
from thermodynamo.settings.config import Config

server = build(Config(capacity="off"))
index = {
    "IndexName": "byV", "VectorAttribute": {"AttributeName": "v"}, "Dimensions": 2, "DistanceFunction": "EUCLIDEAN",
    "Projection": {"ProjectionType": "ALL"},
}
definition = {
    "TableName": "memories", "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
}
assert "thermodynamo_storage.followers.vector_index" not in sys.modules
"""
CREATED = 'left = begun(server, "CreateTable", {**definition, "VectorIndexes": [index]})'
UPDATED = """
assert begun(server, "CreateTable", definition)[0] == 200
update = {"TableName": "memories", "VectorIndexUpdates": [{"Create": index}]}
left = begun(server, "UpdateTable", {**update, "AttributeDefinitions": definition["AttributeDefinitions"]})
"""
ENDED = """
assert not isinstance(left, tuple) and "memories" not in str(left)
status, _, body = slices.finish(left)
assert status == 200 and b"byV" in body and "thermodynamo_storage.followers.vector_index" in sys.modules
"""


@pytest.mark.parametrize("asked", [CREATED, UPDATED], ids=["CreateTable", "UpdateTable"])
def test_the_first_vector_index_is_made_after_a_thread_has_imported_what_it_needs(asked: str) -> None:
    subprocess.run([sys.executable, "-c", ALONE + asked + ENDED], check=True, timeout=60)
