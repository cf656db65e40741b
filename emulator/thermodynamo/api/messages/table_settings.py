"""What is wrong with one setting of a table: its maxima, warm throughput, encryption, class, stream, tags or insights.

The words are those of live probes in us-east-1 and us-west-2 (ack-api-quirks, services/dynamodb, October 2026: the
catalogues DDB-TABLE-442 and 443 and the findings they cite), where no other source is named.
"""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

MAXIMUM_OUT_OF_RANGE = PARAMETERS_INVALID + "Requested {} for OnDemandThroughput for {} is outside of valid range"
MAXIMUM_WHEN_PROVISIONED = (
    PARAMETERS_INVALID + "{} for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED."
)
MAXIMUM_WHEN_PROVISIONED_FOR_INDEX = (
    PARAMETERS_INVALID + "{} for OnDemandThroughput for {} cannot be specified when table BillingMode is PROVISIONED."
)
# UpdateTable words it differently, also in July 2026 (https://github.com/nubo-db/dynoxide/issues/159).
MAXIMUM_OF_PROVISIONED = (
    PARAMETERS_INVALID + "{} for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
)
MAXIMUM_OF_PROVISIONED_FOR_INDEX = (
    PARAMETERS_INVALID
    + "{} for OnDemandThroughput for {} cannot be specified when the table BillingMode is PROVISIONED"
)
SETTING_ABOVE_QUOTA = "Subscriber limit exceeded: Requested {} for {} for {} exceeds {} of the account in region {}"
WARM_BELOW_ON_DEMAND = (
    PARAMETERS_INVALID + "Requested {} for WarmThroughput for {} is lower than initial throughput for OnDemand. See: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"
    "#on-demand-capacity-mode-initial"
)
WARM_BELOW_PROVISIONED = (
    PARAMETERS_INVALID + "Requested {} for WarmThroughput for {} is lower than {} of ProvisionedThroughput"
)
WARM_DECREASES = (
    PARAMETERS_INVALID + "Requested {} for WarmThroughput for {} is lower than current WarmThroughput, decreasing "
    "WarmThroughput is not supported"
)
WARM_WITHOUT_MEMBERS = (
    PARAMETERS_INVALID + "WarmThroughput must have at least one of ReadUnitsPerSecond or WriteUnitsPerSecond "
    "specified for index: {}"
)
TABLE_CLASS_UNKNOWN = (
    "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, "
    "STANDARD_INFREQUENT_ACCESS]."
)
ENCRYPTION_TYPE = PARAMETERS_INVALID + "SSEType {} is not supported"
ENCRYPTION_NOT_ENABLED = PARAMETERS_INVALID + "{} can not be specified if Enabled is false"
ENCRYPTION_TYPE_REQUIRED = PARAMETERS_INVALID + "SSEType KMS is required if KMSMasterKeyId is specified"
ENCRYPTED_BY_DEFAULT = PARAMETERS_INVALID + "Table is already encrypted by default"
ENCRYPTED_WITH_KEY = (
    PARAMETERS_INVALID + "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you "
    "want to change Master Key"
)
STREAM_DISABLED_WITH_VIEW = (
    PARAMETERS_INVALID + "Table is being created with a stream disabled, UpdateViewType should not be specified"
)
STREAM_ENABLED_WITHOUT_VIEW = (
    PARAMETERS_INVALID + "Table is being created with a stream enabled, UpdateViewType is required"
)
STREAM_TO_DISABLE_WITH_VIEW = (
    PARAMETERS_INVALID + "If stream is being disabled, then UpdateViewType must not be specified"
)
STREAM_TO_ENABLE_WITHOUT_VIEW = PARAMETERS_INVALID + "If stream is being enabled then UpdateViewType is required"
STREAM_ALREADY_DISABLED = "Table has no stream to disable: TableName: {}"

ARN_REQUIRED = PARAMETERS_INVALID + "ARNs must start with 'arn:': {}"
ARN_OF_OTHER_SERVICE = PARAMETERS_INVALID + "Provided Arn is not a DynamoDB resource arn: {}"
ARN_OF_PART = (
    PARAMETERS_INVALID + "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {}"
)
RESOURCE_ARN_INVALID = "Invalid TableArn: Invalid ResourceArn provided as input {}"
ARN_REGION = "1 validation error detected: Invalid AWS region in '{}'"
ARN_PARTITION = "1 validation error detected: Invalid AWS partition in '{}'"
ARN_RESOURCE_TYPE = "1 validation error detected: Invalid resource type in '{}'"
ARN_OF_OTHER_ACCOUNT = "Access is denied"
TAGGED_RESOURCE_NOT_FOUND = "Requested resource not found: ResourceArn: {} not found"
TAGS_REQUIRED = "Atleast one Tag needs to be provided as Input."
TAG_KEYS_REQUIRED = "Atleast one Tag Key needs to be provided as Input."
TAG_KEY_RESERVED = "Tag Key cannot be prefixed with aws:, Key: {}"
TAG_KEY_INVALID = "The Tag Key provided is invalid, Key: {}"
TAG_VALUE_INVALID = "The Tag Value provided is invalid, Value: {}"
TAG_DUPLICATE = "Duplicate Tag Keys provided as input: Duplicate Tag Key found {}"
TAGS_TOO_MANY = "Number of Tags exceed the current limit for the provided ResourceArn"

INDEX_NAME_LENGTH = "IndexName must be at least 3 characters long and at most 255 characters long"

GLOBAL_TABLES_OF_2017_HERE = (
    PARAMETERS_INVALID + "DynamoDB global tables version 2017.11.29 is not supported in this region '{}', supported "
    "regions are : [{}]"
)
GLOBAL_TABLES_OF_2017 = (
    PARAMETERS_INVALID + "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
    "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)
OPERATION_NOT_BUILT = "{} is not built yet in this server"
