"""GetPredictiveScalingForecast: refused, since tables and indexes have no predictive scaling, here and there."""

from typing import Any, NoReturn

from thermodynamo.api import messages
from thermodynamo.api.auto_scaling import errors
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> NoReturn:
    place = (request["ServiceNamespace"], request["ScalableDimension"])
    raise errors.validation(messages.FORECAST_UNSUPPORTED.format(*place))


def execute(namespace: Namespace, request: NoReturn, now: float) -> dict[str, Any]:
    """Never reached."""
    return {}
