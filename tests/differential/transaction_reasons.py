"""As reasons.py, for transactions and for several PartiQL statements in one request."""

from tests.differential.reasons import DYNALITE, DYNOXIDE, LOCAL, MINISTACK, Reason

TRANSACTION_REASONS = (
    Reason(
        DYNALITE, "", "UnknownOperationException", "dynalite has no transactions", "TransactWriteItems|TransactGetItems"
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "^TransactionCanceled",
        "^TransactionCanceled.*(None: None|Exception: )",
        "every member has its reason (API reference, CancellationReason); dynoxide and ministack stop at the first of "
        "a transaction of statements, and ministack names the exception in place of the code",
        "ExecuteTransaction",
    ),
    Reason(
        MINISTACK,
        "^200",
        "^200",
        "a response for every statement, also of writes (API reference, ExecuteTransaction), as dynoxide has it",
        "ExecuteTransaction",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "^200",
        "^200",
        "errors of the parser in words of its own; ministack lacks sets in conditions and conditions beside the key",
        "BatchExecuteStatement",
    ),
    Reason(
        MINISTACK,
        "multiple operations on one item|contains duplicates|read and write|Read and write",
        "",
        "ministack lacks the rule; dynoxide has it word for word",
        "BatchExecuteStatement|ExecuteTransaction",
    ),
    Reason(
        MINISTACK,
        "^200|^TransactionCanceled|must specify the primary key",
        "must specify the primary key",
        "a SELECT of one item may have conditions beside the key, as dynoxide has it",
        "ExecuteTransaction",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "Statement wasn|Number of parameters|mandatory equality",
        "",
        "errors of the parser in words and an order of their own; ministack says in which statement, dynoxide does not",
        "BatchExecuteStatement|ExecuteTransaction",
    ),
    Reason(
        LOCAL,
        "^TransactionCanceled",
        "document path|does not exist in the item|incorrect data type|required keys|conditions on the keys|"
        "Type mismatch for attribute",
        "what is wrong with one member cancels, as dynoxide has it; this version refuses",
        "TransactWriteItems|TransactGetItems",
    ),
    Reason(
        LOCAL,
        "ExpressionAttribute|Expression: ",
        "",
        "all members are checked before the first is carried out; a hash gives the order of paths and placeholders",
        "TransactWriteItems|TransactGetItems",
    ),
    Reason(
        DYNOXIDE,
        "Expression: |ExpressionAttribute",
        "",
        "dynoxide looks at expressions when it carries a member out; DynamoDB Local refuses before",
        "TransactWriteItems|TransactGetItems",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "document path provided",
        "does not exist in the item",
        "the place to write to is looked up before the value: DynamoDB Local",
        "TransactWriteItems",
    ),
    Reason(MINISTACK, "Missing the key", "^200", "ministack stores items without a key", "TransactWriteItems"),
    Reason(
        DYNOXIDE,
        "^ResourceNotFound|must specify the primary key",
        "^TransactionCanceled|^200",
        "a missing table refuses, as it does in TransactWriteItems; a SELECT in a transaction reads one item",
        "ExecuteTransaction",
    ),
    Reason(
        (*DYNOXIDE, *MINISTACK),
        "^TransactionCanceled.*document path",
        "^TransactionCanceled",
        "an UPDATE of a path without a parent is wrong, also where the item does not exist: DynamoDB Local",
        "TransactWriteItems",
    ),
    Reason(
        MINISTACK,
        "^200",
        "^IdempotentParameterMismatch",
        "the same request again, where ministack's first call changed it",
        "TransactWriteItems",
    ),
)
