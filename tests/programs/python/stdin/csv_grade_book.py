"""Read a grade book as CSV and print the averages."""
import csv
import statistics
import sys


def letter(score: float) -> str:
    for limit, grade in ((90, "A"), (80, "B"), (70, "C"), (60, "D")):
        if score >= limit:
            return grade
    return "F"


def main() -> None:
    reader = csv.reader(sys.stdin)
    header = next(reader)
    columns: dict[str, list[float]] = {name: [] for name in header[1:]}
    results = []
    for row in reader:
        if not row:
            print(f"(line {reader.line_num} is empty)")
            continue
        name, *scores = row
        numbers = []
        for title, text in zip(header[1:], scores):
            if text.strip() == "":
                continue
            value = float(text)
            columns[title].append(value)
            numbers.append(value)
        results.append((name, statistics.fmean(numbers)))

    for name, mean in sorted(results, key=lambda r: -r[1]):
        print(f"{name:<22}{mean:7.2f}  {letter(mean)}")
    print()
    for title, values in columns.items():
        print(f"{title}: mean={statistics.mean(values):.3f} "
              f"median={statistics.median(values)} "
              f"stdev={statistics.stdev(values):.4f} n={len(values)}")


if __name__ == "__main__":
    main()
