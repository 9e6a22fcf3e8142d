"""How often the verdict on a visit is right, on companies that nothing was fitted to.

Each company lives 60 days in both apps; the sandbox knows who every visitor was. It lives twice:
once with desks that are signed in, so that members there come less often without it and mostly to
look at own links, as the companies that the weights were fitted to; once with desks like any other
place. Nobody has measured which is nearer to real companies, so both are told. Exit code 1 when a
bar is missed in either: precision of likely_member (the named person right) at least 0.95, at a
recall of at least 0.75 of all visits that members made; precision of likely_outsider at least 0.97.

    python -m benchmarks.visits --companies 201:60,202:30
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.companies import BORN, landed
from data import reports
from data.lake import Lake
from sandbox.company import Size

# Seed and members. The weights were fitted to seeds 101 to 105 (benchmarks/fit_visits.py).
FRESH = "201:60,202:30,203:90,204:45,205:120,206:60"
MEMBER, RECALL, OUTSIDER = 0.95, 0.75, 0.97
DESKS = {"signed-in": "desks that are signed in", "like-others": "desks like any other place"}
BINS = (0.0, 0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.0)


def visits(seed: int, members: int, events: int, desks: str) -> pd.DataFrame:
    """The report on a company, with who it really was beside it."""
    size = Size(seed=seed, members=members, events=events)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(folder)
        truths = []
        for app in ("dropbox", "box"):
            signed_in = desks == "signed-in"
            log = landed(lake, size, app, f"{app}-{seed}", signed_in_desks=signed_in)
            truths.append(list(log.truth(BORN)))
        found = reports.run(lake, "unauthenticated_visits").to_pandas()
    return judged(found, truths)


def judged(found: pd.DataFrame, truths: Iterable[Iterable[dict[str, Any]]]) -> pd.DataFrame:
    """Rows of the report with `who`, `ours`, `case` and `right` of the truth."""
    real = {
        row["event_id"]: row for rows in truths for row in rows if row["authenticated"] is False
    }
    facts = [real[visit] for visit in found["visit"]]
    found["who"] = [fact["who"]["email"] for fact in facts]
    found["ours"] = [fact["who"]["kind"] == "member" for fact in facts]
    found["case"] = [
        f"{fact['case']}, {fact['place']}"
        if fact["who"]["kind"] == "member"
        else fact["case"] or fact["story"]
        for fact in facts
    ]
    found["right"] = np.where(
        found["verdict"] == "likely_outsider", ~found["ours"], found["member"] == found["who"]
    )
    return found


def quality(found: pd.DataFrame) -> dict[str, float]:
    """Precision and recall of the two verdicts."""
    named, strange = (found[found["verdict"] == f"likely_{v}"] for v in ("member", "outsider"))
    ours = max(1, int(found["ours"].sum()))
    return {
        "visits": len(found),
        "by members": int(found["ours"].sum()),
        "member precision": float(named["right"].mean()),
        "member recall": float(named["right"].sum()) / ours,
        "outsider precision": float(strange["right"].mean()),
        "outsider recall": float(strange["right"].sum()) / max(1, len(found) - ours),
        "undecided": float((found["verdict"] == "undecided").mean()),
    }


def reliability(said: pd.Series[float], right: pd.Series[bool]) -> pd.DataFrame:
    """Of the visits for which about so much was said: how many there are, and how many are so."""
    bins = pd.cut(said, BINS, include_lowest=True)
    table = pd.DataFrame({"said": said, "right": right.astype(float)})
    grouped = table.groupby(bins, observed=True)
    return grouped.agg(visits=("said", "size"), said=("said", "mean"), right=("right", "mean"))


def by_case(found: pd.DataFrame) -> pd.DataFrame:
    """Every kind of visit, with what was said of it."""
    named = found["verdict"] == "likely_member"
    table = pd.DataFrame(
        {
            "case": found["case"],
            "by": np.where(found["ours"], "member", "outsider"),
            "named_right": named & found["right"].astype(bool),
            "named_wrong": named & ~found["right"].astype(bool),
            "outsider": found["verdict"] == "likely_outsider",
            "undecided": found["verdict"] == "undecided",
        }
    )
    grouped = table.groupby(["by", "case"])
    shares = grouped.mean().assign(visits=grouped.size())
    return shares[["visits", "named_right", "named_wrong", "outsider", "undecided"]]


def missed(figures: dict[str, float]) -> list[str]:
    """The bars that are missed, each as a sentence."""
    bars = {"member precision": MEMBER, "member recall": RECALL, "outsider precision": OUTSIDER}
    return [
        f"{name} is {figures[name]:.3f}, less than {bar}."
        for name, bar in bars.items()
        if not figures[name] >= bar
    ]


def told(found: pd.DataFrame) -> None:
    """Print the tables."""
    companies = {name: quality(rows) for name, rows in found.groupby("company")}
    companies |= {name: quality(rows) for name, rows in found.groupby("app")}
    table = pd.DataFrame({**companies, "all": quality(found)}).T
    print(table.round(3).to_string(), "\n")
    print(by_case(found).round(3).to_string(), "\n")
    print("That it was the member who is the likeliest:")
    named = reliability(found["candidate_probability"], found["who"] == found["candidate"])
    print(named.round(3).to_string(), "\n")
    print("That it was an outsider:")
    print(reliability(found["outsider"], ~found["ours"]).round(3).to_string(), "\n")


def main() -> None:
    """Land, judge, tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--companies", default=FRESH, help="seed:members, separated by commas")
    parser.add_argument("--events", type=int, default=50_000, help="of each app of each company")
    parser.add_argument("--desks", choices=list(DESKS), action="append", help="only these")
    chosen = parser.parse_args()
    wrong = []
    for desks in chosen.desks or DESKS:
        parts = []
        for company in chosen.companies.split(","):
            seed, members = map(int, company.split(":"))
            part = visits(seed, members, chosen.events, desks)
            parts.append(part.assign(company=company))
        found = pd.concat(parts, ignore_index=True)
        print(f"Companies with {DESKS[desks]}:")
        told(found)
        wrong += [f"With {DESKS[desks]} {bar}" for bar in missed(quality(found))]
    if wrong:
        raise SystemExit(" ".join(wrong))


if __name__ == "__main__":
    main()
