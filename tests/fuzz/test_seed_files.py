"""Files of seeds that were damaged at random are loaded, or refused with a SeedError: nothing else is raised."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from thermodynamo import seeds
from thermodynamo.seeds import sowing
from thermodynamo.seeds.seed import SeedError
from thermodynamo.seeds.service_soil import ServiceSoil
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

TRIALS = 60
KEY = [{"AttributeName": "id", "KeyType": "HASH"}]
TABLE: dict[str, Any] = {
    "TableName": "Music",
    "KeySchema": KEY,
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
}
ITEM = {"id": {"S": "a"}, "n": {"N": "1"}, "m": {"M": {"l": {"L": [{"BOOL": True}, {"NULL": True}, {"B": "YQ=="}]}}}}
KEYS = {"PartitionKey": {"AttributeName": "id", "AttributeType": "S"}}
MODEL = {
    "ModelName": "M",
    "ModelMetadata": {"Version": "3.0"},
    "DataModel": [
        {
            "TableName": "Music",
            "KeyAttributes": KEYS,
            "GlobalSecondaryIndexes": [
                {"IndexName": "other", "KeyAttributes": KEYS, "Projection": {"ProjectionType": "ALL"}}
            ],
            "TableFacets": [{"FacetName": "f", "TableData": [ITEM]}],
            "TableData": [ITEM],
            "BillingMode": "PROVISIONED",
            "ProvisionedCapacitySettings": {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
        }
    ],
}
TEMPLATE = """
Parameters: {Stage: {Type: String, Default: dev}}
Mappings: {Sizes: {dev: {units: 1}}}
Conditions: {Dev: !Equals [!Ref Stage, dev], NotDev: !Not [!Condition Dev]}
Resources:
  Music: &music
    Type: AWS::DynamoDB::Table
    Condition: Dev
    Properties:
      TableName: !Sub "${Stage}-music"
      BillingMode: !If [Dev, PROVISIONED, PAY_PER_REQUEST]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      ProvisionedThroughput:
        ReadCapacityUnits: !FindInMap [Sizes, !Ref Stage, units]
        WriteCapacityUnits: !Select [0, !Split [",", "1,2"]]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
      Tags: [{Key: a, Value: !Join ["-", [b, !GetAtt Music.Arn]]}, {Key: b, Value: !ImportValue there}]
  Again: {<<: *music, Condition: NotDev}
  Simple: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: id, Type: String}}}
"""
FILES = {
    "model.json": json.dumps(MODEL, indent=1),
    "tables.json": json.dumps([{**TABLE, "Items": [ITEM]}], indent=1),
    "batch.json": json.dumps({"Music": [{"PutRequest": {"Item": ITEM}}]}),
    "Music.jsonl": "\n".join(json.dumps(each) for each in (TABLE, {"Item": ITEM}, ITEM, {"id": "b", "n": [1.5, None]})),
    "Music.csv": 'id,n,text\na,1,"x, ""y"""\nb,,z\n',
    "template.yaml": TEMPLATE,
    "template.json": json.dumps({"Resources": {"M": {"Type": "AWS::DynamoDB::Table", "Properties": TABLE}}}, indent=1),
}
PIECES = (
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "\n",
    "null",
    "0",
    "-1",
    "é",
    "\x00",
    "!Ref x",
    "&a",
    "*a",
    "<<",
    "\t",
    "  ",
)


def damaged(text: str, chance: random.Random) -> bytes:
    """A text with some pieces lost, doubled, put elsewhere or replaced, and now and then a byte that is no UTF-8."""
    for _ in range(chance.randint(1, 4)):
        begin = chance.randrange(len(text) + 1)
        end = min(len(text), begin + chance.choice((0, 1, 1, 5, 40)))
        piece = chance.choice((*PIECES, "", text[begin:end], text[begin:end] * 2))
        text = text[:begin] + piece + text[end:]
    content = text.encode()
    if chance.random() < 0.05:
        place = chance.randrange(len(content) + 1)
        content = content[:place] + b"\xff" + content[place:]
    return content


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_loaded_or_refused(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    path = tmp_path / name
    refused = 0
    for _ in range(TRIALS):
        service = Service(Config(capacity="off"))
        path.write_bytes(damaged(FILES[name], chance))
        try:
            soil = ServiceSoil(service, service.caller)
            sowing.sow([seeds.load(path), *_defined(name, tmp_path)], soil)
        except SeedError as error:
            refused += 1
            assert str(error).startswith(str(path))
            assert service.database.sequence == 0
    assert refused > 0


def _defined(name: str, folder: Path) -> list[Any]:
    """The table of items that come without one."""
    if name not in ("Music.csv", "batch.json"):
        return []
    path = folder / "definition.json"
    path.write_text(json.dumps(TABLE))
    return [seeds.load(path)]


def test_a_whole_file_is_loaded(tmp_path: Path) -> None:
    for name, text in FILES.items():
        service = Service(Config(capacity="off"))
        (tmp_path / name).write_text(text)
        soil = ServiceSoil(service, service.caller)
        assert sowing.sow([seeds.load(tmp_path / name), *_defined(name, tmp_path)], soil).made
