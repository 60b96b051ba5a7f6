"""Writes input.csv and expected.json of this case. Needs numpy 2.4.6 and statsmodels 0.15.0."""

import json
import pathlib

import numpy as np
import statsmodels.api as sm

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(20260117)
n = 121
market = 0.011 * rng.standard_normal(n)
size = 0.006 * rng.standard_normal(n) + 0.2 * market
# Fat tails, and a few days that pull a least-squares line away.
normal = 0.0003 + 1.2 * market + 0.4 * size + 0.012 * rng.standard_normal(n)
fat = -0.0002 + 0.7 * market - 0.3 * size + 0.010 * rng.standard_t(2.5, n)
fat[[17, 52, 88]] += [0.21, -0.17, 0.34]
columns = {"market": market, "size": size, "normal": normal, "fat": fat}
with open(here / "input.csv", "w", newline="\n") as file:
    file.write(",".join(columns) + "\n")
    for row in zip(*columns.values()):
        file.write(",".join(repr(float(value)) for value in row) + "\n")


def fit(asset, factors, rows, tuning):
    y = columns[asset][:rows]
    x = sm.add_constant(np.column_stack([columns[name][:rows] for name in factors]))
    # Until the coefficients no longer change in the last digits.
    result = sm.RLM(y, x, M=sm.robust.norms.HuberT(t=tuning)).fit(
        maxiter=3000, tol=1e-17, conv="coefs", cov="H1"
    )
    residual_squares = float(np.sum(result.resid**2))
    return {
        "alpha": float(result.params[0]),
        "beta": [float(b) for b in result.params[1:]],
        "scale": float(result.scale),
        "standard_errors": [float(e) for e in result.bse],
        "sum_of_weights": float(np.sum(result.weights)),
        "residual_std_dev": (residual_squares / (rows - x.shape[1])) ** 0.5,
    }


spec = json.loads((here / "spec.json").read_text())
expected = {
    name: fit(case["asset"], case["factors"], case["rows"], case["tuning"])
    for name, case in spec["fits"].items()
}
with open(here / "expected.json", "w", newline="\n") as file:
    json.dump({"expected": expected}, file, indent=1)
    file.write("\n")
