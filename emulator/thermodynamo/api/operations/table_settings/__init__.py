"""The operations on settings of a table, and the parts of its definition. A ground floor of the operations.

Operations: `describe_time_to_live`, `update_time_to_live`, `tag_resource`, `untag_resource`, `list_tags_of_resource`,
`describe_contributor_insights`, `list_contributor_insights`, `update_contributor_insights`.

throughput_definition, account_limits   billing mode and throughput, and the quotas on them
stream_definition                       whether a table has a stream
encryption_definition                   which key encrypts it
table_class_definition                  what it costs
tags, insights_summary                  what the operations on tags and on insights share
known_tables                            from when on, and until when, all of these know a table
cooldowns                               how soon a setting may change again
"""
