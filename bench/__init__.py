"""Throughput, latency, start-up time and memory of this server and of others like it, side by side in one run."""
