"""The emulator: DynamoDB's API on the tables of `thermodynamo_storage`, and what people and scripts need around it.

A folder is a floor and imports only from those below it (`tests/tidy/test_floors.py`). From the ground up:

settings               the settings of a server, and its clock
api                    DynamoDB without HTTP: JSON in, JSON or ApiError out; `api/call.py` performs one request
deliveries, transfers  what tables owe to Kinesis; tables made of files in buckets, and written into them
upkeep                 what happens between requests, in bounded steps
data_folder            the folder that keeps a server's data
access                 who asks, and whether they may
faults                 errors, delays and lost replies on demand
service                the whole emulator in one process: call, turn the clock, reset
seeds                  tables and items from users' files
foresight              what recorded traffic would meet on tables that are planned
admin                  the API under `/_admin`, and the console
testing                for tests in Python: clients answered in the process, a pytest plugin
server                 HTTP: the data plane, its protocol for uvicorn, the background task
triggers               a client that calls handlers with the records of a stream
commands, __main__     the `thermodynamo` command: its subcommands, and its start
"""
