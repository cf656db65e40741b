"""Settings: the order of precedence, and errors that name the flag or variable at fault."""

import pytest

from thermodynamo.settings.config import SETTINGS, Config, ConfigError, Setting, resolve


def test_a_flag_wins_over_the_variable_and_the_variable_over_the_default() -> None:
    environment = {"THERMODYNAMO_PORT": "8001", "THERMODYNAMO_HOST": "0.0.0.0"}
    config = resolve({"port": "8002", "host": None}, environment)
    assert config == Config(host="0.0.0.0", port=8002)


def test_an_empty_variable_counts_as_not_given() -> None:
    assert resolve({}, {"THERMODYNAMO_PORT": ""}) == Config()


def test_each_default_reads_back_as_itself() -> None:
    flags = {setting.name: str(setting.default) for setting in SETTINGS}
    assert resolve(flags, {}) == Config()


@pytest.mark.parametrize(
    ("flags", "environment", "message"),
    [
        ({"port": "web"}, {}, "--port is 'web': it must be a whole number"),
        ({}, {"THERMODYNAMO_PORT": "web"}, "THERMODYNAMO_PORT is 'web': it must be a whole number"),
        ({"table_delay_seconds": "soon"}, {}, "--table-delay-seconds is 'soon': it must be a number"),
        ({"table_delay_seconds": "-1"}, {}, "table_delay_seconds is -1.0: it must be 0 or more"),
        ({"table_delay_seconds": "nan"}, {}, "table_delay_seconds is nan: it must be 0 or more"),
        ({"port": "65536"}, {}, "port is 65536: it must be from 0 to 65535"),
        ({"clock_start": "noon"}, {}, "clock_start is 'noon': it must be ISO 8601 or epoch seconds"),
        (
            {"index_delay_seconds": "2-1"},
            {},
            "index_delay_seconds is '2-1': it must be a number of seconds or a range such as 0.1-2",
        ),
        ({"log_level": "loud"}, {}, "log_level is 'loud': it must be one of debug, info, warning, error, critical"),
    ],
)
def test_a_wrong_value_names_its_source(flags: dict[str, str], environment: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(flags, environment)
    assert str(caught.value) == message


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if isinstance(setting.default, float)])
@pytest.mark.parametrize("text", ["-1", "nan", "inf"])
def test_no_time_is_negative_or_endless(setting: Setting, text: str) -> None:
    with pytest.raises(ConfigError, match=f"^{setting.name} is "):
        resolve({setting.name: text}, {})


@pytest.mark.parametrize("setting", [setting for setting in SETTINGS if setting.name.endswith("_max")])
def test_no_limit_is_zero(setting: Setting) -> None:
    with pytest.raises(ConfigError, match=f"^{setting.name} is 0: it must be [0-9]+ or more"):
        resolve({setting.name: "0"}, {})
