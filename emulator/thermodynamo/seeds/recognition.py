"""Which format a path has, by its name and by what it holds."""

from collections.abc import Mapping
from pathlib import Path

from thermodynamo.seeds import csv_items, export_folder, json_lines, json_tables, json_text, templates, workbench
from thermodynamo.seeds.seed import Seed, SeedError

LINES = (".jsonl", ".ndjson")
TEMPLATES = (".yaml", ".yml", ".template")
ENDINGS = ".json, .jsonl, .csv (these also with .gz), .yaml, .yml, .template"


def load(given: str, parameters: Mapping[str, str]) -> Seed:
    """What a path holds, or `Table=path`. Raises SeedError."""
    try:
        return _load(given, parameters)
    except OSError as error:  # A name that is too long, or a folder that may not be looked into.
        raise SeedError(given, error.strerror or str(error)) from None


def _load(given: str, parameters: Mapping[str, str]) -> Seed:
    table_name, path = _split(given)
    file = str(path)
    if path.is_dir():
        return export_folder.read(path, file, table_name)
    if not path.exists():
        raise SeedError(file, "there is no such file")
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    is_compressed = endings[-1:] == [".gz"]
    ending = endings[-2] if is_compressed and len(endings) > 1 else "".join(endings[-1:])
    owner = table_name or path.name.removesuffix(".gz").rpartition(".")[0]
    if ending in LINES or (is_compressed and ending == ".json"):
        return json_lines.read(path, file, owner)
    if ending == ".csv":
        return csv_items.read(path, file, owner)
    if ending == ".json" or ending in TEMPLATES:
        return _read_whole(path, file, ending, owner, parameters)
    raise SeedError(file, f"the name says no format: there are {ENDINGS}, and folders of exports")


def _split(given: str) -> tuple[str | None, Path]:
    """The table that is named before the path, if one is, and the path."""
    table_name, sign, rest = given.partition("=")
    if not sign or Path(given).exists():
        return None, Path(given)
    return table_name, Path(rest)


def _read_whole(path: Path, file: str, ending: str, owner: str, parameters: Mapping[str, str]) -> Seed:
    """What a file of JSON or YAML holds. Raises SeedError."""
    text = json_text.read_text(path, file)
    if ending in TEMPLATES and not text.lstrip().startswith("{"):
        return templates.read(text, file, parameters)
    try:
        value = json_text.parse(text, file)
    except SeedError as error:
        if _begins_with_an_object(text):
            return json_lines.read(path, file, owner)
        raise error from None
    if workbench.is_model(value):
        return workbench.read(value, text, file)
    if templates.is_template(value):
        return templates.read(text, file, parameters)
    is_known = json_tables.is_definition(value) or json_tables.is_batch(value)
    if isinstance(value, dict) and not is_known and "Items" not in value:
        return json_lines.read(path, file, owner) if "\n" not in text.strip() else _unknown(file)
    return json_tables.read(value, text, file, owner)


def _unknown(file: str) -> Seed:
    raise SeedError(
        file, "this is neither a data model of NoSQL Workbench, nor a template, nor tables as CreateTable takes them"
    )


def _begins_with_an_object(text: str) -> bool:
    """Whether the first line is JSON of its own, and there are more: JSON lines in a file named .json."""
    first, _, rest = text.strip().partition("\n")
    if not rest:
        return False
    try:
        return isinstance(json_text.parse(first, ""), dict)
    except SeedError:
        return False
