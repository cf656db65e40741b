"""Settings: the order of precedence, and errors that name the flag or variable at fault."""

import pytest

from thermodynamo.settings.config import (
    SETTINGS,
    Config,
    ConfigError,
    Setting,
    default_endpoint,
    resolve,
    unknown_variables,
)


def test_a_flag_wins_over_the_variable_and_the_variable_over_the_default() -> None:
    environment = {"THERMODYNAMO_PORT": "8001", "THERMODYNAMO_HOST": "0.0.0.0"}
    config = resolve({"port": "8002", "host": None}, environment)
    assert config == Config(host="0.0.0.0", port=8002)


def test_an_empty_variable_counts_as_not_given() -> None:
    assert resolve({}, {"THERMODYNAMO_PORT": ""}) == Config()


def test_each_default_reads_back_as_itself() -> None:
    flags = {setting.name: str(setting.default) for setting in SETTINGS if not setting.is_never_empty}
    assert resolve(flags, {}) == Config()


def test_an_empty_token_is_refused_where_it_is_given() -> None:
    """Who gives one expects that it is asked for; an empty one would let anybody in."""
    with pytest.raises(ConfigError, match=r"^--admin-token is empty, .*, or leave it out$"):
        resolve({"admin_token": ""}, {})
    unset = {"THERMODYNAMO_ADMIN_TOKEN": ""}
    with pytest.raises(ConfigError, match=r"^THERMODYNAMO_ADMIN_TOKEN is empty, .*, or unset it$"):
        resolve({}, unset)
    with pytest.raises(ConfigError, match="--admin-token is empty"):
        resolve({"admin_token": ""}, {"THERMODYNAMO_ADMIN_TOKEN": "secret"})
    assert resolve({"admin_token": "secret"}, unset).admin_token == "secret"
    assert resolve({"admin_token": "secret"}, {}).admin_token == "secret"


@pytest.mark.parametrize("token", ["geheimniß", "日本", "two\nlines", " around ", "x" * 1_001])
def test_a_token_that_no_client_can_send_is_refused_and_not_repeated(token: str) -> None:
    for flags, environment, source in (
        ({"admin_token": token}, {}, "--admin-token"),
        ({}, {"THERMODYNAMO_ADMIN_TOKEN": token}, "THERMODYNAMO_ADMIN_TOKEN"),
    ):
        with pytest.raises(ConfigError, match=f"^{source} is what it cannot be: it must be at most 1000 ") as caught:
            resolve(flags, environment)
        assert token not in str(caught.value)
    with pytest.raises(ConfigError, match=r"^admin_token is what it cannot be") as caught:
        Config(admin_token=token)
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    ("flags", "environment", "message"),
    [
        ({"port": "web"}, {}, "--port is 'web': it must be a whole number, from 0 to 65535, as in --port 8000"),
        ({}, {"THERMODYNAMO_PORT": "web"}, "THERMODYNAMO_PORT is 'web': it must be a whole number, from 0 to 65535"),
        ({"table_delay_seconds": "soon"}, {}, "--table-delay-seconds is 'soon': it must be a number, 0 or more"),
        ({"table_delay_seconds": "-1"}, {}, "--table-delay-seconds is '-1': it must be a number, 0 or more"),
        ({}, {"THERMODYNAMO_TTL_DELAY": "nan"}, "THERMODYNAMO_TTL_DELAY is 'nan': it must be a number, 0 or more"),
        ({"port": "65536"}, {}, "--port is '65536': it must be a whole number, from 0 to 65535"),
        ({"clock_start": "noon"}, {}, "--clock-start is 'noon': it must be ISO 8601 or epoch seconds"),
        (
            {"index_delay_seconds": "2-1"},
            {},
            "--index-delay-seconds is '2-1': it must be a number of seconds or a range such as 0.1-2",
        ),
        ({"log_level": "loud"}, {}, "--log-level is 'loud': it must be one of debug, info, warning, error, critical"),
    ],
)
def test_a_wrong_value_names_its_source(flags: dict[str, str], environment: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(flags, environment)
    assert str(caught.value).startswith(message) and ", as in " in str(caught.value)


@pytest.mark.parametrize(
    ("flag", "text", "wanted"),
    [
        ("region", "", "a name such as us-east-1, as in --region us-east-1"),
        ("region", "us east", "a name such as us-east-1, as in --region us-east-1"),
        ("host", "", "an address of this machine, or a name of it, as in --host 127.0.0.1"),
        ("host", "a b", "an address of this machine, or a name of it, as in --host 127.0.0.1"),
        ("host", "\udcff", "UTF-8"),
        ("data_dir", "\udcff", "UTF-8"),
        ("region", "us/east", "a name such as us-east-1, as in --region us-east-1"),
        ("kinesis", "ftp://a", "an http(s) URL or the path of a file, as in --kinesis thermodynamo-kinesis.jsonl"),
        ("admin_hosts", "a.example, http://b", "host names with commas between them, without scheme or port"),
        ("admin_hosts", "a.example:80", "host names with commas between them, without scheme or port"),
        ("seed_parameters", "a", "Name=value, with semicolons between several"),
    ],
)
def test_what_could_never_do_anything_is_refused(flag: str, text: str, wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve({flag: text}, {})
    assert str(caught.value) == f"--{flag.replace('_', '-')} is '{text}': it must be {wanted}"


@pytest.mark.parametrize("hosts", ["", "a.example", "a.example, b", "fd00::1,", "ü.example"])
def test_hosts_of_the_admin_api_are_names_and_addresses(hosts: str) -> None:
    assert resolve({"admin_hosts": hosts}, {}).admin_hosts == hosts


def test_a_program_that_makes_settings_is_told_their_names() -> None:
    with pytest.raises(ConfigError, match=r"^port is 65536: it must be from 0 to 65535"):
        Config(port=65_536)


def test_a_port_that_kubernetes_gives_is_another_service_s() -> None:
    assert resolve({}, {"THERMODYNAMO_PORT": "tcp://10.0.0.1:8000"}) == Config()


@pytest.mark.parametrize(
    ("environment", "endpoint"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"THERMODYNAMO_PORT": "8001"}, "http://127.0.0.1:8001"),
        ({"THERMODYNAMO_HOST": "0.0.0.0", "THERMODYNAMO_PORT": "1"}, "http://127.0.0.1:1"),
        ({"THERMODYNAMO_HOST": "::"}, "http://[::1]:8000"),
    ],
)
def test_commands_ask_the_server_of_the_same_environment(environment: dict[str, str], endpoint: str) -> None:
    assert default_endpoint(environment) == endpoint


def test_variables_that_are_no_setting_are_found() -> None:
    known = {setting.variable: "1" for setting in SETTINGS}
    links = {"THERMODYNAMO_SERVICE_PORT": "1", "THERMODYNAMO_PORT_8000_TCP_ADDR": "1", "PATH": "1"}
    assert unknown_variables({**known, **links, "THERMODYNAMO_PROT": "", "THERMODYNAMO_PORTS": "1"}) == [
        "THERMODYNAMO_PORTS",
        "THERMODYNAMO_PROT",
    ]


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if isinstance(setting.default, float)])
@pytest.mark.parametrize("text", ["-1", "nan", "inf"])
def test_no_time_is_negative_or_endless(setting: Setting, text: str) -> None:
    with pytest.raises(ConfigError, match=f"^{setting.flag} is "):
        resolve({setting.name: text}, {})


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.name.endswith("_max")])
def test_no_limit_is_zero(setting: Setting) -> None:
    with pytest.raises(ConfigError, match=f"^{setting.flag} is '0': it must be a whole number, [0-9]+ or more"):
        resolve({setting.name: "0"}, {})


@pytest.mark.parametrize(
    ("flags", "split_after", "buffer_bytes"),
    [
        ({}, "120", 0),
        ({"profile": "realistic"}, "300-720", 20 * 1024**2),
        ({"profile": "realistic", "split_after_seconds": "9", "index_buffer_megabytes": "0"}, "9", 0),
        ({"split_after_seconds": "3-5", "index_buffer_megabytes": "2"}, "3-5", 2 * 1024**2),
    ],
)
def test_the_profile_decides_what_no_flag_does(flags: dict[str, str], split_after: str, buffer_bytes: int) -> None:
    config = resolve(flags, {})
    assert (str(config.split_after), config.index_buffer_bytes) == (split_after, buffer_bytes)


@pytest.mark.parametrize(("name", "text"), [("split_after_seconds", "0"), ("index_buffer_megabytes", "-1")])
def test_what_the_profile_may_decide_has_bounds_too(name: str, text: str) -> None:
    with pytest.raises(ConfigError, match=f"is '{text}': it must be profile, or "):
        resolve({name: text}, {})
