"""One package against another: by hand from the table's own utilities."""

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from talks_case import case_of, economy


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return dt.talks(case_of(tmp_path_factory.mktemp("compare")), baseline=economy())


A = {"purchases": "some", "opening": "open", "school": "reopened"}
B = {"purchases": "more"}


def worth(study, **choices):
    """Utility of a package by its options, from the array of all packages."""
    whole = {**study.case.unsettled, **choices}
    places = tuple(i.options.index(whole[i.id]) for i in study.packages.table.issues)
    return study.utility.reshape(*study.packages.table.shape, -1)[places]


def test_the_difference_and_the_issues_it_is_from(study):
    found = dt.compare(A, B, of=study)
    np.testing.assert_allclose(found.difference, worth(study, **A) - worth(study, **B))
    assert found.issues == ("purchases", "opening", "school")
    np.testing.assert_allclose(found.made.sum(axis=0), found.difference, atol=1e-15)
    assert list(found.table.index) == ["purchases", "opening", "school", "all"]


def test_two_issues_by_hand(study):
    """The interaction of school and opening is shared between them, as trade is."""
    one, two = {"opening": "open"}, {"school": "reopened"}
    found = dt.compare({**one, **two}, {}, of=study)
    none, both = worth(study), worth(study, **one, **two)
    opening, school = worth(study, **one), worth(study, **two)
    by_hand = [(opening - none + both - school) / 2, (school - none + both - opening) / 2]
    np.testing.assert_allclose(found.made, by_hand, atol=1e-15)
    assert np.abs(both - opening - school + none).max() > 1e-6


def test_packages_by_name(study):
    predicted, asked = study.predicted, study.positions["one"]
    found = dt.compare("one", "predicted", of=study)
    expected = study.utility[asked] - study.utility[predicted]
    np.testing.assert_allclose(found.difference, expected)
    against = dt.compare("predicted", "strikes", of=study)
    values = study.no_deals["strikes"].values
    np.testing.assert_allclose(against.difference, study.utility[predicted] - values)
    assert against.made is None
    assert against.second.title == "Both strike"
    assert list(against.table.index) == ["all"]


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ("predicted", "strike", "did you mean 'strikes'"),
        ("strikes", "strikes", "two different packages"),
        ({"purchases": "some"}, {"purchases": "some"}, "two different packages"),
        ({"purchases": "none"}, {}, "two different packages"),
        ({"fish": "some"}, "predicted", "fish"),
        ({"purchases": "all"}, "predicted", "all"),
        (7, "predicted", "no such package"),
    ],
)
def test_what_is_refused(study, a, b, message):
    with pytest.raises(InputError, match=message):
        dt.compare(a, b, of=study)
