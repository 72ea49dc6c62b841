"""Updates of TD3 in PyTorch: for each line of JSON on stdin, a case of ../td3.ts, its CPU seconds an update out.

The wiring is the correct one: encoders of actor and critic apart, targets for all parts, the actor judged on the
critic's features. One thread, the fastest Adam, all targets moved by one call; of images the better of both layouts.
"""

import json
import os
import sys
import time

try:
    import torch
    from torch import nn
    from torch_adam import adam
except ImportError as error:
    reason = f"{os.path.basename(sys.executable)} cannot import torch ({error})"
    print(json.dumps({"leftOut": reason}), flush=True)
    sys.exit()

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
torch.set_flush_denormal(True)

ACTIONS = 2


def encoder(case):
    side, channels, layers = case["side"], 4, []
    def after(shape):
        return [*([nn.LayerNorm(shape)] if case["layerNorm"] else []), nn.LeakyReLU(0.01)]
    for filters, size, stride in case["convolutions"]:
        side = (side - size) // stride + 1
        layers += [nn.Conv2d(channels, filters, size, stride), *after([filters, side, side])]
        channels = filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * side * side, case["features"]), *after([case["features"]]))


def head(width, units, case, last):
    layers = []
    for n in case["hidden"]:
        layers += [nn.Linear(width, n), nn.ReLU()]
        width = n
    return nn.Sequential(*layers, nn.Linear(width, units), *last)


class Side(nn.Module):
    """An encoder, if there are images, and the heads on its features."""

    def __init__(self, case, heads, extra, units, last):
        super().__init__()
        self.encoder = encoder(case) if case["side"] else None
        width = case["stateSize"] + (case["features"] if case["side"] else 0) + extra
        self.heads = nn.ModuleList([head(width, units, case, last()) for _ in range(heads)])

    def state(self, seen):
        image, vector = seen
        return vector if self.encoder is None else torch.cat([self.encoder(image), vector], 1)


class Td3:
    def __init__(self, case, layout):
        torch.manual_seed(1)
        def sides():
            sides = Side(case, 1, 0, ACTIONS, lambda: [nn.Tanh()]), Side(case, 2, ACTIONS, 1, lambda: [])
            return [side.to(memory_format=layout) for side in sides]
        self.actor, self.critic = sides()
        self.target_actor, self.target_critic = sides()
        self.learned = [*self.actor.parameters(), *self.critic.parameters()]
        self.targets = [*self.target_actor.parameters(), *self.target_critic.parameters()]
        with torch.no_grad():
            for target, learned in zip(self.targets, self.learned):
                target.copy_(learned)
        self.actor_adam, self.critic_adam = (
            adam(side.parameters(), lr=3e-4) for side in (self.actor, self.critic)
        )
        rows, side = case["batch"], case["side"]
        def seen():
            image = torch.randn(rows, 4, side, side).to(memory_format=layout) if side else None
            return image, torch.randn(rows, case["stateSize"])
        self.seen, self.next = seen(), seen()
        self.actions = torch.rand(rows, ACTIONS) * 2 - 1
        self.rewards, self.going = torch.randn(rows, 1), torch.ones(rows, 1)
        self.updates = 0

    def update(self):
        self.updates += 1
        with torch.no_grad():
            noise = (torch.randn_like(self.actions) * 0.2).clamp_(-0.5, 0.5)
            actions = (self.target_actor.heads[0](self.target_actor.state(self.next)) + noise).clamp_(-1, 1)
            state = torch.cat([self.target_critic.state(self.next), actions], 1)
            future = torch.min(*(head(state) for head in self.target_critic.heads))
            targets = self.rewards + 0.99 * self.going * future
        state = torch.cat([self.critic.state(self.seen), self.actions], 1)
        loss = sum(nn.functional.mse_loss(head(state), targets) for head in self.critic.heads)
        self.critic_adam.zero_grad(set_to_none=True)
        loss.backward()
        self.critic_adam.step()
        if self.updates % 2:
            return
        with torch.no_grad():
            state = self.critic.state(self.seen)
        actions = self.actor.heads[0](self.actor.state(self.seen))
        loss = -self.critic.heads[0](torch.cat([state, actions], 1)).mean()
        self.actor_adam.zero_grad(set_to_none=True)
        loss.backward(inputs=list(self.actor.parameters()))
        self.actor_adam.step()
        with torch.no_grad():
            follow(self.targets, self.learned, 0.005)


def follow(targets, learned, tau):
    if hasattr(torch, "_foreach_lerp_"):
        torch._foreach_lerp_(targets, learned, tau)
    else:  # Before version 2.
        torch._foreach_mul_(targets, 1 - tau)
        torch._foreach_add_(targets, learned, alpha=tau)


learners = {}
for line in sys.stdin:
    task = json.loads(line)
    case, updates = task["case"], task["updates"]
    layouts = [torch.contiguous_format, torch.channels_last] if case["side"] else [torch.contiguous_format]
    seconds = []
    for layout in layouts:
        key = (case["name"], layout)
        if key not in learners:
            learners[key] = Td3(case, layout)
            for _ in range(updates):
                learners[key].update()
        begin = time.process_time()
        for _ in range(updates):
            learners[key].update()
        seconds.append((time.process_time() - begin) / updates)
    print(json.dumps({"seconds": min(seconds), "about": f"PyTorch {torch.__version__}"}), flush=True)
