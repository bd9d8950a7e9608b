// The conformance task, whatever brings its input: cpp/task.cpp is the typed form, cpp-command/main.cpp the command.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// What comes of an input: a failure with its message, or a JSON text.
struct Answer {
    enum class Kind { done, failed, early, unknown } kind;
    std::string text;
};

// The spaces of the conformance task are these four, whatever a locale says.
inline constexpr std::string_view spaces = " \t\n\r";

inline Answer done(std::string json) { return {Answer::Kind::done, std::move(json)}; }

inline Answer words(std::string_view text) {
    std::size_t words = 0, lines = 0;
    char before = ' ';
    for (const char letter : text) {
        const bool in_word = spaces.find(letter) == std::string_view::npos;
        words += in_word && spaces.find(before) != std::string_view::npos;
        lines += letter == '\n';
        before = letter;
    }
    return done("{\"bytes\":" + std::to_string(text.size()) + ",\"words\":" + std::to_string(words) +
                ",\"lines\":" + std::to_string(lines) + "}");
}

inline std::uint64_t fib(std::uint64_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

inline Answer conform(std::string_view text, unsigned attempt, const std::function<void(const std::string &)> &log_line) {
    const std::size_t space = text.find(' ');
    const std::string_view verb = text.substr(0, space);
    const std::string_view rest = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
    const auto number = [&] { return std::strtoull(std::string(rest).c_str(), nullptr, 10); };

    if (space != std::string_view::npos) {
        if (verb == "words") return words(rest);
        if (verb == "fib") return done(std::to_string(fib(number())));
        if (verb == "big") return done("\"" + std::string(number(), 'x') + "\"");
        if (verb == "log") {
            const auto count = number();
            for (auto i = decltype(count){1}; i <= count; i++) log_line("line " + std::to_string(i));
            return done(std::to_string(count));
        }
    }
    if (text == "fail") return {Answer::Kind::failed, "asked to fail"};
    if (text == "retry") {
        if (attempt < 2) return {Answer::Kind::early, "not yet"};
        return done("\"attempt " + std::to_string(attempt) + "\"");
    }
    if (text == "panic") {
        // It would throw. Built without exceptions it aborts.
        const std::vector<int> nothing;
        return done(std::to_string(nothing.at(text.size())));
    }
    if (text == "spin") {
        // Volatile, since a loop that does nothing may be taken out.
        for (volatile unsigned turns = 0;;) turns = turns + 1;
    }
    return {Answer::Kind::unknown, "what is " + std::string(text.substr(0, text.find_first_of(spaces))) + "?"};
}
