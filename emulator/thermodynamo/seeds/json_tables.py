"""Tables in JSON: what CreateTable takes, or what DescribeTable replies, with their items where they are given.

A definition may have the members `TimeToLiveSpecification` and `Items` besides those of CreateTable. A file is one
definition, a list of them, or what the command line of AWS prints and takes: the reply of DescribeTable, or of Scan or
Query for the table that the file is named after, and the RequestItems of BatchWriteItem.
"""

from collections.abc import Iterator
from typing import Any

from thermodynamo.seeds import table_request
from thermodynamo.seeds.json_text import Members, line_of
from thermodynamo.seeds.seed import Definition, Place, Seed, SeedError, SeedItem, TableSetting, time_to_live

HINT = 'a definition is what CreateTable takes, such as {"TableName": "Music", "KeySchema": [...], ...}'


def is_definition(value: Any) -> bool:
    """Whether a JSON value defines a table. An item has no member of a text and one of a list."""
    if not isinstance(value, dict):
        return False
    if value.keys() == {"Table"}:
        return is_definition(value["Table"])
    return isinstance(value.get("TableName"), str) and isinstance(value.get("KeySchema"), list)


def name_of(value: dict[str, Any]) -> str:
    """The name of the table that is defined."""
    return str(value.get("Table", value)["TableName"])


def definition(value: dict[str, Any], place: Place) -> Definition:
    """The table that a JSON value defines."""
    request = dict(value.get("Table", value))
    request.pop("Items", None)
    settings: tuple[TableSetting, ...] = ()
    specification = request.pop("TimeToLiveSpecification", None)
    if specification is not None:
        settings = (time_to_live(request["TableName"], specification),)
    if "TableStatus" in request or "ItemCount" in request:
        request = table_request.of_description(request)
    return Definition(request, place, settings)


def read(value: Any, text: str, file: str, table_name: str) -> Seed:
    """What a JSON file of definitions holds. Raises SeedError."""
    if isinstance(value, dict) and isinstance(value.get("Items"), list) and "TableName" not in value:
        return Seed(file, (), lambda: _items(value["Items"], text, file, ("Items",), table_name))
    if is_batch(value):
        return Seed(file, (), lambda: _puts(value, text, file))
    given = value if isinstance(value, list) else [value]
    if not given:
        raise SeedError(Place(file, 1), f"there is no table; {HINT}")
    definitions = []
    for number, each in enumerate(given):
        place = Place(file, line_of(text, (number,) if given is value else ()))
        if not is_definition(each):
            raise SeedError(place, HINT)
        if not isinstance(each.get("Items", []), list):
            raise SeedError(place, "Items is no list of items")
        definitions.append(definition(each, place))

    def items() -> Iterator[SeedItem]:
        for number, each in enumerate(given):
            steps = (number, "Items") if given is value else ("Items",)
            yield from _items(each.get("Items", []), text, file, steps, name_of(each))

    return Seed(file, tuple(definitions), items)


def is_batch(value: Any) -> bool:
    """Whether a JSON value is the RequestItems of BatchWriteItem, or a request with them."""
    if not isinstance(value, dict):
        return False
    requests = value.get("RequestItems", value)
    return isinstance(requests, dict) and bool(requests) and all(map(_is_puts, requests.values()))


def _is_puts(requests: Any) -> bool:
    return isinstance(requests, list) and all(isinstance(each, dict) and "PutRequest" in each for each in requests)


def _puts(value: dict[str, Any], text: str, file: str) -> Iterator[SeedItem]:
    """The items that a batch puts."""
    steps = ("RequestItems",) if "RequestItems" in value else ()
    for table_name, requests in value.get("RequestItems", value).items():
        members = Members(text, file, (*steps, table_name))
        for number, each in enumerate(requests):
            item = each["PutRequest"].get("Item") if isinstance(each["PutRequest"], dict) else None
            if not isinstance(item, dict):
                raise SeedError(members.place(number), "this PutRequest has no Item")
            yield SeedItem(table_name, item, members.place(number))


def _items(given: list[Any], text: str, file: str, steps: tuple[str | int, ...], table_name: str) -> Iterator[SeedItem]:
    members = Members(text, file, steps)
    for number, item in enumerate(given):
        if not isinstance(item, dict):
            raise SeedError(members.place(number), "this is no item")
        yield SeedItem(table_name, item, members.place(number))
