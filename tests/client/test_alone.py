"""The library stands alone: it brings nothing of the rest, and its errors do not even bring httpx."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sessiontui.client

ROOT = Path(__file__).parents[2]


def loaded_after(statement: str) -> set[str]:
    code = f"import sys\n{statement}\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_it_brings_nothing_of_the_rest() -> None:
    loaded = loaded_after("from sessiontui.client import AsyncClient, Client")
    own = {name for name in loaded if name.startswith("sessiontui.") and not name.startswith("sessiontui.client")}
    assert own == set()
    assert {name.partition(".")[0] for name in loaded} & {"textual", "sqlalchemy", "sqlmodel", "pydantic"} == set()
    assert "httpx" in loaded


def test_errors_wait_for_no_httpx() -> None:
    assert "httpx" not in loaded_after("from sessiontui.client import ClientError, RetryPolicy, Rung")


def test_every_name_of_the_package_is_found() -> None:
    for name in sessiontui.client.__all__:
        assert getattr(sessiontui.client, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sessiontui.client.nothing  # noqa: B018
