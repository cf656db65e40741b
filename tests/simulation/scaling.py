"""Auto scaling at random: the writes of a table become a scalable target, and cease to be one."""

import json
import random
from typing import Any

from tests.throttling.world import World


def scale(world: World, chance: random.Random, name: str) -> None:
    """Registers or deregisters the writes of a table. There may be no such target, and no such table."""
    target: dict[str, Any] = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": f"table/{name}",
        "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
    }
    operation = "DeregisterScalableTarget"
    if chance.random() < 0.7:
        operation, target = "RegisterScalableTarget", {**target, "MinCapacity": 1, "MaxCapacity": 40_000}
    status, body = world.service.answer(f"AnyScaleFrontendService.{operation}".encode(), json.dumps(target).encode())
    assert status < 500, body
