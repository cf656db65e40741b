#!/usr/bin/env bash
# amazon.ion 0.15.0 reads a table's export in Amazon Ion, and boto3 1.44.5 writes what it read. Python lets no class
# derive from bool, so amazon.ion's Boolean is a kind of int. boto3 asks first whether a value is a bool, then whether it
# is a number: true becomes the number 1, false 0. Nothing raises, and a filter for true no longer finds the item. A set
# stands in Ion as a list with an annotation, as the developer guide says, and boto3 writes a list. Only null raises
# TypeError. With value_model=IonPyValueModel.MAY_BE_BARE, amazon.ion gives Python's own bool and None, and still its
# list for a set. What boto3's TypeSerializer, which its tables put with, makes of each:
#   as read, true: {'N': '1'}
#   as read, list of true and false: {'L': [{'N': '1'}, {'N': '0'}]}
#   as read, number set: {'L': [{'N': '1'}, {'N': '2'}]}
#   as read, null: TypeError
#   as read bare, true: {'BOOL': True}
#   as read bare, list of true and false: {'L': [{'BOOL': True}, {'BOOL': False}]}
#   as read bare, number set: {'L': [{'N': '1'}, {'N': '2'}]}
#   as read bare, null: {'NULL': True}
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check amazon.ion==0.15.0 boto3==1.44.5 botocore==1.44.5
"$folder/venv/bin/python" - >"$folder/seen" <<'PYTHON'
from amazon.ion import simpleion
from amazon.ion.simpleion import IonPyValueModel
from boto3.dynamodb.types import TypeSerializer

line = """$ion_1_0 {Item:{id:"one",'true':true,'list of true and false':[true,false],
                    'number set':$dynamodb_NS::[1.,2.],'null':null}}"""
models = {"as read": IonPyValueModel.ION_PY, "as read bare": IonPyValueModel.MAY_BE_BARE}
for name, model in models.items():
    item = simpleion.loads(line, value_model=model)["Item"]
    for attribute in ["true", "list of true and false", "number set", "null"]:
        try:
            written = TypeSerializer().serialize(item[attribute])
        except TypeError:
            written = "TypeError"
        print(f"{name}, {attribute}: {written}")
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
as read, true: {'N': '1'}
as read, list of true and false: {'L': [{'N': '1'}, {'N': '0'}]}
as read, number set: {'L': [{'N': '1'}, {'N': '2'}]}
as read, null: TypeError
as read bare, true: {'BOOL': True}
as read bare, list of true and false: {'L': [{'BOOL': True}, {'BOOL': False}]}
as read bare, number set: {'L': [{'N': '1'}, {'N': '2'}]}
as read bare, null: {'NULL': True}
EXPECTED
