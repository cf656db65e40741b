"""The `thermodynamo` command. `__main__.py` sets the signals and picks what is run.

serve          the server: settings, a listening socket, uvicorn until a signal
command_line   flags and variables, and what is said of wrong ones
loading_progress  how far the loading of a data folder is
occupied_port  who has the port that is asked for
admin_client   what commands ask of a running server
snapshot       snapshots, forks and resets of a running server
heat           the heat map of a running server, in the terminal
trigger        triggers, until Ctrl-C
"""
