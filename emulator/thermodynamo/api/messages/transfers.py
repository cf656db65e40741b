"""Exports, imports and what they say no with."""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

REQUEST_INVALID = "Invalid Request: "

TRANSFER_TOKEN_INVALID = REQUEST_INVALID + "Provided nextToken is invalid: {}"
TABLE_ARN_NOT_VALID = PARAMETERS_INVALID + "tableArn is not a valid ARN"
TABLE_ARN_OF_PART = REQUEST_INVALID + "Table ARN is invalid."

EXPORT_TABLE_ARN_EMPTY = "Invalid TableArn: Invalid Table ARN"
EXPORT_ARN_INVALID = "Invalid Export ARN"
EXPORT_NOT_FOUND = "Export not found: Export not found: {}"
EXPORT_ELSEWHERE = "Export not found: Invalid export arn"
EXPORTS_TOO_MANY = "There is a limit of {} concurrent export jobs per account."
EXPORT_TABLE_NOT_FOUND = "Table not found: {}"
EXPORT_WITHOUT_RECOVERY = "Point in time recovery is not enabled for table '{}'"
EXPORT_TIME_INVALID = "Export Time is invalid"
EXPORT_TIME_UNAVAILABLE = "Point in Time Recovery is not available for specified export time"
EXPORT_FROM_BEFORE_TABLE = "Incremental export period from time cannot be less than the table creation time : {}"
EXPORT_TO_IN_FUTURE = "Incremental export period to time cannot be greater than the current time : {}"
EXPORT_PERIOD_SHORT = "Difference between export period from time and export period to time is less than 15 minutes"
EXPORT_PERIOD_LONG = "Difference between export period from time and export period to time is greater than 24 hours"
EXPORT_TYPE_NOT_INCREMENTAL = (
    REQUEST_INVALID + "Export Type expected to be Incremental Export when incremental export specification is provided"
)
EXPORT_TYPE_FULL = (
    REQUEST_INVALID + "When Export Type is Full Export , Incremental Export Specification should not be provided"
)
EXPORT_SPECIFICATION_MISSING = (
    REQUEST_INVALID + "Incremental Export Specification expected when export type is set as Incremental Export"
)
EXPORT_FROM_MISSING = REQUEST_INVALID + "ExportFromTime must be provided in IncrementalExportSpecification"
EXPORT_KEY_UNSUPPORTED = REQUEST_INVALID + "KMS Key Id is not supported for this encryption type"
EXPORT_KEY_PATTERN = r"[\w:/-]+"
"""That it refuses "not a key" is recorded (ack-api-quirks, DDB-EXPORT-005, October 2026), the pattern is not."""
EXPORT_KEY_MALFORMED = REQUEST_INVALID + (
    "1 validation error detected: Value '{}' at 's3SseKmsKeyId' failed to satisfy constraint: Member must satisfy "
    f"regular expression pattern: {EXPORT_KEY_PATTERN}"
)
EXPORT_FILTER_EMPTY = REQUEST_INVALID + "Invalid FilterSpecification: The specification can not be empty"
EXPORT_CONFLICT = "Export conflict: Duplicate request detected with conflicting parameters"

IMPORT_ARN_INVALID = "Invalid Import ARN"
IMPORT_NOT_FOUND = "Import not found: Import not found: {}"
IMPORT_ELSEWHERE = "Import not found: Invalid import arn"
IMPORT_CONFLICT = "Import conflict: Duplicate request detected with conflicting parameters"
IMPORT_OPTIONS_UNSUPPORTED = REQUEST_INVALID + "Unsupported InputFormatOptions for the given input format: {}."
IMPORTS_TOO_MANY = "There is a limit of {} concurrent import jobs per account."
IMPORT_ITEMS_INVALID = (
    "Some of the items failed validation checks and were not imported. Please check CloudWatch error logs for more "
    "details."
)

# Bulk operations. None of these words is recorded anywhere: they follow those of imports and of states of tables.
BULK_ARN_INVALID = "Invalid Bulk Operation ARN"
BULK_NOT_FOUND = "Bulk operation not found: {}"
BULK_ELSEWHERE = "Bulk operation not found: Invalid bulk operation arn"
BULK_TOKEN_MISMATCH = "Bulk operation conflict: Duplicate request detected with conflicting parameters"
BULK_NOT_IN_PROGRESS = PARAMETERS_INVALID + "Bulk operation is not in progress: {}"
BULK_TABLE_IN_USE = "Table has a bulk operation in progress: {}"
BULK_TABLE_BUSY = "Table is in a state that does not allow a bulk operation: {}"
BULK_GLOBAL_TABLE = (
    PARAMETERS_INVALID + "Bulk put items is not supported for a table that is part of a global table: {}"
)
BULK_TOO_MANY = "There is a limit of {} concurrent bulk operations per account."
BULK_OUTPUT_BUCKET = (
    "1 validation error detected: Value null at 'outputS3Configuration.s3Bucket' failed to satisfy constraint: Member "
    "must not be null"
)
BULK_OUTPUT_TYPES = PARAMETERS_INVALID + "OutputType must have one value or both of ERROR and CONDITION_CHECK_FAILURE"
BULK_KEY_WITHOUT_KMS = PARAMETERS_INVALID + "S3SseKmsKeyId must be given with S3SseAlgorithm KMS, and with no other"
BULK_CANCELLED = "The bulk operation was cancelled."
BULK_OBJECTS_TOO_MANY = "The input has more than {} objects."
BULK_OBJECT_TOO_LARGE = "The object {} is larger than {} bytes."
BULK_CONDITION_PROBLEM = "The condition cannot be read: {}"
