"""Summaries of a seeded sample and of small fixed ones."""
import random
import statistics as st


def describe(name: str, data: list[float]) -> None:
    print(f"{name}: n={len(data)}")
    print(f"  mean {st.mean(data):.6f}  median {st.median(data):.6f}")
    print(f"  stdev {st.stdev(data):.6f}  pvariance {st.pvariance(data):.6f}")
    q = st.quantiles(data, n=4)
    print("  quartiles", [round(x, 6) for x in q], "inclusive", [round(x, 6) for x in st.quantiles(data, method="inclusive")])


def main() -> None:
    rng = random.Random(20240)
    describe("uniform", [rng.uniform(0, 10) for _ in range(1000)])
    describe("dice", [float(rng.randint(1, 6) + rng.randint(1, 6)) for _ in range(500)])
    describe("tiny", [1.0, 2.0, 2.0, 9.0])

    print(st.median_low([1, 3, 5, 7]), st.median_high([1, 3, 5, 7]), st.median_grouped([1, 3, 3, 5, 7]))
    print(st.mode("abracadabra"), st.multimode([1, 1, 2, 2, 3]), round(st.harmonic_mean([40, 60]), 9))
    print(round(st.geometric_mean([54, 24, 36]), 9), st.fmean([85, 92, 83, 91], [0.2, 0.2, 0.3, 0.3]))

    x = [1, 2, 3, 4, 5, 6, 7, 8]
    y = [2.1, 3.9, 6.2, 8.1, 9.8, 12.2, 13.9, 16.1]
    line = st.linear_regression(x, y)
    print(f"y = {line.slope:.5f} x + {line.intercept:.5f}, r = {st.correlation(x, y):.6f}, cov = {st.covariance(x, y):.6f}")
    print("ranked", round(st.correlation([1, 5, 3, 2], [10, 90, 20, 30], method="ranked"), 6))

    height = st.NormalDist(mu=170, sigma=8)
    print(f"{height.cdf(180):.6f} {height.inv_cdf(0.9):.5f} {height.pdf(170):.6f} {height.zscore(186)}")
    both = height + st.NormalDist(5, 6)
    print(both, [round(c, 3) for c in height.quantiles(4)], round(height.overlap(st.NormalDist(175, 8)), 6))
    for bad in ([], [1]):
        try:
            print(st.stdev(bad))
        except st.StatisticsError as e:
            print("StatisticsError:", e)


if __name__ == "__main__":
    main()
