"""CreateGlobalTable: refused by the service in every region, in favour of version 2019.11.21.

Where version 2017.11.29 was never available, the refusal lists the regions where it was; it is refused there, too
(ack-api-quirks, DDB-GLOBALTABLE-002 and 003, October 2026).
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=False)

REGIONS_OF_2017 = (
    *("eu-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-2", "eu-central-1"),
    *("ap-northeast-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
"""In the order of the refusal."""


def validate(request: dict[str, Any]) -> None:
    """Nothing but the model's constraints comes before the version, not even whether there is the table."""


def execute(namespace: Namespace, request: None, now: float) -> dict[str, Any]:
    if namespace.region in REGIONS_OF_2017:
        raise errors.validation(messages.GLOBAL_TABLES_OF_2017)
    text = messages.GLOBAL_TABLES_OF_2017_HERE.format(namespace.region, ", ".join(REGIONS_OF_2017))
    raise errors.validation(text)
