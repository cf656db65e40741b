"""Durability: where commits go before they are applied.

journal  the sink that each commit and definition is handed to first
records  commits as plain values
"""
