"""The operation on vector indexes: `search_vectors`.

search_condition   which values of the search schema a search names
search_results     what it shows of the items that it finds, and what it costs
"""
