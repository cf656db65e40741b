"""What the README shows is what happens: its Python sessions run, and print what stands below them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
SESSIONS = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", README.read_text(), re.DOTALL)


def test_the_readme_has_sessions() -> None:
    assert SESSIONS


@pytest.mark.parametrize(("program", "output"), SESSIONS)
def test_a_session_prints_what_stands_below_it(program: str, output: str, endpoint: str, account: str) -> None:
    program = program.replace("http://localhost:8000", endpoint).replace(
        'access_key_id="local"', f'access_key_id="{account}"'
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ran.stdout == output, ran.stderr
