"""What auto scaling knows, without tables and requests.

resource          what can be scaled: the read or the write units of a table or an index
target            a resource with the bounds of its units
points            the consumed units of a resource by minute
policy            target tracking and its alarms
cron, schedule    when a scheduled action runs
scheduled_action  new bounds for a target, at the times of a schedule
activity          what was changed or could not be, and why
auto_scaling      all of it, for one account and region
keeping           all of it as values that the database keeps
"""
