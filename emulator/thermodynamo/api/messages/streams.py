"""What is wrong with a request about a stream, or about time to live."""

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
