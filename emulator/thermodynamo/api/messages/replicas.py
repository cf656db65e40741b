"""What the service says about the replicas of global tables of version 2019.11.21, and about those of 2017.

The words are those of live probes in us-east-1 and us-west-2 (ack-api-quirks, DDB-TABLE-187 to 313 and
DDB-GLOBALTABLE-001 to 004, October 2026). Names stand between the quotation marks that the service prints there.
"""

from thermodynamo.api.messages.table_states import IN_USE
from thermodynamo.api.messages.values import PARAMETERS_INVALID

REPLICAS_ALONE = PARAMETERS_INVALID + "Replica modification must be the only operation in the request"
REPLICAS_AND_WITNESSES_ALONE = "Requests that modify replicas or witnesses must not also modify other fields"
REPLICA_ACTIONS_MIXED = "Update table operation with more than one type of replica actions not allowed"
REPLICA_ACTIONS_MANY = "Update table operation with more than one create or delete replica actions not allowed"
REPLICA_ACTION_EMPTY = "There are no actions specified in the Replica Update Action of the request."
REPLICA_LOCAL = (
    "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as "
    "required."
)
REPLICA_REGION = (
    "Region {} is not supported. The latest version of global tables are only supported in the following regions: [{}]"
)
REPLICA_EXISTS = (
    "Failed to create a the new replica of table with name: \u2018{}\u2019 because one or more replicas already "
    "existed as tables."
)
REPLICAS_UNKNOWN = (
    "Update global table operation failed because one or more replicas were not part of the global table. Please retry "
    "the request without these replicas: [{}]."
)
WITNESSES_UNKNOWN = (
    "Update global table operation failed because one or more witnesses were not part of the global table. Please "
    "retry the request without these witnesses: [{}]."
)
REPLICA_ADDED_ALREADY = "Global table with name: '{}' already exists with replicas in regions: {}."
REPLICA_BEING_USED = IN_USE + "Table: {} is being used."
REPLICA_BEING_ADDED = (
    "Create/Update/Delete of replica is not allowed while the replica is being added to table with name: {} in region "
    "{}."
)
REPLICA_WAS_SOURCE = (
    "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in "
    "the last 24 hours."
)
REPLICA_PROTECTED = (
    "Cannot delete table {} in region {} because it has deletion protection enabled. Disable deletion protection first."
)
DISASSOCIATE_ALONE = "Update table operation with more than one disassociate replica action not allowed"
DISASSOCIATE_ELSEWHERE = (
    "Only the local region can be disassociated. Send the request to region {} to disassociate its replica."
)
DISASSOCIATE_PROTECTED = (
    "Cannot disassociate table {} in region {} because it has disassociation protection enabled. Disable "
    "disassociation protection first."
)
DISASSOCIATE_STRONG = "Disassociation is not supported for global tables with MultiRegionConsistency set to STRONG."
DISASSOCIATION_PROTECTION = (
    "DisassociationProtectionEnabled can only be set for a replica of a global table with multi-Region eventual "
    "consistency."
)
"""The words of these five are not recorded."""
SETTINGS_MODE = (
    "Value '{}' at 'GlobalTableSettingsReplicationMode' failed to satisfy constraint: Only ENABLED and DISABLED "
    "settings replication are supported for a Regional Table."
)
SETTINGS_MODE_OF_REPLICA = (
    "GlobalTableSettingsReplicationMode cannot be updated on a table with replicas: that of a global table is {}."
)
"""The API reference has the rule; the words are not recorded."""
REPLICA_STREAM = PARAMETERS_INVALID + "Disabling Stream is not allowed for a Global Table replica."
REPLICA_NOT_AUTO_SCALED = "Table write capacity should either be Pay-Per-Request or AutoScaled."
REPLICA_INDEX_NOT_AUTO_SCALED = "GSI write capacity should either be Pay-Per-Request or AutoScaled."
REPLICA_KEY_REQUIRED = PARAMETERS_INVALID + "KMSMasterKeyId must be specified for each replica."
REPLICA_KEYS_MIXED = PARAMETERS_INVALID + "All replica keys must either be Customer Managed CMK or AWS Managed CMK."
REPLICA_KEY_REGION = (
    "KMS validation error for region {}: com.amazonaws.services.kms.model.NotFoundException: Invalid arn {}"
)
REPLICA_CLASS_SPENT = "Limit exceeded for replica in {}. Updates to TableClass are limited to {} times in {} day(s)"
REPLICA_MAXIMUM_NOT_ALLOWED = (
    "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
)
REPLICA_UNITS_NOT_ALLOWED = (
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"
)

STRONG_COUNT = "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG."
STRONG_REGIONS = "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: [{}]."
STRONG_CREATES_ONLY = "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided."
STRONG_WITNESS = "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present."
STRONG_SAME_REGION = "Cannot target multiple regions with the same action"
STRONG_WITNESS_LOCAL = (
    "Cannot add a witness in the same region as an existing replica when creating a global table with "
    "MultiRegionConsistency set to STRONG."
)
STRONG_FROZEN = "Cannot add replicas to a global table with strong MultiRegionConsistency"
STRONG_ALL_WITNESSES = "Update table delete operation does not include all witnesses."
STRONG_ALL_REPLICAS = (
    "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to STRONG."
)
# What the developer guide says that strong consistency does not go with. The words are not recorded.
STRONG_NOT_EMPTY = "Table must be empty to create a global table with MultiRegionConsistency set to STRONG."
STRONG_LOCAL_INDEXES = (
    "Local Secondary Indexes are not supported for global tables with MultiRegionConsistency set to STRONG."
)
STRONG_EXPIRY = "Time to Live is not supported for global tables with MultiRegionConsistency set to STRONG."
STRONG_TRANSACTIONS = (
    "Transactions are not supported for global tables with MultiRegionConsistency set to STRONG. Table: {}"
)
REPLICA_ISOLATED = (
    "DynamoDB is currently unavailable. (This should be a temporary state.) The replica reaches no other Region of its "
    "global table with MultiRegionConsistency set to STRONG."
)
"""The first two sentences are the guide's for this exception. That it is the one, and the third, are not recorded."""
CONSISTENCY_FIXED = "MultiRegionConsistency parameter is unsupported on existing global table"

# UpdateTableReplicaAutoScaling
SCALING_FAILED = "Failed to update settings for global table with name: \u2018{}\u2019"
SCALING_WITHOUT_UPDATE = SCALING_FAILED + " because at least one update parameter must be specified."
SCALING_REGION_WITHOUT_UPDATE = (
    SCALING_FAILED + " because at least one update parameter must be specified for region: \u2018{}\u2019."
)
SCALING_REGIONS_TWICE = SCALING_FAILED + " because the regions: \u2018[{}]\u2019 were specified more than once."
SCALING_INCOMPLETE = SCALING_FAILED + ": Parameters {} are required unless auto scaling is being disabled."
SCALING_NOT_BLANK = (
    "Failed to update settings for global table with name \u2018{}\u2019: Parameters {} must be left blank when "
    "disabling auto scaling."
)
SCALING_ON_DEMAND = (
    "Failed to update global table with name \u2018{}\u2018. Replicas {} BillingMode is PayPerRequest. You must "
    "convert table's BillingMode to PROVISIONED to set parameters: '{}'."
)
# What Application Auto Scaling says, passed on with its name (ack-api-quirks, DDB-TABLE-239 and 253, October 2026).
SCALING_PASSED_ON = (
    "{} (Service: AWSApplicationAutoScaling; Status Code: 400; Error Code: ValidationException; "
    "Request ID: {}; Proxy: null)"
)
SCALING_ROLE = (
    "User: arn:aws:sts::{}:assumed-role/AWSServiceRoleForDynamoDBReplication/DynamoDBReplication is not authorized to "
    "perform: iam:PassRole on resource: {} because no identity-based policy allows the iam:PassRole action"
)
SCALING_INDEXES_UNKNOWN = (
    SCALING_FAILED + " because the global secondary indexes with names: \u2018[{}]\u2019 do not exist."
)
SCALING_INDEX_UNKNOWN = (
    SCALING_FAILED + " because a global secondary index with name: \u2018{}\u2019 does not exist in region: "
    "\u2018{}\u2019."
)
SCALING_REGIONS_UNKNOWN = SCALING_FAILED + " because a replica does not exist in regions: \u2018[{}]\u2019."
"""Recorded (DDB-TABLE-446) but for its end, which is as in `SCALING_REGIONS_TWICE`."""

GLOBAL_TABLE_UNKNOWN = "Global table with name: '{}' does not exist."
GLOBAL_TABLE_NOT_FOUND = "Global table not found: Global table with name: '{}' does not exist."
GLOBAL_TABLE_NOTHING = "One or more parameter values were invalid"
