"""What is wrong with a Kinesis destination, or with what is asked of one.

The words are those of live probes (ack-api-quirks, the catalogue DDB-TABLE-442 and DDB-TABLE-268, 299 to 302 and 318,
October 2026).
"""

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
