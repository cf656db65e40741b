"""`python -m thermodynamo` and the `thermodynamo` command."""

import sys

from thermodynamo.commands.serve import main

if __name__ == "__main__":
    sys.exit(main())
