"""Makes the two pictures of the README: `python -m tests.console.readme_pictures`, which takes two minutes."""

import subprocess

from tests.conftest import Endpoint
from tests.console.test_console import CHROMIUM, HERE, NODE, ROOT, run


def main() -> None:
    assert NODE is not None and CHROMIUM is not None
    server = Endpoint("--split-after-seconds", "20", "--partition-write-units-max", "300")
    try:
        script = str(HERE / "browser" / "readme_pictures.mjs")
        run([NODE, script], CONSOLE_URL=server.url(), CHROMIUM=CHROMIUM, PICTURES=str(ROOT / "docs" / "pictures"))
    except subprocess.TimeoutExpired:
        print("the pictures took too long")
        raise
    finally:
        server.stop()


if __name__ == "__main__":
    main()
