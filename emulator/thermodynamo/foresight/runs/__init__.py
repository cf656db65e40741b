"""Runs: scenarios replayed in processes of this machine or on a cluster, and what is kept of them.

simulation    one scenario of one trace: which replay it takes, and what comes of it
engines       where slices are added up: processes, or a cluster
side_by_side  exact replays of several scenarios at once
workers       the processes of this machine
kept          outcomes and slices in a folder, for a run that is interrupted
"""
