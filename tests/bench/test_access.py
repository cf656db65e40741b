"""The server that is measured with access control in force knows the key that signs the requests, and lets them by."""

from pathlib import Path

from bench.access import CALLERS, KEY, MEASURED_ACTIONS, servers
from tests.bench.test_metered import settings
from thermodynamo.access import access_file


def test_own_servers_differ_in_access_control_alone(tmp_path: Path) -> None:
    plain, enforcing = (settings(each.command) for each in servers(tmp_path / "access.toml"))
    assert (plain.access, enforcing.access) == ("off", "enforce")
    assert (plain.capacity, enforcing.capacity) == ("off", "off")
    file = access_file.parse(CALLERS, "access.toml", is_json=False)
    key, identity = file.keys[KEY.id]
    assert key.secret == KEY.secret
    for action in MEASURED_ACTIONS:
        ((decision,), denies) = identity.grants.identity.about(action)[::-1]
        assert not denies and decision.statement is not None and len(decision.statement.conditions) == 2
