"""What is wrong with the definition of a table or an index, or with its state."""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

FIRST_KEY_NOT_HASH = "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
SECOND_KEY_NOT_RANGE = "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"
KEY_WITHOUT_DEFINITION = "Invalid KeySchema: Some index key attribute have no definition"
KEYS_NOT_DEFINED = (
    PARAMETERS_INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], "
    "AttributeDefinitions: [{}]"
)
KEYS_HAVE_SAME_NAME = "Both the Hash Key and the Range Key element in the KeySchema have the same name"
KEYS_OUT_OF_ORDER = "Invalid KeySchema: All HASH KeySchemaElements must come before the RANGE KeySchemaElements"
KEYS_TOO_MANY = "Invalid KeySchema: At most {} {} KeySchemaElements are allowed for index: {}"
DEFINITIONS_COUNT = (
    PARAMETERS_INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
    "AttributeDefinitions"
)
DEFINITIONS_NOT_USED = (
    PARAMETERS_INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]"
)
DEFINITIONS_DUPLICATE = "Cannot have two attributes with the same name"
INDEXES_EMPTY = PARAMETERS_INVALID + "List of {} is empty"
INDEX_NAME_DUPLICATE = PARAMETERS_INVALID + "Duplicate index name: {}"
INDEX_EXISTS = PARAMETERS_INVALID + "Index already exists: {}"
LOCAL_INDEXES_TOO_MANY = PARAMETERS_INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of {}"
GLOBAL_INDEXES_TOO_MANY = PARAMETERS_INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of {}"
TABLE_WITHOUT_SORT_KEY = (
    PARAMETERS_INVALID + "Table KeySchema does not have a range key, which is required when specifying a "
    "LocalSecondaryIndex"
)
INDEX_WITHOUT_SORT_KEY = PARAMETERS_INVALID + "Index KeySchema does not have a range key for index: {}"
INDEX_WITH_OTHER_PARTITION_KEY = (
    PARAMETERS_INVALID + "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. "
    "index hash key: {}, table hash key: {}"
)
PROJECTION_UNKNOWN = PARAMETERS_INVALID + "Unknown ProjectionType: null"
PROJECTION_WITH_NAMES = PARAMETERS_INVALID + "ProjectionType is {}, but NonKeyAttributes is specified"
PROJECTION_WITHOUT_NAMES = PARAMETERS_INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
PROJECTION_DUPLICATE = PARAMETERS_INVALID + "Duplicate attribute in NonKeyAttributes: {} for index: {}"
PROJECTIONS_TOO_MANY = (
    PARAMETERS_INVALID + "Total number of NonKeyAttributes projected into all secondary indexes exceeds the limit of {}"
)
UNITS_REQUIRED = (
    PARAMETERS_INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
    "PROVISIONED"
)
UNITS_NOT_ALLOWED = (
    PARAMETERS_INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
    "PAY_PER_REQUEST"
)
UNITS_OUT_OF_BOUNDS = "Given value {} for {} is out of bounds"
UNITS_OUT_OF_BOUNDS_FOR_INDEX = UNITS_OUT_OF_BOUNDS + " for index {}"
THROUGHPUT_REQUIRED = PARAMETERS_INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"
THROUGHPUT_REQUIRED_FOR_INDEX = PARAMETERS_INVALID + "ProvisionedThroughput is not specified for index: {}"
THROUGHPUT_REQUIRED_FOR_INDEXES = PARAMETERS_INVALID + "ProvisionedThroughput must be specified for index: {}"
THROUGHPUT_NOT_ALLOWED_FOR_INDEX = (
    PARAMETERS_INVALID + "ProvisionedThroughput should not be specified for index: {} when BillingMode is "
    "PAY_PER_REQUEST"
)
UNITS_REQUIRED_FOR_INDEX = (
    PARAMETERS_INVALID + "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {}"
)
UNITS_NOT_ALLOWED_FOR_INDEX = (
    PARAMETERS_INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {} when "
    "BillingMode is PAY_PER_REQUEST"
)
THROUGHPUT_UNCHANGED = (
    "The provisioned throughput for the table will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the table: {0}. Requested ReadCapacityUnits: {0}. "
    "Current WriteCapacityUnits provisioned for the table: {1}. Requested WriteCapacityUnits: {1}. "
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
)
THROUGHPUT_UNCHANGED_FOR_INDEX = (
    "The provisioned throughput for the index {2} will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the index: {0}. Requested ReadCapacityUnits: {0}. "
    "Current WriteCapacityUnits provisioned for the index: {1}. Requested WriteCapacityUnits: {1}. "
    "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
)
MAXIMUM_OUT_OF_RANGE = PARAMETERS_INVALID + "Requested {} for OnDemandThroughput for {} is outside of valid range"
MAXIMUM_WHEN_PROVISIONED = (
    PARAMETERS_INVALID + "{} for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."
)
# Recorded in July 2026 (https://github.com/nubo-db/dynoxide/issues/159): UpdateTable words it differently.
MAXIMUM_OF_PROVISIONED = (
    PARAMETERS_INVALID + "{} for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
)
WARM_OUT_OF_RANGE = PARAMETERS_INVALID + "Requested {} for WarmThroughput for {} is outside of valid range"
WARM_DECREASES = (
    PARAMETERS_INVALID + "Requested {} for WarmThroughput for {} is lower than current WarmThroughput, decreasing "
    "WarmThroughput is not supported"
)
ENCRYPTION_TYPE = PARAMETERS_INVALID + "SSEType {} is not supported"
ENCRYPTION_NOT_ENABLED = PARAMETERS_INVALID + "{} can only be specified when SSESpecification.Enabled is true"
STREAM_DISABLED_WITH_VIEW = (
    PARAMETERS_INVALID + "Table is being created with a stream disabled, UpdateViewType should not be specified"
)
STREAM_ENABLED_WITHOUT_VIEW = (
    PARAMETERS_INVALID + "Table is being created with a stream enabled, UpdateViewType should be specified"
)
STREAM_ALREADY_DISABLED = "Table already has a disabled stream: TableName: {}"
NOT_BUILT = "{} is not built yet in this server; leave it out of the request"
UPDATE_EMPTY = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or "
    "SSESpecification or ReplicaUpdates is required"
)
INDEX_UPDATE_EMPTY = (
    PARAMETERS_INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
    "GlobalSecondaryIndexUpdate.Delete must not be null"
)
INDEX_UPDATE_NOT_ONE = (
    PARAMETERS_INVALID + "Only one of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
    "GlobalSecondaryIndexUpdate.Delete may be specified"
)
INDEX_UPDATED_TWICE = (
    PARAMETERS_INVALID + "Only one global secondary index update per index is allowed simultaneously. Index: {}"
)
INDEX_UPDATE_BLOCKED = (
    "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: "
    "Action Blocked: IndexUpdate"
)
TABLE_ARN_INVALID = "Invalid TableArn"
RESOURCE_ARN_INVALID = TABLE_ARN_INVALID + ": Invalid ResourceArn provided as input {}"
TAGS_REQUIRED = "Atleast one Tag needs to be provided as Input."
TAG_KEYS_REQUIRED = "Atleast one Tag Key needs to be provided as Input."
TAG_KEY_RESERVED = PARAMETERS_INVALID + "Tag keys starting with aws: are reserved for system use: {}"
TAG_CHARACTERS = PARAMETERS_INVALID + "Tag {} has invalid characters: {}"
TAG_DUPLICATE = PARAMETERS_INVALID + "Duplicate tag key: {}"
TAGS_TOO_MANY = PARAMETERS_INVALID + "Too many tags: tag limit is {}"
NEXT_TOKEN_INVALID = "Invalid NextToken"
DELETION_PROTECTED = (
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
)


RESOURCE_NOT_FOUND = "Requested resource not found"
TABLE_NOT_FOUND = "Requested resource not found: Table: {} not found"
INDEX_RESOURCE_NOT_FOUND = "Requested resource not found: Index: {} not found"
CONTINUOUS_BACKUPS_NOT_FOUND = "Table not found: {}"
TAGGED_RESOURCE_NOT_FOUND = "Requested resource not found: ResourcArn: {} not found"
TABLE_EXISTS = "Table already exists: {}"
TABLE_BEING_CREATED = "Attempt to change a resource which is still in use: Table is being created: {}"
TABLE_BEING_UPDATED = "Attempt to change a resource which is still in use: Table is being updated: {}"
TABLE_BEING_DELETED = "Attempt to change a resource which is still in use: Table is being deleted: {}"
DEVELOPER_GUIDE = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
UNITS_ABOVE_TABLE_MAXIMUM = (
    "The requested {}, {}, is above the per table maximum for the account in {}. Per table maximum: {}. "
    + DEVELOPER_GUIDE
)
UNITS_ABOVE_ACCOUNT_MAXIMUM = (
    "This request would have caused the {} limit to be exceeded for the account in {}. "
    "Current {} reserved by the account: {}. Limit: {}. Requested: {}. " + DEVELOPER_GUIDE
)
DECREASES_EXHAUSTED = (
    "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first "
    "{} decreases, each subsequent decrease in the same UTC day can be performed at most once every {} seconds. "
    "Number of decreases today: {}. Last decrease at {}. Next decrease can be made at {}"
)
ON_DEMAND_SWITCHES_EXHAUSTED = (
    "Subscriber limit exceeded: Update to PayPerRequest mode are limited to {} times in 1 day(s). Last update at {}. "
    "Next update can be made at {}."
)
ONE_INDEX_CHANGE = "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
TAGS_NOT_AUTHORIZED = "User: arn:aws:iam::{}:root is not authorized to perform: dynamodb:{} on resource: {}"
