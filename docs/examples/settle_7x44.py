"""Raw tables whose accounts do not close, written as own data, settled and solved.

python docs/examples/settle_7x44.py RAW FOLDER [flows|shares]

RAW: seven economies and 44 sectors in 2017 (Lashkaripour & Lugovskyy 2023): flows at fob; shares of
inputs in purchases, of value added in output, of sectors in final demand. FOLDER: to be made.
"""

import sys
from pathlib import Path

import pandas as pd

import detente as dt

RAW, FOLDER = map(Path, sys.argv[1:3])


def read(name, columns):
    """Read a raw table under these names of its columns."""
    return pd.read_csv(RAW / f"{name}.csv", names=columns.split(), header=0)


flows = read("TradeFlow2017", "exporter importer sector value")
tariffs = read("tariff_prewar2017", "exporter importer sector tariff")
io, final = read("IOshare", "country input using share"), read("finalshare", "country sector share")
sectors = read("sector_labels_inferred", "code name")
sectors["kind"] = ["goods" if int(name[:2]) < 35 else "services" for name in sectors["name"]]
sectors["name"] = "ISIC " + sectors["name"]
# from shares to values: sales less value added are inputs, spending less inputs final demand
sales = flows.groupby(["exporter", "sector"])["value"].sum().rename_axis(["country", "using"])
va = read("vashare", "country using va").set_index(["country", "using"])["va"]
io["value"] = io["share"] * io.join(((1 - va) * sales).rename("of"), ["country", "using"])["of"]
paid = flows.merge(tariffs).eval("spent = value * (1 + tariff)").groupby("importer")["spent"].sum()
left = paid - io.groupby("country")["value"].sum()
final["value"] = final["share"] * final["country"].map(left)

FOLDER.mkdir(parents=True)
about = "{name: icio-7x44, title: 7 economies, year: 2017, source: OECD ICIO, licence: see there}"
(FOLDER / "economy.yaml").write_text(about)
tables = {"flows": flows, "tariffs": tariffs, "sectors": sectors}
tables |= {"input_output": io.drop(columns="share"), "final_demand": final.drop(columns="share")}
tables["countries"] = pd.DataFrame({"code": left.index, "name": left.index})
tables["elasticities"] = read("cal_elasticities", "sector trade_elasticity scale").iloc[:, :2]
for name, table in tables.items():
    table.to_csv(FOLDER / f"{name}.csv", index=False)

world = dt.settle(FOLDER, *sys.argv[3:])
print(*(f"{x.what}: {x.size:.2%} ({x.unit})" for x in world.card.adjustments), sep="\n")
measures = [
    dt.Tariff(by, on=on, sectors=f"{sector:.0f}", add=points)
    for by, on, file in (("USA", "CHN", "tariff_Trump"), ("CHN", "USA", "tariff_China"))
    for sector, points in read(file, "sector points").to_numpy()
]
war = dt.solve(world, *measures)
print(war.status, war.welfare.round(3).to_dict(), "least final demand", world.final_demand.min())
