// Guesses for ever, and hears nothing.
#include <cstdio>

int main() {
    for (;;)
        std::puts("2000");
}
