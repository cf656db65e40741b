"""How long time to live takes to be on or off: no time at all, or as long as the service may take."""

from tests.emulator.api.operations.service import Service
from thermodynamo.settings.config import Config


def change(service: Service, is_enabled: bool) -> None:
    wanted = {"Enabled": is_enabled, "AttributeName": "until"}
    reply = service.call("UpdateTimeToLive", TableName="Music", TimeToLiveSpecification=wanted)
    assert reply == {"TimeToLiveSpecification": wanted}


def described(service: Service) -> dict[str, str]:
    description: dict[str, str] = service.call("DescribeTimeToLive", TableName="Music")["TimeToLiveDescription"]
    return description


def test_a_change_is_over_at_once() -> None:
    service = Service(Config(cooldowns="off"))
    service.create()
    for _ in range(2):
        change(service, True)
        assert described(service) == {"AttributeName": "until", "TimeToLiveStatus": "ENABLED"}
        change(service, False)
        assert described(service) == {"TimeToLiveStatus": "DISABLED"}


def test_a_change_may_take_an_hour_in_which_there_is_no_other() -> None:
    """API reference, UpdateTimeToLive: further calls within the hour of a change are a ValidationException."""
    service = Service(Config(ttl_change_seconds=3600.0))
    service.create()
    for is_enabled, passing in ((True, "ENABLING"), (False, "DISABLING")):
        change(service, is_enabled)
        assert described(service) == {"AttributeName": "until", "TimeToLiveStatus": passing}
        service.clock.time += 3599
        wanted = {"Enabled": not is_enabled, "AttributeName": "until"}
        assert service.refusal("UpdateTimeToLive", TableName="Music", TimeToLiveSpecification=wanted) == (
            "ValidationException",
            "Time to live has been modified multiple times within a fixed interval",
        )
        service.clock.time += 1
    assert described(service) == {"TimeToLiveStatus": "DISABLED"}
