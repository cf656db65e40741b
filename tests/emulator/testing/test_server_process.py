"""A server for the tests of one process."""

import pytest
from botocore.config import Config

from tests.emulator.testing.world import TABLE, WITH_ITEM
from thermodynamo.testing import SeedError, ServerNamespace, local_dynamodb
from thermodynamo.testing.server_process import ServerFailed, ServerProcess, Servers


def test_settings_that_are_the_same_share_a_server_and_a_dead_one_is_replaced() -> None:
    servers = Servers()
    try:
        first = servers.with_settings({"capacity": "off", "seed": 1})
        assert servers.with_settings({"seed": 1, "capacity": "off"}) is first
        first.process.kill()
        first.process.wait()
        second = servers.with_settings({"seed": 1, "capacity": "off"})
        assert second is not first and second.is_running
    finally:
        servers.stop()
    assert not second.is_running


def test_a_server_that_does_not_start_says_why() -> None:
    with pytest.raises(ServerFailed, match="capacity is 'some': it must be"):
        ServerProcess({"capacity": "some"})


def test_namespaces_of_a_server_do_not_see_each_other_and_go_past_a_local_one() -> None:
    server = ServerProcess({})
    try:
        one, other = ServerNamespace(server.endpoint), ServerNamespace(server.endpoint, "eu-west-1")
        with local_dynamodb() as local:
            assert one.load(WITH_ITEM) == ["Music"]
            assert one.client().scan(TableName="Music")["Count"] == 1
            assert other.client().list_tables()["TableNames"] == []
            assert local.requests.count == 0
        with pytest.raises(SeedError, match=r"table Music: .*ResourceInUseException"):
            one.load(TABLE)
        rule = one.faults.add(operation="ListTables", error="InternalServerError")
        once = Config(retries={"total_max_attempts": 1})
        assert other.client(config=once).list_tables()["TableNames"] == []
        assert one.faults.fired(rule) == 0
        one.faults.clear()
        one.load({**TABLE, "TableName": "Kept", "DeletionProtectionEnabled": True})
        one.load({**TABLE, "TableName": "Guarded"})
        one.client().update_table(TableName="Guarded", DeletionProtectionEnabled=True)
        one.discard()
        assert one.client().list_tables()["TableNames"] == ["Guarded"]
        one.clock.advance(minutes=1)
        one.discard()
        assert one.faults.rules() == [] and one.client().list_tables()["TableNames"] == []
    finally:
        server.stop()
