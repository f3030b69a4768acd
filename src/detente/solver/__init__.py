"""Solvers: an accelerated fixed point, its adjoint, and the slow plain oracle."""
