"""A trigger: which stream's records go to which handler or URL, with the options of Lambda's event source mappings.

Names, defaults and bounds are Lambda's, in snake case (Lambda developer guide, services-ddb-params).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from emulator.triggers.filters import Filter, FilterError

STARTING_POSITIONS = ("TRIM_HORIZON", "LATEST")
BOUNDS = {
    "batch_size": (1, 10_000),
    "batch_window_seconds": (0, 300),
    "maximum_retry_attempts": (-1, 10_000),
    "maximum_record_age_seconds": (-1, 604_800),
    "parallelization_factor": (1, 10),
    "timeout_seconds": (0.001, 900),
}


class TriggerError(ValueError):
    """A trigger that cannot be; the message names it and the option."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One mapping. -1 stands for no limit."""

    name: str
    table: str | None = None
    stream_arn: str | None = None
    handler: str | None = None
    """module:function of a Python callable that takes an event and a context."""
    url: str | None = None
    """Where events are sent by POST."""
    batch_size: int = 100
    batch_window_seconds: float = 0.0
    starting_position: str = "TRIM_HORIZON"
    filters: tuple[Filter, ...] = ()
    """A record is for the handler when it matches one of them, or there are none."""
    maximum_retry_attempts: int = -1
    maximum_record_age_seconds: int = -1
    bisect_batch_on_error: bool = False
    report_batch_item_failures: bool = False
    parallelization_factor: int = 1
    on_failure: str | None = None
    """The file that is told, a line each, about batches that were given up."""
    checkpoint: str | None = None
    """The file that remembers what is done; without one, each start begins at the starting position."""
    timeout_seconds: float = 60.0

    def __post_init__(self) -> None:
        if (self.table is None) == (self.stream_arn is None):
            raise TriggerError(f"trigger {self.name} needs either table or stream_arn")
        if (self.handler is None) == (self.url is None):
            raise TriggerError(f"trigger {self.name} needs either handler or url")
        if self.handler is not None and not all(self.handler.partition(":")):
            raise TriggerError(f"trigger {self.name}: handler is {self.handler!r}: it must be module:function")
        if self.url is not None and not self.url.startswith(("http://", "https://")):
            raise TriggerError(f"trigger {self.name}: url is {self.url!r}: it must begin with http:// or https://")
        if self.starting_position not in STARTING_POSITIONS:
            wanted = " or ".join(STARTING_POSITIONS)
            raise TriggerError(f"trigger {self.name}: starting_position is {self.starting_position!r}: not {wanted}")
        for option, (low, high) in BOUNDS.items():
            if not low <= getattr(self, option) <= high:
                given = getattr(self, option)
                raise TriggerError(f"trigger {self.name}: {option} is {given}: it must be from {low} to {high}")


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
        raise TriggerError(f"trigger {name}: {option} is {value!r}: it must be {wanted}")
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
    return content.get("endpoint"), triggers
