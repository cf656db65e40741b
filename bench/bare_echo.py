"""The limit of the loop: a bare uvloop protocol that looks for the blank line and writes the same bytes each time.

`python -m bench.bare_echo PORT FILE`; the file has the body of the reply.
"""

import asyncio
import sys
from pathlib import Path

import uvloop

# As long as the head that this server writes: the kernel takes longer for more bytes.
HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
    b"server: Server\r\n"
    b"content-type: application/x-amz-json-1.0\r\n"
    b"content-length: %d\r\n"
    b"x-amzn-requestid: THERMODYNAMO0000000000000000000000000000000000000001\r\n"
    b"x-amz-crc32: 1234567890\r\n"
    b"\r\n"
)


class BareEcho(asyncio.Protocol):
    """One connection. Every piece that has a blank line is taken for a whole request."""

    transport: asyncio.WriteTransport

    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        if b"\r\n\r\n" in data:
            self.transport.write(self.answer)


async def serve(port: int, body: bytes) -> None:
    answer = HEAD % len(body) + body
    server = await asyncio.get_running_loop().create_server(lambda: BareEcho(answer), "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    port, path = sys.argv[1:]
    uvloop.run(serve(int(port), Path(path).read_bytes()))


if __name__ == "__main__":
    main()
