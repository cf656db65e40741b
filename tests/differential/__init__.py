"""Differential proof: generated requests sent to this server and to other servers run as black boxes."""
