"""What a table is made of, as immutable values: key schemas, projections, index schemas, the table's own schema.

Index keys may have up to four attributes for the partition key and four for the sort key; a table's key has one
partition key attribute and at most one sort key attribute. Both are tuples, so that one code path serves both.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Literal

from thermodynamo_storage.values.dataclass import dataclass

ScalarKind = Literal["S", "N", "B"]
ProjectionKind = Literal["ALL", "KEYS_ONLY", "INCLUDE"]
BillingMode = Literal["PROVISIONED", "PAY_PER_REQUEST"]
DistanceFunction = Literal["COSINE", "DOT_PRODUCT", "EUCLIDEAN"]
ViewType = Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"]


@dataclass(frozen=True, slots=True)
class KeyAttribute:
    """One attribute of a key and the scalar kind its values must have."""

    name: str
    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class KeySchema:
    """The attributes that make the key of a table or an index, in order."""

    partition: tuple[KeyAttribute, ...]
    sort: tuple[KeyAttribute, ...] = ()

    @property
    def attributes(self) -> tuple[KeyAttribute, ...]:
        return self.partition + self.sort

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(attribute.name for attribute in self.attributes)


@dataclass(frozen=True, slots=True)
class Projection:
    """Which attributes an index entry carries besides the keys of the index and of its table."""

    kind: ProjectionKind
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Throughput:
    """Units a second. Zero means the table is billed per request."""

    read_units: int
    write_units: int


@dataclass(frozen=True, slots=True)
class IndexSchema:
    """A secondary index: global ones are keyspaces of their own, local ones share the table's partition key."""

    name: str
    is_global: bool
    key_schema: KeySchema
    projection: Projection
    throughput: Throughput = Throughput(0, 0)
    settings: dict[str, object] = field(default_factory=dict)
    """As in TableSchema."""


@dataclass(frozen=True, slots=True)
class VectorIndexSchema:
    """An index over the vectors in one attribute of a table's items."""

    name: str
    vector_name: str
    """The attribute that holds a list of so many numbers as the index has dimensions."""
    dimensions: int
    distance: DistanceFunction
    projection: Projection
    partition: KeyAttribute | None = None
    """What every search names a value of, so that it looks at the vectors with that value alone."""
    filters: tuple[KeyAttribute, ...] = ()
    """What a search may name values of."""

    @property
    def searched(self) -> tuple[KeyAttribute, ...]:
        """The attributes of the search schema, the partition key first."""
        return (self.partition, *self.filters) if self.partition is not None else self.filters


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table's definition. Changing a table means putting another TableSchema in its place."""

    name: str
    key_schema: KeySchema
    attribute_kinds: dict[str, ScalarKind]
    billing_mode: BillingMode
    throughput: Throughput
    indexes: tuple[IndexSchema, ...] = ()
    table_class: str | None = None
    is_deletion_protected: bool = False
    stream_view_type: ViewType | None = None
    """What the records of the table's stream carry; None where no stream is enabled."""
    settings: dict[str, object] = field(default_factory=dict)
    """Settings the data model only keeps: encryption, on-demand maxima and the like, in the shape they were given."""
    vector_indexes: tuple[VectorIndexSchema, ...] = ()

    @property
    def key_names(self) -> frozenset[str]:
        """All attributes that have a definition: those of the keys of the table and its indexes, and of searches."""
        names = {name for index in self.indexes for name in index.key_schema.names}
        searched = {each.name for index in self.vector_indexes for each in index.searched}
        return frozenset({*self.key_schema.names, *names, *searched})

    @property
    def index_names(self) -> frozenset[str]:
        """The names of all indexes, of whatever kind."""
        return frozenset([*(each.name for each in self.indexes), *(each.name for each in self.vector_indexes)])

    @property
    def throughputs(self) -> dict[str | None, Throughput]:
        """The throughput of the table (None) and of each global index by its name."""
        return {None: self.throughput, **{index.name: index.throughput for index in self.global_indexes}}

    @property
    def global_indexes(self) -> tuple[IndexSchema, ...]:
        return tuple(index for index in self.indexes if index.is_global)

    @property
    def local_indexes(self) -> tuple[IndexSchema, ...]:
        return tuple(index for index in self.indexes if not index.is_global)

    def without_index(self, name: str) -> "TableSchema":
        """Without an index of whatever kind, and without the attribute definitions that only it uses."""
        left = replace(
            self,
            indexes=tuple(index for index in self.indexes if index.name != name),
            vector_indexes=tuple(index for index in self.vector_indexes if index.name != name),
        )
        used = left.key_names
        return replace(
            left, attribute_kinds={each: kind for each, kind in self.attribute_kinds.items() if each in used}
        )

    def with_throughputs(self, throughputs: Mapping[str | None, Throughput]) -> "TableSchema":
        """With other throughput of the table (None) and of global indexes, by name."""
        indexes = tuple(
            replace(index, throughput=throughputs.get(index.name, index.throughput)) if index.is_global else index
            for index in self.indexes
        )
        return replace(self, throughput=throughputs.get(None, self.throughput), indexes=indexes)
