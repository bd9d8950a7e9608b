"""One lift, a fixed list of calls, the usual SCAN strategy."""
from dataclasses import dataclass
from enum import Enum


class Direction(Enum):
    UP = 1
    DOWN = -1
    IDLE = 0


@dataclass
class Passenger:
    name: str
    origin: int
    target: int
    appears: int
    boarded: int | None = None
    arrived: int | None = None


class Elevator:
    def __init__(self, floors: int, capacity: int):
        self.floors, self.capacity = floors, capacity
        self.floor = 0
        self.direction = Direction.IDLE
        self.inside: list[Passenger] = []
        self.waiting: list[Passenger] = []

    def stops(self):
        return {p.target for p in self.inside} | {p.origin for p in self.waiting}

    def choose(self):
        stops = self.stops() - {self.floor}
        above = any(s > self.floor for s in stops)
        below = any(s < self.floor for s in stops)
        if not stops:
            return Direction.IDLE
        if self.direction is Direction.UP and above or not below:
            return Direction.UP
        if self.direction is Direction.DOWN and below or not above:
            return Direction.DOWN
        nearest = min(stops, key=lambda s: (abs(s - self.floor), s))
        return Direction.UP if nearest > self.floor else Direction.DOWN

    def step(self, now):
        events, full = [], []
        for p in [p for p in self.inside if p.target == self.floor]:
            self.inside.remove(p)
            p.arrived = now
            events.append(f"{p.name} leaves")
        for p in [p for p in self.waiting if p.origin == self.floor]:
            if len(self.inside) < self.capacity:
                self.waiting.remove(p)
                self.inside.append(p)
                p.boarded = now
                events.append(f"{p.name} enters for {p.target}")
            else:
                full.append(f"{p.name} finds it full")
        if events:
            print(f"t={now:>2} floor {self.floor}: {', '.join(events + full)}")
            return
        self.direction = self.choose()
        self.floor += self.direction.value


people = [Passenger("Ann", 0, 5, 0), Passenger("Ben", 3, 1, 1), Passenger("Cat", 4, 0, 2),
          Passenger("Dan", 0, 2, 9), Passenger("Eve", 0, 5, 9), Passenger("Fay", 0, 4, 9),
          Passenger("Gus", 5, 0, 30)]
lift = Elevator(6, 2)
now = 0
while any(p.arrived is None for p in people):
    lift.waiting += [p for p in people if p.appears == now]
    lift.step(now)
    now += 1

print("done at", now, "with direction", lift.direction)
for p in people:
    print(f"{p.name} waited {p.boarded - p.appears:>2}, rode {p.arrived - p.boarded:>2}")
print(people[0])
