"""Prometheus text of a namespace, under CloudWatch's names and dimensions.

exposition                   the whole text
account, capacity, requests  quotas; units, refusals and partitions; latency and failures
family                       metrics whose labels differ from sample to sample
"""
