"""Takes the pictures of the README: ``python screenshots/take.py [NAME…]``."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Take the named pictures, or all, and put them beside this file."""
    sys.path.insert(0, str(HERE.parent))
    from screenshots.camera import photograph
    from screenshots.shots import README

    unknown = set(names) - set(README)
    if unknown:
        print(f"no such picture: {', '.join(sorted(unknown))}; there are {', '.join(README)}", file=sys.stderr)
        return 2
    for name in names or README:
        (HERE / f"{name}.svg").write_text(photograph(README[name]), encoding="utf-8")
        print(f"took {name}.svg")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
