"""The definition of a table that exists: its description, as DescribeTable gives it, made a request of CreateTable."""

from collections.abc import Mapping
from typing import Any

KEPT = ("AttributeDefinitions", "KeySchema", "TableName", "OnDemandThroughput")
INDEX_KEPT = ("IndexName", "KeySchema", "Projection", "OnDemandThroughput")
VECTOR_INDEX_KEPT = ("IndexName", "VectorAttribute", "SearchSchema", "Projection", "Dimensions", "DistanceFunction")
UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
STRUCTURE_MEMBERS = ("AttributeName", "AttributeType", "KeyType", "IndexName", "KeySchema", "Projection")
STRUCTURE = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def of_description(description: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a table of this description. Warm throughput and a stream's ARN are not part of it."""
    request = {name: description[name] for name in KEPT if name in description}
    is_on_demand = description.get("BillingModeSummary", {}).get("BillingMode") == "PAY_PER_REQUEST"
    request["BillingMode"] = "PAY_PER_REQUEST" if is_on_demand else "PROVISIONED"
    if not is_on_demand:
        request["ProvisionedThroughput"] = _units(description)
    for member, is_global in (("GlobalSecondaryIndexes", True), ("LocalSecondaryIndexes", False)):
        given = description.get(member)
        if given:
            request[member] = [_index(index, is_global and not is_on_demand) for index in given]
    if description.get("VectorIndexes"):
        request["VectorIndexes"] = [
            {name: index[name] for name in VECTOR_INDEX_KEPT if name in index} for index in description["VectorIndexes"]
        ]
    if description.get("StreamSpecification", {}).get("StreamEnabled"):
        request["StreamSpecification"] = description["StreamSpecification"]
    if "TableClassSummary" in description:
        request["TableClass"] = description["TableClassSummary"]["TableClass"]
    if description.get("DeletionProtectionEnabled"):
        request["DeletionProtectionEnabled"] = True
    encryption = description.get("SSEDescription", {})
    if encryption.get("Status") in ("ENABLED", "UPDATING"):
        request["SSESpecification"] = {"Enabled": True, "SSEType": encryption.get("SSEType", "KMS")}
        if "KMSMasterKeyArn" in encryption:
            request["SSESpecification"]["KMSMasterKeyId"] = encryption["KMSMasterKeyArn"]
    return request


def difference(wanted: Mapping[str, Any], there: Mapping[str, Any]) -> str | None:
    """The first member by which the keys or the indexes of two descriptions differ; None where they are alike."""
    for member in STRUCTURE:
        if _structure(wanted.get(member)) != _structure(there.get(member)):
            return member
    return None


def _structure(value: Any) -> Any:
    """Keys, indexes and projections without what they are provisioned with. Indexes and attributes have no order."""
    shown = [{name: each[name] for name in STRUCTURE_MEMBERS if name in each} for each in value or ()]
    if any("KeyType" in each for each in shown):
        return shown
    return sorted(shown, key=lambda each: str(each.get("IndexName", each.get("AttributeName"))))


def _index(index: Mapping[str, Any], is_provisioned: bool) -> dict[str, Any]:
    request = {name: index[name] for name in INDEX_KEPT if name in index}
    if is_provisioned:
        request["ProvisionedThroughput"] = _units(index)
    return request


def _units(description: Mapping[str, Any]) -> dict[str, Any]:
    given = description.get("ProvisionedThroughput", {})
    return {name: given.get(name, 1) for name in UNITS}
