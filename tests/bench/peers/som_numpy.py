"""A self-organising map in plain numpy: for each line of JSON on stdin, a training of data/som, a line out.

Weights, distances and updates are vectorised over the units, as the original does it, in double precision.
Batches come from numpy's generator, so histories differ; the work is the same.
"""

import json
import os
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
try:
    import numpy as np
except ImportError as error:
    print(json.dumps({"leftOut": f"{os.path.basename(sys.executable)} cannot import numpy ({error})"}), flush=True)
    sys.exit()

CHECKPOINTS = 21


def schedule(name, a, b, g, t, n):
    if n <= 1 or name == "static":
        return a
    if name == "step-down":
        return max(b, a * 0.7 ** min(t // max(1, n // 10), 9))
    s = t / (n - 1)
    if name == "exp-drop":
        s = np.expm1(-g * s) / np.expm1(-g)
    elif name == "exp-growth":
        s = np.expm1(g * s) / np.expm1(g)
    elif name.startswith("log"):
        s = np.log(g * t + 1) / np.log(g * (n - 1) + 1)
    return a + (b - a) * s


def squared_grid_distances(hexagonal, rows, columns):
    i, j = np.divmod(np.arange(rows * columns), columns)
    di, dj = i[:, None] - i, j[:, None] - j
    if not hexagonal:
        return di**2.0 + dj**2
    q = j - i // 2
    x = q[:, None] - q
    return ((np.abs(x) + np.abs(x + di) + np.abs(di)) / 2.0) ** 2


def train(data, config, rng):
    n, g = len(data), config["steepness"]
    rows, columns = config["rows"], config["columns"]
    grid = squared_grid_distances(config["topology"] == "hex", rows, columns)
    adjacent = (grid > 0) & (grid <= 2)
    weights = rng.random((rows * columns, data.shape[1]))
    iterations = max(1, int(config["epochMultiplier"] * n))
    radius = max(1.0, config["radiusRatio"] * max(rows, columns))
    order, walked = rng.permutation(n), 0
    history, t = [], 0
    for checkpoint in range(CHECKPOINTS):
        for t in range(t, round(checkpoint / (CHECKPOINTS - 1) * iterations)):
            eta = schedule(config["learningRateSchedule"], config["startLearningRate"], config["endLearningRate"], g, t, iterations)
            r = schedule(config["radiusSchedule"], radius, 1.0, g, t, iterations)
            share = schedule(config["batchSchedule"], config["startBatchPercent"], config["endBatchPercent"], g, t, iterations)
            rates = eta * np.exp(-grid / (2 * r * r + 1e-8))
            for _ in range(max(1, int(np.ceil(n * share / 100)))):
                if walked == n:
                    order, walked = rng.permutation(n), 0
                way = data[order[walked]] - weights
                walked += 1
                best = np.argmin(np.einsum("kd,kd->k", way, way))
                weights += rates[best][:, None] * way
        t = round(checkpoint / (CHECKPOINTS - 1) * iterations)
        squared = ((data[:, None] - weights) ** 2).sum(2)
        two = np.argpartition(squared, 1, axis=1)[:, :2]
        least = np.take_along_axis(squared, two, 1)
        first = np.where(least[:, 0] <= least[:, 1], two[:, 0], two[:, 1])
        second = two.sum(1) - first
        history.append([
            np.sqrt(least.min(1)).mean(),
            1 - adjacent[first, second].mean(),
            1 - len(np.unique(first)) / (rows * columns),
        ])
    return history


for line in sys.stdin:
    task = json.loads(line)
    data = np.array(task["values"]).reshape(-1, task["dimensions"])
    begin = time.process_time()
    history = train(data, task["configuration"], np.random.default_rng(task["seed"]))
    seconds = time.process_time() - begin
    print(json.dumps({"seconds": seconds, "mqeRatio": history[-1][0] / history[0][0]}), flush=True)
