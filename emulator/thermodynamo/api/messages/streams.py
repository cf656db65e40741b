"""What is wrong with a request about a stream, about a Kinesis destination, or about time to live."""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

STREAM_ALREADY_ENABLED = "Table already has an enabled stream: TableName: {}"
STREAM_ARN_INVALID = "Invalid StreamArn"
STREAM_NOT_FOUND = "Requested resource not found: Stream: {} not found"
SHARD_NOT_FOUND = "Requested resource not found: Shard does not exist"
SHARD_ITERATOR_INVALID = "Invalid ShardIterator"
# As the published model words both, and a recorded reply of 2019 the second.
ITERATOR_EXPIRED = "The provided iterator exceeds the maximum age allowed."
DATA_TRIMMED = "The data you are trying to access has been trimmed"
# As AWS's DynamoDB Local has them; no recorded reply is at hand for these two, nor for the next three.
SEQUENCE_NUMBER_INVALID = PARAMETERS_INVALID + "Invalid SequenceNumber"
SEQUENCE_NUMBER_SURPLUS = PARAMETERS_INVALID + "SequenceNumber should not be passed for this iterator type"
TIMESTAMP_REQUIRED = "Timestamp must be specified when ShardIteratorType is AT_TIMESTAMP"
TIMESTAMP_IN_FUTURE = "Timestamp must not be in the future"
SHARD_FILTER_INCOMPLETE = "ShardFilter must have a Type and a ShardId"
# Recorded in issues of infrastructure tools, such as https://github.com/go-to-k/cdkd/pull/932.
TIME_TO_LIVE_ENABLED = "TimeToLive is already enabled"
TIME_TO_LIVE_DISABLED = "TimeToLive is already disabled"
TIME_TO_LIVE_OTHER_ATTRIBUTE = "TimeToLive is active on a different AttributeName: current AttributeName is {}"
TIME_TO_LIVE_CHANGING = "Time to live has been modified multiple times within a fixed interval"

# Of Kinesis destinations the words are those of live probes (ack-api-quirks, the catalogue DDB-TABLE-442 and
# DDB-TABLE-268, 299 to 302 and 318, October 2026).
_STATE = "Table is not in a valid state to enable Kinesis Streaming Destination: "
DESTINATION_LIVE = _STATE + (
    "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation."
)
DESTINATION_NOT_ACTIVE = _STATE + "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."
DESTINATION_NOT_TO_UPDATE = _STATE + (
    "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: {}, kdsArn: {}"
)
# The probe's text ends with the ARN, where it was cut off.
DESTINATION_UNKNOWN = _STATE + "No streaming destination with streamArn: {}"
DISABLED_WITH_CONFIGURATION = "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters"
DESTINATION_UPDATE_EMPTY = (
    "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null "
    "or contain only null values"
)
PRECISION_UNCHANGED = "Invalid Request: Precision is already set to the desired value of {} for tableId: {}, kdsArn: {}"

STREAM_NOT_PERMITTED = "User does not have a permission to use kinesis stream"
STREAM_OF_OTHER_REGION = (
    "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the current region"
)
STREAM_NOT_ACTIVE = (
    "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in Active state"
)
