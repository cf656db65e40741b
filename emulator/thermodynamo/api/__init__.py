"""DynamoDB without HTTP: JSON and a caller in, JSON or an ApiError out. From the ground up:

messages          every text of the service
arn, key_text     names of resources; keys as people read them
caller            who asks, for which account and region
slices            work that takes long, cut up so that others have their turn
printed_sets      the order of names in some messages
errors            ApiError, and the only place that knows HTTP statuses
service_failures  what the service itself answers with 500
values            attribute values: made canonical, compared
model             the published service model, compiled to the first checks of a request
expressions       the language of conditions, updates, projections and key conditions
partiql           the language of statements
request_counts    what CloudWatch counts of requests
request_tokens    writes that come twice with one token
stream_readers    how far the readers of stream shards have come
table_settings    the delays, lags and limits that the settings give every table
throttle_report   the limits by the settings, and the log line of a first refusal
regions           the names of all regions
client_retries    what clients do about throttling
scaling           what auto scaling knows: targets, policies, scheduled actions, activities
namespace         the tables of one account and region
operations        one module for each operation, by families
prepared          a request that was checked before it is performed
call              `perform`: check, validate, due splits, execute, count
auto_scaling      Application Auto Scaling: its operations, and what it does by itself

`now` is handed to every operation by the caller of `perform`; nothing here reads a clock.
"""
