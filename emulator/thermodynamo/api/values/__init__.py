"""Attribute values in their wire form, such as `{"N": "1.5"}`.

canonical   validates them, makes them canonical in place, and adds up the item size, in one walk
sets        sets in the order in which the service keeps them
refusals    what is wrong with a number or a set
compare     equality and order of canonical values
fragments   equalities of a condition, looked for in the bytes of stored items
"""
