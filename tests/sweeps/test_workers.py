"""Workers that die lose nothing and change nothing."""

import subprocess
import sys

import pytest

from detente.errors import DetenteError, InputError
from detente.simulate import run_scenario
from detente.sweeps import workers
from detente.sweeps.chunks import DRAWS, Chunk, model_of, packed, unpacked
from detente.sweeps.workers import Cluster, Here, Processes, connect

CHUNKS = [Chunk(0, DRAWS, 0, first, first + 10) for first in range(0, 120, 10)]


@pytest.fixture(scope="module")
def models(small):
    run = run_scenario(small["scenario"], baseline=small["baseline"], draws=120,
                       prior=small["prior"])  # fmt: skip
    return (model_of("small", run.wanted, run.headline, tuple(run.variants)),)


@pytest.fixture(scope="module")
def expected(models):
    return dict(Here(models).solve(CHUNKS))


def test_models_are_the_same_where_they_are_unpacked(models, expected):
    (there,) = unpacked(packed(models))
    assert there.hash == models[0].hash
    assert dict(Here((there,)).solve(CHUNKS[:2])) == {c: expected[c] for c in CHUNKS[:2]}


def test_a_process_that_is_killed_loses_and_changes_nothing(models, expected):
    found = {}
    with Processes(models, 2) as pool:
        for chunk, content in pool.solve(CHUNKS):
            if not found:
                victims = [one.process for one in pool.workers]
                victims[0].kill()
            found[chunk] = content
        # it was replaced, and the other was not
        assert victims[0].poll() is not None
        assert [one.process for one in pool.workers] != victims
    assert found == expected


def test_a_chunk_that_kills_every_worker_is_given_up(models, monkeypatch):
    started = []

    def dying():
        started.append(subprocess.Popen(
            [sys.executable, "-S", "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ))  # fmt: skip
        return started[-1]

    monkeypatch.setattr(workers, "_start", dying)
    with (
        Processes(models, 1) as pool,
        pytest.raises(DetenteError, match="3 workers died over 0-draws-000-000000"),
    ):
        list(pool.solve(CHUNKS[:1]))
    assert len(started) == 3


def test_a_dask_worker_that_is_killed_loses_and_changes_nothing(models, expected):
    # it alone holds the models too: a fresh one unpacks them again
    distributed = pytest.importorskip("distributed")
    found = {}
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Cluster(models, cluster.scheduler_address) as pool,
    ):
        for chunk, content in pool.solve(CHUNKS):
            if not found:
                next(iter(cluster.workers.values())).process.process._process.kill()
            found[chunk] = content
    assert found == expected


def test_a_scheduler_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", "0.2s")
    with pytest.raises(InputError, match="no scheduler answers"):
        connect("tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="such as tcp"):
        connect("here")
