"""The `thermodynamo` command. `__main__.py` runs `serve`, which picks a subcommand where one is named.

serve     the server: settings, a listening socket, uvicorn until a signal
heat      the heat map of a running server, in the terminal
trigger   triggers, until Ctrl-C
"""
