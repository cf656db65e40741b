"""Requests as they arrive on a connection.

arrival     how much of a request has come, and since when
arriving_bodies  what bodies that are not whole may take together, and who is refused for it
head_scan   a plain request's head, with the one before as the guess
validation  which requests are looked at in a thread, and the thread
long_request  what is made of such a request there
letting_go  frees its values a piece at a time, once it is answered
"""
