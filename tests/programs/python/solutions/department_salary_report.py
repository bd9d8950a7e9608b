"""Average salary per department."""

EMPLOYEES = [
    {"name": "Alice", "department": "Engineering", "salary": 98000},
    {"name": "Bob", "department": "Engineering", "salary": 85000},
    {"name": "Carla", "department": "Sales", "salary": 62000},
    {"name": "Dmitri", "department": "Sales", "salary": 71500},
    {"name": "Eve", "department": "Support", "salary": 48000},
]
DEPARTMENTS = ["Engineering", "Sales", "Support", "Research", "Legal"]


def average(values: list[float]) -> float:
    """Return the arithmetic mean of the values."""
    return sum(values) / len(values)


def salaries_of(department: str) -> list[float]:
    return [e["salary"] for e in EMPLOYEES if e["department"] == department]


def print_report() -> None:
    print(f"{'Department':<14}{'Head count':>12}{'Average':>14}")
    print("-" * 40)
    for department in DEPARTMENTS:
        salaries = salaries_of(department)
        print(f"{department:<14}{len(salaries):>12}{average(salaries):>14,.2f}")


if __name__ == "__main__":
    assert average([1, 2, 3]) == 2
    print_report()
    print("Report complete.")
