"""DynamoDB without HTTP: JSON and a caller in, JSON or an ApiError out. From the ground up:

messages, printed_sets                    every text of the service; the order of names in some of them
arn, key_text, caller                     names of resources; keys as people read them; who asks, for which region
slices                                    work that takes long, cut up so that others have their turn
errors, service_failures                  ApiError, which alone knows HTTP statuses; what the service fails with
values                                    attribute values: made canonical, compared
model                                     the published service model, compiled to the first checks of a request
policies                                  the language of policies, and the decisions they make
expressions, partiql                      the languages of conditions and updates, and of statements
request_counts, request_tokens            what CloudWatch counts; writes that come twice with one token
stream_readers, client_retries            how far readers of shards have come; what clients do about throttling
table_settings, throttle_report, regions  delays, lags and limits of every table; the log of refusals; all regions
scaling                                   what auto scaling knows: targets, policies, actions, activities
namespace                                 the tables of one account and region
operations                                one module for each operation, by families
prepared, call                            a checked request; `perform`: check, validate, due splits, execute, count
auto_scaling                              Application Auto Scaling: its operations, and what it does by itself

`now` is handed to every operation by the caller of `perform`; nothing here reads a clock.
"""
