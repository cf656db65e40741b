"""Every setting of the server: its default, flag, environment variable, meaning and bound, each said once here.

A setting is one attribute of `Config`. Its flag and its variable follow from its name: `table_delay_seconds` is
`--table-delay-seconds` and `THERMODYNAMO_TABLE_DELAY_SECONDS`. A flag wins over the variable, the variable over the
default.
"""

import dataclasses
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from thermodynamo.settings import delays
from thermodynamo.settings.bounds import (
    ANYTHING,
    PROFILE,
    Bound,
    at_least,
    between,
    more_than,
    one_of,
    or_by_profile,
    readable,
)
from thermodynamo.settings.clock import parse_instant
from thermodynamo.settings.delays import Delay
from thermodynamo_storage.values.dataclass import dataclass

VERSION = "0.1.0"
VARIABLE_PREFIX = "THERMODYNAMO_"
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
PORT_MAX = 65_535
STREAM_BYTES_MIN = 1024**2
DELAY = readable(delays.parse, "a number of seconds or a range such as 0.1-2")
SEPARATOR = ";"
"""Between files, and between parameters."""
NOT_EMPTY = Bound(bool, "a URL or a path")
KINESIS = Bound(
    lambda text: bool(text) and ("://" not in text or text.startswith(("http://", "https://"))),
    "an http(s) URL or the path of a file",
)
REGION = Bound(
    lambda text: bool(text) and text.isascii() and text.isprintable() and not {"/", " "} & {*text},
    "a name such as us-east-1",
)
ADDRESS = Bound(
    lambda text: bool(text) and text.isprintable() and not any(map(str.isspace, text)),
    "an address of this machine, or a name of it",
)
TOKEN_CHARACTERS_MAX = 1_000
TOKEN = Bound(
    lambda text: text.isascii() and text.isprintable() and text.strip() == text and len(text) <= TOKEN_CHARACTERS_MAX,
    f"at most {TOKEN_CHARACTERS_MAX} printable characters of ASCII, without a space at either end",
)
"""What a header can carry from any client: a page cannot send what is not Latin-1, and curl sends UTF-8."""
HOST = re.compile(r"[^\s:/@\[\]]+|[0-9A-Fa-f:]+").fullmatch
HOSTS = Bound(
    lambda text: all(HOST(each.strip()) for each in text.split(",") if each.strip()),
    "host names with commas between them, without scheme or port",
)
INSTANT = readable(parse_instant, "ISO 8601 or epoch seconds")


def parse_megabytes(text: str) -> int:
    """A whole number from 0 on. Raises ValueError."""
    if (megabytes := int(text)) < 0:
        raise ValueError(text)
    return megabytes


def parse_parameters(text: str) -> dict[str, str]:
    """Values by name from `Name=value;Name=value`. Raises ValueError."""
    found = {}
    for part in filter(None, text.split(SEPARATOR)):
        name, sign, value = part.partition("=")
        if not name.strip() or not sign:
            raise ValueError(part)
        found[name.strip()] = value
    return found


PARAMETERS = readable(parse_parameters, "Name=value, with semicolons between several")


def parse_plain_port(text: str) -> int | None:
    """A port, or None for no text. Raises ValueError."""
    if text and not 0 <= int(text) <= PORT_MAX:
        raise ValueError(text)
    return int(text) if text else None


def is_unicode(text: str) -> bool:
    """Whether bytes of the command line or of the environment were UTF-8. Others arrive as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class ConfigError(ValueError):
    """A setting has a value it cannot have; the message names the setting."""


def _setting(
    default: str | int | float,
    meaning: str,
    bound: Bound = ANYTHING,
    bare: str | None = None,
    is_never_empty: bool = False,
) -> Any:
    """One setting; `bare` is what its flag means without a value, where that may be left out.

    `is_never_empty` says that its flag and its variable have a text where they are given: an empty one would mean the
    contrary.
    """
    metadata = {"meaning": meaning, "bound": bound, "bare": bare, "is_never_empty": is_never_empty}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one server. Types are str, int or float: a default's type is the setting's type.

    Raises ConfigError for a value beyond its setting's bound.
    """

    host: str = _setting("127.0.0.1", "address to listen on; 0.0.0.0 is every address of this machine", ADDRESS)
    port: int = _setting(8000, "port to listen on; 0 takes any free one", between(0, PORT_MAX))
    tls: str = _setting(
        "off",
        "on serves HTTPS with a certificate that is made at the start; --tls means on",
        one_of(("off", "on")),
        bare="on",
    )
    tls_cert: str = _setting("", "certificate chain of your own, a PEM file; serves HTTPS with it")
    tls_key: str = _setting("", "its private key, a PEM file")
    plain_port: str = _setting(
        "",
        "port that serves HTTP beside HTTPS; 0 takes any free one",
        readable(parse_plain_port, "a whole number from 0 to 65535"),
    )
    region: str = _setting("us-east-1", "region of a request whose signature names none", REGION)
    namespace: str = _setting(
        "own",
        "own parts the tables of each account and region; shared has one set of tables for every key and region, whose "
        "ARNs name the region above",
        one_of(("own", "shared")),
    )
    table_delay_seconds: float = _setting(0.0, "how long a table stays CREATING, UPDATING or DELETING", at_least(0))
    export_delay_seconds: float = _setting(
        0.0, "how long an export takes at least; 125 to 740 for small ones there", at_least(0)
    )
    import_delay_seconds: float = _setting(
        0.0, "how long an import takes at least; 90 to 215 for small ones there", at_least(0)
    )
    bulk_delay_seconds: float = _setting(0.0, "how long a bulk operation takes at least", at_least(0))
    cooldowns: str = _setting(
        "enforce",
        "how soon and how often settings of a table may change again: enforce as the service does, or off",
        one_of(("enforce", "off")),
    )
    capacity: str = _setting(
        "enforce",
        "limits: enforce refuses requests, observe only counts, off does neither",
        one_of(("enforce", "observe", "off")),
    )
    profile: str = _setting(
        "strict",
        "strict is exact to the unit, realistic has several routers and chance",
        one_of(("strict", "realistic")),
    )
    seed: int = _setting(0, "what everything left to chance starts from; --seed takes the files of seed_files, too")
    seed_files: str = _setting(
        "", "files and folders whose tables and items are there from the start, with semicolons between them"
    )
    seed_parameters: str = _setting(
        "", "parameters of templates among them: Name=value, with semicolons between them", PARAMETERS
    )
    split_after_seconds: str = _setting(
        PROFILE,
        "how long load near a partition's limit lasts before it is split: seconds, or a range that each table "
        "draws from; profile is 120, 300-720 where realistic",
        or_by_profile(readable(delays.parse_positive, "a number of seconds more than 0 or a range such as 300-720")),
    )
    index_buffer_megabytes: str = _setting(
        PROFILE,
        "how much of its table's writes a global index may owe before it refuses them; profile is 0, 20 where "
        "realistic",
        or_by_profile(readable(parse_megabytes, "a whole number from 0 on")),
    )
    partition_read_units_max: int = _setting(3_000, "the read units a second that one partition serves", at_least(1))
    partition_write_units_max: int = _setting(1_000, "the write units a second that one partition serves", at_least(1))
    partition_megabytes: int = _setting(10_240, "the size at which a partition is split", at_least(1))
    table_read_units_max: int = _setting(
        40_000, "the quota of read units a second of an on-demand table or index", at_least(1)
    )
    table_write_units_max: int = _setting(
        40_000, "the quota of write units a second of an on-demand table or index", at_least(1)
    )
    transaction_hold: str = _setting(
        "0", "seconds that a transaction keeps its items from others' writes: 0.5, or a range 0.1-2", DELAY
    )
    shard_rollover_seconds: float = _setting(
        14_400.0, "time until a stream's shard is closed and continued by a child", more_than(0)
    )
    stream_bytes_max: int = _setting(
        268_435_456, "memory that one stream may hold; its oldest records go first", at_least(STREAM_BYTES_MIN)
    )
    backup_delay_seconds: float = _setting(
        0.0, "how long a backup stays CREATING; about a twentieth of a second there", at_least(0)
    )
    restore_delay_seconds: float = _setting(
        0.0, "how long a table that is restored stays CREATING, at least; 80 to 770 there", at_least(0)
    )
    recovery_bytes_max: int = _setting(
        1_073_741_824,
        "memory for what point-in-time recovery of one table keeps; beyond it, the table can be restored less far back",
        at_least(STREAM_BYTES_MIN),
    )
    ttl_delay: float = _setting(
        1.0, "seconds after its expiry that an item is removed; the service takes up to days", at_least(0)
    )
    ttl_change_seconds: float = _setting(
        0.0, "how long time to live stays ENABLING or DISABLING; up to 3600 there", at_least(0)
    )
    clock: str = _setting(
        "system",
        "system, or virtual: frozen at clock_start until /_admin/clock turns it",
        one_of(("system", "virtual")),
    )
    clock_start: str = _setting(
        "2026-01-01T00:00:00Z", "where a virtual clock begins: ISO 8601 or epoch seconds", INSTANT
    )
    index_delay_seconds: str = _setting(
        "0", "time until a write shows in a global index: seconds or a range, 0.1-2", DELAY
    )
    replication_lag: float = _setting(
        0.0, "how many seconds an eventually consistent read of a table may be behind", at_least(0)
    )
    replica_lag: str = _setting(
        "0", "time until a write reaches the other replicas of a global table: seconds or a range, 0.5-2.5", DELAY
    )
    item_collection_bytes_max: int = _setting(
        10 * 1024**3, "largest item collection of a table with a local index", at_least(1)
    )
    throttled_transactions: str = _setting(
        "refuse",
        "refuse answers a throttled transaction as the service does, cancel as its API reference says",
        one_of(("refuse", "cancel")),
    )
    request_timeout_seconds: float = _setting(
        60.0, "how long a request may take to arrive, from its first byte to its last", more_than(0)
    )
    arriving_bytes_max: int = _setting(
        536_870_912,
        "memory for requests that have not arrived whole; beyond it, those that send nothing are refused, then others",
        at_least(1),
    )
    unsent_bytes_max: int = _setting(
        268_435_456,
        "memory for replies that clients have not read; beyond it, those that read nothing are cut off",
        at_least(1),
    )
    front_page: str = _setting(
        "service",
        "what GET / answers: service 200 as the service does, dynamodb-local 400 as DynamoDB Local does",
        one_of(("service", "dynamodb-local")),
    )
    cors: str = _setting(
        "*", "web pages that may call: * is every one, or their origins or domains with commas between them"
    )
    kinesis: str = _setting(
        "thermodynamo-kinesis.jsonl",
        "where changes of tables with a Kinesis destination go: the http(s) URL of a Kinesis endpoint, or a file of "
        "JSON lines",
        KINESIS,
    )
    s3: str = _setting(
        "thermodynamo-s3",
        "where the buckets of imports and exports are: a folder with a folder for each, or a URL that fsspec reaches, "
        "such as s3://",
        NOT_EMPTY,
    )
    admin: str = _setting("on", "whether there is an admin API below /_admin", one_of(("on", "off")))
    admin_hosts: str = _setting(
        "",
        "further host names by which, and by whose pages, the admin API may be called, with commas between them",
        HOSTS,
    )
    admin_token: str = _setting(
        "",
        "what requests of the admin API must prove to know: Authorization: Bearer <token>",
        TOKEN,
        is_never_empty=True,
    )
    log: str = _setting(
        "nothing",
        "requests has a line for each: operation, table, key, units, status, milliseconds",
        one_of(("nothing", "requests")),
    )
    throttle_errors: str = _setting(
        "recorded",
        "where sources disagree, errors of throttling as recorded replies had them, or as the developer guide has them",
        one_of(("recorded", "guide")),
    )
    data_dir: str = _setting("", "folder that keeps the data; without one they end with the server")
    durability: str = _setting(
        "process",
        "what a write in data_dir survives: process is the end of the server, power that of the machine",
        one_of(("process", "power")),
    )
    record: str = _setting(
        "", "file that keeps what is asked of tables, for thermodynamo foresee: NAME.parquet or NAME.jsonl"
    )
    access: str = _setting(
        "off",
        "who may call: enforce refuses by signatures and policies, observe only counts, off does neither",
        one_of(("off", "observe", "enforce")),
    )
    policy_delay_seconds: float = _setting(
        0.0, "how long a change of a resource policy does not show; 1 to 3 there", at_least(0)
    )
    access_file: str = _setting("", "the callers with their keys and policies, in TOML or JSON; read when it changes")
    log_level: str = _setting(
        "warning", "least severe message that is logged: " + ", ".join(LOG_LEVELS), one_of(LOG_LEVELS)
    )

    def __post_init__(self) -> None:
        for setting in dataclasses.fields(self):
            value, bound = getattr(self, setting.name), setting.metadata["bound"]
            if not bound.allows(value):
                given = repr(value) if not setting.metadata["is_never_empty"] else "what it cannot be"
                raise ConfigError(f"{setting.name} is {given}: it must be {bound.wanted}")
        for given, missing in (("tls_cert", "tls_key"), ("tls_key", "tls_cert")):
            if getattr(self, given) and not getattr(self, missing):
                raise ConfigError(f"{_flag(given)} is given without {_flag(missing)}: HTTPS needs both")
        if self.plain_port and not self.is_encrypted:
            raise ConfigError("--plain-port is given without HTTPS: add --tls, or choose the port with --port")
        if self.access != "off" and not self.access_file:
            raise ConfigError(f"{_flag('access')} is '{self.access}': it needs {_flag('access_file')}, too")

    @property
    def cancels_throttled_transactions(self) -> bool:
        """Whether a throttled transaction is cancelled with reasons, and not refused as a whole."""
        return self.throttled_transactions == "cancel" or self.throttle_errors == "guide"

    @property
    def is_encrypted(self) -> bool:
        """Whether the port serves HTTPS."""
        return self.tls == "on" or bool(self.tls_cert)

    @property
    def seed_paths(self) -> list[str]:
        """The files whose tables and items are there from the start."""
        return [path for path in self.seed_files.split(SEPARATOR) if path]

    @property
    def template_parameters(self) -> dict[str, str]:
        return parse_parameters(self.seed_parameters)

    @property
    def kinesis_endpoint(self) -> str | None:
        """The endpoint that changes for Kinesis go to; None where they go to a file."""
        return self.kinesis if self.kinesis.startswith(("http://", "https://")) else None

    @property
    def is_realistic(self) -> bool:
        return self.profile == "realistic"

    @property
    def split_after(self) -> Delay:
        """How long load near a partition's limit lasts before the partition is split.

        The range of the realistic profile fits what was published (see tests/experiments). Partitions of one table
        were split by 900 writes a second within 10 minutes, and by too many reads after about 8. Another table grew
        from 3,000 units to 20,000 in about an hour and doubled each time, so that partitions which are hot together
        are split at about one time. Replicas served too many reads of one key for at least 10 minutes: those are half
        the heat for the leader, so that none is split before twice the lower bound.
        """
        if self.split_after_seconds == PROFILE:
            return Delay(300, 720) if self.is_realistic else Delay(120, 120)
        return delays.parse(str(self.split_after_seconds))

    @property
    def index_buffer_bytes(self) -> int:
        """How much of its table's writes a global index may owe before it refuses them.

        An index of one write unit took about 19,500 of 1 KB in a load that AWS published (see tests/experiments).
        """
        given = self.index_buffer_megabytes
        megabytes = (20 if self.is_realistic else 0) if given == PROFILE else parse_megabytes(given)
        return megabytes * 1024**2

    @property
    def first_instant(self) -> float | None:
        """Where a virtual clock begins, in seconds of the epoch; None for the machine's clock."""
        return parse_instant(self.clock_start) if self.clock == "virtual" else None


@dataclass(frozen=True, slots=True)
class Setting:
    """How one attribute of `Config` is named outside the program, and how its text is read."""

    name: str
    default: str | int | float
    meaning: str
    bound: Bound
    bare: str | None = None
    is_never_empty: bool = False

    @property
    def flag(self) -> str:
        return _flag(self.name)

    @property
    def variable(self) -> str:
        return VARIABLE_PREFIX + self.name.upper()

    def parse(self, text: str, source: str) -> str | int | float:
        """The value that `text` means; `source` is the flag or variable that an error names."""
        if self.is_never_empty and not text:
            remedy = "leave it out" if source == self.flag else "unset it"
            raise ConfigError(f"{source} is empty, which would ask for none: give it a text, or {remedy}")
        if not is_unicode(text):
            raise ConfigError(f"{source} is '{text}': it must be UTF-8")
        kind = type(self.default)
        noun = {int: "a whole number, ", float: "a number, "}.get(kind, "")
        wanted = noun + self.bound.wanted if self.bound is not ANYTHING else noun.rstrip(", ")
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not self.bound.allows(value):
            joint = " " if source.startswith("-") else "="
            example = f", as in {source}{joint}{self.default}" if self.default != "" else ""
            # A secret is not repeated: this line ends in the log of a CI.
            given = f"'{text}'" if not self.is_never_empty else "what it cannot be"
            raise ConfigError(f"{source} is {given}: it must be {wanted}{example}")
        return value


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


SETTINGS = tuple(
    Setting(entry.name, entry.default, **entry.metadata)  # type: ignore[arg-type]
    for entry in dataclasses.fields(Config)
)
EMPTY: Mapping[str, Any] = MappingProxyType({})
LINKS = re.compile(rf"{VARIABLE_PREFIX}(?:SERVICE_(?:HOST|PORT)(?:_\w+)?|PORT_[0-9]+_(?:TCP|UDP)(?:_\w+)?)").fullmatch
"""Variables that Kubernetes gives to all containers beside a service called thermodynamo; PORT is one of them, too."""
LINKED_PORT = re.compile(r"(?:tcp|udp)://\S+").fullmatch


def resolve(
    flags: Mapping[str, str | None], environment: Mapping[str, str], defaults: Mapping[str, str | float] = EMPTY
) -> Config:
    """The settings from flags by setting name (None when not given) over environment variables over the defaults.

    `defaults` stand in for those of `Config`.

    An empty variable counts as not given, as `VARIABLE= command` is how a shell unsets one for one command. One that
    is never empty is refused: a secret that CI does not have arrives as an empty text, and would let anybody in.
    """
    values: dict[str, Any] = dict(defaults)
    for setting in SETTINGS:
        if (text := flags.get(setting.name)) is not None:
            values[setting.name] = setting.parse(text, setting.flag)
        elif (text := given(setting, environment)) or (setting.is_never_empty and setting.variable in environment):
            values[setting.name] = setting.parse(text, setting.variable)
    return Config(**values)


def given(setting: Setting, environment: Mapping[str, str]) -> str:
    """What the environment says of a setting; nothing where its variable is another program's."""
    text = environment.get(setting.variable, "")
    return "" if setting.name == "port" and LINKED_PORT(text) else text


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """The variables that look like settings and are none."""
    known = {setting.variable for setting in SETTINGS}
    ours = (name for name in environment if name.startswith(VARIABLE_PREFIX) and not LINKS(name))
    return sorted(name for name in ours if name not in known)


def default_endpoint(environment: Mapping[str, str]) -> str:
    """Where a server of this machine answers that was started in the same environment, without flags."""
    host, port, tls, tls_cert = (
        next(given(setting, environment) or str(setting.default) for setting in SETTINGS if setting.name == name)
        for name in ("host", "port", "tls", "tls_cert")
    )
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    scheme = "https" if tls == "on" or tls_cert else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
