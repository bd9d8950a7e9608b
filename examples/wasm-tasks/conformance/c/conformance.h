/* The conformance task, whatever brings its input: c/task.c is the typed form, c-command/main.c the command. */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What comes of an input: a failure with its message, or a JSON text. */
struct answer {
    enum { DONE, FAILED, EARLY, UNKNOWN } kind;
    char *text; /* of malloc */
    size_t length;
};

/* The spaces of the conformance task are these four, whatever a locale says. */
static int is_space(char letter) { return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r'; }

static struct answer answer_text(int kind, const char *text) {
    struct answer answer = {kind, strdup(text), strlen(text)};
    return answer;
}

static struct answer answer_number(uint64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return answer_text(DONE, text);
}

static struct answer words(const char *text, size_t length) {
    size_t words = 0, lines = 0;
    for (size_t i = 0; i < length; i++) {
        if (!is_space(text[i]) && (i == 0 || is_space(text[i - 1]))) words++;
        if (text[i] == '\n') lines++;
    }
    char json[96];
    snprintf(json, sizeof json, "{\"bytes\":%zu,\"words\":%zu,\"lines\":%zu}", length, words, lines);
    return answer_text(DONE, json);
}

static uint64_t fib(uint64_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static struct answer big(size_t count) {
    struct answer answer = {DONE, malloc(count + 2), count + 2};
    if (!answer.text) abort();
    memset(answer.text, 'x', count + 2);
    answer.text[0] = answer.text[count + 1] = '"';
    return answer;
}

static struct answer unknown(const char *text, size_t length) {
    size_t end = 0;
    while (end < length && !is_space(text[end])) end++;
    const size_t size = end + sizeof "what is ?";
    struct answer answer = {UNKNOWN, malloc(size), size - 1};
    if (!answer.text) abort();
    snprintf(answer.text, size, "what is %.*s?", (int)end, text);
    return answer;
}

/* What stands behind a word and a space, or NULL if the text begins otherwise. */
static const char *behind(const char *text, const char *word) {
    const size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && text[length] == ' ' ? text + length + 1 : NULL;
}

/* Works on a text that ends with a NUL, which may have others inside. */
static struct answer conform(const char *text, size_t length, unsigned attempt, void (*log_line)(const char *line)) {
    const char *rest;
    if ((rest = behind(text, "words"))) return words(rest, length - (size_t)(rest - text));
    if ((rest = behind(text, "fib"))) return answer_number(fib(strtoull(rest, NULL, 10)));
    if ((rest = behind(text, "big"))) return big(strtoul(rest, NULL, 10));
    if ((rest = behind(text, "log"))) {
        const unsigned long count = strtoul(rest, NULL, 10);
        for (unsigned long i = 1; i <= count; i++) {
            char line[32];
            snprintf(line, sizeof line, "line %lu", i);
            log_line(line);
        }
        return answer_number(count);
    }
    if (strcmp(text, "fail") == 0) return answer_text(FAILED, "asked to fail");
    if (strcmp(text, "retry") == 0) {
        if (attempt < 2) return answer_text(EARLY, "not yet");
        char json[32];
        snprintf(json, sizeof json, "\"attempt %u\"", attempt);
        return answer_text(DONE, json);
    }
    if (strcmp(text, "panic") == 0) abort();
    if (strcmp(text, "spin") == 0) {
        /* Volatile, since a loop that does nothing may be taken out. */
        for (volatile unsigned turns = 0;;) turns++;
    }
    return unknown(text, length);
}

/* Puts bytes in reverse order, in their place. */
static void reverse(uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length / 2; i++) {
        const uint8_t byte = bytes[i];
        bytes[i] = bytes[length - 1 - i];
        bytes[length - 1 - i] = byte;
    }
}

#endif
