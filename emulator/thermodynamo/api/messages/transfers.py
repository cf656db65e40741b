"""Exports, imports and what they say no with."""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

REQUEST_INVALID = "Invalid Request: "

TRANSFER_TOKEN_INVALID = REQUEST_INVALID + "Provided nextToken is invalid: {}"
TABLE_ARN_NOT_VALID = PARAMETERS_INVALID + "tableArn is not a valid ARN"
TABLE_ARN_OF_PART = REQUEST_INVALID + "Table ARN is invalid."

EXPORT_ARN_INVALID = "Invalid Export ARN"
EXPORT_NOT_FOUND = "Export not found: Export not found: {}"
EXPORT_ELSEWHERE = "Export not found: Invalid export arn"
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
