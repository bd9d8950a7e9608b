// Too slow for a thousand: each order, one after the other.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<int> order;
    for (int i = 1; i <= n; i++)
        order.push_back(i);
    for (bool more = true; more; more = std::next_permutation(order.begin(), order.end())) {
        bool fits = true;
        for (int i = 1; i < n; i++)
            fits = fits && std::abs(order[i] - order[i - 1]) > 1;
        if (fits) {
            for (int number : order)
                std::cout << number << " ";
            return 0;
        }
    }
    std::cout << "impossible\n";
}
