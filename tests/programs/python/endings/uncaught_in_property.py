class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius
        self._reads = 0

    @property
    def fahrenheit(self):
        self._reads += 1
        return self._celsius * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        if value < -459.67:
            raise ValueError("below absolute zero")
        self._celsius = (value - 32) * 5 / 9

    @property
    def kelvin(self):
        return self._kelvin_cache + 273.15  # no such attribute


class Loose(Temperature):
    def __getattr__(self, name):
        # An AttributeError inside of a property ends up here.
        print("looking for", name)
        if name.startswith("_"):
            raise AttributeError(name)
        return "fallback"


t = Temperature(100)
print(t.fahrenheit)
t.fahrenheit = 32
print(t._celsius, t._reads)
try:
    t.fahrenheit = -1000
except ValueError as e:
    print(e)
print(hasattr(t, "kelvin"), getattr(t, "kelvin", "default"))
loose = Loose(1)
print(loose.kelvin)
print(loose.anything)
try:
    del t.fahrenheit
except AttributeError:
    print("cannot be deleted")
print(t.kelvin)
