import statistics
import sys

samples = [2.5, 3.5, 4.0, 1.0, 9.0]
print("mean   %.3f" % statistics.fmean(samples))
print("median %.3f" % statistics.median(samples))
print("stdev  %.6f" % statistics.stdev(samples))

try:
    sys.exit(statistics.fmean(samples) - 4.0)
except SystemExit as stop:
    # Even a zero is no success when it is a float.
    print("code", repr(stop.code), "equals zero:", stop.code == 0)
    print("is an int:", isinstance(stop.code, int))
    raise
finally:
    print("done")
