"""What the registry holds for each operation of Application Auto Scaling."""

from collections.abc import Callable
from typing import Any

from thermodynamo.api import model
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations.operation import Operation

SERVICE = "application-autoscaling"
"""The name in the scope of signatures, and the prefix of actions."""


class ScalingOperation(Operation):
    """An operation of Application Auto Scaling: its module is in a package of its own, its errors are the service's."""

    __slots__ = ()

    package = "thermodynamo.api.auto_scaling"
    is_dynamodb = False

    def __init__(self, name: str, family: str) -> None:
        super().__init__(name, family)
        self.asked_as = f"{SERVICE}:{name}"

    def restate(self, error: ApiError) -> ApiError:
        return error

    def compile(self) -> Callable[[Any], None]:
        check_types, check_constraints = model.compile(self.name, model.autoscaling())

        def check(request: Any) -> None:
            try:
                check_types(request)
                check_constraints(request)
            except ApiError as error:
                raise errors.restated(error) from None

        return check
