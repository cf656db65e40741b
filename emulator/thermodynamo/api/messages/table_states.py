"""What a table, or one of its indexes, is still busy with, so that a change of it has to wait; and what UpdateTable
refuses to do in one call.

The words are those of live probes in us-east-1 and us-west-2 (ack-api-quirks, the catalogue DDB-TABLE-444 and the
findings it cites, October 2026). The service names what is asked for and what is in the way; of the pairs that no probe
met, the words follow those of the others. At the end stands what UpdateTable refuses to do in one call.
"""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

IN_USE = "Attempt to change a resource which is still in use: "
TABLE_BEING_CREATED = IN_USE + "Table is being created: {}"
TABLE_BEING_CREATED_FOR_EXPIRY = IN_USE + "Table {} is being created"
TABLE_BEING_DELETED = IN_USE + "Table is being deleted: {}"
TABLE_BEING_UPDATED = IN_USE + "Table: {} is in the process of being updated."
DELETE_WHILE_STREAM_CHANGES = IN_USE + "Cannot delete table while stream is being enabled/disabled."
DELETE_WHILE_INDEXES_CHANGE = IN_USE + "Cannot delete table while indexes are being created, updated, or deleted."
DELETE_WHILE_TAGS_CHANGE = IN_USE + "Table tags are being updated: {}"
TAGS_CHANGING = "Subscriber limit exceeded: Table tags are being updated: {}"

THROUGHPUT_CHANGING = IN_USE + "Table IOPS are currently being updated. Table: {}"
STREAM_CHANGING = IN_USE + "A stream status change is currently in progress. Table: {} Stream: {} Operation: {}"
ENCRYPTION_CHANGING = IN_USE + "Server-Side Encryption is still being updated"
INDEX_CHANGING = IN_USE + "Index is being updated. Table: {} Index: {}"
INDEX_GOING = IN_USE + "Index is being deleted. Table: {} Index: {}"
INDEX_NOT_FILLING = IN_USE + "Index is being created but is not backfilling yet. Table: {} Index: {}"
INDEX_BEING_ALLOCATED = (
    IN_USE + "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the "
    "index is active. Table: {} Index: {}"
)

# What is asked for, and then what is in the way.
CANNOT = IN_USE + "Can't {} {}"
CHANGE_THROUGHPUT = "change table IOPS"
CHANGE_STREAM = "change stream status"
SWITCH_STREAM = "enable or disable stream"
CHANGE_CLASS = "update table class"
CHANGE_INDEX = "create or delete an index"
CHANGE_INDEXES = "create or delete indexes"
WHILE_THROUGHPUT = "while table IOPS are being updated. Table: {}"
WHEN_STREAM = "when stream status is being updated. Table: {} Stream: {} Operation: {}"
WHEN_CLASS = "when a table class update is in progress. Table: {} TableClassUpdateInProgress: {}"
WHEN_INDEX_CREATED = "when an index is being created. Table: {} Indexes: [{}]"
WHEN_INDEX_DELETED = "when an index is being deleted. Table: {} Indexes: [{}]"

MAXIMA_CANNOT = IN_USE + "OnDemandThroughput cannot be updated while {}"
MAXIMA_WHILE_BILLING = "BillingMode update is in progress"
MAXIMA_WHILE_STREAM = "stream status update is in progress"
MAXIMA_WHILE_CLASS = "TableClass update is in progress. TableClassUpdateInProgress: {}"
MAXIMA_WHILE_INDEX_CREATED = "index creation is in progress for indexes: [{}]"
MAXIMA_WHILE_INDEX_DELETED = "index deletion is in progress for indexes: [{}]"

TABLE_UNDER_MAINTENANCE = "Table is under system maintenance, please try again later"
EXPIRY_UNKNOWN = "Cannot describe time to live while table is in {0} state: Current table state is {0}"
INSIGHTS_NOT_ACTIVE = (
    "Table or Index is not in a valid state to update Key Access Insights: {} must be ACTIVE to enable "
    "ContributorInsights."
)
INSIGHTS_RULES_TOO_MANY = (
    "Amazon CloudWatch Contributor Insights rule limit reached. Please disable Contributor Insights for other "
    "tables/indexes OR disable other CloudWatch Contributor Insights rules before retrying."
)

PROTECTION_COOLS_DOWN = (
    "Deletion protection setting for table {} modified within the previous 15000 milliseconds. "
    + "Please try again after {}"
)
CLASS_CHANGES_SPENT = "Subscriber limit exceeded: Updates to TableClass are limited to {} times in {} day(s)."
ENCRYPTION_CHANGES_SPENT = (
    "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at {}. After the first {} "
    "change, each subsequent change in the same window can be performed at most once every {} seconds. Number of "
    "updates today: {}. Last change at {}. Next changes can be made at {}."
)

# 68 combinations that live probes sent to UpdateTable (ack-api-quirks, DDB-TABLE-174, 382 and 433, October 2026); what
# users met before says the same (hashicorp/terraform-provider-aws issue 35673).
ONLY_OPERATION = PARAMETERS_INVALID + "{} must be the only operation in the request"
WARM_WITH_NEW_INDEX = (
    PARAMETERS_INVALID + "Create global secondary index cannot be specified when updating WarmThroughput"
)
MAXIMA_WITH_OTHERS = (
    PARAMETERS_INVALID + "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
)
STREAM_WITH_THROUGHPUT = PARAMETERS_INVALID + "You cannot modify stream status while updating table IOPS"
INDEX_WITH_THROUGHPUT = PARAMETERS_INVALID + "You cannot create or delete index while updating table IOPS"
INDEX_WITH_STREAM = PARAMETERS_INVALID + "You cannot create or delete index while changing stream status"
UPDATE_EMPTY = "At least one of {} or TableClass is required"
"""A member that the request has, and that alone is not enough, is left out of the list (DDB-TABLE-442)."""
