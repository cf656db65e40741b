"""Deliveries: what happened to tables with a Kinesis destination, on its way to the receiver.

change_record      a change as the JSON that Kinesis carries
receiver           what a receiver is, and how it says no
file_receiver      the default: a file of JSON lines
kinesis_receiver   an endpoint with the API of Kinesis
deliveries         which records are sent next, in order for each key, again where they were refused
"""
