"""The tables of a CloudFormation or SAM template: with indexes, streams, time to live, tags and other settings.

Sources: CloudFormation template reference, AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable; SAM specification,
AWS::Serverless::SimpleTable. A table without a TableName is named by its logical id, as the name that a stack gives it
is not known. What a table's keys, name, indexes, capacity and stream say must be resolved; other settings that cannot
be are left out, and named.
"""

import json
from collections.abc import Mapping
from typing import Any

from thermodynamo.seeds import template_text
from thermodynamo.seeds.seed import Definition, Place, Seed, SeedError, TableSetting, time_to_live
from thermodynamo.seeds.template_text import Mapping as TemplateMapping
from thermodynamo.seeds.template_values import Unresolved, Values, section, table_type

CREATED_WITH = (
    *("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes"),
    *("BillingMode", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput", "StreamSpecification"),
    *("TableClass", "DeletionProtectionEnabled", "TimeToLiveSpecification"),
)
"""Properties that CreateTable takes alike, and time to live. They must be resolved."""
OPTIONAL = (
    *("Tags", "SSESpecification", "ResourcePolicy", "PointInTimeRecoverySpecification"),
    *("ContributorInsightsSpecification", "KinesisStreamSpecification"),
)
NOT_HERE = {
    "ImportSourceSpecification": "nothing is imported",
    "Replicas": "there is one region; add replicas with UpdateTable",
}
NUMBERS = frozenset(
    (
        *("ReadCapacityUnits", "WriteCapacityUnits", "MaxReadRequestUnits", "MaxWriteRequestUnits"),
        *("ReadUnitsPerSecond", "WriteUnitsPerSecond", "RecoveryPeriodInDays", "MinCapacity", "Dimensions"),
    )
)
TRUTHS = frozenset(("Enabled", "SSEEnabled", "DeletionProtectionEnabled", "PointInTimeRecoveryEnabled"))
SIMPLE_TYPES = {"String": "S", "Number": "N", "Binary": "B"}
INDEX_MEMBERS = (
    *("IndexName", "KeySchema", "Projection", "ProvisionedThroughput", "OnDemandThroughput", "WarmThroughput"),
)
Properties = dict[str, Any]


class Template:
    """One template, with the parameters that are given."""

    def __init__(self, value: TemplateMapping, file: str, parameters: Mapping[str, str]) -> None:
        self.value = value
        self.file = file
        self.values = Values(value, file, parameters)
        self.notes: list[str] = []

    def seed(self) -> Seed:
        """The tables. Raises SeedError."""
        definitions = []
        for logical_id, resource in self.values.resources.items():
            place = self._place(self.values.resources, logical_id)
            if logical_id.startswith("Fn::ForEach"):
                raise SeedError(place, f"{logical_id} cannot be resolved here: name each table")
            kind = table_type(resource)
            if kind is None:
                self._note_other(resource, logical_id, place)
            elif self._is_made(resource, logical_id):
                definitions.append(self._definition(resource, logical_id, kind, place))
        if not definitions:
            raise SeedError(self.file, "the template has no table")
        return Seed(self.file, tuple(definitions), notes=tuple(self.notes))

    def _note_other(self, resource: Any, logical_id: str, place: Place) -> None:
        kind = str(resource.get("Type")) if isinstance(resource, dict) else ""
        if kind.startswith("AWS::ApplicationAutoScaling::") or kind == "AWS::CloudFormation::Stack":
            self.notes.append(f"{place}: {logical_id}, {kind}, is left out")
        elif logical_id.startswith("Fn::"):
            self.notes.append(f"{place}: {logical_id} is left out, with the tables that it may have")

    def _is_made(self, resource: TemplateMapping, logical_id: str) -> bool:
        """Whether the resource's condition holds. Raises SeedError."""
        name = resource.get("Condition")
        name = getattr(name, "argument", name)
        if name is None:
            return True
        try:
            return self.values.condition(str(name), resource.line)
        except Unresolved as error:
            raise SeedError(Place(self.file, error.line), f"{logical_id}.Condition: {error}") from None

    def _definition(self, resource: TemplateMapping, logical_id: str, kind: str, place: Place) -> Definition:
        properties = resource.get("Properties")
        if properties is None:
            properties = TemplateMapping(resource.line)
        if not isinstance(properties, TemplateMapping):
            raise SeedError(place, f"{logical_id}.Properties is no mapping")
        name = self._resolved_name(logical_id, properties, place)
        found = self._properties(properties, logical_id, place)
        if kind == "AWS::Serverless::SimpleTable":
            found |= self._simple_keys(properties, logical_id, place)
        elif kind == "AWS::DynamoDB::GlobalTable":
            found |= self._global_units(properties, found, logical_id, place)
        request = {"TableName": name, **{member: found[member] for member in CREATED_WITH if member in found}}
        specification = request.pop("TimeToLiveSpecification", None)
        self._complete(request, found)
        settings = [time_to_live(name, specification)] if specification and specification.get("Enabled", True) else []
        return Definition(request, place, (*settings, *self._settings(name, found)))

    def _resolved_name(self, logical_id: str, properties: TemplateMapping, place: Place) -> str:
        try:
            return self.values.table_name(logical_id)
        except Unresolved as error:
            line = properties.lines.get("TableName", error.line)
            raise SeedError(Place(self.file, line), f"{logical_id}.TableName: {error}") from None

    def _properties(self, properties: TemplateMapping, logical_id: str, place: Place) -> Properties:
        """The properties that are used, resolved. Raises SeedError."""
        found: Properties = {}
        for member in properties:
            where = self._place(properties, member)
            if member in NOT_HERE:
                self.notes.append(f"{where}: {logical_id}.{member} is left out: {NOT_HERE[member]}")
            if member not in (*CREATED_WITH, *OPTIONAL):
                continue
            try:
                value = self.values.resolve(properties[member])
            except Unresolved as error:
                if member in OPTIONAL:
                    self.notes.append(f"{Place(self.file, error.line)}: {logical_id}.{member} is left out: {error}")
                    continue
                raise SeedError(Place(self.file, error.line), f"{logical_id}.{member}: {error}") from None
            if isinstance(value, dict | list | str | int):
                found[member] = self._converted(value, member, f"{logical_id}.{member}", where)
        return found

    def _converted(self, value: Any, member: str, what: str, place: Place) -> Any:
        """The value with the types that the API has: a template may write numbers and truths as texts, and texts bare.

        Raises SeedError.
        """
        if isinstance(value, dict):
            return {name: self._converted(each, name, f"{what}.{name}", place) for name, each in value.items()}
        if isinstance(value, list):
            return [self._converted(each, member, what, place) for each in value]
        if member in TRUTHS:
            if str(value).lower() not in ("true", "false"):
                raise SeedError(place, f"{what} is {value!r}: it must be true or false")
            return str(value).lower() == "true"
        if member in NUMBERS:
            try:
                return int(str(value))
            except ValueError:
                raise SeedError(place, f"{what} is {value!r}: it must be a whole number") from None
        return str(value) if not isinstance(value, bool) else str(value).lower()

    def _simple_keys(self, properties: TemplateMapping, logical_id: str, place: Place) -> Properties:
        """The key of a SimpleTable, which is a string called id where nothing is said. Raises SeedError."""
        try:
            key = self.values.resolve(properties.get("PrimaryKey", {}))
        except Unresolved as error:
            raise SeedError(Place(self.file, error.line), f"{logical_id}.PrimaryKey: {error}") from None
        name, kind = (key.get("Name", "id"), key.get("Type", "String")) if isinstance(key, dict) else ("", "")
        if kind not in SIMPLE_TYPES:
            raise SeedError(place, f"{logical_id}.PrimaryKey needs a Name, and a Type String, Number or Binary")
        return {
            "AttributeDefinitions": [{"AttributeName": str(name), "AttributeType": SIMPLE_TYPES[kind]}],
            "KeySchema": [{"AttributeName": str(name), "KeyType": "HASH"}],
            "BillingMode": "PROVISIONED" if "ProvisionedThroughput" in properties else "PAY_PER_REQUEST",
        }

    def _global_units(
        self, properties: TemplateMapping, found: Properties, logical_id: str, place: Place
    ) -> Properties:
        """The units of a GlobalTable: what auto scaling begins with, as its units have no other form."""
        if found.get("BillingMode", "PROVISIONED") != "PROVISIONED":
            return {}
        try:
            writes = self.values.resolve(properties.get("WriteProvisionedThroughputSettings", {}))
            replicas = self.values.resolve(properties.get("Replicas", []))
        except Unresolved as error:
            raise SeedError(Place(self.file, error.line), f"{logical_id}: {error}") from None
        reads = replicas[0].get("ReadProvisionedThroughputSettings", {}) if replicas else {}
        units = {
            "ReadCapacityUnits": _least(reads, "ReadCapacityUnits", "ReadCapacityAutoScalingSettings"),
            "WriteCapacityUnits": _least(writes, "WriteCapacityUnits", "WriteCapacityAutoScalingSettings"),
        }
        indexes = [{**index, "ProvisionedThroughput": units} for index in found.get("GlobalSecondaryIndexes", ())]
        return {"ProvisionedThroughput": units} | ({"GlobalSecondaryIndexes": indexes} if indexes else {})

    def _complete(self, request: Properties, found: Properties) -> None:
        """Brings what CreateTable has in another form into its form."""
        for member in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            if isinstance(request.get(member), list):
                request[member] = [
                    {name: index[name] for name in INDEX_MEMBERS if name in index} if isinstance(index, dict) else index
                    for index in request[member]
                ]
                if not request[member]:
                    del request[member]
        if isinstance(request.get("StreamSpecification"), dict):
            view_type = request["StreamSpecification"].get("StreamViewType")
            request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": view_type}
        encryption = found.get("SSESpecification")
        if isinstance(encryption, dict) and encryption.get("SSEEnabled"):
            kept = {name: encryption[name] for name in ("SSEType", "KMSMasterKeyId") if name in encryption}
            request["SSESpecification"] = {"Enabled": True, **kept}
        tags = found.get("Tags")
        if tags:
            request["Tags"] = [{"Key": key, "Value": tags[key]} for key in tags] if isinstance(tags, dict) else tags
        policy = found.get("ResourcePolicy")
        if isinstance(policy, dict) and "PolicyDocument" in policy:
            request["ResourcePolicy"] = json.dumps(policy["PolicyDocument"])

    def _settings(self, name: str, found: Properties) -> list[TableSetting]:
        """What a table is set to once it is there."""
        settings = []
        recovery = found.get("PointInTimeRecoverySpecification")
        if isinstance(recovery, dict) and recovery.get("PointInTimeRecoveryEnabled"):
            request = {"TableName": name, "PointInTimeRecoverySpecification": recovery}
            settings.append(TableSetting("UpdateContinuousBackups", request))
        insights = found.get("ContributorInsightsSpecification")
        if isinstance(insights, dict) and insights.get("Enabled"):
            request = {"TableName": name, "ContributorInsightsAction": "ENABLE"}
            if "Mode" in insights:
                request["ContributorInsightsMode"] = insights["Mode"]
            settings.append(TableSetting("UpdateContributorInsights", request))
        kinesis = found.get("KinesisStreamSpecification")
        if isinstance(kinesis, dict) and "StreamArn" in kinesis:
            request = {"TableName": name, "StreamArn": kinesis["StreamArn"]}
            settings.append(TableSetting("EnableKinesisStreamingDestination", request))
        return settings

    def _place(self, mapping: TemplateMapping, member: str) -> Place:
        return Place(self.file, mapping.lines.get(member, mapping.line))


def is_template(value: Any) -> bool:
    """Whether a JSON value or what a YAML text says is a template."""
    return isinstance(value, dict) and "Resources" in value


def read(text: str, file: str, parameters: Mapping[str, str]) -> Seed:
    """The tables of a template. Raises SeedError."""
    value = template_text.parse(text, file)
    if not isinstance(value, TemplateMapping) or not is_template(value):
        raise SeedError(Place(file, 1), "this is no template: it has no Resources")
    section(value, "Resources", file)
    return Template(value, file, parameters).seed()


def _least(settings: Any, units: str, scaling: str) -> int:
    """Units that are given, or those that auto scaling keeps at least; one where neither is."""
    if not isinstance(settings, dict):
        return 1
    scaled = settings.get(scaling)
    given: Any = settings.get(units, scaled.get("MinCapacity", 1) if isinstance(scaled, dict) else 1)
    return int(given) if str(given).isdecimal() else 1
