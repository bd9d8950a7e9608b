// The conformance task in C++ as a command: stdin to stdout, like any program.

#include "conformance.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>

int main(int argc, char **argv) {
    std::string input(std::istreambuf_iterator<char>(std::cin), {});
    if (argc > 1 && argv[1] == std::string_view("bytes")) {
        std::reverse(input.begin(), input.end());
        std::cout << input;
        return std::cout.flush() ? 0 : 1;
    }
    const char *attempt = std::getenv("POLYMER_ATTEMPT");
    const auto log_line = [](const std::string &line) { std::cerr << line << '\n'; };
    const Answer answer = conform(input, attempt ? std::atoi(attempt) : 1, log_line);
    if (answer.kind != Answer::Kind::done) {
        log_line(answer.text);
        return answer.kind == Answer::Kind::unknown ? 2 : 1;
    }
    std::cout << answer.text;
    return std::cout.flush() ? 0 : 1;
}
