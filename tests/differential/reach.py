"""What of the published model the generator reaches: `python -m tests.differential.reach [--requests 20000]`.

Counted are the operations of DynamoDB and DynamoDB Streams, the members of their requests down to the last structure,
and the values of enumerations. Attribute values are counted once, by their types.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape

from tests.differential.generator import Generator

SERVICES = ("dynamodb", "dynamodbstreams")
RECURSIVE = "AttributeValue"


def _operations() -> dict[str, Shape | None]:
    """Each operation with the shape of its request."""
    models = (ServiceModel(Loader().load_service_model(name, "service-2")) for name in SERVICES)
    return {name: model.operation_model(name).input_shape for model in models for name in model.operation_names}


def published(shape: Any, path: str) -> Iterator[str]:
    """All that a request may name: the path of each member, with `=` and the value where it is of an enumeration."""
    match shape.type_name:
        case "structure":
            for name, member in shape.members.items():
                yield f"{path}.{name}"
                if shape.name != RECURSIVE:
                    yield from published(member, f"{path}.{name}")
        case "list":
            yield from published(shape.member, f"{path}[]")
        case "map":
            yield from published(shape.value, f"{path}{{}}")
        case "string":
            yield from (f"{path}={value}" for value in shape.enum)


def sent(shape: Any, path: str, data: Any) -> Iterator[str]:
    """What one request has of all that is published: its members, its elements, its enum values."""
    match shape.type_name, data:
        case "structure", dict():
            for name in data.keys() & shape.members.keys():
                yield f"{path}.{name}"
                if shape.name != RECURSIVE:
                    yield from sent(shape.members[name], f"{path}.{name}", data[name])
        case "list", list():
            for entry in data:
                yield from sent(shape.member, f"{path}[]", entry)
        case "map", dict():
            for entry in data.values():
                yield from sent(shape.value, f"{path}{{}}", entry)
        case "string", str() if data in shape.enum:
            yield f"{path}={data}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.differential.reach", description=__doc__)
    parser.add_argument("--requests", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    shapes = _operations()
    reached: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    generator = Generator(options.seed)
    while asked.total() < options.requests:
        for operation, request in next(generator).steps:
            asked[operation] += 1
            shape = shapes[operation]
            if shape is not None:
                reached.update(set(sent(shape, operation, request)))
    known = 0
    total = 0
    for operation, shape in sorted(shapes.items()):
        if not asked[operation]:
            print(f"{operation}: never")
            continue
        paths = list(published(shape, operation)) if shape is not None else []
        missing = [path.removeprefix(operation + ".") for path in paths if not reached[path]]
        known += len(paths) - len(missing)
        total += len(paths)
        reach = f"{len(paths) - len(missing)} of {len(paths)} members and values"
        print(f"{operation}: {asked[operation]} requests, {reach}")
        print("".join(f"    {path}\n" for path in missing), end="")
    met = sum(1 for operation in shapes if asked[operation])
    print(f"{met} of {len(shapes)} operations, {known} of {total} members and values of these")


if __name__ == "__main__":
    main()
