"""The key attributes of tables as a command line names them: orders=customer,number:N."""

from collections.abc import Iterable, Mapping

from thermodynamo.foresight.traces.trace_error import TraceError

KINDS = ("S", "N", "B")
KeyNames = Mapping[str, tuple[tuple[str, str], ...]]
"""By table the name and the type of each key attribute, the partition key first."""

TELL_KEY = "the record does not tell which is the partition key: give --key TABLE=PARTITION,SORT"


def of_words(words: Iterable[str]) -> KeyNames:
    """The key attributes of words. Raises TraceError."""
    made = {}
    for word in words:
        table, separator, given = word.partition("=")
        names = [typed(name) for name in given.split(",")]
        if not separator or not table or len(names) > 2 or not all(name for name, _ in names):
            raise TraceError(f"--key {word}: it must be TABLE=PARTITION or TABLE=PARTITION,SORT, as orders=pk,sk:N")
        made[table] = tuple(names)
    return made


def typed(word: str) -> tuple[str, str]:
    """The name and the type of NAME:N; a string where no type is given."""
    name, separator, kind = word.rpartition(":")
    return (name, kind) if separator and kind in KINDS else (word, "S")
