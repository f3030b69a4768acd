"""Imports go one way, and nothing heavy is imported before it is needed."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import count_lines
import detente

SOURCE = Path(__file__).resolve().parents[1] / "src" / "detente"
read = cache(count_lines.read)
# a room may import from its own and from those to the left of it
ORDER = (
    "errors", "units", "files", "cache", "document", "notebook", "scalars", "axes", "references",
    "baseline", "ledger", "citing", "disputes", "policy", "compiled", "model", "solver", "world",
    "results", "gradients", "value_added", "incidence", "history", "targets", "games",
    "scenario", "uncertainty", "sanction", "attribution", "comparison", "prepared", "toward",
    "simulate",
    "sweeps", "paths", "places", "wars", "talks", "reading", "report", "serve", "assistants", "cli",
)  # fmt: skip
# the kernel runs where no files are read: no input, output or tables
KERNEL = ("model", "solver", "games")
NOT_IN_KERNEL = {
    "pandas", "xarray", "pyarrow", "yaml", "pydantic", "rich", "typer", "json", "csv", "pathlib",
    "vl_convert", "os", "io",
}  # fmt: skip


def room(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def module(path):
    """Name of a module by its file."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported(path, *, typing_too=False):
    """Full names of the modules that a file imports, inside functions too."""
    tree = read(SOURCE)[module(path)].tree
    found = set()
    nodes = list(tree.body) if typing_too else [n for n in tree.body if not _typing_only(n)]
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide the direction"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def _typing_only(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


MODULES = sorted(p for p in SOURCE.rglob("*.py") if room(p) not in ("__init__", "scenarios"))


def upward(path, names, order):
    """Rooms that a file imports against the order; public names stand for where they are."""
    here = order.index(room(path))
    ours = {name for name in names if name.split(".")[0] == "detente"}
    homes = {detente._WHERE.get(name.partition(".")[2], name) for name in ours}
    # a bare `detente` could reach anything
    rooms = {home.split(".")[1] if "." in home else home for home in homes - {"detente"}}
    bare = {"detente"} if "detente" in ours and not ours - {"detente"} else set()
    return bare | {r for r in rooms if r not in order or order.index(r) > here}


def test_every_room_has_its_place():
    assert {room(path) for path in MODULES} == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_go_down_only(path):
    assert not upward(path, imported(path, typing_too=True), ORDER)


def test_an_upward_import_would_be_found():
    path = SOURCE / "model" / "x.py"
    assert upward(path, {"detente.report.html"}, ORDER) == {"report"}
    assert upward(path, {"detente", "detente.run_scenario"}, ORDER) == {"simulate"}
    assert upward(path, {"detente"}, ORDER) == {"detente"}
    assert upward(path, {"detente.nowhere"}, ORDER) == {"nowhere"}
    assert not upward(path, {"numpy", "detente.baseline.store"}, ORDER)


@pytest.mark.parametrize("name", KERNEL)
def test_the_kernel_reads_and_writes_nothing(name):
    for path in (SOURCE / name).glob("*.py"):
        if path == SOURCE / "games" / "tables.py":
            continue  # labels at the edge of the room
        roots = {module.split(".")[0] for module in imported(path)}
        assert not roots & NOT_IN_KERNEL, path


def _loaded_after(code):
    script = f"import sys; {code}; print(*sys.modules)"
    command = [sys.executable, "-c", script]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_package_costs_nothing():
    slow = {"numpy", "jax", "pandas", "xarray", "scipy", "pydantic"}
    assert not slow & _loaded_after("import detente")


def test_loading_a_baseline_needs_no_kernel():
    assert not {"jax", "xarray", "vl_convert"} & _loaded_after("import detente; detente.load()")


def test_public_names_are_there():
    assert all(getattr(detente, name) for name in detente.__all__)


def test_only_one_file_of_documents_knows_the_terminal_and_one_the_templates():
    for path in (SOURCE / "document").glob("*.py"):
        roots = {module.split(".")[0] for module in imported(path)}
        assert "rich" not in roots or path.name in ("terminal.py",), path
        assert not roots & {"jinja2", "markupsafe"} or path.name == "html.py", path
        # numbers, markup and order know no economics
        ours = {m for m in imported(path, typing_too=True) if m.startswith("detente.")}
        assert {m.split(".")[1] for m in ours} <= {"document", "errors", "files", "cache"}, path


def test_no_files_import_each_other_in_a_circle():
    files = read(SOURCE)
    # imports inside functions count, those for annotations too
    assert count_lines.circles("all")(files) == 0


def test_no_name_with_an_underscore_is_taken_from_another_file():
    assert count_lines.private(read(SOURCE)) == 0


def test_a_circle_and_a_private_name_would_be_found(tmp_path):
    folder = tmp_path / "detente"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "a.py").write_text("def f():\n    from detente.b import _g\n", "utf-8")
    (folder / "b.py").write_text("if TYPE_CHECKING:\n    from detente.a import f\n", "utf-8")
    files = count_lines.read(folder)
    assert count_lines.circles("all")(files) == 1
    assert count_lines.private(files) == 1
