"""The counts of the source, on a package that was made up."""

import subprocess

import count_lines


def package(folder, **texts):
    for name, text in texts.items():
        path = folder / "detente" / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return count_lines.read(folder / "detente")


def test_counts_of_a_package(tmp_path):
    files = package(
        tmp_path,
        report__a="from detente.report import b\n\nclass One: ...\n\ndef f(x: float) -> str:\n"
        "    return str(x).replace('a word', 'another')\n",
        report__b="def g(x: float, how: int) -> str:\n    from detente.report.a import One\n"
        "    return ''  # fmt: skip\n\n\nclass _Two: ...\n",
        document__c="from typing import TYPE_CHECKING\nfrom detente.report import b\n"
        "if TYPE_CHECKING:\n    from detente.cli.d import x\nb._hidden()\n",
        cli__d="from detente.document.c import _y\n\nclass One: ...\n\nclass _Two: ...\n",
    )
    counted = {name.strip(): count(files) for name, count in count_lines.COUNTS.items()}
    assert counted["report/ and document/, lines"] == 6 + 6 + 5
    assert counted["files there"] == 3
    assert counted["`# fmt: skip` in src"] == 1
    assert counted["circles of files, when loaded"] == 0
    assert counted["imports inside functions too"] == 1
    # `d` and `c` by an annotation
    assert counted["annotations too"] == 2
    # `_y` imported, `b._hidden` by attribute
    assert counted["private names from other files"] == 2
    assert counted["class names with two meanings"] == 2
    assert counted["public ones"] == 1
    assert counted["formatters of numbers"] == 2
    assert counted["texts mended after they were made"] == 1


def test_two_revisions_side_by_side(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(count_lines, "ROOT", tmp_path)
    git = ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    for text in ("x = 1\n", "x = 1\ny = 2\n"):
        package(tmp_path / "src", report__a=text)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "--quiet", "--message", text], check=True)
    package(tmp_path / "src", report__a="")
    assert count_lines.main(["HEAD~1", "HEAD"]) == 0
    header, *rows = capsys.readouterr().out.splitlines()
    assert header.split() == ["HEAD~1", "HEAD"]
    counts = {name.strip(): row for name, row in zip(count_lines.COUNTS, rows, strict=True)}
    assert counts["report/ and document/, lines"].split()[-2:] == ["1", "2"]
    assert count_lines.main(["HEAD"]) == 0
    _, *rows = capsys.readouterr().out.splitlines()
    assert rows[list(count_lines.COUNTS).index("report/ and document/, lines")].split()[-2:] == [
        "2", "0",
    ]  # fmt: skip
