"""Where events go, and what counts as a failed invocation."""

import socket
import threading

import pytest

from thermodynamo.triggers.targets import InvocationFailed, UrlTarget


@pytest.mark.parametrize("reply", [b"", b"no HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
def test_a_reply_that_is_none_is_a_failed_invocation(reply: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(reply)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(InvocationFailed):
            UrlTarget(f"http://127.0.0.1:{listener.getsockname()[1]}/", 5.0).invoke({"Records": []})
        thread.join()
