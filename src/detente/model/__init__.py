"""The model: one economic relation per function, on arrays, without input or output.

Caliendo & Parro (2015) in exact hat algebra (Dekle, Eaton & Kortum 2008). Every function is pure
and traceable by JAX. Axes: bilateral ``(sector, importer, exporter)``; country arrays ``(country,
sector)``; input-output ``(country, input, using)``. Suffix ``_hat`` is a ratio to the baseline,
``_cf`` a counterfactual level.
"""
