"""The operations on backups. `describe_continuous_backups` is the only one yet."""
