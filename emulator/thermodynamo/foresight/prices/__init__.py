"""Prices: what a region asks for, from a dated file, and what a replay costs by it.

price_file   one file for each region, with its source and date
conversion   a file made of AWS's bulk price list
use          what a table or an index used
features     what a table has beside, such as replicas and backups
cost         what a table costs in a month, by mode and by table class
commitments  reserved capacity and savings plans
"""
