"""Runs what people use to find anomalies on rows that the bench program wrote, and prints CPU and scores as JSON.

    anomaly.py PEER FOLDER CORES

PEER is `forest` (scikit-learn on rows.f64, judged with labels.u8), or `series-forest`, `prophet` or `stl` on the
series of series.f64. FOLDER holds them as little-endian numbers without a head, and sizes.json says their shape:
`width` (features of a row), `points` (samples of a series), `step` (seconds), `day` (samples of a day), `runs` and, by
peer, `series` (how many of them). The process keeps to the first CORES cores that it may use.
"""

import json
import os
import resource
import sys


def main():
    peer, folder, cores = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(cores)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    with open(os.path.join(folder, "sizes.json"), encoding="utf-8") as file:
        sizes = json.load(file)
    answer = {"forest": forest, "series-forest": series_forest, "prophet": prophet, "stl": stl}[peer](folder, sizes)
    print(json.dumps(answer))


def cpu():
    """User and system time of this process and of children that have ended (Prophet optimises in one)."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def timed(runs, work):
    """CPU seconds of each run after one that warms up, and the last result."""
    result, times = work(), []
    for _ in range(runs):
        before = cpu()
        result = work()
        times.append(cpu() - before)
    return times, result


def middle(values):
    return sorted(values)[len(values) // 2]


def forest(folder, sizes):
    import numpy as np
    import sklearn
    from sklearn.ensemble import IsolationForest
    from sklearn.metrics import roc_auc_score

    rows = np.fromfile(os.path.join(folder, "rows.f64"), "<f8").reshape(-1, sizes["width"])
    labels = np.fromfile(os.path.join(folder, "labels.u8"), np.uint8)

    def scored(seed):
        model = IsolationForest(n_estimators=100, max_samples=256, random_state=seed).fit(rows)
        return -model.score_samples(rows)

    times, _ = timed(sizes["runs"], lambda: scored(0))
    areas = [roc_auc_score(labels, scored(seed)) for seed in range(sizes["seeds"])]
    return {"cpu": middle(times), "auc": sum(areas) / len(areas), "version": "scikit-learn " + sklearn.__version__}


def columns(folder, sizes, peer):
    import numpy as np

    return np.fromfile(os.path.join(folder, "series.f64"), "<f8").reshape(-1, sizes["points"])[: sizes["series"][peer]]


def of_series(folder, sizes, peer, version, work):
    """CPU seconds a series: the middle one of the series, after one that warms up."""
    all_series = columns(folder, sizes, peer)
    work(all_series[0][: sizes["day"] * 2])
    times, flagged = [], 0
    for values in all_series:
        before = cpu()
        flagged += int(work(values).sum())
        times.append(cpu() - before)
    return {"cpu": middle(times), "flagged": flagged / all_series.size, "version": version}


def series_forest(folder, sizes):
    import numpy as np
    import sklearn
    from sklearn.ensemble import IsolationForest

    def rolling(values, n):
        sums = np.concatenate([[0.0], np.cumsum(values)])
        upto = np.arange(1, len(values) + 1)
        since = np.maximum(upto - n, 0)
        return (sums[upto] - sums[since]) / (upto - since)

    def work(values):
        short, long = rolling(values, 5), rolling(values, 15)
        spread = np.sqrt(np.maximum(rolling(values**2, 15) - long**2, 0.0))
        features = np.column_stack([values, short, long, spread])
        model = IsolationForest(n_estimators=100, contamination="auto", random_state=0).fit(features)
        return model.score_samples(features) < model.offset_

    return of_series(folder, sizes, "series-forest", "scikit-learn " + sklearn.__version__, work)


def prophet(folder, sizes):
    import logging

    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    import pandas as pd
    import prophet as library

    def work(values):
        times = pd.to_datetime(1_793_577_600 + sizes["step"] * pd.RangeIndex(len(values)).to_numpy(), unit="s")
        frame = pd.DataFrame({"ds": times, "y": values})
        model = library.Prophet(interval_width=0.99, uncertainty_samples=300)
        model.fit(frame)
        band = model.predict(frame)
        return ((values > band.yhat_upper) | (values < band.yhat_lower)).to_numpy()

    return of_series(folder, sizes, "prophet", "Prophet " + library.__version__, work)


def stl(folder, sizes):
    import numpy as np
    import statsmodels
    from statsmodels.tsa.seasonal import STL

    def work(values):
        if len(values) <= 2 * sizes["day"]:
            return np.zeros(len(values), bool)
        rest = STL(values, period=sizes["day"], seasonal_jump=10, trend_jump=144, low_pass_jump=144).fit().resid
        return np.abs(rest - rest.mean()) > 3 * rest.std()

    return of_series(folder, sizes, "stl", "statsmodels " + statsmodels.__version__, work)


if __name__ == "__main__":
    main()
