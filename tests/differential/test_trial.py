from tests.differential.trial import reason

ALONE = "ValidationException: ConditionalOperator cannot be used without Filter or Expected"
EITHER = "ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified"


def test_each_of_two_references_may_have_a_reason_of_its_own() -> None:
    assert reason(("local", "Query", "message", ALONE, EITHER), ["local", "dynoxide"]) is not None
    assert reason(("dynoxide", "Query", "message", ALONE, EITHER), ["local", "dynoxide"]) is not None


def test_three_that_give_one_answer_need_one_reason() -> None:
    assert reason(("dynoxide", "Query", "message", ALONE, EITHER), ["local", "dynoxide", "dynalite"]) is None


def test_what_the_model_says_needs_no_witness() -> None:
    ours = "ValidationException: 0 validation error detected: Value ~ at tagKeys failed to satisfy constraint: ~"
    united = ["dynoxide", "ministack", "dynalite"]
    assert reason(("ministack", "UntagResource", "we refuse", ours, "200"), united) is not None
