"""Fits the weights of `data/views/visit_weights.sql` to made-up companies, and prints its lines.

A visit has several explanations: each member who may have come, somebody else of ours, an outsider.
The weights are those under which the true ones are likeliest (a conditional logit, by Newton's
method, with a little ridge so that evidence without cases stays near 0). Nothing runs this but a
person who changed what counts as evidence; `benchmarks.visits` then scores on other companies.

    python -m benchmarks.fit_visits
"""

from __future__ import annotations

import argparse
import tempfile
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.companies import BORN, landed
from data import catalog
from data.lake import Lake
from sandbox.company import Size

FITTED = "101:60,102:30,103:90,104:45,105:150"
RIDGE = 1.0
# What the thresholds aim at, on the companies fitted to: a little above the bars of precision.
MEMBER, OUTSIDER = 0.953, 0.98


def explanations(seed: int, members: int, events: int) -> pd.DataFrame:
    """Every explanation of every visit to a company; `true` marks the right ones."""
    size = Size(seed=seed, members=members, events=events)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(folder)
        real: dict[str, dict[str, Any]] = {}
        for app in ("dropbox", "box"):
            log = landed(lake, size, app, f"{app}-{seed}")
            real |= {row["event_id"]: row["who"] for row in log.truth(BORN)}
        found = catalog.ask(lake, "from visit_evidence()").to_pandas()
    return labelled(found, real)


def labelled(found: pd.DataFrame, real: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """`found` with `true`; who of ours is no candidate was "somebody"."""
    ours = np.array([real[visit]["kind"] == "member" for visit in found["visit"]])
    who = np.array([real[visit]["email"] for visit in found["visit"]])
    kind = found["explanation"].to_numpy()
    true = np.where(kind == "outsider", ~ours, (kind == "member") & (found["member"] == who) & ours)
    found = found.assign(true=true, ours=ours, key=found["connection"] + found["visit"])
    known = found.groupby("key")["true"].transform("any")
    return found.assign(true=true | ((kind == "somebody") & ~known))


def fitted(
    values: NDArray[np.float64], group: NDArray[np.int64], true: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weights of the columns of `values`, and the probability of each row in its group."""
    count, width = int(group.max()) + 1, values.shape[1]
    weights = np.zeros(width)
    for _ in range(60):
        p = likelihood(values @ weights, group)
        gradient = values.T @ (true - p) - RIDGE * weights
        mean = np.zeros((count, width))
        np.add.at(mean, group, values * p[:, None])
        hesse = (values * p[:, None]).T @ values - mean.T @ mean + RIDGE * np.eye(width)
        step = np.linalg.solve(hesse, gradient)
        weights += step * min(1.0, 5 / np.abs(step).max())
        if np.abs(step).max() < 1e-4:
            break
    return weights, likelihood(values @ weights, group)


def likelihood(score: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """The scores as probabilities that add up to 1 in each group."""
    top = np.full(int(group.max()) + 1, -np.inf)
    np.maximum.at(top, group, score)
    odds = np.exp(score - top[group])
    shared: NDArray[np.float64] = odds / np.bincount(group, odds)[group]
    return shared


def threshold(p: NDArray[np.float64], right: NDArray[np.bool_], aim: float) -> float:
    """The least probability from which on so many are right."""
    order = np.argsort(-p)
    share = np.cumsum(right[order]) / np.arange(1, len(p) + 1)
    good = np.flatnonzero(share >= aim)
    return float(np.ceil(100 * p[order][good[-1]]) / 100) if len(good) else 1.0


def main() -> None:
    """Land, fit, tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--companies", default=FITTED, help="seed:members, separated by commas")
    parser.add_argument("--events", type=int, default=50_000, help="of each app of each company")
    chosen = parser.parse_args()
    parts = [
        explanations(*map(int, company.split(":")), chosen.events)
        for company in chosen.companies.split(",")
    ]
    found = pd.concat(parts, ignore_index=True)
    for line in lines(found):
        print(line)


def lines(found: pd.DataFrame) -> list[str]:
    """What `visit_weights.sql` should say."""
    with tempfile.TemporaryDirectory() as folder:
        told = catalog.ask(Lake.open(folder), "from visit_weights").to_pylist()
    evidence = [row for row in told if row["explains"] != "verdict"]
    group = pd.factorize(found["key"])[0]
    values = found[[row["evidence"] for row in evidence]].to_numpy(float)
    weights, p = fitted(values, group, found["true"].to_numpy(bool))
    found = found.assign(p=p)
    best = found[found["explanation"] == "member"].sort_values("p").groupby("key").tail(1)
    strange = found[found["explanation"] == "outsider"]
    limits = {
        "member_from": threshold(best["p"].to_numpy(), best["true"].to_numpy(bool), MEMBER),
        "outsider_from": threshold(
            strange["p"].to_numpy(), strange["true"].to_numpy(bool), OUTSIDER
        ),
    }
    new = {row["evidence"]: weight for row, weight in zip(evidence, weights, strict=True)} | limits
    return [
        f"    ('{row['explains']}', '{row['evidence']}', {new[row['evidence']]:.2f},"
        f" '{row['meaning'].replace(chr(39), chr(39) * 2)}'),"
        for row in told
    ]


if __name__ == "__main__":
    main()
