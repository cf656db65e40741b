import json
from pathlib import Path

import pytest

from thermodynamo import seeds
from thermodynamo.seeds.seed import Seed, SeedError

TABLE = """
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions:
        - {AttributeName: artist, AttributeType: S}
      KeySchema:
        - {AttributeName: artist, KeyType: HASH}
"""

WHOLE = """
Parameters:
  Stage: {Type: String, Default: dev}
  Units: {Type: Number, Default: 5}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Music:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub ${Stage}-music
      BillingMode: !If [IsProd, PAY_PER_REQUEST, PROVISIONED]
      AttributeDefinitions:
        - {AttributeName: artist, AttributeType: S}
        - {AttributeName: year, AttributeType: N}
      KeySchema:
        - {AttributeName: artist, KeyType: HASH}
      ProvisionedThroughput: {ReadCapacityUnits: !Ref Units, WriteCapacityUnits: "2"}
      GlobalSecondaryIndexes:
        - IndexName: by-year
          KeySchema: [{AttributeName: year, KeyType: HASH}]
          Projection: {ProjectionType: KEYS_ONLY}
          ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}
          ContributorInsightsSpecification: {Enabled: true}
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
      SSESpecification: {SSEEnabled: true}
      DeletionProtectionEnabled: "true"
      Tags: [{Key: stage, Value: !Ref Stage}]
  Unused:
    Type: AWS::S3::Bucket
"""
BARE = "Resources:\n  T:\n    Type: AWS::DynamoDB::Table\n    Properties:\n"


def loaded(folder: Path, text: str, **parameters: str) -> Seed:
    path = folder / "template.yaml"
    path.write_text(text)
    return seeds.load(path, parameters)


def test_a_table_has_what_create_table_takes_and_its_settings(tmp_path: Path) -> None:
    seed = loaded(
        tmp_path,
        WHOLE,
    )
    (definition,) = seed.definitions
    assert definition.request == {
        "TableName": "dev-music",
        "BillingMode": "PROVISIONED",
        "AttributeDefinitions": [
            {"AttributeName": "artist", "AttributeType": "S"},
            {"AttributeName": "year", "AttributeType": "N"},
        ],
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 2},
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-year",
                "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        "SSESpecification": {"Enabled": True},
        "DeletionProtectionEnabled": True,
        "Tags": [{"Key": "stage", "Value": "dev"}],
    }
    assert definition.time_to_live == {"AttributeName": "expires", "Enabled": True}
    assert [setting.operation for setting in definition.settings] == ["UpdateTimeToLive", "UpdateContinuousBackups"]
    assert not seed.notes


def test_a_template_of_sam_has_simple_tables(tmp_path: Path) -> None:
    seed = loaded(
        tmp_path,
        """
Transform: AWS::Serverless-2016-10-31
Resources:
  Sessions: {Type: AWS::Serverless::SimpleTable}
  Visits:
    Type: AWS::Serverless::SimpleTable
    Properties:
      PrimaryKey: {Name: number, Type: Number}
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}
      Tags: {team: red}
""",
    )
    sessions, visits = (definition.request for definition in seed.definitions)
    assert sessions == {
        "TableName": "Sessions",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    assert visits["AttributeDefinitions"] == [{"AttributeName": "number", "AttributeType": "N"}]
    assert (visits["BillingMode"], visits["Tags"]) == ("PROVISIONED", [{"Key": "team", "Value": "red"}])


def test_a_global_table_is_a_table_of_one_region(tmp_path: Path) -> None:
    text = """
Resources:
  Music:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      AttributeDefinitions: [{AttributeName: artist, AttributeType: S}]
      KeySchema: [{AttributeName: artist, KeyType: HASH}]
      WriteProvisionedThroughputSettings: {WriteCapacityAutoScalingSettings: {MinCapacity: 4, MaxCapacity: 9}}
      Replicas:
        - Region: us-east-1
          ReadProvisionedThroughputSettings: {ReadCapacityUnits: 3}
"""
    seed = loaded(tmp_path, text)
    assert seed.definitions[0].request["ProvisionedThroughput"] == {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    assert "Music.Replicas is left out" in seed.notes[0]


def test_json_is_read_like_yaml(tmp_path: Path) -> None:
    template = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {
            "Music": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": {"Fn::Join": ["-", [{"Ref": "Stage"}, "music"]]},
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
                },
            }
        },
    }
    path = tmp_path / "stack.json"
    path.write_text(json.dumps(template, indent=2))
    seed = seeds.load(path, {"Stage": "prod"})
    assert seed.definitions[0].table_name == "prod-music"
    assert str(seed.definitions[0].place) == f"{path}, line 8"
    with pytest.raises(SeedError, match=r"stack.json, line 11: Music.TableName: parameter Stage has no default"):
        seeds.load(path)


def test_a_resource_whose_condition_is_false_is_not_made(tmp_path: Path) -> None:
    text = f"Conditions: {{No: !Equals [a, b]}}\nResources:\n  One:{TABLE}\n  Two:\n    Condition: No{TABLE}"
    assert [definition.table_name for definition in loaded(tmp_path, text).definitions] == ["One"]


def test_what_only_a_stack_knows_is_named(tmp_path: Path) -> None:
    text = f"Resources:\n  One:{TABLE}      Tags: [{{Key: a, Value: !ImportValue there}}]\n"
    seed = loaded(tmp_path, text)
    assert "Tags" not in seed.definitions[0].request
    assert "template.yaml, line 9: One.Tags is left out: !ImportValue there" in seed.notes[0]
    with pytest.raises(SeedError, match=r"template.yaml, line 9: One.TableName: !ImportValue there cannot be resolved"):
        loaded(tmp_path, f"Resources:\n  One:{TABLE}      TableName: !ImportValue there\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Resources: {}", "the template has no table"),
        ("Resources: [a]", "line 1: Resources is no mapping"),
        ("a: b", "line 1: this is no template"),
        ("Resources:\n  - {", "line 2: this is no YAML"),
        ("Resources:\n  a: b\n  a: b", "line 3: a is given twice"),
        ("Resources:\n  T: {Type: AWS::DynamoDB::Table, Properties: x}", "line 2: T.Properties is no mapping"),
        ("Resources:\n  Fn::ForEach::All: [a, [b], {}]", "line 2: Fn::ForEach::All cannot be resolved"),
        ("Resources: &all [*all]", "refers to itself"),
        ("Resources:\n  T: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Type: Map}}}", "PrimaryKey"),
        (
            f"{BARE}      DeletionProtectionEnabled: perhaps",
            "line 5: T.DeletionProtectionEnabled is 'perhaps'",
        ),
        (
            f"{BARE}      ProvisionedThroughput: {{ReadCapacityUnits: many}}",
            "ReadCapacityUnits is 'many'",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(SeedError, match=reason):
        loaded(tmp_path, text)


def test_aliases_that_repeat_each_other_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(SeedError, match="nested too deeply, or refers to itself"):
        loaded(tmp_path, "\n".join(lines))
