"""The operations on tables: `create_table`, `describe_table`, `list_tables`, `describe_limits`, `describe_endpoints`.

table_definition, key_definition, index_definition   from a request to a schema, with the rules
vector_index_definition                              vector indexes
vector_modules                                       what these need, imported beside other requests
table_creation                                       from a schema to the definition that makes a table
table_description                                    how a table is shown in replies
"""
