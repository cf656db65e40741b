"""The replica benchmark measures what it says: the same puts into a table with two replicas, and one without."""

from bench.indexes import put_bodies
from bench.replicas import GLOBAL, PLAIN


def test_the_puts_differ_in_nothing_but_the_table() -> None:
    for plain, replicated in zip(put_bodies(PLAIN), put_bodies(GLOBAL), strict=True):
        assert replicated == {**plain, "TableName": GLOBAL}
