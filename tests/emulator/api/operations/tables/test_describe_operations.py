"""The small operations that describe: limits, endpoints, backups, time to live."""

from tests.emulator.api.operations.service import Service


def test_limits_are_the_default_quotas(service: Service) -> None:
    assert service.call("DescribeLimits") == {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }


def test_the_endpoint_is_this_server(service: Service) -> None:
    assert service.call("DescribeEndpoints") == {
        "Endpoints": [{"Address": "127.0.0.1:8000", "CachePeriodInMinutes": 1440}]
    }


def test_backups_and_time_to_live_are_disabled(service: Service) -> None:
    service.create()
    assert service.call("DescribeContinuousBackups", TableName="Music") == {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        }
    }
    assert service.call("DescribeTimeToLive", TableName="Music") == {
        "TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}
    }
    missing = service.refusal("DescribeContinuousBackups", TableName="None")
    assert missing == ("TableNotFoundException", "Table not found: None")
    assert service.refusal("DescribeTimeToLive", TableName="None")[0] == "ResourceNotFoundException"
