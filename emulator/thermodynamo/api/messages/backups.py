"""Backups, restores, and recovery to points in time.

The words are those of live probes in us-east-1 and us-west-2 (ack-api-quirks, October 2026: DDB-BACKUP-001 to 015,
DDB-TABLE-100, 217, 219, 272 to 281, 350, 442, 443, 447 and 457).
"""

from thermodynamo.api.messages.values import PARAMETERS_INVALID

RECOVERY_PERIOD_WHEN_DISABLING = (
    "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
)
BACKUPS_BEING_ENABLED = "Backups are being enabled for the table: {}. Please retry later"
BACKUP_ARN_INVALID = "Invalid Backup ARN"
BACKUP_ARN_UNKNOWN = "Invalid Request: BackupArn is not valid"
BACKUP_ARN_OF_OTHER_ACCOUNT = "Access is denied"
BACKUP_NOT_FOUND = "Backup not found: {}"
BACKUP_OF_SYSTEM = (
    "Invalid Request: User is not allowed to delete the system backup with arn {}. It will automatically expire on {}"
)
BACKUP_FEEDS_RESTORE = "Backup is being used to restore table: {}"
BACKUP_FEEDS_OTHER_RESTORE = "Backup is being used to restore another table: {}"
BACKUP_BEING_CREATED = "Backup is being created: {}"
"""No probe met a backup that was CREATING; the API reference has the exception for it."""
BACKUPS_START_ELSEWHERE = "Invalid Request: The supplied ExclusiveStartBackupArn does not match the region"
TIME_RANGE_INVALID = PARAMETERS_INVALID + "Time range lower bound must be less than or equal to upper bound"

TABLE_NAME_LENGTH = "TableName must be at least 3 characters long and at most 255 characters long"
TABLE_BEING_USED = "Table is being used: {}"
TABLE_BEING_RESTORED = "Table: {} is already being restored from backup: {}"
TABLE_BEING_RESTORED_TO_PAST = "Table: {} is already being restored"
"""No probe met a second restore to the name of a table that is restored to a point in time."""
RESTORES_TOO_MANY = "Subscriber limit exceeded: Only {} restore operations can be done simultaneously"
SOURCE_TWICE = "Must provide exactly one of: sourceTableArn, sourceTableName"
SOURCE_ARN_INVALID = "sourceTableArn is not a valid ARN"
SOURCE_NOT_FOUND = "Table not found"
"""What is said of an ARN, which is not repeated (DDB-TABLE-447 and 454)."""
RESTORE_TIME_REQUIRED = (
    "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
)
RESTORE_TIME_TWICE = (
    "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore "
    "request. Please give one of the two"
)
"""The records end with `Pleas`."""
RESTORE_TIME_INVALID = (
    "RestoreDateTime '{}' must be within EarliestRestorableDateTime '{}' and LatestRestorableDateTime '{}'"
)
RECOVERY_OFF = "Point in time recovery is not enabled for table '{}'"

RESTORE_ACROSS_REGIONS = "Invalid Request: sseSpecificationOverride must be provided for cross-region restores"
RESTORE_UNITS_ON_DEMAND = (
    "Invalid Request: Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST{}"
)
RESTORE_UNITS_UNLESS_PROVISIONED = (
    "Invalid Request: Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED{}"
)
RESTORE_UNITS_REQUIRED = (
    "Invalid Request: Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED"
)
RESTORE_INDEX_UNITS_REQUIRED = "Invalid Request: Must specify provisioned throughput for index {}"
RESTORE_MAXIMUM_UNLESS_ON_DEMAND = (
    "Invalid Request: Cannot override {} for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST{}"
)
RESTORE_MAXIMUM_OUT_OF_RANGE = "Invalid Request: Requested {} for OnDemandThroughput{} is outside of valid range"
RESTORE_INDEX_UNKNOWN = (
    "Invalid Request: Index {} does not match a secondary index that existed in the source table and cannot be created "
    "during the restore operation"
)
