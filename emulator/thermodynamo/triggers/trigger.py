"""A trigger: which stream's records go to which handler or URL, with the options of Lambda's event source mappings.

Names, defaults and bounds are Lambda's, in snake case (Lambda developer guide, services-ddb-params). Flags and the
entries of a TOML file follow from the attributes of `Trigger`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

from thermodynamo.settings.bounds import ANYTHING, Bound, between, one_of
from thermodynamo.triggers.filters import Filter, FilterError, shown


class TriggerError(ValueError):
    """A trigger that cannot be; the message names it and the option."""


def _option(default: Any, meaning: str, bound: Bound = ANYTHING) -> Any:
    return field(default=default, metadata={"meaning": meaning, "bound": bound})


@dataclass(frozen=True, slots=True)
class Trigger:
    """One mapping. -1 stands for no limit. Raises TriggerError for what cannot be."""

    name: str = field(metadata={"meaning": "what the trigger is called in messages", "bound": ANYTHING})
    table: str | None = _option(None, "the table whose latest stream is read")
    stream_arn: str | None = _option(None, "the stream that is read, in place of a table's latest")
    handler: str | None = _option(
        None, "module:function of a Python callable, run in a worker process as handler(event, context)"
    )
    url: str | None = _option(None, "where events are sent by POST, in place of a handler")
    batch_size: int = _option(100, "records in one event at most", between(1, 10_000))
    batch_window_seconds: float = _option(0.0, "how long records are gathered for a batch", between(0, 300))
    starting_position: str = _option("TRIM_HORIZON", "TRIM_HORIZON or LATEST", one_of(("TRIM_HORIZON", "LATEST")))
    filters: tuple[Filter, ...] = _option((), "a filter pattern as JSON; may be given several times")
    """A record is for the handler when it matches one of them, or there are none."""
    maximum_retry_attempts: int = _option(-1, "retries of a failed batch, -1 without limit", between(-1, 10_000))
    maximum_record_age_seconds: int = _option(
        -1, "age at which records are given up, -1 without limit", between(-1, 604_800)
    )
    bisect_batch_on_error: bool = _option(False, "halve a batch that failed")
    report_batch_item_failures: bool = _option(False, "the handler returns batchItemFailures")
    parallelization_factor: int = _option(1, "batches of one shard in progress at once", between(1, 10))
    on_failure: str | None = _option(None, "file that is told about records that were given up")
    """A line of JSON for each batch."""
    checkpoint: str | None = _option(None, "file that remembers what is done, so that a restart goes on from there")
    """Without one, each start begins at the starting position."""
    timeout_seconds: float = _option(60.0, "how long an invocation may take", between(0.001, 900))

    def __post_init__(self) -> None:
        if (self.table is None) == (self.stream_arn is None):
            raise TriggerError(f"trigger {self.name} needs either table or stream_arn (--table, --stream-arn)")
        if (self.handler is None) == (self.url is None):
            raise TriggerError(f"trigger {self.name} needs either handler or url (--handler, --url)")
        if self.handler is not None and not all(self.handler.partition(":")):
            raise TriggerError(f"trigger {self.name}: handler is {self.handler!r}: it must be module:function")
        if self.url is not None and not self.url.startswith(("http://", "https://")):
            raise TriggerError(f"trigger {self.name}: url is {self.url!r}: it must begin with http:// or https://")
        for option in fields(self):
            value, bound = getattr(self, option.name), option.metadata["bound"]
            if not bound.allows(value):
                raise TriggerError(f"trigger {self.name}: {option.name} is {shown(value)}: it must be {bound.wanted}")


OPTIONS = {option.name: option for option in fields(Trigger)}


def from_options(options: Mapping[str, Any], default_name: str) -> Trigger:
    """The trigger with these options, of the types that TOML gives them."""
    name = str(options.get("name", default_name))
    values: dict[str, Any] = {"name": name}
    for option, value in options.items():
        if option not in OPTIONS:
            raise TriggerError(f"trigger {name} has the unknown option {option}")
        if option == "filters":
            try:
                values["filters"] = tuple(map(Filter, value))
            except (FilterError, TypeError) as error:
                raise TriggerError(f"trigger {name}: filters: {error}") from None
        elif option != "name":
            values[option] = _typed(name, option, value)
    return Trigger(**values)


def _typed(name: str, option: str, value: Any) -> Any:
    default = OPTIONS[option].default
    kind = str if default is None or default is MISSING else type(default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        wanted = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}[kind]
        raise TriggerError(f"trigger {name}: {option} is {shown(value)}: it must be {wanted}")
    return value


def from_toml(text: str) -> tuple[str | None, list[Trigger]]:
    """The endpoint, if the text names one, and the triggers of a configuration file.

    Raises TriggerError for what is no TOML, has unknown keys, or describes a trigger that cannot be.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TriggerError(f"not TOML: {error}") from None
    unknown = content.keys() - {"endpoint", "trigger"}
    if unknown:
        raise TriggerError(f"unknown key {sorted(unknown)[0]}: there are endpoint and [[trigger]]")
    tables = content.get("trigger", [])
    if not isinstance(tables, list) or not tables:
        raise TriggerError("no [[trigger]] is described")
    triggers = [from_options(options, f"trigger-{number}") for number, options in enumerate(tables, 1)]
    names = [trigger.name for trigger in triggers]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise TriggerError(f"two triggers are called {twice[0]}")
    endpoint = content.get("endpoint")
    if endpoint is not None and not isinstance(endpoint, str):
        raise TriggerError(f'endpoint is {shown(endpoint)}: it must be text, as in endpoint = "http://127.0.0.1:8000"')
    return endpoint, triggers
