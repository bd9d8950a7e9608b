#include <algorithm>
#include <iostream>
#include <vector>

// Every first and last day: too slow for years.
int main() {
    long long n, x, a, c, m, h, best = 0;
    std::cin >> n >> x >> a >> c >> m >> h;
    std::vector<long long> gains;
    for (int day = 0; day < n; day++, x = (a * x + c) % m)
        gains.push_back(x - h);
    for (int first = 0; first < n; first++) {
        long long total = 0;
        for (int last = first; last < n; last++)
            best = std::max(best, total += gains[last]);
    }
    if (best > 0)
        std::cout << best << "\n";
    else
        std::cout << "Loss\n";
}
