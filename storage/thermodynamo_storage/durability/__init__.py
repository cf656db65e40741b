"""Durability: where commits go before they are applied.

journal  the sink that each commit is handed to first
"""
