"""Models of arrivals: traces of what is known of traffic in sums, whose requests are drawn by chance from a seed.

model            what is asked for, how often and of which keys, and the trace that comes of it
rates            how many requests come: steadily, by day and night, or in a flash
popularity       how often each key is asked for
draws            numbers by chance
modelled_keys    keys that a source names, and keys that it does not
designs          tables and what is asked of them, by rates and sizes
design_values    values of a design out of JSON
cost_model       designs out of the input of AWS's cost calculators
design_patterns  what a design asks for
exported_items   the items of a table's export
metrics          CloudWatch's metrics of a table
metric_patterns  what metrics say of requests
top_keys         the most popular keys, as Contributor Insights tells them
"""
