"""Fuzz of the HTTP and JSON surface: no input yields a 500, a hang or a dead server."""
