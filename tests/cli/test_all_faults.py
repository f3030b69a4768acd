"""Every command says all that is wrong with its options at once, each by the option's name."""

import pytest

TALKS = ("--solution", "q", "--draws", "-1", "--seed", "-2")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("sanction", "zte", "--ban-share", "50", "--by", "XYZ", "--days", "3"),
         ("--ban-share", "--by", "--days")),
        (("sanction", "zte", "--ban-share", "50", "--baseline", "nope", "--draws", "-1"),
         ("--ban-share", "--baseline", "--draws")),
        (("run", "may-2018", "--variant", "nope", "--horizon", "decade", "--compare", "a", "b"),
         ("--variant", "--horizon", "--compare")),
        (("run", "may-2018", "--across", "models", "--draws", "1", "--prior", "nope.yaml",
          "--at", "2018-99-01"),
         ("--across", "--draws", "nope.yaml", "--at")),
        (("target", "may-2018", "--goal", "x", "--cut", "zz", "--using", "foo",
          "--variant", "nope", "--horizon", "decade"),
         ("--goal", "--cut", "--using", "--variant", "--horizon")),
        (("leverage", "wiod-2014", "--by", "XX", "--on", "YY", "--sectors", "zzz"),
         ("--by", "--on", "--sectors")),
        (("talks", "may-2018", *TALKS), ("--solution", "--draws", "--seed")),
        (("nash", "may-2018", "--players", "Q,W", "--rule", "x", "--low", "3"),
         ("--players", "--rule", "--low")),
        (("new", "--by", "Q", "--on", "W", "--measure", "25% tariff on zzz"),
         ("--by", "--on", "--measure")),
    ],
)  # fmt: skip
def test_all_wrong_options_are_said_at_once(detente, words, named):
    done = detente(*words)
    assert done.status == 2
    assert done.out == ""
    for option in named:
        assert f"{option}: " in done.err


@pytest.mark.parametrize("by", ["the US", "U.S.", "America", "United States of America"])
@pytest.mark.parametrize("on", ["China, People's Republic", "the EU", "Britain", "PRC"])
def test_everyday_names_of_economies(detente, by, on):
    done = detente(
        "new", "case.yaml", "--by", by, "--on", on, "--measure", "25% tariff on vehicles"
    )
    assert (done.status, done.err) == (0, "")


def test_a_long_list_of_sectors_is_short(detente):
    done = detente("leverage", "wiod-2014", "--by", "USA", "--on", "CHN", "--sectors", "cars")
    assert "did you mean 'C29' (Motor vehicles and parts)" in done.err
    assert "detente data show NAME" in done.err
    assert len(done.err) < 500


def test_a_comparison_on_an_economy_with_a_firm_says_so(detente):
    done = detente("run", "may-2018", "--compare", "zte-banned", "us-tariffs")
    assert done.status == 0
    assert "solved on the baseline with ZTE taken out of its sector" in " ".join(done.out.split())
