"""The operations of Application Auto Scaling, a module each, and what they share.

lookup                      finding what a request names: a resource, a target, a page of a list
tags                        the rules for tags
scaling_policy_description  a policy and its alarms as replies show them
"""
