// Greets somebody: takes a JSON string, gives a JSON string.
#include "polymer_task.h"
#include <stdio.h>

static polymer_result run(const polymer_attempt *attempt, polymer_bytes input) {
    polymer_bytes name;
    if (!polymer_read_text(input, &name) || name.length == 0)
        return polymer_bad_input(polymer_fail("name", "whom shall I greet?"));
    polymer_logf(POLYMER_INFO, "attempt %u", attempt->number);
    char text[1024];
    int length = snprintf(text, sizeof text, "Hello %.*s!", (int)name.length, (const char *)name.data);
    if (length < 0 || (size_t)length >= sizeof text) return polymer_fail("long", "the name is too long");
    return polymer_ok_text(text, (size_t)length);
}

POLYMER_TASKS({
    .name = "{{name}}",
    .version = "0.1.0",
    .summary = "Greets somebody.",
    .run = run,
});
