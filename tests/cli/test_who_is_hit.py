"""Options on who is hit, and the template of a table of places."""

from pathlib import Path


def test_a_template_is_written_once(detente):
    done = detente("data", "template", "places")
    assert done.status == 0
    assert Path("places.csv").read_text("utf-8").startswith("country,place,name")
    again = detente("data", "template", "places")
    assert again.status == 2
    assert "places.csv: is there already" in again.err


def test_all_that_is_wrong_is_said_before_any_work(detente):
    done = detente("run", "may-2018", "--places", "us-county", "--horizon", "decade")
    assert done.status == 2
    assert "no such table of places" in done.err
    assert "us-counties, us-states" in done.err
    assert "decade" in done.err


def test_places_and_prices_are_not_along_a_path(detente):
    done = detente("run", "may-2018", "--places", "us-states", "--path")
    assert done.status == 2
    assert "--places: not with --path" in done.err
    assert "--prices: not with --path" in detente("run", "may-2018", "--prices", "--path").err


def test_a_folder_with_ones_own_places_can_be_made_again(detente):
    detente("data", "template", "places")
    made = detente("run", "nafta-2018", "--places", "places.csv", "--out", "first", "--quiet")
    assert made.status == 0, made.err
    Path("places.csv").unlink()  # its copy is in the folder
    done = detente("rerun", "first")
    assert done.status == 0, done.out + done.err
