"""ListExports and its like: empty lists, without a second page."""

import pytest

from tests.emulator.api.operations.service import Service


@pytest.mark.parametrize(
    ("operation", "member"), [("ListExports", "ExportSummaries"), ("ListImports", "ImportSummaryList")]
)
def test_nothing_is_listed(service: Service, operation: str, member: str) -> None:
    assert service.call(operation) == {member: []}
    token = 7 * "0123456789abcdef"
    refused = service.refusal(operation, NextToken=token)
    assert refused == ("ValidationException", f"Invalid Request: Provided nextToken is invalid: {token}")
