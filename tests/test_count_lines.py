"""The counts of the source, on a package that was made up."""

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


def test_two_revisions_side_by_side(capsys):
    assert count_lines.main(["HEAD", "HEAD"]) == 0
    for line in capsys.readouterr().out.splitlines()[1:]:
        *_, before, after = line.split()
        assert before == after
