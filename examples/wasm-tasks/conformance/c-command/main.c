/* The conformance task in C as a command: stdin to stdout, like any program. */

#include "conformance.h"

static void log_line(const char *line) { fprintf(stderr, "%s\n", line); }

/* All of stdin, and a NUL behind it. */
static char *read_all(size_t *length) {
    size_t room = 4096;
    char *bytes = malloc(room);
    *length = 0;
    for (;;) {
        if (!bytes) abort();
        *length += fread(bytes + *length, 1, room - 1 - *length, stdin);
        if (*length < room - 1) break;
        bytes = realloc(bytes, room *= 2);
    }
    bytes[*length] = 0;
    return bytes;
}

int main(int argc, char **argv) {
    size_t length;
    char *input = read_all(&length);
    if (argc > 1 && strcmp(argv[1], "bytes") == 0) {
        reverse((uint8_t *)input, length);
        return fwrite(input, 1, length, stdout) == length ? 0 : 1;
    }
    const char *attempt = getenv("POLYMER_ATTEMPT");
    const struct answer answer = conform(input, length, attempt ? (unsigned)atoi(attempt) : 1, log_line);
    if (answer.kind != DONE) {
        log_line(answer.text);
        return answer.kind == UNKNOWN ? 2 : 1;
    }
    return fwrite(answer.text, 1, answer.length, stdout) == answer.length ? 0 : 1;
}
