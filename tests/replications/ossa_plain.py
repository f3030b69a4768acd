"""The equations of Ossa (2014) in changes, in plain NumPy, solved by a general root finder."""

from __future__ import annotations

import numpy as np
from scipy.optimize import root


class Plain:
    """Regions j and i, industries s; arrays are ``(industry, importer, exporter)``."""

    def __init__(self, trade, tariff, sigma):
        self.trade, self.tariff, self.sigma = trade, tariff, sigma[:, None, None]
        gross = (1 + tariff) * trade
        self.gamma = gross / gross.sum(axis=2, keepdims=True)
        self.alpha = trade / trade.sum(axis=1, keepdims=True)
        self.sales = trade.sum(axis=1)
        wages = self.sales * (1 - 1 / sigma[:, None])
        self.delta = wages / wages.sum(axis=0)
        self.wages = wages.sum(axis=0)
        self.profits = self.sales / sigma[:, None]
        self.spending = gross.sum(axis=(0, 2))
        self.mix = gross.sum(axis=2) / self.spending

    def after(self, tariff, wage_hat, spending_hat):
        """Price indices, industry sales and tariff revenue, all in changes or levels."""
        tau, power = (1 + tariff) / (1 + self.tariff), 1 - self.sigma
        cost = wage_hat * tau
        price = (self.gamma * cost**power).sum(axis=2) ** (1 / power[:, :, 0])
        demand = price[:, :, None] ** (-power) * spending_hat[None, :, None]
        # border value falls with the tariff once more than what buyers pay
        moved = tau**-self.sigma * wage_hat**power * demand
        sales = (self.alpha * moved).sum(axis=1)
        revenue = (tariff * self.trade * moved).sum(axis=(0, 2))
        return price, sales, revenue

    def gap(self, tariff, unknowns):
        """Labour income and spending implied less assumed; the world's wages are the numeraire."""
        count = len(self.wages)
        wage, spending = np.exp(unknowns[:count]), np.exp(unknowns[count:])
        _, sales, revenue = self.after(tariff, wage, spending)
        labour = (self.delta * sales).sum(axis=0) / wage - 1
        income = wage * self.wages + (self.profits * sales).sum(axis=0) + revenue
        # one labour market is redundant
        labour[0] = (wage * self.wages).sum() / self.wages.sum() - 1
        return np.append(labour, income / (spending * self.spending) - 1)

    def welfare(self, tariff):
        """Real income in changes ``(region,)``."""
        count = len(self.wages)
        solved = root(lambda x: self.gap(tariff, x), np.zeros(2 * count), tol=1e-13)
        assert np.abs(solved.fun).max() < 1e-11
        wage, spending = np.exp(solved.x[:count]), np.exp(solved.x[count:])
        price, _, _ = self.after(tariff, wage, spending)
        return spending / np.exp((self.mix * np.log(price)).sum(axis=0))
