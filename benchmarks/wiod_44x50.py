"""A tariff of 25 points on all Chinese goods in the economy of 44 by 50: figures, time, gradient.

Everything is measured in one run, the compiled solver and the plain NumPy oracle by turns, so
that ratios hold on any machine. Timings are printed and never decide the exit status.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.wiod import read_wiod
from detente.errors import DataError
from detente.model.welfare import real_income_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.implicit import Settings
from detente.solver.options import Options
from detente.solver.reference import solve_reference

# real income, per cent: the two printed digits of another implementation of the same equations
PRINTED = {"USA": -0.03, "CHN": -0.33, "MEX": 0.16}
PRINTED_TOLERANCE = 0.01
RESIDUAL_TOLERANCE = 1e-10
ORACLE_TOLERANCE = 1e-10
GRADIENT_TOLERANCE = 1e-6
TARGET_SECONDS, TARGET_RATIO, TARGET_GRADIENT = 0.015, 3.0, 4.0
DIRECTIONS, SEED, STEP = 20, 0, 3e-4
# differences divide the solver's error by the step, so they need more digits than a solve
TIGHT = Options(settings=Settings(tolerance=1e-13))


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    options = _parse(arguments)
    try:
        calibration = read_wiod(options.data / "wiod2014", "4")
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    policy = china_tariff(calibration)
    n, s = len(calibration.countries), len(calibration.sectors)
    print(f"+25 points by USA on {int(calibration.goods.sum())} goods sectors of CHN; {n} x {s}")
    figures, figures_ok = compare_figures(calibration, policy)
    speed = compare_speed(calibration, policy, options.repeats)
    gradient = check_gradient(calibration, policy, options.repeats)
    correct = {
        "printed_figures": figures_ok,
        "residual": figures["worst_residual"] < RESIDUAL_TOLERANCE,
        "oracle": figures["largest_difference_to_oracle"] < ORACLE_TOLERANCE,
        "gradient": gradient["largest_relative_difference"] <= GRADIENT_TOLERANCE,
    }
    targets = {
        "solve": speed["seconds_median"] <= TARGET_SECONDS or speed["ratio"] >= TARGET_RATIO,
        "gradient": gradient["multiple_of_a_solve"] <= TARGET_GRADIENT,
    }
    ok = all(correct.values())
    measured = {**figures, "solve": speed, "gradient": gradient, "repeats": options.repeats}
    print(f"Correct: {correct}. Targets met: {targets}.")
    print(json.dumps({"ok": ok, "correct": correct, "targets_met": targets, **measured}))
    return 0 if ok else 1


def china_tariff(calibration: Calibration) -> Policy:
    """Add 25 percentage points to the tariff of the USA on every good from China."""
    codes = calibration.country_codes
    tariff = np.array(calibration.tariff)
    tariff[calibration.goods, codes.index("USA"), codes.index("CHN")] += 0.25
    return Policy(tariff, np.ones_like(tariff))


def compare_figures(calibration: Calibration, policy: Policy) -> tuple[dict, bool]:
    """Put real income beside the printed figures and the oracle's; say whether the former agree."""
    found = solve_equilibrium(calibration, policy)
    plain = solve_reference(calibration, policy)
    ours = real_income_hat(
        calibration,
        np.asarray(found.outcome.income_cf),
        np.asarray(found.outcome.consumer_price_hat),
    )
    shares = calibration.final_demand / calibration.income[:, None]
    consumer_price = np.exp((shares * np.log(plain.price_hat)).sum(axis=1))
    oracle = real_income_hat(calibration, plain.income_cf, consumer_price)
    print(f"{'real income, %':<16}{'printed':>9}{'ours':>10}{'difference':>12}{'oracle':>10}")
    figures, agrees = {}, True
    for code, printed in PRINTED.items():
        i = calibration.country_codes.index(code)
        value = 100 * float(ours[i] - 1)
        off = value - printed
        agrees &= abs(off) <= PRINTED_TOLERANCE
        figures[code] = {"printed": printed, "ours": value, "difference": off}
        print(f"{code:<16}{printed:>9.2f}{value:>10.4f}{off:>12.4f}{100 * (oracle[i] - 1):>10.4f}")
    worst = max(found.residuals.values())
    apart = float(np.abs(ours - oracle).max())
    print(
        f"Worst residual {worst:.1e} (needed < {RESIDUAL_TOLERANCE:.0e}), {found.iterations} steps"
    )
    print(f"Largest difference to the oracle's real income, {len(ours)} economies: {apart:.1e}")
    measured = {
        "real_income_pct": figures,
        "worst_residual": worst,
        "iterations": found.iterations,
        "oracle_iterations": plain.iterations,
        "largest_difference_to_oracle": apart,
    }
    return measured, bool(agrees)


def compare_speed(calibration: Calibration, policy: Policy, repeats: int) -> dict[str, float]:
    """Time a warm solve and the oracle by turns."""
    ours, oracle = alternate(
        lambda: solve_equilibrium(calibration, policy),
        lambda: solve_reference(calibration, policy),
        repeats,
    )
    ratio = median(oracle) / median(ours)
    print(f"Warm solve  {_spread(ours)}")
    print(f"Oracle      {_spread(oracle)}")
    print(
        f"Ratio {ratio:.0f} (target: at most {1e3 * TARGET_SECONDS:.0f} ms, "
        f"or a ratio of {TARGET_RATIO:.0f})"
    )
    return {
        "seconds_median": median(ours),
        "seconds_min": min(ours),
        "oracle_seconds_median": median(oracle),
        "oracle_seconds_min": min(oracle),
        "ratio": ratio,
    }


def check_gradient(calibration: Calibration, policy: Policy, repeats: int) -> dict[str, float]:
    """Time the gradient against a solve and hold it to central differences."""
    gradient = income_gradient(calibration, "USA", policy).tariff
    solves, gradients = alternate(
        lambda: solve_equilibrium(calibration, policy),
        lambda: income_gradient(calibration, "USA", policy),
        repeats,
    )
    multiple = median(gradients) / median(solves)
    directions = random_directions(calibration)
    adjoint = np.array([(gradient * d).sum() for d in directions])
    difference = np.array([slope(calibration, policy, d) for d in directions])
    gap = np.abs(adjoint - difference)
    relative = gap / np.abs(difference)
    typical = float(np.sqrt((difference**2).mean()))
    print(f"Gradient, {gradient.size:,} tariffs  {_spread(gradients)}")
    print(f"Multiple of a warm solve {multiple:.1f} (target: at most {TARGET_GRADIENT:.0f})")
    print(
        f"Against central differences, {DIRECTIONS} directions, step {STEP:g}: relative difference "
        f"at most {relative.max():.1e} (needed <= {GRADIENT_TOLERANCE:.0e}), median "
        f"{np.median(relative):.1e}; at most {gap.max() / typical:.1e} of the typical slope"
    )
    return {
        "seconds_median": median(gradients),
        "seconds_min": min(gradients),
        "solve_seconds_median": median(solves),
        "multiple_of_a_solve": multiple,
        "largest_relative_difference": float(relative.max()),
        "median_relative_difference": float(np.median(relative)),
        "largest_difference_over_typical_slope": float(gap.max()) / typical,
        "step": STEP,
        "directions": DIRECTIONS,
        "seed": SEED,
    }


def random_directions(calibration: Calibration) -> list[np.ndarray]:
    """Draw standard normal changes of every tariff between two economies."""
    rng = np.random.default_rng(SEED)
    foreign = ~np.eye(len(calibration.countries), dtype=bool)
    return [rng.normal(size=calibration.tariff.shape) * foreign for _ in range(DIRECTIONS)]


def slope(calibration: Calibration, policy: Policy, direction: np.ndarray) -> float:
    """Return the central difference of ln US real income, of fourth order in the step."""
    usa = calibration.country_codes.index("USA")

    def value(step: float) -> float:
        moved = Policy(policy.tariff_cf + step * direction, policy.iceberg_hat)
        after = solve_equilibrium(calibration, moved, TIGHT).outcome
        income, price = np.asarray(after.income_cf), np.asarray(after.consumer_price_hat)
        return float(np.log(real_income_hat(calibration, income, price))[usa])

    near = (value(STEP) - value(-STEP)) / (2 * STEP)
    far = (value(2 * STEP) - value(-2 * STEP)) / (4 * STEP)
    # tariffs move all at once and the map is curved: one difference would show its own error
    return (4 * near - far) / 3


def alternate(
    first: Callable[[], object], second: Callable[[], object], repeats: int
) -> tuple[list[float], list[float]]:
    """Time two pieces of work by turns, after one call of the first that compiles it."""
    first()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for work, seconds in zip((first, second), times, strict=True):
            start = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - start)
    return times


def _spread(seconds: list[float]) -> str:
    return f"median {1e3 * median(seconds):.1f} ms, fastest {1e3 * min(seconds):.1f} ms"


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default, help="folder of raw data")
    parser.add_argument("--repeats", type=int, default=7, help="timed calls of each kind")
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        parser.error(f"no such folder of raw data: {options.data}")
    if options.repeats < 1:
        parser.error(f"--repeats must be at least 1, not {options.repeats}")
    return options


if __name__ == "__main__":
    sys.exit(main())
