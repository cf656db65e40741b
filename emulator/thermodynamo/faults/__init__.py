"""Faults on demand: rules that delay, refuse, cut or drop some of the requests.

rule              one rule: which requests, what happens, how likely, how often
plan              the rules in force, and what they make of a request
targets           the tables and items that a request names
injected_errors   the errors that a rule can give, as the service words them
unprocessed       members that are taken out of a batch and handed back
faulted_call      a call with what befalls it, in place of `api.call.perform`
"""
