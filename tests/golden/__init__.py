"""Golden scripts: requests and the service's exact replies side by side; README.md explains the format."""
