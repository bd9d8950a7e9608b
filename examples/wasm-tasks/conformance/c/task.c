/* The conformance task in C, typed: what `polymer_task.h` is given and gives. */

#include "polymer_task.h"
#include "conformance.h"

static void log_line(const char *line) { polymer_log(POLYMER_INFO, line); }

static polymer_result conformance(const polymer_attempt *attempt, polymer_bytes input) {
    polymer_bytes text;
    if (!polymer_read_text(input, &text)) return polymer_bad_input(polymer_fail("input", "the input is no string"));

    const struct answer answer = conform((const char *)text.data, text.length, attempt->number, log_line);
    if (answer.kind == DONE) return polymer_ok_take(answer.text, answer.length);

    polymer_result failure;
    switch (answer.kind) {
    case FAILED:
        failure = polymer_fail("asked", answer.text);
        break;
    case EARLY:
        failure = polymer_retryable(polymer_fail("early", answer.text));
        break;
    default:
        failure = polymer_bad_input(polymer_fail("unknown", answer.text));
    }
    free(answer.text);
    return failure;
}

static polymer_result bytes(const polymer_attempt *attempt, polymer_bytes input) {
    (void)attempt;
    reverse(input.data, input.length);
    return polymer_ok(input.data, input.length);
}

POLYMER_TASKS(
    {
        .name = "conformance",
        .version = "0.1.0",
        .summary = "The same task in every language.",
        .run = conformance,
        .input_schema = "{\"type\":\"string\"}",
    },
    {
        .name = "bytes",
        .version = "0.1.0",
        .summary = "Reverses bytes.",
        .encoding = POLYMER_RAW,
        .run = bytes,
    });
