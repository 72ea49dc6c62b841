"""PyTorch's worker of the bench: builds a task's network and times its steps, spoken to as ../protocol.ts says.

Adam is the fastest that it has, the fused one by up to a third. Traced (torch.jit) and compiled networks were no
faster than eager ones on these cases, so they are not tried again; every number of threads and layout of
images is, on every task, and the bench keeps the fastest.
"""

import json
import math
import os
import sys
import time

try:
    import torch
    from torch import nn
    from torch_adam import adam
except ImportError as error:
    reason = f"{os.path.basename(sys.executable)} cannot import torch ({error}); tests/bench/README.md says how to get it"
    print(json.dumps({"leftOut": reason}), flush=True)
    sys.exit()


class Lstm(nn.Module):
    """An LSTM, one direction or both, that returns every step's state or the last; `carried` keeps its state."""

    def __init__(self, inputs, units, sequences, both, carried):
        super().__init__()
        self.rnn = nn.LSTM(inputs, units, batch_first=True, bidirectional=both)
        self.sequences, self.both, self.carried = sequences, both, carried
        self.state = None

    def forward(self, x):
        y, (h, c) = self.rnn(x, self.state)
        if self.carried:
            self.state = (h.detach(), c.detach())
        if self.sequences:
            return y
        return torch.cat([h[0], h[1]], -1) if self.both else h[0]


class Repeat(nn.Module):
    def __init__(self, steps):
        super().__init__()
        self.steps = steps

    def forward(self, x):
        return x[:, None, :].expand(-1, self.steps, -1)


def build(case):
    """The network; `shape` follows a sample through it, images as [channels, height, width]."""
    shape = case["input"] if len(case["input"]) < 3 else [case["input"][2], *case["input"][:2]]
    layers = []
    for layer in case["layers"]:
        kind = layer["kind"]
        if kind == "lstm":
            units, sequences, both = layer["units"], layer["sequences"], layer["both"]
            layers.append(Lstm(shape[-1], units, sequences, both, case["carried"]))
            shape = [*shape[:-1], units * (1 + both)] if sequences else [units * (1 + both)]
        elif kind == "repeat":
            layers.append(Repeat(layer["steps"]))
            shape = [layer["steps"], *shape]
        elif kind == "dense":
            layers.append(nn.Linear(shape[-1], layer["units"]))
            if layer["activation"] == "relu":
                layers.append(nn.ReLU())
            shape = [*shape[:-1], layer["units"]]
        elif kind == "dropout":
            layers.append(nn.Dropout(layer["rate"]))
        elif kind == "batchNorm":
            layers.append(nn.BatchNorm1d(shape[-1]))
        elif kind == "conv":
            filters, size, stride = layer["filters"], layer["size"], layer["stride"]
            layers.append(nn.Conv2d(shape[0], filters, size, stride))
            shape = [filters, *((n - size) // stride + 1 for n in shape[1:])]
        elif kind == "layerNorm":
            layers.append(nn.LayerNorm(shape))
        elif kind == "leakyRelu":
            layers.append(nn.LeakyReLU(layer["slope"]))
        elif kind == "flatten":
            layers.append(nn.Flatten())
            shape = [math.prod(shape)]
        else:
            raise ValueError(f'no layer "{kind}"')
    return nn.Sequential(*layers), shape


class Training:
    """A network under training, in one setting."""

    def __init__(self, task, device, threads, layout):
        case = task["case"]
        torch.manual_seed(1)
        self.device, self.threads = device, threads
        model, output = build(case)
        shape = case["input"] if len(case["input"]) < 3 else [case["input"][2], *case["input"][:2]]
        x = torch.randn(case["batch"], *shape)
        if layout == "channels last":
            model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
        self.model, self.x = model.to(device), x.to(device)
        self.y = torch.randn(case["batch"], *output).to(device)
        self.adam = adam(self.model.parameters(), lr=task["learningRate"])
        self.parameters = sum(p.numel() for p in self.model.parameters())
        setting = [] if device == "cuda" else [f"{threads} thread{'' if threads == 1 else 's'}"]
        self.setting = ", ".join([*setting, *([layout] if layout else [])])

    def run(self, steps):
        if self.device == "cpu":
            torch.set_num_threads(self.threads)
        total = torch.zeros((), device=self.device)
        for _ in range(steps):
            self.adam.zero_grad(set_to_none=True)
            loss = nn.functional.mse_loss(self.model(self.x), self.y)
            loss.backward()
            self.adam.step()
            total += loss.detach()
        if not math.isfinite(total.item()):
            raise ArithmeticError(f"the loss became {total.item()}")


def timed(run, steps):
    begin = time.perf_counter()
    run(steps)
    return 1000 * (time.perf_counter() - begin)


def calibrate(run, block_ms, warm_up_ms):
    """Warms up, and finds how many steps make a block; as `calibrate` of ../timing.ts."""
    end = time.perf_counter() + warm_up_ms / 1000
    run(1)
    steps = 1
    while True:
        ms = timed(run, steps)
        if ms < block_ms:
            steps = max(steps + 1, math.ceil(steps * min(2, block_ms / ms)))
        elif time.perf_counter() >= end:
            return steps


def measure(run, steps, seconds):
    """Milliseconds a step, block by block; as `measure` of ../timing.ts."""
    if steps > 1:
        run(steps)
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        times.append(timed(run, steps) / steps)
    return times


def thread_counts(most):
    """1, 2, 4, ... and `most` itself."""
    counts = [1]
    while 2 * counts[-1] < most:
        counts.append(2 * counts[-1])
    return counts if most == 1 else [*counts, most]


def trainings(task):
    """The task's training in every setting that may be the best."""
    # On the webgpu backend the rival is the GPU's own PyTorch, where there is one.
    device = "cuda" if task["backend"] == "webgpu" and torch.cuda.is_available() else "cpu"
    most = task["threads"] or os.cpu_count()
    layouts = ["", "channels last"] if any(l["kind"] == "conv" for l in task["case"]["layers"]) else [""]
    counts = [most] if device == "cuda" else thread_counts(most)
    return [Training(task, device, threads, layout) for layout in layouts for threads in counts]


def say(message):
    print(json.dumps(message), flush=True)


def main():
    torch.set_flush_denormal(True)
    torch.set_num_interop_threads(1)
    task = json.loads(sys.stdin.readline())
    settings = [(one, calibrate(one.run, task["blockMs"], task["warmUpMs"])) for one in trainings(task)]
    first = settings[0][0]
    about = f"PyTorch {torch.__version__}"
    if first.device == "cuda":
        about += f" on {torch.cuda.get_device_name()}"
    say({"ready": True, "parameters": first.parameters, "about": about})
    for line in sys.stdin:
        seconds = json.loads(line)["seconds"]
        say({
            "runs": [
                {"setting": one.setting, "times": measure(one.run, steps, seconds)}
                for one, steps in settings
            ]
        })


if __name__ == "__main__":
    main()
