"""The operations on backups, those that restore tables, and those that set and describe recovery to points in time.

continuous_backups   which table is meant, and how its recovery is described
named_backups        which backup an ARN means
backup_description   how a backup is described
overrides            what a restored table is, where it is not what its source was
restored_table       whether a table can be restored under a name, and what begins it
"""
