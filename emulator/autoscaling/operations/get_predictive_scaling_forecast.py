"""GetPredictiveScalingForecast: refused, since tables and indexes have no predictive scaling, here and there."""

from typing import Any, NoReturn

from emulator import messages
from emulator.autoscaling import errors
from emulator.engine import Engine


def validate(request: dict[str, Any]) -> NoReturn:
    place = (request["ServiceNamespace"], request["ScalableDimension"])
    raise errors.validation(messages.FORECAST_UNSUPPORTED.format(*place))


def execute(engine: Engine, request: NoReturn) -> dict[str, Any]:
    """Never reached."""
    return {}
