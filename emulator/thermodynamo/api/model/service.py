"""The published models of the services, read from botocore's packaged JSON without importing botocore.

Importing botocore costs 90 ms; reading the 556 KB of JSON costs 8. Documentation is half of it and is dropped before
anything is kept. Shapes become objects only when an operation that uses them is compiled.
"""

import functools
import importlib.util
import zlib
from pathlib import Path
from typing import Any

import orjson

from thermodynamo_storage.values.dataclass import dataclass

GZIP = zlib.MAX_WBITS | 16
"""What makes zlib read the header of gzip."""
STRUCTURE, LIST, MAP = "structure", "list", "map"


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of a model. `minimum` and `maximum` bound a length, or the value of a number."""

    name: str
    kind: str
    members: dict[str, str]
    required: tuple[str, ...]
    element: str
    key: str
    minimum: int | None
    maximum: int | None
    pattern: str | None
    enum: tuple[str, ...]


def data_path() -> Path:
    """The folder of botocore's data."""
    spec = importlib.util.find_spec("botocore")
    assert spec is not None and spec.origin is not None, "botocore is a declared dependency"
    return Path(spec.origin).parent / "data"


class Service:
    """The operations and shapes of one published model."""

    def __init__(self, name: str, version: str) -> None:
        path = data_path() / name / version / "service-2.json.gz"
        model = orjson.loads(zlib.decompress(path.read_bytes(), GZIP))
        self.target_prefix: str = model["metadata"]["targetPrefix"]
        self.inputs: dict[str, str] = {
            operation: members["input"]["shape"] for operation, members in model["operations"].items()
        }
        # Texts, as a kept result of dumps holds on to the buffer it was written in.
        self._published = {shape: orjson.dumps(_slim(members)).decode() for shape, members in model["shapes"].items()}
        self._shapes: dict[str, Shape] = {}

    def shape(self, name: str) -> Shape:
        shape = self._shapes.get(name)
        if shape is None:
            shape = self._shapes[name] = _shape(name, orjson.loads(self._published[name]))
        return shape


@functools.cache
def dynamodb() -> Service:
    return Service("dynamodb", "2012-08-10")


@functools.cache
def streams() -> Service:
    return Service("dynamodbstreams", "2012-08-10")


@functools.cache
def autoscaling() -> Service:
    """Application Auto Scaling, which has operations of the same names as DynamoDB: those on tags."""
    return Service("application-autoscaling", "2016-02-06")


def _slim(published: dict[str, Any]) -> dict[str, Any]:
    published.pop("documentation", None)
    members = published.get("members")
    if members:
        published["members"] = {name: member["shape"] for name, member in members.items()}
    return published


def _shape(name: str, published: dict[str, Any]) -> Shape:
    kind = published["type"]
    element = published["member"] if kind == LIST else published["value"] if kind == MAP else None
    return Shape(
        name=name,
        kind=kind,
        members=published.get("members", {}),
        required=tuple(published.get("required", ())),
        element=element["shape"] if element else "",
        key=published["key"]["shape"] if kind == MAP else "",
        minimum=published.get("min"),
        maximum=published.get("max"),
        pattern=published.get("pattern"),
        enum=tuple(published.get("enum", ())),
    )
