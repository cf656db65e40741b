"""The reference: what uvicorn, uvloop and httptools can do at most, answering each request with the same bytes.

`python -m bench.echo PORT FILE`, with the server settings of the emulator.
"""

import sys
from pathlib import Path
from typing import Any

import uvicorn


def build(body: bytes) -> Any:
    """An ASGI application that reads each request to its end and answers with `body`."""
    headers = [(b"content-type", b"application/x-amz-json-1.0"), (b"content-length", str(len(body)).encode())]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    finish = {"type": "http.response.body", "body": body}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send(start)
        await send(finish)

    return application


def main() -> None:
    port, path = sys.argv[1:]
    settings = uvicorn.Config(
        build(Path(path).read_bytes()),
        port=int(port),
        loop="uvloop",
        http="httptools",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    uvicorn.Server(settings).run()


if __name__ == "__main__":
    main()
