"""The operations on global tables of version 2017.11.29: `create_global_table`, which the service refuses, and
`list_global_tables`.
"""
