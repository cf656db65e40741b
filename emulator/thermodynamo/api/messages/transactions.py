"""Texts of transactions: what cancels, refuses or repeats one."""

TRANSACTION_CANCELED = "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]"
TRANSACTION_ONGOING = "Transaction is ongoing for the item"
# The service's text in a report of 2021 (aws-sdk-java-v2 issue 2518).
TRANSACTION_IN_PROGRESS = "Transaction from previous request is still in progress"
# No reply of the service was found; this is what its published model says of the exception.
TRANSACTION_TOKEN_REUSED = (
    "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent "
    "token that was already used."
)
TRANSACTION_WITHOUT_ACTION = "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
TRANSACTION_NOT_ONE_ACTION = "TransactItems can only contain one of Check, Put, Update or Delete"
TRANSACTION_DUPLICATES = "Transaction request cannot include multiple operations on one item"
TRANSACTION_TOO_LARGE = (
    "Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction "
    "exceeding the 4MB limit"
)
