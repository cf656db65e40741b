"""Memories of agents in DynamoDB find what is near: crewai-memory-dynamodb and langgraph-checkpoint-aws, as they are.

Their vectors are made here of the letters of a text, so that no model is needed. LOCAL_ADDRESS names the server.
"""

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

LETTERS = "abcdefgh"
KEYS = {"aws_access_key_id": "vectors", "aws_secret_access_key": "local", "region_name": "us-east-1"}


def embedding(text: str) -> list[float]:
    """How often each letter comes in a text, and a little of everything."""
    return [text.count(letter) + 0.01 for letter in LETTERS]


class Embeddings:
    """What LangChain calls embeddings."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [embedding(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return embedding(text)


@pytest.fixture
def session() -> Iterator[Any]:
    """A session whose clients go to the server, and to nothing else."""
    address = os.environ.get("LOCAL_ADDRESS")
    if not address:
        pytest.skip("LOCAL_ADDRESS names no server")
    os.environ["AWS_ENDPOINT_URL"] = address
    yield boto3.Session(**KEYS)
    del os.environ["AWS_ENDPOINT_URL"]


def test_crewai_remembers_what_is_near(session: Any) -> None:
    memory = pytest.importorskip("crewai_memory_dynamodb", reason="crewai-memory-dynamodb is not installed")
    types = pytest.importorskip("crewai.memory.types", reason="crewai is not installed")

    backend = memory.DynamoDBMemoryBackend("crew", dimensions=len(LETTERS), boto_session=session)
    records = [
        types.MemoryRecord(content=text, scope=scope, embedding=embedding(text), categories=[text[0]])
        for text, scope in (("aaa", "/team"), ("bbb", "/team/ann"), ("abab", "/team/bob"), ("aaa", "/other"))
    ]
    backend.save(records)
    found = backend.search(embedding("aab"), scope_prefix="/team", limit=2)
    assert [record.content for record, _ in found] == ["abab", "aaa"]
    assert all(0 < score <= 1 for _, score in found)
    exact = backend.search(embedding("bbb"), scope_prefix="/team/ann", limit=5)
    assert [(record.content, round(score, 6)) for record, score in exact] == [("bbb", 1.0)]
    assert backend.count(scope_prefix="/team") == 3
    backend.delete(record_ids=[records[2].id])
    found = backend.search(embedding("aab"), scope_prefix="/team", limit=1)
    assert [record.content for record, _ in found] == ["aaa"]


def store_of(session: Any, name: str, index: bool) -> Any:
    dynamodb = pytest.importorskip(
        "langgraph_checkpoint_aws.store.dynamodb", reason="langgraph-checkpoint-aws is not installed"
    )
    settings = {"embed": Embeddings(), "dims": len(LETTERS)} if index else None
    store = dynamodb.DynamoDBStore(name, boto3_session=session, index=settings)
    store.setup()
    return store


def test_langgraph_finds_what_is_near_in_a_namespace(session: Any) -> None:
    store = store_of(session, "graph", index=True)
    for number, text in enumerate(("aaa", "bbb", "abab", "ccc")):
        store.put(("users", "ann"), f"k{number}", {"text": text, "even": number % 2 == 0})
    store.put(("users", "bob"), "k0", {"text": "aab", "even": True})
    found = store.search(("users", "ann"), query="aab", limit=2)
    assert [item.value["text"] for item in found] == ["abab", "aaa"]
    assert [item.value["text"] for item in store.search(("users", "bob"), query="aab", limit=2)] == ["aab"]
    store.delete(("users", "ann"), "k2")
    found = store.search(("users", "ann"), query="aab", limit=2, filter={"even": True})
    assert [item.value["text"] for item in found] == ["aaa"]


def test_langgraph_adds_its_index_to_a_table_that_is_there(session: Any) -> None:
    store_of(session, "older", index=False)
    store = store_of(session, "older", index=True)
    store.put(("notes",), "one", {"text": "bbb"})
    assert [item.key for item in store.search(("notes",), query="bb", limit=1)] == ["one"]
    described = session.client("dynamodb").describe_table(TableName="older")["Table"]
    assert [index["IndexStatus"] for index in described["VectorIndexes"]] == ["ACTIVE"]
