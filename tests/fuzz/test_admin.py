"""Strange requests of the admin API: a clear error in the 400s, `{"error", "hint"}`, or an answer; never a crash."""

import http.client
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import boto3
import pytest

from tests.conftest import Endpoint

READS = (
    *("/heat", "/heat/timeline", "/throttles", "/metrics", "/insights/load", "/tables/load/partitions"),
    *("/tables/load/indexes/of-load", "/health", "/clock", "/faults"),
)
PATHS = (
    *("/insights/{}", "/tables/{}/partitions", "/tables/{}/indexes/of-load", "/tables/load/indexes/{}"),
    *("/tables/{}/split", "/tables/{}/capacity", "/faults/{}", "/{}"),
)
TEXTS = (
    *(
        "",
        "none",
        "load",
        "of-load",
        "of-other",
        "local-of-load",
        "é",
        "😀",
        "\x00",
        "\n\x1b[2J",
        "../etc",
        "a b",
        "{}",
    ),
    *("-1", "0", "301", "1e9", "NaN", "٣", "9" * 5_000, "a" * 5_000, "12", "00000000000a", "us east", "a/b"),
)
VALUES: tuple[Any, ...] = (
    *(None, True, -1, 1.5, 10**18, 10**400, "", "none", "\x00\x1b[2J", "é" * 3_000),
    *([], [1], [[]], {}, {"a": 1}, "of-other", "local-of-load"),
)
BODIES = (b"", b"{", b"null", b"1", b'"x"', b"\xff\xfe", b'{"a": NaN}', b'{"seconds": 1e999}', b'{"set": "\\ud800"}')
MEMBERS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "/tables/load/split": ({"partition": 0}, ("partition", "index", "by")),
    "/tables/load/capacity": ({"drain": "write"}, ("drain", "fill", "index", "partition", "seconds")),
    "/tables/load/indexes/of-load": ({}, ("delay_seconds",)),
    "/clock": ({}, ("advance", "set", "rate", "freeze", "back")),
    "/faults": (
        {"error": "InternalServerError", "operation": "DescribeLimits"},
        ("table", "key", "count", "seed", "x"),
    ),
}


class Admin:
    """The admin API of a server with the tables `load` and `other`, each with a global and a local index."""

    def __init__(self, server: Endpoint, session: boto3.Session) -> None:
        self.server = server
        self.account = server.new_account()
        client = session.client(
            "dynamodb", endpoint_url=server.url(), aws_access_key_id=self.account, aws_secret_access_key="secret"
        )
        for name in ("load", "other"):
            keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
            by_x = [{"AttributeName": "x", "KeyType": "HASH"}]
            local = [keys[0], {"AttributeName": "x", "KeyType": "RANGE"}]
            everything = {"ProjectionType": "ALL"}
            client.create_table(
                TableName=name,
                KeySchema=keys,
                AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk", "x")],
                BillingMode="PAY_PER_REQUEST",
                GlobalSecondaryIndexes=[{"IndexName": f"of-{name}", "KeySchema": by_x, "Projection": everything}],
                LocalSecondaryIndexes=[{"IndexName": f"local-of-{name}", "KeySchema": local, "Projection": everything}],
            )

    def ask(
        self, method: str, path: str, body: bytes | None = None, accept: str = "application/json"
    ) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        connection.request(method, "/_admin" + path, body, {"Accept": accept, "Content-Type": "application/json"})
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response.status, text

    def survives(self, method: str, path: str, body: bytes | None = None) -> list[int]:
        """The statuses for JSON and for text, after a look at what was answered."""
        statuses = []
        for accept in ("application/json", "text/plain"):
            status, text = self.ask(method, path, body, accept)
            assert status < 500, (path, body, text)
            if status >= 400:
                assert set(json.loads(text)) == {"error", "hint"}, (path, body, text)
                assert len(text) < 5_000 and text.isprintable()
            statuses.append(status)
        return statuses


@pytest.fixture(scope="module")
def admin(start_server: Callable[..., Endpoint], boto_session: boto3.Session) -> Admin:
    return Admin(start_server("--clock", "virtual"), boto_session)


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("name", ["table", "index", "seconds", "colour", "account", "region"])
def test_queries(admin: Admin, path: str, name: str) -> None:
    for text in TEXTS:
        account = "" if name == "account" else f"&account={admin.account}"
        statuses = admin.survives("GET", f"{path}?{name}={quote(text, safe='')}{account}")
        if name == "account" and path not in ("/health", "/clock", "/faults"):
            assert statuses == [400, 400], text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
def test_paths(admin: Admin, method: str, path: str) -> None:
    for text in filter(None, TEXTS):
        body = b"{}" if method in ("POST", "PUT") else None
        admin.survives(method, f"{path.format(quote(text, safe=''))}?account={admin.account}", body)


@pytest.mark.parametrize("path", MEMBERS)
def test_bodies(admin: Admin, path: str) -> None:
    where = f"{path}?account={admin.account}"
    for body in BODIES:
        assert admin.survives("POST", where, body) in ([400, 400], [404, 404]), body
    base, members = MEMBERS[path]
    for member in members:
        for value in VALUES:
            if (path, member) != ("/clock", "advance") or not isinstance(value, int | float) or value < 0:
                admin.survives("POST", where, json.dumps({**base, member: value}).encode())
    admin.survives("DELETE", "/faults")
    assert admin.ask("GET", "/health")[0] == 200


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("table=none", 404, "no table none"),
        ("table=load&index=none", 404, "no global index none"),
        ("table=load&index=of-other", 404, "no global index of-other"),
        ("table=load&index=local-of-load", 404, "no global index local-of-load"),
        ("index=of-load", 400, ""),
        ("table=load&seconds=0", 400, 'seconds is "0"'),
        ("table=load&seconds=301", 400, 'seconds is "301"'),
        ("table=load&seconds=ten", 400, 'seconds is "ten"'),
        ("table=load&region=", 400, 'region is ""'),
    ],
)
def test_a_timeline_has_the_same_errors_as_text_and_as_json(admin: Admin, query: str, status: int, words: str) -> None:
    for accept in ("application/json", "text/plain"):
        given, text = admin.ask("GET", f"/heat/timeline?{query}&account={admin.account}", accept=accept)
        assert given == status and words in json.loads(text)["error"]


def test_text_is_of_what_the_query_names(admin: Admin) -> None:
    for path in ("/heat", "/heat/timeline"):
        for query, shown, hidden in (
            ("", ("load:", "load index of-load:", "other:", "other index of-other:"), ()),
            ("&table=load", ("load:", "load index of-load:"), ("other",)),
            ("&table=load&index=of-load", ("load index of-load:",), ("other", "load:")),
        ):
            status, text = admin.ask("GET", f"{path}?account={admin.account}&colour=0{query}", accept="text/plain")
            heads = [line for line in text.splitlines() if line.startswith(("load", "other"))]
            assert status == 200 and [head.partition(": ")[0] + ":" for head in heads] == list(shown)
            assert not any(head.startswith(word) for head in heads for word in hidden)


def test_an_empty_namespace_is_named(admin: Admin) -> None:
    for path in ("/heat", "/heat/timeline"):
        status, text = admin.ask("GET", f"{path}?account=123456789012&region=eu-north-1", accept="text/plain")
        assert status == 200 and text.startswith("no tables in eu-north-1 of account 123456789012")
