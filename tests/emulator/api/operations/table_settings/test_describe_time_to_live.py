"""DescribeTimeToLive: disabled until it is asked for."""

from tests.emulator.api.operations.service import Service


def test_time_to_live_is_disabled_at_first(service: Service) -> None:
    service.create()
    assert service.call("DescribeTimeToLive", TableName="Music") == {
        "TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}
    }
    assert service.refusal("DescribeTimeToLive", TableName="None")[0] == "ResourceNotFoundException"
