#!/usr/bin/env bash
# boto3 1.44.5: a dot is valid in an attribute's name. Expressions reach such a name through a placeholder for all of
# it, as the developer guide says. boto3's Attr and Key cut each name at its dots instead and make a path into a map of
# it, which most items don't have, and there is no way to quote the dot. So a condition on `user.name` asks for `name`
# in a map `user`. Attr("user.name").not_exists() holds for every item that has the attribute, and a put meant to create
# overwrites. Attr("user.name").ne("x") holds as well, .exists() and .eq("x") never do, without any error. In a key
# condition the service at least refuses the path. What the builder makes, names put in for the placeholders:
#   not_exists: attribute_not_exists('user'.'name')
#   eq: 'user'.'name' = :v0
#   key: 'user'.'name' = :v0
#   list: 'tags'[0] = :v0
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5
"$folder/venv/bin/python" - >"$folder/seen" <<'PYTHON'
from boto3.dynamodb.conditions import Attr, ConditionExpressionBuilder, Key


def built(name, condition, is_key=False):
    made = ConditionExpressionBuilder().build_expression(condition, is_key_condition=is_key)
    text = made.condition_expression
    for placeholder, attribute in made.attribute_name_placeholders.items():
        text = text.replace(placeholder, repr(attribute))
    print(f"{name}: {text}")


built("not_exists", Attr("user.name").not_exists())
built("eq", Attr("user.name").eq("x"))
built("key", Key("user.name").eq("x"), is_key=True)
built("list", Attr("tags[0]").eq("x"))
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
not_exists: attribute_not_exists('user'.'name')
eq: 'user'.'name' = :v0
key: 'user'.'name' = :v0
list: 'tags'[0] = :v0
EXPECTED
