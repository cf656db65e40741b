#!/usr/bin/env bash
# aws-lambda-powertools 3.37.0: a Lambda event of a table's stream is JSON, so a binary attribute stands in it as base64
# text. DynamoDBStreamEvent turns each image into Python values, and its documentation says bytes for B and BS. It gives
# the base64 text, a str, and a set of such texts. Nothing raises: a hash or a compressed body taken from an image is
# that of the text, and an image put into another table by boto3 becomes a string where there was a binary. boto3
# 1.44.5's TypeDeserializer, told to read the same attribute, raises TypeError, as it wants the bytes that the client
# would have decoded. So both need base64.b64decode first, and only one says so.
#   powertools, binary: 'aGVsbG8='
#   powertools, binary set: {'aGVsbG8='}
#   powertools, put again by boto3: {'S': 'aGVsbG8='}
#   boto3, binary: TypeError
#   boto3, binary decoded first: Binary(b'hello')
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aws-lambda-powertools==3.37.0 \
  boto3==1.44.5 botocore==1.44.5
"$folder/venv/bin/python" - >"$folder/seen" <<'PYTHON'
import base64

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

image = {"id": {"S": "one"}, "body": {"B": "aGVsbG8="}, "parts": {"BS": ["aGVsbG8="]}}
record = {"eventName": "INSERT", "dynamodb": {"Keys": {"id": image["id"]}, "NewImage": image}}
[read] = DynamoDBStreamEvent({"Records": [record]}).records
body = read.dynamodb.new_image["body"]
print("powertools, binary:", repr(body))
print("powertools, binary set:", read.dynamodb.new_image["parts"])
print("powertools, put again by boto3:", TypeSerializer().serialize(body))
try:
    print("boto3, binary:", repr(TypeDeserializer().deserialize(image["body"])))
except TypeError:
    print("boto3, binary: TypeError")
decoded = TypeDeserializer().deserialize({"B": base64.b64decode(image["body"]["B"])})
print("boto3, binary decoded first:", repr(decoded))
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
powertools, binary: 'aGVsbG8='
powertools, binary set: {'aGVsbG8='}
powertools, put again by boto3: {'S': 'aGVsbG8='}
boto3, binary: TypeError
boto3, binary decoded first: Binary(b'hello')
EXPECTED
