// The conformance task in C++, typed: the C header is all it takes.

#include "polymer_task.h"
#include "conformance.hpp"

#include <algorithm>

static polymer_result conformance(const polymer_attempt *attempt, polymer_bytes input) {
    polymer_bytes text;
    if (!polymer_read_text(input, &text)) return polymer_bad_input(polymer_fail("input", "the input is no string"));

    const std::string_view view(reinterpret_cast<const char *>(text.data), text.length);
    const Answer answer =
        conform(view, attempt->number, [](const std::string &line) { polymer_log(POLYMER_INFO, line.c_str()); });
    switch (answer.kind) {
    case Answer::Kind::done:
        return polymer_ok(answer.text.data(), answer.text.size());
    case Answer::Kind::failed:
        return polymer_fail("asked", answer.text.c_str());
    case Answer::Kind::early:
        return polymer_retryable(polymer_fail("early", answer.text.c_str()));
    case Answer::Kind::unknown:
        return polymer_bad_input(polymer_fail("unknown", answer.text.c_str()));
    }
    std::abort();
}

static polymer_result bytes(const polymer_attempt *, polymer_bytes input) {
    std::reverse(input.data, input.data + input.length);
    return polymer_ok(input.data, input.length);
}

POLYMER_TASKS(
    {
        .name = "conformance",
        .version = "0.1.0",
        .summary = "The same task in every language.",
        .run = conformance,
        .input_schema = R"({"type":"string"})",
    },
    {
        .name = "bytes",
        .version = "0.1.0",
        .summary = "Reverses bytes.",
        .encoding = POLYMER_RAW,
        .run = bytes,
    });
