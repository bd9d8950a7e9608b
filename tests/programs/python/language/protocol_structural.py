"""Structural typing: no inheritance needed, only the right methods."""
from typing import Protocol, runtime_checkable, SupportsInt, SupportsIndex, Iterable, Sized
import io

@runtime_checkable
class Speaker(Protocol):
    name: str

    def speak(self, times: int = 1) -> str: ...

@runtime_checkable
class Writer(Protocol):
    def write(self, s: str, /) -> int: ...

class Dog:
    name = "Rex"

    def speak(self, times: int = 1) -> str:
        return " ".join(["Woof!"] * times)

class Robot:
    def __init__(self, serial: int) -> None:
        self.name = f"unit-{serial:04d}"

    def speak(self, times: int = 1) -> str:
        return "BEEP" * times

    def __int__(self) -> int:
        return int(self.name.rsplit("-")[-1])

class Rock:
    name = "rock"

class Default(Speaker):
    name = "default"

    def speak(self, times: int = 1) -> str:
        base = super().speak(times)
        return f"inherited body returned {base}"

class UpperWriter:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, s: str, /) -> int:
        self.parts.append(s.upper())
        return len(s)

def announce(things: Iterable[object], out: Writer) -> int:
    written = 0
    for thing in things:
        if isinstance(thing, Speaker):
            written += out.write(f"{thing.name} says {thing.speak(2)}\n")
        else:
            written += out.write(f"{type(thing).__name__} is silent\n")
    return written

things = [Dog(), Robot(42), Rock(), Default(), 3]
buf, up = io.StringIO(), UpperWriter()
print(announce(things, buf), announce(things, up))
print(buf.getvalue(), "".join(up.parts), sep="---\n", end="")
print(isinstance(up, Writer), isinstance(buf, Writer), isinstance(Rock(), Writer))
print(isinstance(Robot(7), SupportsInt), int(Robot(7)), isinstance(3.5, SupportsIndex), isinstance("", Sized))
try:
    Speaker()
except TypeError as e:
    print("TypeError:", e)

class Closeable(Protocol):
    def close(self) -> None: ...

try:
    isinstance(buf, Closeable)
except TypeError as e:
    print("TypeError:", e)
print(issubclass(UpperWriter, Writer))
print(sorted(Speaker.__protocol_attrs__))
