from typing import Any

import pytest

from thermodynamo.seeds import template_text
from thermodynamo.seeds.template_values import Unresolved, Values

TEMPLATE = """
Parameters:
  Stage: {Type: String, Default: dev}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  Open: {Type: String}
Mappings:
  Sizes: {dev: {units: 1}, prod: {units: 9}}
Conditions:
  Dev: !Equals [!Ref Stage, dev]
  NotDev: !Not [!Condition Dev]
  Both: !And [!Condition Dev, !Equals [a, a]]
  Either: !Or [!Condition NotDev, {Condition: Dev}]
  Round: !Condition Round
Resources:
  Music: {Type: AWS::DynamoDB::Table, Properties: {TableName: !Sub "${Stage}-music"}}
  Bucket: {Type: AWS::S3::Bucket}
"""


def resolved(text: str, **given: str) -> Any:
    value = template_text.parse(f"{TEMPLATE}\nValue: {text}", "t.yaml")
    return Values(value, "t.yaml", given).resolve(value["Value"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!Ref Stage", "dev"),
        ("{Ref: Stage}", "dev"),
        ("!Ref Zones", ["a", "b"]),
        ("!Ref Music", "dev-music"),
        ("!GetAtt Music.Arn", "arn:aws:dynamodb:us-east-1:000000000000:table/dev-music"),
        ('{"Fn::GetAtt": [Music, Arn]}', "arn:aws:dynamodb:us-east-1:000000000000:table/dev-music"),
        ("!Sub '${Stage}/${AWS::Region}/${Music}/${!Kept}'", "dev/us-east-1/dev-music/${Kept}"),
        ("!Sub ['${x}-${Music.Arn}', {x: !Ref Stage}]", "dev-arn:aws:dynamodb:us-east-1:000000000000:table/dev-music"),
        ("!Join [-, [a, !Ref Stage]]", "a-dev"),
        ("!Join ['', !Split [',', 'a,b']]", "ab"),
        ("!Select [1, !Ref Zones]", "b"),
        ("!FindInMap [Sizes, !Ref Stage, units]", 1),
        ("!FindInMap [Sizes, none, units, {DefaultValue: 4}]", 4),
        ("!If [Dev, yes, no]", "yes"),
        ("!If [NotDev, yes, no]", "no"),
        ("!If [Both, 1, 2]", 1),
        ("!If [Either, 1, 2]", 1),
        ("{a: !If [NotDev, 1, !Ref 'AWS::NoValue'], b: [!Ref 'AWS::NoValue', 2]}", {"b": [2]}),
        ("!Length [a, b]", 2),
        ("!ToJsonString {a: [1]}", '{"a":[1]}'),
    ],
)
def test_functions_stand_for_values(text: str, value: Any) -> None:
    assert resolved(text) == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("!Ref Open", "parameter Open has no default: give it with --parameter Open=VALUE"),
        ("!Ref Nothing", "!Ref Nothing names nothing"),
        ("!Ref AWS::StackName", "--parameter AWS::StackName=VALUE"),
        ("!Ref Bucket", "known once the stack is deployed"),
        ("!GetAtt Bucket.Arn", "!GetAtt Bucket.Arn is known once the stack is deployed"),
        ("!GetAtt Music.StreamArn", "known once the stack is deployed"),
        ("!ImportValue x", "!ImportValue x cannot be resolved here"),
        ("!Base64 x", "cannot be resolved here"),
        ("!If [None, 1, 2]", "there is no condition None"),
        ("!If [Round, 1, 2]", "refers to itself"),
        ("!If [Dev]", "takes 3 arguments"),
        ("!Join x", "takes a list"),
        ("!Select [7, !Ref Zones]", "has no element 7"),
        ("!FindInMap [Sizes, none, units]", "finds no none"),
        ("!Sub [1]", "takes a text"),
        ("!Sub '${Nothing}'", "names nothing"),
    ],
)
def test_what_cannot_be_resolved_is_named(text: str, reason: str) -> None:
    with pytest.raises(Unresolved) as raised:
        resolved(text)
    assert reason in str(raised.value)
    assert raised.value.line > 1


def test_parameters_that_are_given_win() -> None:
    assert resolved("!Ref Stage", Stage="prod") == "prod"
    assert resolved("!Ref Open", Open="x") == "x"
    assert resolved("!Sub '${AWS::StackName}'", **{"AWS::StackName": "s"}) == "s"
