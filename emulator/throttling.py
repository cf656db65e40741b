"""The limits by the settings, and the one log line that a table's first refusal gets."""

import logging
import unicodedata
from random import Random

from emulator import arn
from emulator.config import Config
from storage import keys
from storage.policy import Limits, Policy
from storage.schema import KeySchema, Throughput
from storage.throttles import Refusal, Throttles

log = logging.getLogger("thermodynamo")

LOGGED_KEY_WIDTH = 100
LIMITS = {
    "KeyRangeThroughput": "what one partition serves in a second is used up, or the table has yet to scale",
    "ProvisionedThroughput": "the provisioned units and their burst are used up",
    "AccountLimit": "the quota of units a second of one table is used up",
    "MaxOnDemandThroughput": "the maximum configured in OnDemandThroughput is used up",
}


def limits_of(config: Config) -> Limits | None:
    """What the database meters and refuses by; None for nothing."""
    if config.capacity == "off":
        return None
    policy = Policy(
        is_enforced=config.capacity == "enforce",
        split_after_seconds=config.split_after_seconds,
        partition_throughput=Throughput(config.partition_read_units_max, config.partition_write_units_max),
        partition_bytes_max=config.partition_megabytes * 1024**2,
        table_read_units_max=config.table_read_units_max,
        table_write_units_max=config.table_write_units_max,
        chance=Random(config.seed).random if config.profile == "realistic" else None,
    )
    return Limits(policy, Throttles(report))


def report(refusal: Refusal) -> None:
    """Says once for each table which limit refused, where, and how to turn that off."""
    place = f"index {refusal.index_name} of table" if refusal.index_name else "table"
    verb = "would have been throttled" if refusal.is_observed else "is throttled"
    log.warning(
        "%s %s %s: %s (%s); partition %d, key %s. Seen once for each table; /_admin/heat shows the rest. "
        "--capacity observe counts without refusing, --capacity off turns limits off.",
        place,
        refusal.table_name,
        verb,
        refusal.reason,
        LIMITS[refusal.limit],
        refusal.partition_id,
        fitted(key_text(refusal.key_schema, refusal.key), LOGGED_KEY_WIDTH),
    )


def resource(refusal: Refusal) -> str:
    """The ARN of the table or the index that refused."""
    place = str(arn.TableArn(refusal.region, refusal.account, refusal.table_name))
    return place if refusal.index_name is None else f"{place}/index/{refusal.index_name}"


def key_values(schema: KeySchema, key: bytes) -> dict[str, str]:
    """The wire values of the key attributes that key bytes begin with; a part that is cut short is left out."""
    for count in range(len(schema.attributes), 0, -1):
        try:
            _, parts = keys.split(key, count)
            return {
                attribute.name: keys.part_value(attribute.kind, part)
                for attribute, part in zip(schema.attributes, parts, strict=False)
            }
        except (ValueError, IndexError):
            continue
    return {}


def key_text(schema: KeySchema, key: bytes) -> str:
    """A key for people, such as pk=user#1 sk=2026-01."""
    text = " ".join(f"{name}={value}" for name, value in key_values(schema, key).items())
    return printable(text) or "(none in particular)"


def printable(text: str) -> str:
    """The text with its control characters written out, so that no key can play tricks on a terminal or a log."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def places(text: str) -> int:
    """How many places of a terminal a printable text takes: wide characters take two, combining ones none."""
    return sum(map(_width, text))


def fitted(text: str, width: int) -> str:
    """A printable text in at most `width` places; of a longer one the beginning and the end, where keys differ."""
    if places(text) <= width:
        return text
    end = _beginning(text[::-1], width // 3)[::-1]
    return f"{_beginning(text, width - 1 - places(end))}…{end}"


def _beginning(text: str, width: int) -> str:
    """As much of the text as there is room for."""
    taken = 0
    for position, character in enumerate(text):
        taken += _width(character)
        if taken > width:
            return text[:position]
    return text


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
