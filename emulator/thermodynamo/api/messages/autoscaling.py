"""Texts of Application Auto Scaling: its refusals, and what its scaling activities say of themselves."""

# Recorded: https://github.com/ansible/ansible/issues/40237 and the same words from PutScheduledAction.
TARGET_NOT_REGISTERED = (
    "No scalable target registered for service namespace: {}, resource ID: {}, scalable dimension: {}"
)
# The words that many clients of the service quote for DeregisterScalableTarget.
TARGET_NOT_FOUND = "No scalable target found for service namespace: {}, resource ID: {}, scalable dimension: {}"
# These two follow the one above; no reply of the service is at hand.
SCALING_POLICY_NOT_FOUND = (
    "No scaling policy found for service namespace: {}, resource ID: {}, scalable dimension: {}, policy name: {}"
)
SCHEDULED_ACTION_NOT_FOUND = (
    "No scheduled action found for service namespace: {}, resource ID: {}, scalable dimension: {}, "
    "scheduled action name: {}"
)
# Recorded: https://github.com/pulumi/pulumi-policy-aws/issues/11
UNSUPPORTED_DIMENSION = "Unsupported service namespace, resource type or scalable dimension"
# Recorded: https://github.com/terraform-aws-modules/terraform-aws-dynamodb-table/issues/15
SCALED_TABLE_NOT_FOUND = "DynamoDB table does not exist: {}"
SCALED_INDEX_NOT_FOUND = "DynamoDB index does not exist: {}"
# Recorded: https://github.com/aws-cloudformation/community-registry-extensions/issues/255
ACTION_WITHOUT_CAPACITY = "At least one of minimum capacity and maximum capacity should be provided"
# Recorded: https://github.com/hashicorp/terraform-provider-aws/issues/41179
TRACKING_POLICY_EXISTS = "Only one TargetTrackingScaling policy for a given metric specification is allowed."
CAPACITY_OUT_OF_ORDER = "Maximum capacity cannot be less than minimum capacity"
# Recorded where UpdateTableReplicaAutoScaling passes them on: ack-api-quirks, DDB-TABLE-253, October 2026.
TARGET_VALUE_OF_METRIC = "For predefined metric type {}, target value must be between '10.0' and '90.0', but was '{}'."
TARGET_VALUE_OF_TRACKING = (
    "For target tracking scaling, target value must be between '8.51592E-109' and '1.174271E108', but was '{}'."
)

# Recorded: https://github.com/hashicorp/terraform-provider-aws/issues/13995
SCHEDULE_INVALID = "Invalid schedule expression. Details: {}"

# Where no reply of the service is at hand, these say what is wrong, in words close to the API reference.
CAPACITY_REQUIRED = "Minimum capacity and maximum capacity must be specified for a new scalable target"
CAPACITY_TOO_SMALL = "Minimum capacity and maximum capacity must be at least 1 for service namespace: dynamodb"
NAMESPACE_NOT_SERVED = "Only service namespace dynamodb is supported here, not {}"
DIMENSION_WITHOUT_RESOURCE = "A scalable dimension can only be specified together with a resource ID"
MAX_RESULTS_OUT_OF_RANGE = "MaxResults must be between 1 and {}"
SCALING_TOKEN_INVALID = "The next token supplied was invalid."
POLICY_TYPE_UNSUPPORTED = "Policy type {} is not supported for service namespace: dynamodb"
TRACKING_REQUIRED = "TargetTrackingScalingPolicyConfiguration must be specified for policy type TargetTrackingScaling"
TRACKING_UNEXPECTED = "{} cannot be specified for policy type TargetTrackingScaling"
METRIC_REQUIRED = "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified"
METRIC_CUSTOMIZED = "CustomizedMetricSpecification is not supported here: this server has no CloudWatch"
METRIC_UNSUPPORTED = "Predefined metric type {} is not supported for scalable dimension: {}"
METRIC_LABEL = "ResourceLabel cannot be specified for predefined metric type {}"
FORECAST_UNSUPPORTED = (
    "Predictive scaling is not supported for service namespace: {}, scalable dimension: {}: there is no forecast"
)
SCHEDULE_REQUIRED = "A schedule must be specified for a new scheduled action"
TIME_ZONE_UNKNOWN = "The time zone {} is not valid"
SCHEDULE_TIME_OUT_OF_RANGE = "The start time and the end time must be between the years 1970 and 9999"
SCHEDULE_TIMES_OUT_OF_ORDER = "The end time must be later than the start time"
SCALING_TAGS_TOO_MANY = "The request would give the resource more than {} tags"
SCALING_TAG_RESERVED = "Tag keys that begin with aws: are reserved"
SCALABLE_TARGET_NOT_FOUND = "The specified resource doesn't exist."
SCALING_QUOTA = "The quota of {} {} is exhausted"

# Activities: API reference, DescribeScalingActivities, whose examples are of dynamodb.
UNITS_NAME = {False: "read capacity units", True: "write capacity units"}
SETTING_UNITS = "Setting {} to {}."
SET_AND_WAITING = "Successfully set {} to {}. Waiting for change to be fulfilled by dynamodb."
SET_AND_FULFILLED = "Successfully set {} to {}. Change successfully fulfilled by dynamodb."
# Notices of the service quote it (AWS Health, "Failed to set write capacity units to 45000. Reason: ...").
SET_FAILED = "Failed to set {} to {}. Reason: {}"
# Recorded of a refused decrease: "Reason: Failed updating table: Subscriber limit exceeded: Provisioned ...".
UPDATE_FAILED = "Failed updating table: {}"
SETTING_BOUNDS = "Setting min capacity to {} and max capacity to {}"
SETTING_MIN = "Setting min capacity to {}"
SETTING_MAX = "Setting max capacity to {}"
BOUNDS_SET = "Successfully set min capacity to {} and max capacity to {}"
MIN_SET = "Successfully set min capacity to {}"
MAX_SET = "Successfully set max capacity to {}"
CAUSED_BY_MIN = "minimum capacity was set to {}"
CAUSED_BY_MAX = "maximum capacity was set to {}"
CAUSED_BY_ACTION = "scheduled action name {} was triggered"
CAUSED_BY_ALARM = "monitor alarm {} in state ALARM triggered policy {}"
ATTEMPTING = "Attempting to scale due to alarm triggered"
