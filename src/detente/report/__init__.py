"""Showing results: terminal tables, charts, one-file HTML report, data files.

`tables.print_summary` prints, `html.write_report` writes ``report.html``, `store.write_all` writes
the report and the data together. All of them read a `detente.simulate.ScenarioResult`; the figures
they share come from `facts`, the sentences from `words`.
"""
