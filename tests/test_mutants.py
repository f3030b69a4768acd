"""The table of changed formulas: nothing in it is stale, and each change has its tests."""

from pathlib import Path

import pytest

from mutants import MUTANTS, STALE, judge, main, nearest, text_of

TESTS = Path(__file__).resolve().parent


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(MUTANTS) >= 35
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_the_old_text_is_there_once_and_the_tests_are_there(mutant):
    changed = text_of(mutant)
    assert changed is not None, f"stale: the old text is not once in {mutant.file}"
    compile(changed, mutant.file, "exec")
    assert mutant.new != mutant.old
    assert mutant.tests
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert (TESTS / file).is_file(), test
        assert not name or f"def {name}(" in (TESTS / file).read_text("utf-8"), test


def test_what_is_stale_is_said_and_changes_nothing(tmp_path):
    file = tmp_path / "src" / "detente" / MUTANTS[0].file
    assert judge(MUTANTS[0], tmp_path)[0] == STALE
    file.parent.mkdir(parents=True)
    for text in ("nothing of it", 2 * MUTANTS[0].old):
        file.write_text(text, "utf-8")
        assert judge(MUTANTS[0], tmp_path)[0] == STALE
        assert file.read_text("utf-8") == text


def test_a_file_of_tests_stands_for_each_of_them():
    given = [m for m in MUTANTS if any("::" in test for test in m.tests)]
    every = nearest(MUTANTS)
    assert len(every) == len(set(every))
    for mutant in given:
        for test in mutant.tests:
            assert test in every or test.split("::")[0] in every


def test_one_can_be_picked_by_its_name(capsys):
    assert main(["--list", "--only", MUTANTS[1].name]) == 0
    assert capsys.readouterr().out.startswith(f"{MUTANTS[1].name}  {MUTANTS[1].file}")
    with pytest.raises(SystemExit) as refused:
        main(["--only", "nothing-such"])
    assert refused.value.code == 2
    assert "no such mutant: nothing-such" in capsys.readouterr().err
