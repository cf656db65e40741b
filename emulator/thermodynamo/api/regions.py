"""The names of all regions of all partitions, from botocore's data, which is read without importing botocore."""

import functools

import orjson

from thermodynamo.api.model.service import data_path


@functools.cache
def names() -> frozenset[str]:
    partitions = orjson.loads((data_path() / "partitions.json").read_bytes())["partitions"]
    return frozenset(name for partition in partitions for name in partition["regions"])
