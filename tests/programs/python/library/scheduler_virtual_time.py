import sched

class Clock:
    """Time that moves only when someone sleeps."""
    def __init__(self):
        self.now = 0.0
        self.sleeps = []

    def time(self):
        return self.now

    def sleep(self, seconds):
        if seconds:
            self.sleeps.append(round(seconds, 3))
        self.now += seconds


clock = Clock()
s = sched.scheduler(clock.time, clock.sleep)

def say(text, **extra):
    print(f"t={clock.now:6.2f} {text}", extra or "")

def repeat(every, times, text):
    say(text)
    if times > 1:
        s.enter(every, 5, repeat, (every, times - 1, text))

s.enter(10, 1, say, ("ten",))
s.enter(5, 2, say, ("five, second",))
s.enter(5, 1, say, ("five, first",), {"level": 3})
s.enterabs(2.5, 1, repeat, (2.5, 4, "tick"))
doomed = s.enter(7, 1, say, ("never",))
s.enter(6, 1, lambda: (s.cancel(doomed), say("cancelled")))

print([(e.time, e.priority) for e in s.queue], s.empty())
s.run()
print(clock.sleeps, s.empty())

try:
    s.cancel(doomed)
except ValueError:
    print("already gone")

# without blocking: run what is due, learn when the next is due
s.enter(1, 1, say, ("late",))
s.enter(0, 1, say, ("due",))
print("next in", s.run(blocking=False))
clock.now += 1
print("next in", s.run(blocking=False))

def fail():
    raise RuntimeError("broken action")

s.enter(1, 1, fail)
s.enter(2, 1, say, ("still there",))
try:
    s.run()
except RuntimeError as e:
    print(e, len(s.queue))
s.run()
