"""Reference numbers of the volatility models, printed as JSON.

    pip install arch==8.0.0
    python reference.py > arch.json

Returns and benchmark are in percent, as arch wants them. Each fit is SLSQP from its own starts with
a function tolerance of 1e-12, and again from where that stopped.
"""

import csv
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from arch.univariate import EGARCH, GARCH, LS, ConstantMean, Normal, StudentsT

HORIZON = 30
FITS = [
    ("garch", "garch", "normal", True),
    ("garch", "garch", "normal", False),
    ("garch", "gjr", "normal", True),
    ("garch", "egarch", "normal", True),
    ("gjr", "gjr", "normal", True),
    ("gjr", "garch", "student-t", True),
    ("gjr", "gjr", "student-t", True),
    ("gjr", "gjr", "student-t", False),
    ("gjr", "egarch", "student-t", True),
    ("egarch", "egarch", "normal", True),
    ("egarch", "egarch", "normal", False),
    ("egarch", "gjr", "normal", True),
]
VARIANCES = {"garch": lambda: GARCH(1, 0, 1), "gjr": lambda: GARCH(1, 1, 1), "egarch": lambda: EGARCH(1, 1, 1)}
ERRORS = {"normal": Normal, "student-t": StudentsT}


def main():
    with open(Path(__file__).with_name("series.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    column = lambda name: 100 * np.array([float(row[name]) for row in rows])
    fits = []
    for series, variance, errors, on_market in FITS:
        returns, market = column(series), column(f"{series}_market")
        parts = {"volatility": VARIANCES[variance](), "distribution": ERRORS[errors](), "rescale": False}
        model = LS(returns, x=market[:, None], **parts) if on_market else ConstantMean(returns, **parts)
        tight = {"disp": "off", "options": {"maxiter": 2000, "ftol": 1e-12}}
        first = model.fit(**tight)
        fit = model.fit(starting_values=first.params, **tight)
        classic = model.fit(starting_values=first.params, cov_type="classic", **tight)
        # The residuals that the initial variance comes from.
        initial = returns - returns.mean()
        if on_market:
            design = np.column_stack([np.ones_like(market), market])
            initial = returns - design @ np.linalg.lstsq(design, returns, rcond=None)[0]
        backcast = model.volatility.backcast(initial)
        entry = {
            "series": series,
            "variance": variance,
            "errors": errors,
            "on_market": on_market,
            "names": list(fit.params.index),
            "parameters": list(fit.params),
            "std_errors": list(classic.std_err),
            "robust_std_errors": list(fit.std_err),
            "log_likelihood": fit.loglikelihood,
            # In logs for an EGARCH.
            "initial_variance": np.exp(backcast) if variance == "egarch" else backcast,
            "converged": fit.convergence_flag == 0,
        }
        # Beyond the first row arch simulates an EGARCH.
        horizon = 1 if variance == "egarch" else HORIZON
        x = {"x": np.zeros((1, horizon))} if on_market else {}
        entry["forecasts"] = list(fit.forecast(horizon=horizon, **x).variance.to_numpy()[-1])
        fits.append(entry)
    json.dump({"arch": version("arch"), "numpy": np.__version__, "fits": fits}, sys.stdout, indent=1)


main()
