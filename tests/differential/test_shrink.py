from tests.differential.shrink import simpler


def test_a_clause_goes_with_the_placeholders_that_it_alone_used() -> None:
    request = {
        "UpdateExpression": "ADD a :a SET #b = :b",
        "ExpressionAttributeNames": {"#b": "b"},
        "ExpressionAttributeValues": {":a": {"N": "1"}, ":b": {"N": "2"}},
    }
    assert {"UpdateExpression": "ADD a :a", "ExpressionAttributeValues": {":a": {"N": "1"}}} in list(simpler(request))


def test_what_the_condition_uses_stays() -> None:
    request = {
        "UpdateExpression": "ADD a :a SET b = :b",
        "ConditionExpression": "c = :b",
        "ExpressionAttributeValues": {":a": {"N": "1"}, ":b": {"N": "2"}},
    }
    assert {**request, "UpdateExpression": "ADD a :a"} in list(simpler(request))
