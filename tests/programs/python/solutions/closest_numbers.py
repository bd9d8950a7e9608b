from typing import List, Optional, Tuple


def has_close_elements(numbers: List[float], threshold: float) -> bool:
    """Check if in given list of numbers, any two numbers are closer to each
    other than the given threshold.

    >>> has_close_elements([1.0, 2.0, 3.0], 0.5)
    False
    >>> has_close_elements([1.0, 2.8, 3.0, 4.0, 5.0, 2.0], 0.3)
    True
    """
    ordered = sorted(numbers)
    return any(b - a < threshold for a, b in zip(ordered, ordered[1:]))


def find_closest_elements(numbers: List[float]) -> Tuple[float, float]:
    """Return the two numbers that lie closest to each other, smaller first."""
    ordered = sorted(numbers)
    best = None
    for a, b in zip(ordered, ordered[1:]):
        if best is None or b - a < best[1] - best[0]:
            best = (a, b)
    return best


def rescale_to_unit(numbers: List[float]) -> List[float]:
    """Linear transform so that the smallest becomes 0 and the largest 1."""
    low, high = min(numbers), max(numbers)
    return [(x - low) / (high - low) for x in numbers]


def longest(strings: List[str]) -> Optional[str]:
    """First of the longest strings, or None for an empty list."""
    if not strings:
        return None
    maxlen = max(len(x) for x in strings)
    for s in strings:
        if len(s) == maxlen:
            return s


def check(candidate):
    assert candidate([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.3) == True
    assert candidate([1.0, 2.0, 3.9, 4.0, 5.0, 2.2], 0.05) == False
    assert candidate([1.0, 2.0, 5.9, 4.0, 5.0], 0.95) == True
    assert candidate([1.0, 2.0, 5.9, 4.0, 5.0], 0.8) == False
    assert candidate([1.1, 2.2, 3.1, 4.1, 5.1], 1.0) == True
    assert candidate([1.1, 2.2, 3.1, 4.1, 5.1], 0.5) == False


check(has_close_elements)
print(find_closest_elements([1.0, 2.0, 3.9, 4.0, 5.0, 2.2]))
print(find_closest_elements([1.0, 2.0, 5.9, 4.0, 5.0]))
print(find_closest_elements([1.1, 2.2, 3.1, 4.1, 5.1]))
print(rescale_to_unit([2.0, 49.9]), rescale_to_unit([1.0, 2.0, 3.0, 4.0, 5.0]))
print(longest([]), longest(["x", "y", "z"]), longest(["x", "yyy", "zzzz", "www", "kkkk", "abc"]))
import doctest
print(doctest.testmod())
