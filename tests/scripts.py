"""Run a script as `python SCRIPT ...` does, in this process: what it imports is there already."""

from __future__ import annotations

import contextlib
import io
import runpy
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest


def run_here(script: Path, *arguments: object) -> CompletedProcess[str]:
    """Return the status of a script and what it printed, as `subprocess.run` would."""
    command = [str(script), *map(str, arguments)]
    out, err, status = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", command)
        patch.setattr(sys, "path", [str(script.parent), *sys.path])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                runpy.run_path(str(script), run_name="__main__")
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else int(bool(end.code))
    return CompletedProcess(command, status, out.getvalue(), err.getvalue())
