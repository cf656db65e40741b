"""Every setting of the server: its default, command-line flag, environment variable and meaning, each said once here.

A setting is one attribute of `Config`. Its flag and its variable follow from its name: `table_delay_seconds` is
`--table-delay-seconds` and `THERMODYNAMO_TABLE_DELAY_SECONDS`. A flag wins over the variable, the variable over the
default.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

from emulator.clock import parse_instant
from emulator.delays import DelayError
from emulator.delays import parse as parse_delay

VERSION = "0.1.0"
VARIABLE_PREFIX = "THERMODYNAMO_"
CLOCKS = ("system", "virtual")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
CAPACITY_MODES = ("enforce", "observe", "off")
UNIT_SETTINGS = (
    "partition_read_units_max",
    "partition_write_units_max",
    "partition_megabytes",
    "table_read_units_max",
    "table_write_units_max",
)
PROFILES = ("strict", "realistic")
THROTTLED_TRANSACTIONS = ("refuse", "cancel")


class ConfigError(ValueError):
    """A setting has a value it cannot have; the message names the setting."""


def _setting(default: str | int | float, meaning: str) -> Any:
    return dataclasses.field(default=default, metadata={"meaning": meaning})


@dataclasses.dataclass(frozen=True, slots=True)
class Config:
    """The settings of one server. Types are str, int or float: a default's type is the setting's type."""

    host: str = _setting("127.0.0.1", "address to listen on; 0.0.0.0 is every address of this machine")
    port: int = _setting(8000, "port to listen on; 0 takes any free one")
    region: str = _setting("us-east-1", "region of a request whose signature names none")
    table_delay_seconds: float = _setting(0.0, "how long a table stays CREATING, UPDATING or DELETING")
    capacity: str = _setting("enforce", "limits: enforce refuses requests, observe only counts, off does neither")
    profile: str = _setting("strict", "strict is exact to the unit, realistic has several routers and chance")
    seed: int = _setting(0, "what everything left to chance starts from")
    split_after_seconds: float = _setting(120.0, "how long load near a partition's limit lasts before it is split")
    partition_read_units_max: int = _setting(3_000, "the read units a second that one partition serves")
    partition_write_units_max: int = _setting(1_000, "the write units a second that one partition serves")
    partition_megabytes: int = _setting(10_240, "the size at which a partition is split")
    table_read_units_max: int = _setting(40_000, "the quota of read units a second of an on-demand table or index")
    table_write_units_max: int = _setting(40_000, "the quota of write units a second of an on-demand table or index")
    transaction_hold: str = _setting(
        "0", "seconds that a transaction keeps its items from others' writes: 0.5, or a range 0.1-2"
    )
    shard_rollover_seconds: float = _setting(14_400.0, "time until a stream's shard is closed and continued by a child")
    stream_bytes_max: int = _setting(268_435_456, "memory that one stream may hold; its oldest records go first")
    ttl_delay: float = _setting(1.0, "seconds after its expiry that an item is removed; the service takes up to days")
    ttl_change_seconds: float = _setting(0.0, "how long time to live stays ENABLING or DISABLING; up to 3600 there")
    clock: str = _setting("system", "system, or virtual: frozen at clock_start until /_admin/clock turns it")
    clock_start: str = _setting("2026-01-01T00:00:00Z", "where a virtual clock begins: ISO 8601 or epoch seconds")
    index_delay_seconds: str = _setting("0", "time until a write shows in a global index: seconds or a range, 0.1-2")
    replication_lag: float = _setting(0.0, "how many seconds an eventually consistent read of a table may be behind")
    item_collection_bytes_max: int = _setting(10 * 1024**3, "largest item collection of a table with a local index")
    throttled_transactions: str = _setting(
        "refuse", "refuse answers a throttled transaction as the service does, cancel as its API reference says"
    )
    log_level: str = _setting("warning", "least severe message that is logged: " + ", ".join(LOG_LEVELS))

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:
            raise ConfigError(f"port is {self.port}: it must be between 0 and 65535")
        if not 0 <= self.table_delay_seconds < float("inf"):
            raise ConfigError(f"table_delay_seconds is {self.table_delay_seconds}: it must be 0 or more")
        for name in ("ttl_delay", "ttl_change_seconds"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ConfigError(f"{name} is {getattr(self, name)}: it must be 0 or more")
        try:
            parse_instant(self.clock_start)
        except ValueError:
            raise ConfigError(f"clock_start is {self.clock_start!r}: it must be ISO 8601 or epoch seconds") from None
        if self.shard_rollover_seconds <= 0:
            raise ConfigError(f"shard_rollover_seconds is {self.shard_rollover_seconds}: it must be more than 0")
        if self.stream_bytes_max < 1_048_576:
            raise ConfigError(f"stream_bytes_max is {self.stream_bytes_max}: it must be 1048576 or more")
        if not 0 < self.split_after_seconds < float("inf"):
            raise ConfigError(f"split_after_seconds is {self.split_after_seconds}: it must be more than 0")
        for name in UNIT_SETTINGS:
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}: it must be 1 or more")
        for name, choices in (
            ("log_level", LOG_LEVELS),
            ("capacity", CAPACITY_MODES),
            ("profile", PROFILES),
            ("throttled_transactions", THROTTLED_TRANSACTIONS),
            ("clock", CLOCKS),
        ):
            if getattr(self, name) not in choices:
                raise ConfigError(f"{name} is {getattr(self, name)!r}: it must be one of {', '.join(choices)}")
        for name in ("index_delay_seconds", "transaction_hold"):
            try:
                parse_delay(getattr(self, name))
            except DelayError as error:
                raise ConfigError(f"{name} is {error}") from None
        if not 0 <= self.replication_lag < float("inf"):
            raise ConfigError(f"replication_lag is {self.replication_lag}: it must be 0 or more")
        if self.item_collection_bytes_max < 1:
            raise ConfigError(f"item_collection_bytes_max is {self.item_collection_bytes_max}: it must be 1 or more")


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """How one attribute of `Config` is named outside the program, and how its text is read."""

    name: str
    default: str | int | float
    meaning: str

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return VARIABLE_PREFIX + self.name.upper()

    def parse(self, text: str, source: str) -> str | int | float:
        """The value that `text` means; `source` is the flag or variable that an error names."""
        kind = type(self.default)
        try:
            return kind(text)
        except ValueError:
            wanted = "a whole number" if kind is int else "a number"
            raise ConfigError(f"{source} is {text!r}: it must be {wanted}") from None


SETTINGS = tuple(
    Setting(entry.name, entry.default, entry.metadata["meaning"])  # type: ignore[arg-type]
    for entry in dataclasses.fields(Config)
)


def resolve(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> Config:
    """The settings from flags by setting name (None when not given) over environment variables over the defaults.

    An empty variable counts as not given, as `VARIABLE= command` is how a shell unsets one for one command.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        if (text := flags.get(setting.name)) is not None:
            values[setting.name] = setting.parse(text, setting.flag)
        elif text := environment.get(setting.variable):
            values[setting.name] = setting.parse(text, setting.variable)
    return Config(**values)
