// Asks a vector for what it does not have.
#include <iostream>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<int> order(n);
    for (int i = 1; i <= n + 1; i++)
        order.at(i - 1) = i;
    std::cout << order.at(0);
}
