"""Where files lie: on Linux known without a look at what knows all platforms, and in the same places."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from sessiontui.domain.errors import BadInput
from sessiontui.runtime.paths import config_file, data_folder

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked")


@pytest.mark.parametrize("name", ["data", "", "relative/path"])
@pytest.mark.parametrize("home", ["/people/ann", "/people/ann/", "/", "", "ann"])
def test_folders_are_those_of_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str, name: str
) -> None:
    folder = str(tmp_path) if name == "data" else name
    environ = {"HOME": home, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder}
    for variable, value in environ.items():
        monkeypatch.setenv(variable, value)
    if name == "relative/path" and home.startswith(
        "/"
    ):  # the standard leaves a relative one aside, some versions not
        assert data_folder(environ) == Path(home) / ".local/share/sessiontui"
        return
    assert data_folder(environ) == Path(platformdirs.user_data_dir("sessiontui"))
    assert config_file(environ) == Path(platformdirs.user_config_dir("sessiontui")) / "config.toml"


def test_one_folder_can_be_named_for_everything(tmp_path: Path) -> None:
    environ = {"SESSIONTUI_HOME": str(tmp_path), "HOME": "/people/ann", "XDG_DATA_HOME": "/srv"}
    assert (data_folder(environ), config_file(environ)) == (tmp_path, tmp_path / "config.toml")


@on_linux
def test_platformdirs_is_not_loaded_for_them() -> None:
    code = (
        "import sys; from sessiontui.runtime.paths import *;"
        " data_folder({'HOME': '/people/ann'}), config_file({'HOME': '/people/ann'});"
        " print('platformdirs' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_home_that_nobody_has_is_told_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="home that nobody has"):
        data_folder({"SESSIONTUI_HOME": "~nobody-here"})
