"""The errors of Application Auto Scaling: a bare type and a capital Message, as its model has them.

They are no UserErrors of DynamoDB, so they are not counted there.
"""

from thermodynamo.api import messages
from thermodynamo.api.errors import ApiError


class ScalingError(ApiError):
    """An error reply in the making."""

    is_counted = False

    def __init__(self, name: str, message: str | None, members: dict[str, str] | None = None) -> None:
        super().__init__(name, message, prefix="", message_member="Message", members=members)

    def body(self) -> dict[str, object]:
        return {**super().body(), "__type": self.name}


def restated(error: ApiError) -> ScalingError:
    """What the checks of the model refuse, as this service writes it."""
    return ScalingError(error.name, error.message)


def validation(message: str) -> ScalingError:
    return ScalingError("ValidationException", message)


def object_not_found(message: str) -> ScalingError:
    return ScalingError("ObjectNotFoundException", message)


def resource_not_found(arn: str) -> ScalingError:
    """What a tagging operation answers for a target that does not exist."""
    name = "ResourceNotFoundException"
    return ScalingError(name, messages.SCALABLE_TARGET_NOT_FOUND, {"ResourceName": arn})


def too_many_tags(arn: str, message: str) -> ScalingError:
    return ScalingError("TooManyTagsException", message, {"ResourceName": arn})


def limit_exceeded(message: str) -> ScalingError:
    return ScalingError("LimitExceededException", message)


def invalid_next_token() -> ScalingError:
    return ScalingError("InvalidNextTokenException", messages.SCALING_TOKEN_INVALID)
