"""The server that is measured with its limits enforced is given settings that exist, and none that refuses."""

from bench.metering import PAIRS, servers
from bench.servers import own, own_metered
from thermodynamo.commands.serve import parser
from thermodynamo.settings.config import Config, resolve


def settings(command: list[str] | None) -> Config:
    assert command is not None
    flags = command[command.index("thermodynamo") + 1 :]
    return resolve(vars(parser().parse_args(flags)), {})


def test_own_servers_differ_in_their_limits_alone() -> None:
    plain, metered = settings(own(1).command), settings(own_metered(2).command)
    assert (plain.capacity, metered.capacity) == ("off", "enforce")
    assert metered.partition_read_units_max == metered.table_write_units_max == 10_000_000


def test_every_server_of_the_pairs_has_a_port_of_its_own() -> None:
    started = servers()
    assert len({server.port for server in started}) == len(started) == 2 * PAIRS
    assert [settings(server.command).capacity for server in started] == ["off", "enforce"] * PAIRS
