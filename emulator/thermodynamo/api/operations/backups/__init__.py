"""The operations on backups: `describe_continuous_backups`, `update_continuous_backups`, `list_backups`.

continuous_backups   which table is meant, and how its backups are described
"""
