"""Items as lines of files: three formats, plain or compressed.

entry           what one line says: an item's attribute values, or what is wrong with it
attribute_types   whether JSON has the types of attribute values
lines           the lines of a stream with their numbers, none of them longer than memory allows
compression     streams that are compressed
dynamodb_json   lines of JSON as exports have them
ion             Amazon Ion, with the package amazon.ion
ion_nesting     how deep the brackets of Ion text are open
separated       CSV
reading         the entries of a stream in any format
writing         items and changes as lines of exports
"""
