"""Scenarios: the tables that are planned, and how traffic is to differ from what was recorded.

scenario        one scenario, as values
members         what a TOML file may have, and the JSON schema of it
reading         scenarios out of a file
answers         what a trace can answer, and why not
known_tables    the tables that a trace makes
table_requests  the requests that make the tables of a scenario
key_change      where items go by another key, or by more shards
copies          how copies of a request are numbered, and which keys they have
traffic         the events of a trace as a scenario has them
"""
