"""IAM's policies: their language, read once, and the decisions they make.

policy_error    what is wrong with a policy, and where
facts           the values of condition keys of one request
condition_keys  the condition keys that are evaluated
patterns, arns  texts with wildcards and policy variables; ARNs, part by part
operators       the operators of conditions
conditions      the Condition of a statement
actions         actions, and patterns of them
principals      whom a statement of a resource policy means
policy          a whole policy
evaluation      the order of decisions: Deny, Allow, boundaries, accounts
"""
