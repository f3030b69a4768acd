"""Détente: a laboratory for trade wars and trade talks.

>>> import detente as dt
>>> world = dt.load("icio-2022")
>>> war = dt.solve(world, dt.Tariff("USA", on="CHN", sectors="goods", add=0.25))
>>> war.welfare.to_frame()  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# names are found on first use, so that `import detente` costs nothing
_WHERE = {
    "Calibration": "detente.baseline.calibration",
    "load": "detente.baseline.store",
    "settle": "detente.baseline.tables",
    "import_data": "detente.baseline.importing.run",
    "install": "detente.baseline.store",
    "rebase": "detente.results",
    "aggregate": "detente.baseline.aggregate",
    "Tariff": "detente.policy.tariffs",
    "TradeCost": "detente.policy.instruments",
    "ExportTax": "detente.policy.instruments",
    "ExportBan": "detente.policy.instruments",
    "ImportBan": "detente.policy.instruments",
    "LineTariff": "detente.policy.line_tariffs",
    "LedgerTariff": "detente.policy.line_tariffs",
    "in_force": "detente.world",
    "TariffQuota": "detente.policy.tariffs",
    "ProductionSubsidy": "detente.policy.instruments",
    "Transfer": "detente.policy.instruments",
    "Quota": "detente.policy.volumes",
    "ExportRestraint": "detente.policy.volumes",
    "PurchaseCommitment": "detente.policy.volumes",
    "Policy": "detente.policy.arrays",
    "Structure": "detente.model.economy",
    "Options": "detente.solver.options",
    "reach": "detente.targets.reach",
    "Deficit": "detente.targets.goals",
    "ImportShare": "detente.targets.goals",
    "MeanTariff": "detente.targets.goals",
    "NoLoss": "detente.targets.goals",
    "Revenue": "detente.targets.goals",
    "Lever": "detente.targets.levers",
    "run_target": "detente.toward",
    "value_added_trade": "detente.value_added",
    "who_pays": "detente.incidence",
    "backtest": "detente.history.backtest",
    "terms_of_trade": "detente.incidence",
    "solve": "detente.simulate",
    "run_scenario": "detente.simulate",
    "run_path": "detente.paths",
    "sweep": "detente.sweeps.study",
    "compare": "detente.comparison",
    "Player": "detente.games.players",
    "Game": "detente.games.evaluation",
    "nash": "detente.games.nash",
    "optimal": "detente.games.nash",
    "cooperate": "detente.games.cooperation",
    "payoff_matrix": "detente.games.matrix",
    "respond": "detente.games.responses",
    "run_talks": "detente.talks.study",
    "run_large_talks": "detente.talks.large_study",
    "income_gradient": "detente.solver.gradient",
    "gradient": "detente.gradients",
    "hessian_product": "detente.gradients",
    "ledger_rates": "detente.ledger.rates",
    "ledger_averages": "detente.ledger.rates",
    "read": "detente.reading.read",
    "describe": "detente.report.describe",
    "explain": "detente.document.glossary",
    "InputError": "detente.errors",
    "SolveError": "detente.errors",
}
# packages that can be called: their names and the functions' are one
_CALLABLE = {"talks": "detente.talks", "ledger": "detente.ledger"}
__all__ = list(_WHERE | _CALLABLE)  # pyright: ignore[reportUnsupportedDunderAll]

if TYPE_CHECKING:
    from detente.baseline.aggregate import aggregate as aggregate
    from detente.baseline.calibration import Calibration as Calibration
    from detente.baseline.importing.run import import_data as import_data
    from detente.baseline.store import install as install
    from detente.baseline.store import load as load
    from detente.baseline.tables import settle as settle
    from detente.comparison import compare as compare
    from detente.document.glossary import explain as explain
    from detente.errors import InputError as InputError
    from detente.errors import SolveError as SolveError
    from detente.games.cooperation import cooperate as cooperate
    from detente.games.evaluation import Game as Game
    from detente.games.matrix import payoff_matrix as payoff_matrix
    from detente.games.nash import nash as nash
    from detente.games.nash import optimal as optimal
    from detente.games.players import Player as Player
    from detente.games.responses import respond as respond
    from detente.gradients import gradient as gradient
    from detente.gradients import hessian_product as hessian_product
    from detente.history.backtest import backtest as backtest
    from detente.incidence import terms_of_trade as terms_of_trade
    from detente.incidence import who_pays as who_pays
    from detente.ledger.rates import ledger_averages as ledger_averages
    from detente.ledger.rates import ledger_rates as ledger_rates
    from detente.ledger.search import ledger as ledger
    from detente.model.economy import Structure as Structure
    from detente.paths import run_path as run_path
    from detente.policy.arrays import Policy as Policy
    from detente.policy.instruments import ExportBan as ExportBan
    from detente.policy.instruments import ExportTax as ExportTax
    from detente.policy.instruments import ImportBan as ImportBan
    from detente.policy.instruments import ProductionSubsidy as ProductionSubsidy
    from detente.policy.instruments import TradeCost as TradeCost
    from detente.policy.instruments import Transfer as Transfer
    from detente.policy.line_tariffs import LedgerTariff as LedgerTariff
    from detente.policy.line_tariffs import LineTariff as LineTariff
    from detente.policy.tariffs import Tariff as Tariff
    from detente.policy.tariffs import TariffQuota as TariffQuota
    from detente.policy.volumes import ExportRestraint as ExportRestraint
    from detente.policy.volumes import PurchaseCommitment as PurchaseCommitment
    from detente.policy.volumes import Quota as Quota
    from detente.reading.read import read as read
    from detente.report.describe import describe as describe
    from detente.results import rebase as rebase
    from detente.simulate import run_scenario as run_scenario
    from detente.simulate import solve as solve
    from detente.solver.gradient import income_gradient as income_gradient
    from detente.solver.options import Options as Options
    from detente.sweeps.study import sweep as sweep
    from detente.talks.large_study import run_large_talks as run_large_talks
    from detente.talks.study import run_talks as run_talks
    from detente.talks.study import talks as talks
    from detente.targets.goals import Deficit as Deficit
    from detente.targets.goals import ImportShare as ImportShare
    from detente.targets.goals import MeanTariff as MeanTariff
    from detente.targets.goals import NoLoss as NoLoss
    from detente.targets.goals import Revenue as Revenue
    from detente.targets.levers import Lever as Lever
    from detente.targets.reach import reach as reach
    from detente.toward import run_target as run_target
    from detente.value_added import value_added_trade as value_added_trade


def __getattr__(name: str):
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    if name in _CALLABLE:
        return import_module(_CALLABLE[name])
    raise AttributeError(f"module 'detente' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
