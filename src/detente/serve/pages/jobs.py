"""Long work: asked for, watched, cancelled, and its results."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Body, Depends, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from detente.errors import InputError
from detente.serve.desk import Desk
from detente.serve.jobs.asked import WORK, SweepAsked, TalksAsked, WarAsked, Work, key_of
from detente.serve.jobs.keeper import Keeper
from detente.serve.jobs.showing import PAGE, PLAIN, chart_file, packed
from detente.serve.jobs.store import DONE, Job
from detente.serve.jobs.worker import RESULT, SHOWN
from detente.serve.pages.common import (
    NEVER_KEPT,
    WRONG,
    AddressState,
    ScenarioName,
    TheDesk,
    html,
)
from detente.serve.pages.talks import weight_fields
from detente.serve.state import RATE, State, problems_of

router = APIRouter()
JobId = Annotated[str, Path(max_length=40, description="Id of a job.")]
GONE: dict[int | str, dict[str, Any]] = {
    **WRONG,
    403: {"description": "The job is another reader's."},
    404: {"description": "No such job; ended ones are removed after a while."},
    409: {"description": "The job has not come to that yet."},
}


class Progress(BaseModel):
    """How far a job is: ``done`` of ``total``, which is 0 where it is not known."""

    what: str
    done: int
    total: int


class JobSaid(BaseModel):
    """A job as a program sees it. Times are UTC."""

    id: str
    kind: str
    title: str
    status: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    before: int
    progress: Progress
    problems: list[dict[str, Any]]
    address: str


def _keeper(request: Request) -> Keeper:
    return request.app.state.keeper


def _reader(request: Request) -> str:
    address = request.client.host if request.client else "?"
    return request.app.state.keeper.store.reader(address)


TheKeeper = Annotated[Keeper, Depends(_keeper)]
Reader = Annotated[str, Depends(_reader)]


def _job(name: JobId, keeper: TheKeeper) -> Job:
    job = keeper.store.get(name)
    if job is None:
        raise HTTPException(404, "no such job; ended ones are removed after a while")
    return job


TheJob = Annotated[Job, Depends(_job)]


def start(desk: Desk, keeper: Keeper, reader: str, work: SweepAsked | WarAsked | TalksAsked) -> Job:
    """Take a job, checked first.

    Raises
    ------
    InputError
        It asks for what there is not.
    FullError
        Too many wait already.
    """
    case = desk.shipped(work.scenario)
    work.check(case)
    return keeper.submit(key_of(work), reader, work.title(case), work.model_dump_json())


def said(job: Job, keeper: Keeper) -> JobSaid:
    """Return a job as a program sees it."""
    asked = json.loads(job.asked)
    return JobSaid(
        id=job.id, kind=asked["kind"], title=job.title, status=job.status,
        created=datetime.fromtimestamp(job.created, UTC), started=_time(job.started),
        ended=_time(job.ended), before=keeper.before(job) if job.live else 0,
        progress=Progress(**keeper.progress(job)), problems=list(job.problems),
        address=f"/jobs/{job.id}",
    )  # fmt: skip


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def work_of_form(pairs: list[tuple[str, str]]) -> SweepAsked | WarAsked | TalksAsked:
    """Read what the forms of this page send.

    Raises
    ------
    InputError
        Something in it is not asked for so.
    """
    given = {key: value.strip() for key, value in pairs if value.strip()}
    plain: dict[str, Any] = {}
    for key, value in given.items():
        group, dot, name = key.partition(".")
        if dot and group in ("fixed", "weights"):
            plain.setdefault(group, {})[name] = value
        else:
            plain[key] = value
    for key in ("players", "on", "sectors"):
        if key in plain:
            plain[key] = [word.strip() for word in plain[key].split(",") if word.strip()]
    if "state" in plain:
        plain["state"] = State.of_form(parse_qsl(plain["state"], keep_blank_values=True))
    try:
        return WORK.validate_python(plain)
    except ValidationError as error:
        raise InputError(problems_of(error)) from None


@router.get("/jobs", include_in_schema=False)
def listed(keeper: TheKeeper, reader: Reader) -> HTMLResponse:
    """List the jobs of a reader."""
    jobs = [said(job, keeper) for job in keeper.store.of(reader)]
    return html("jobs.html.j2", jobs=jobs, limits=keeper.limits)


@router.get("/jobs/new/{name}", include_in_schema=False)
def new(name: ScenarioName, desk: TheDesk, keeper: TheKeeper, state: AddressState) -> HTMLResponse:
    """Show what long work there is on a scenario as the address has set it."""
    case = desk.shipped(name)
    weights = weight_fields(case, {}) if case.talks else []
    return html("job_new.html.j2", name=name, case=case, state=state, rate=RATE, weights=weights,
                limits=keeper.limits)  # fmt: skip


@router.post("/jobs", include_in_schema=False)
async def ask(request: Request) -> Response:
    """Take a job that a form asks for."""
    pairs = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    return await _in_thread(_ask, request, pairs)


def _ask(request: Request, pairs: list[tuple[str, str]]) -> Response:
    work = work_of_form(pairs)
    job = start(request.app.state.desk, _keeper(request), _reader(request), work)
    return RedirectResponse(f"/jobs/{job.id}", 303)


async def _in_thread(call: Any, *given: Any) -> Any:
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(call, *given)


@router.get("/jobs/{name}", include_in_schema=False)
def page(job: TheJob, keeper: TheKeeper, reader: Reader) -> HTMLResponse:
    """Show a job: how far it is, or what it came to."""
    if job.status == DONE:
        made = (keeper.place(job) / SHOWN / PAGE).read_text(encoding="utf-8")
        return HTMLResponse(made, headers=NEVER_KEPT)
    return html("job.html.j2", job=said(job, keeper), live=job.live, own=job.reader == reader,
                again=json.loads(job.asked)["scenario"])  # fmt: skip


@router.post("/jobs/{name}/cancel", include_in_schema=False)
def cancel(job: TheJob, keeper: TheKeeper, reader: Reader) -> Response:
    """Cancel a job of one's own."""
    _cancel(job, keeper, reader)
    return RedirectResponse(f"/jobs/{job.id}", 303)


def _cancel(job: Job, keeper: Keeper, reader: str) -> None:
    if job.reader != reader:
        raise HTTPException(403, "only who asked for a job cancels it")
    keeper.cancel(job)


@router.get("/jobs/{name}/chart/{chart}.svg", include_in_schema=False)
def chart(job: TheJob, chart: str, keeper: TheKeeper, dark: int = 0) -> Response:
    """Return a chart of a job's page."""
    path = keeper.place(job) / SHOWN / chart_file(chart, dark=bool(dark))
    if not path.is_file():
        raise HTTPException(404, "no such chart")
    return Response(path.read_bytes(), media_type="image/svg+xml")


@router.get("/jobs/{name}/results.zip", include_in_schema=False)
def results(job: TheJob, keeper: TheKeeper) -> Response:
    """Return the folder that the command would write."""
    _needs_done(job)
    headers = {"content-disposition": f'attachment; filename="detente-{job.id}.zip"'} | NEVER_KEPT
    return Response(packed(keeper.place(job) / RESULT), 200, headers, "application/zip")


@router.get("/api/jobs", responses=WRONG)
def all_of_mine(keeper: TheKeeper, reader: Reader) -> list[JobSaid]:
    """List the jobs that were asked for from this address."""
    return [said(job, keeper) for job in keeper.store.of(reader)]


@router.post("/api/jobs", responses=WRONG, status_code=202)
def add(work: Annotated[Work, Body()], desk: TheDesk, keeper: TheKeeper, reader: Reader) -> JobSaid:
    """Ask for long work; the same work that is there already is returned instead."""
    return said(start(desk, keeper, reader, work), keeper)


@router.get("/api/jobs/{name}", responses=GONE)
def one(job: TheJob, keeper: TheKeeper) -> JobSaid:
    """Say how far a job is."""
    return said(job, keeper)


@router.post("/api/jobs/{name}/cancel", responses=GONE)
def cancel_one(job: TheJob, keeper: TheKeeper, reader: Reader) -> JobSaid:
    """Cancel a job of one's own; one that has ended stays as it is."""
    _cancel(job, keeper, reader)
    return said(keeper.store.get(job.id) or job, keeper)


@router.get("/api/jobs/{name}/result", responses=GONE)
def result(job: TheJob, keeper: TheKeeper) -> dict[str, Any]:
    """Return what a job came to: sentences and tables, every number with its unit."""
    _needs_done(job)
    return json.loads((keeper.place(job) / SHOWN / PLAIN).read_bytes())


def _needs_done(job: Job) -> None:
    if job.status != DONE:
        raise HTTPException(409, f"the job is {job.status}: it has no results")
