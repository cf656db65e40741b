"""A world in which auto scaling acts while the clock is turned, as the server's background does it."""

from typing import Any

import orjson

from tests.throttling.world import Refused, World

WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/load",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
READS = {**WRITES, "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}


class ScaledWorld(World):
    def scale(self, operation: str, **request: Any) -> dict[str, Any]:
        """Calls Application Auto Scaling. Raises Refused."""
        target = b"AnyScaleFrontendService." + operation.encode()
        status, body = self.service.answer(target, orjson.dumps(request))
        reply: dict[str, Any] = orjson.loads(body)
        if status != 200:
            raise Refused({**reply, "__type": f"#{reply['__type']}"})
        return reply

    def turn(self, seconds: float) -> None:
        self.service.turn(seconds)

    def register(self, low: int, high: int, resource: dict[str, Any] = WRITES, **members: Any) -> None:
        self.scale("RegisterScalableTarget", **resource, MinCapacity=low, MaxCapacity=high, **members)

    def track(self, percent: float = 70, resource: dict[str, Any] = WRITES, **members: Any) -> None:
        kind = "Write" if "Write" in resource["ScalableDimension"] else "Read"
        configuration = {
            "TargetValue": percent,
            "PredefinedMetricSpecification": {"PredefinedMetricType": f"DynamoDB{kind}CapacityUtilization"},
            **members,
        }
        self.scale(
            "PutScalingPolicy",
            **resource,
            PolicyName="tracking",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=configuration,
        )

    def load(self, units_per_second: int, minutes: int) -> int:
        """Writes so many items of 1 KB each second, in ten-second portions; returns how many were served."""
        served = 0
        for _ in range(minutes * 6):
            for each in range(units_per_second * 10):
                if self.put(str(each)) != "ok":
                    break
                served += 1
            self.turn(10)
        return served

    @property
    def units(self) -> int:
        """The write units that the table has."""
        described = self.call("DescribeTable", {"TableName": "load"})["Table"]
        units: int = described["ProvisionedThroughput"]["WriteCapacityUnits"]
        return units

    @property
    def status(self) -> str:
        return str(self.call("DescribeTable", {"TableName": "load"})["Table"]["TableStatus"])

    def activities(self, **members: Any) -> list[dict[str, Any]]:
        """Newest first."""
        found: list[dict[str, Any]] = self.scale("DescribeScalingActivities", ServiceNamespace="dynamodb", **members)[
            "ScalingActivities"
        ]
        return found
