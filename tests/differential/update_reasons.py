"""As reasons.py, for UpdateItem."""

from tests.differential.reasons import DYNALITE, DYNOXIDE, LOCAL, MINISTACK, Reason

UPDATE_REASONS = (
    Reason(
        (*DYNOXIDE, *MINISTACK, *DYNALITE),
        "expression attribute value used in expression is not defined",
        "expression attribute value used in expression is not defined",
        "of several values that are missing the last one is named, as by DynamoDB Local",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *DYNALITE),
        "Number (over|under)flow",
        "^200",
        "a zero with a power out of range is refused: scylladb/scylladb issue 26079",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "^200",
        "Item size to update",
        "an update is weighed as it is written, and what it leaves alone is not: recorded in October 2026",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "Item size to update",
        "^200",
        "an update is weighed as it is written: recorded in October 2026",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "^200",
        "document path provided",
        "REMOVE goes below what is missing: recorded in October 2026",
        "UpdateItem|TransactWriteItems|ExecuteStatement",
    ),
    Reason(
        LOCAL,
        "Two document paths|(document path|data type|does not exist in the item)",
        "Two document paths|(document path|data type|does not exist in the item)",
        "of two actions that are both wrong DynamoDB Local names the one that its hash table gives first",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK),
        "is part of the key|may not be empty|has an incorrect",
        "^ConditionalCheckFailed",
        "what is wrong with the request is found before the item is read, as by dynalite",
        "UpdateItem",
    ),
    Reason(
        DYNOXIDE,
        "Only DELETE action",
        "action is not supported",
        "AttributeUpdates is checked one attribute after the other, as by DynamoDB Local and dynalite",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        r"^200 Attributes: absent;( ItemCollectionMetrics\.SizeEstimateRangeGB: \[2\];)?$",
        r"^200 Attributes: \{",
        "no member where nothing is to be shown, as where an update that only takes away finds no item and makes none: "
        "scylladb/scylladb issue 5862",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        r"^200 Attributes: \{",
        r"^200 Attributes: (\{|absent;$)",
        "UPDATED_OLD and UPDATED_NEW show the touched paths alone (developer guide, the updated movie; dynalite for "
        "lists and maps); DynamoDB Local forgets paths beside an action without effect",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        r"^200 \{\}?$",
        "^200",
        "an update that only takes away creates no item: developer guide, AttributeUpdates; scylladb issue 5862",
        "UpdateItem",
    ),
    Reason(
        (*MINISTACK, *DYNALITE),
        "significant digits|magnitude",
        "^200|magnitude|numeric value|incorrect data type",
        "sums are kept to 38 digits: DynamoDB Local and dynoxide",
        "UpdateItem",
    ),
    Reason(
        DYNOXIDE,
        "incorrect data type|significant digits",
        "(Operands for|An operand)",
        "dynoxide words the operands of a sum in its own way; dynalite and DynamoDB Local have ours",
        "UpdateItem|TransactWriteItems",
    ),
    Reason(
        MINISTACK,
        "incorrect data type",
        "more than one datatypes",
        "ministack mixes up nested paths; dynalite has ours",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE),
        "document path provided",
        "incorrect data type|does not exist in the item|requires two list operands|Operands for",
        "the place to write to is looked up before the value: DynamoDB Local, which goes by a hash between actions",
        "UpdateItem",
    ),
    Reason(
        MINISTACK,
        "Only DELETE action",
        "^ResourceNotFound|is not supported for the type|does not match the schema",
        "what is wrong with the request alone is said before the table is looked for, of one attribute after the other",
        "UpdateItem",
    ),
    Reason(
        (*LOCAL, *DYNOXIDE),
        "significant digits|magnitude",
        "significant digits|magnitude|supports precision",
        "of two sums that are no numbers DynamoDB Local and dynoxide name the one that a hash table gives first",
        "UpdateItem|TransactWriteItems",
    ),
    Reason(
        LOCAL,
        "significant digits|magnitude|^200",
        "does not exist in the item",
        "DynamoDB Local looks up what if_not_exists does not need; the others do not (README.md, Open)",
        "UpdateItem",
    ),
)
