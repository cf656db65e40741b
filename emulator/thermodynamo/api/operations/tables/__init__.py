"""The operations on tables: `create_table`, `describe_table`, `update_table`, `delete_table`, `list_tables`,
`describe_limits`, `describe_endpoints`.

table_definition, key_definition, index_definition   from a request to a schema, with the rules
global_index_changes, index_change                   global indexes of a live table
throughput_change                                    billing mode and throughput of a live table
update_concerns                                      which members of an update go together
change_admission, begun_jobs                         what a table admits while it is busy, and with what it is then
table_description                                    how a table is shown in replies
"""
