"""Scenarios out of a TOML file. What is wrong in it is said with its place and with what could stand there."""

import difflib
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from thermodynamo.foresight.scenarios.members import FILE, Member
from thermodynamo.foresight.scenarios.scenario import AutoScaling, Clients, Index, PlannedTable, Scenario
from thermodynamo.foresight.traces.trace_error import TraceError

KINDS: dict[str, Any] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


def read(path: Path) -> list[Scenario]:
    """The scenarios of a file, sweeps spread out. Raises TraceError."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TraceError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TraceError(f"{path} is no TOML: {error}") from None
    return of_members(given, str(path))


def of_members(given: dict[str, Any], source: str) -> list[Scenario]:
    """The scenarios of what a file has. Raises TraceError, which names the source."""
    check(given, FILE, source)
    found = [_scenario(each) for one in given["scenario"] for each in _swept(one, source)]
    names = [each.name for each in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise TraceError(f"{source}: two scenarios are called {twice!r}")
    return found


def check(given: dict[str, Any], members: dict[str, Member], place: str) -> None:
    """Raises TraceError for what is unknown, missing, or cannot be."""
    for name, value in given.items():
        member = members.get(name)
        if member is None:
            near = difflib.get_close_matches(name, list(members), 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(members)}"
            raise TraceError(f"{place}: {name} means nothing here; {hint}")
        _check_value(value, member, f"{place}: {name}")
    for name, member in members.items():
        if member.is_required and name not in given:
            raise TraceError(f"{place}: {name} is missing ({member.meaning})")


def _check_value(value: Any, member: Member, place: str) -> None:
    if not isinstance(value, KINDS[member.kind]) or isinstance(value, bool):
        raise TraceError(f"{place} is {value!r}: it must be of the type {member.kind}")
    if member.choices and value not in member.choices:
        raise TraceError(f"{place} is {value!r}: it must be one of {', '.join(member.choices)}")
    if member.least is not None and not value >= member.least:
        raise TraceError(f"{place} is {value}: it must be at least {member.least:g}")
    if member.most is not None and value > member.most:
        raise TraceError(f"{place} is {value}: it must be at most {member.most:,}")
    if member.kind == "array":
        for number, each in enumerate(value, start=1):
            if member.members is not None and isinstance(each, dict):
                check(each, member.members, f"{place} {number}")
            elif member.members is not None or not isinstance(each, str):
                raise TraceError(f"{place} {number} is {each!r}")
    elif member.kind == "object" and member.members is not None:
        check(value, member.members, place)


def _swept(given: dict[str, Any], source: str) -> Iterator[dict[str, Any]]:
    """One scenario for each combination of the values of its sweep."""
    sweep = given.get("sweep", {})
    one = {name: value for name, value in given.items() if name != "sweep"}
    if not sweep:
        yield one
        return
    path, values = next(iter(sweep.items()))
    rest = {name: each for name, each in sweep.items() if name != path}
    if not isinstance(values, list) or not values:
        raise TraceError(f"{source}: the sweep of {path} must be a list of values")
    for value in values:
        made = _with(one, path, value, source)
        made["name"] = f"{given['name']}, {path.rpartition('.')[2]} {value}"
        if rest:
            made["sweep"] = rest
        check(made, FILE["scenario"].members or {}, source)
        yield from _swept(made, source)


def _with(given: dict[str, Any], path: str, value: Any, source: str) -> dict[str, Any]:
    """A scenario with one member set: one of its own, or `TABLE.MEMBER`."""
    table, _, name = path.rpartition(".")
    if not table:
        return {**given, name: value}
    tables = [dict(each) for each in given.get("tables", ())]
    found = next((each for each in tables if each.get("table") == table), None)
    if found is None:
        found = {"table": table}
        tables.append(found)
    found[name] = value
    return {**given, "tables": tables}


def _scenario(given: dict[str, Any]) -> Scenario:
    tables = tuple(_table(each) for each in given.get("tables", ()))
    made = {name: given[name] for name in ("name", "traffic", "keys", "items", "settings") if name in given}
    return Scenario(tables=tables, clients=Clients(**given.get("clients", {})), **made)


def _table(given: dict[str, Any]) -> PlannedTable:
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    made["indexes"] = tuple(_index(each) for each in given.get("indexes", ()))
    for name in ("read_scaling", "write_scaling"):
        if name in given:
            made[name] = AutoScaling(**given[name])
    assert made.keys() <= {each.name for each in fields(PlannedTable)}
    return PlannedTable(**made)


def _index(given: dict[str, Any]) -> Index:
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    return Index(**made)
