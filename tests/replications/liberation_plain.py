"""The equations of Ignatenko et al. (2025) in plain NumPy, solved by damped iteration.

Axes are theirs turned: ``(importer, exporter)``. Written from the paper's relations, apart from the
engine: wages clear by own sales and margins, spending by income, labour by what an hour buys.
"""

import numpy as np

EPSILON, SUPPLY = 4.0, 0.5


class Plain:
    """An economy: flows, the importer's share ν and the pass-through φ by economy, scale ψ."""

    def __init__(self, flows, margin, pass_through, scale):
        self.flows, self.margin, self.phi, self.scale = flows, margin, pass_through, scale
        self.spent = flows.sum(axis=1)
        self.earned = ((1 - margin)[:, None] * flows).sum(axis=0) + margin * self.spent
        self.share = flows / self.spent[:, None]

    def welfare(self, tariff, lump_sum=False):
        """Per cent changes of the paper's welfare, tariffs ``(importer, exporter)``."""
        wage, spent, labour = np.ones((3, len(self.spent)))
        for _ in range(20_000):
            gap = self._gaps(wage, spent, labour, tariff, lump_sum)[0]
            wage, spent, labour = (
                v * np.exp(step * g)
                for v, g, step in zip((wage, spent, labour), gap, (0.15, 0.3, 0.3), strict=True)
            )
            if max(np.abs(g).max() for g in gap) < 1e-11:
                break
        else:
            raise AssertionError("the plain equations do not settle")
        gap, price, relief = self._gaps(wage, spent, labour, tariff, lump_sum)
        cost = SUPPLY * (1 - relief) * self.earned / (1 + SUPPLY)
        delta = self.spent / (self.spent - cost)
        return 100 * (delta * spent / price + (1 - delta) * wage * labour / price - 1)

    def _gaps(self, wage, spent, labour, tariff, lump_sum):
        power = (wage / labour**self.scale) ** -EPSILON
        weight = self.share * power * (1 + tariff) ** (-EPSILON * self.phi)[:, None]
        total = weight.sum(axis=1)
        price = (spent / wage) ** (1 - self.phi) * total ** (-1 / EPSILON)
        buyers = weight / total[:, None] * (spent * self.spent)[:, None]
        border = buyers / (1 + tariff)
        revenue = (buyers - border).sum(axis=1)
        income = wage * labour * self.earned
        sales = ((1 - self.margin)[:, None] * border).sum(axis=0)
        sales = sales + self.margin * border.sum(axis=1)
        transfer = (self.spent - self.earned) * income.sum() / self.earned.sum()
        relief = 0 * revenue if lump_sum else revenue / income
        mean = ((price - 1) * self.spent).sum() / self.spent.sum()  # the numeraire
        gap = (
            np.log(sales / income) - mean,
            np.log((revenue + income + transfer) / (spent * self.spent)),
            SUPPLY * np.log(wage / price / (1 - relief)) - np.log(labour),
        )
        return gap, price, relief
