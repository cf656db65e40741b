"""What auto scaling is set to, as values. Nothing here depends on it, so each resource is kept as JSON."""

from dataclasses import field

from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class ScaledResource:
    """A scalable target with its policies and scheduled actions, known by its resource ID and dimension."""

    id: str
    dimension: str
    state: str | None
    """JSON of all three; None for a target that is taken away."""
    numbers: int
    """How many ids its account and region had given by then: none of them is given again."""


@dataclass(frozen=True, slots=True)
class ScalingSet:
    """A definition: what auto scaling of a resource is from now on."""

    account: str
    region: str
    resource: ScaledResource


@dataclass(slots=True)
class Scaling:
    """Auto scaling of one account and region: the resources by ID and dimension, oldest first."""

    numbers: int = 0
    resources: dict[tuple[str, str], ScaledResource] = field(default_factory=dict)

    def set(self, resource: ScaledResource) -> None:
        """Keeps what a resource is from now on, or that it is none any more."""
        self.numbers = resource.numbers
        if resource.state is None:
            self.resources.pop((resource.id, resource.dimension), None)
        else:
            self.resources[resource.id, resource.dimension] = resource

    def copy(self) -> "Scaling":
        return Scaling(self.numbers, dict(self.resources))
