"""The emulator: DynamoDB's API on the tables of `thermodynamo_storage`, and what people and scripts need around it.

A folder is a floor and imports only from those below it (`tests/tidy/test_floors.py`). From the ground up:

settings     the settings of a server, and its clock
api          DynamoDB without HTTP: JSON in, JSON or ApiError out; `api/call.py` performs one request
upkeep.py    what happens between requests, in bounded steps
access       who asks: the caller that a signature names
faults       errors, delays and lost replies on demand
service.py   the whole emulator in one process: call, turn the clock, reset
admin        the API under `/_admin`
testing      for tests in Python: boto3 and aiobotocore answered in the process, a pytest plugin
server       HTTP: the data plane, its protocol for uvicorn, the background task
triggers     a client that calls handlers with the records of a stream
commands     the `thermodynamo` command and its subcommands

A request comes in at `server/http_protocol.py`, is read by `server/data_plane.py` and performed by `api/call.py` with
the operation's module in `api/operations`. Only server, admin and commands may be async, and in testing what a user's
own loop awaits.
"""
