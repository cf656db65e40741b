"""The partitions benchmark splits one of two like tables, and reads and writes all over it."""

from collections.abc import Callable

from bench.client import Client
from bench.partitions import FEW, MANY, USERS, get_bodies, partitions, prepare, put_bodies, split
from bench.servers import Server
from tests.conftest import Endpoint


def test_one_of_two_like_tables_is_split_until_it_has_many_partitions(start_server: Callable[..., Endpoint]) -> None:
    endpoint = start_server("--capacity", "off")
    endpoint.url()
    server = Server("own", "127.0.0.1", endpoint.port)
    client = Client(server.host, server.port)
    prepare(client)
    split(server, MANY, 64)
    counts = [len(partitions(server, name)) for name in (FEW, MANY)]
    assert counts == [4, 64]
    assert all(each["items"] for each in partitions(server, MANY)), "the requests must reach every partition"
    answers = [[client.call("GetItem", body) for body in get_bodies(name)[:50]] for name in (FEW, MANY)]
    assert answers[0] == answers[1] and all("Item" in answer for answer in answers[0])
    client.close()


def test_gets_and_puts_name_the_same_items() -> None:
    names = [(body["Key"]["PK"]["S"], body["Key"]["SK"]["S"]) for body in get_bodies(FEW)]
    assert [(body["Item"]["PK"]["S"], body["Item"]["SK"]["S"]) for body in put_bodies(FEW)] == names
    assert len({partition_key for partition_key, _ in names}) == USERS
