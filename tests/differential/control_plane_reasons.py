"""As reasons.py, for what live probes of October 2026 say of the control plane (ack-api-quirks, services/dynamodb).

The references are older. Each row names the findings; golden scripts in tests/golden/control_plane hold the answers.
"""

from tests.differential.reasons import DYNALITE, DYNOXIDE, LOCAL, MINISTACK, Reason

ALL = (*LOCAL, *DYNOXIDE, *MINISTACK, *DYNALITE)
TAGGING = "TagResource|UntagResource|ListTagsOfResource"

CONTROL_PLANE_REASONS = (
    Reason(
        ALL,
        "Invalid table-class parameter provided",
        "^200|tableClass failed|at tableClass",
        "an unknown table class has a sentence of its own: ack-api-quirks, DDB-TABLE-123 to 128",
        "CreateTable|UpdateTable",
    ),
    Reason(
        ALL,
        "Tag Key cannot be prefixed with aws:|The Tag (Key|Value) provided is invalid|Duplicate Tag Key found|"
        "Number of Tags exceed",
        "^200|Tag (key|value)|tag keys?|UnknownOperation|^ResourceNotFound|failed to satisfy|tags",
        "tags are looked at one by one, before the resource is: ack-api-quirks, DDB-TABLE-105 to 110, 372 and 457",
        f"CreateTable|{TAGGING}",
    ),
    Reason(
        ALL,
        "Provided Arn is not a DynamoDB resource arn|ARNs must start with|Invalid resource arn provided",
        "Invalid TableArn|resourceArn|^AccessDenied|^ResourceNotFound|UnknownOperation|Tagging is not",
        "what is wrong with a tagged resource's ARN is told: ack-api-quirks, DDB-TABLE-105 to 107, 110 and 372",
        TAGGING,
    ),
    Reason(
        ALL,
        "^ResourceNotFoundException: Requested resource not found: ResourceArn: .* not found",
        "^AccessDenied|^ResourceNotFoundException: Requested resource not found",
        "a tagged table that is missing is told by its ARN: ack-api-quirks, DDB-TABLE-365 and 372",
        TAGGING,
    ),
    Reason(
        (*DYNOXIDE, *DYNALITE, *LOCAL),
        "At least one of .*MultiRegionConsistency.* is required|already encrypted by default|"
        "must be the only operation in the request|has no stream to disable",
        "At least one of .*|Nothing to update|^ResourceNotFound|has no stream to disable|^200",
        "what an update lacks, or cannot do at once, in the words of October 2026: ack-api-quirks, DDB-TABLE-380, 433 "
        "and 442",
        "UpdateTable",
    ),
    Reason(
        MINISTACK,
        "already encrypted by default|must be the only operation in the request|has no stream to disable",
        "^200|^ResourceNotFound",
        "ministack takes no notice of what changes nothing, nor of what goes with nothing else: ack-api-quirks, "
        "DDB-TABLE-380, 433 and 442",
        "UpdateTable",
    ),
    Reason(
        ALL,
        "^ResourceNotFoundException: Requested resource not found: Index .* for table",
        "Invalid global secondary index name|Action Blocked: IndexUpdate|Index: |^200",
        "an index to be changed that is missing is told with its table: ack-api-quirks, DDB-TABLE-442",
        "UpdateTable",
    ),
    Reason(
        ALL,
        "modification must be the only operation|can only be combined with BillingMode|while updating table IOPS|"
        "while changing stream status",
        "",
        "what cannot be done in one call is told before all else: ack-api-quirks, DDB-TABLE-174, 382 and 433; that a "
        "missing table comes later rests on the order that dynalite has for other rules of the request alone",
        "UpdateTable",
    ),
    Reason(
        (*LOCAL, *MINISTACK),
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified",
        "^200|should not be specified when BillingMode",
        "dynoxide and dynalite have ours",
        "UpdateTable",
    ),
    Reason(
        ALL,
        "Table is being created with a stream enabled, UpdateViewType is required",
        "^200|Invalid StreamViewType|missing field",
        "a stream that is to be enabled needs a view type: ack-api-quirks, DDB-TABLE-154 and 155",
        "CreateTable",
    ),
)
