"""Attribute values in their wire form, such as `{"N": "1.5"}`.

canonical   validates them, makes them canonical in place, and adds up the item size, in one walk
compare     equality and order of canonical values
"""
