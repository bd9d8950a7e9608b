/* Typed tasks for Polymer in C or C++: this header is all there is. README.md beside it shows a task and how it is built.
 *
 * One source file of a module ends with POLYMER_TASKS(...), which names the tasks and exports them; others may include the header
 * too. What stands below "how it works" is not for authors. In a native build there are no exports and log lines go to stderr, so
 * that the functions can be tested there.
 */
#ifndef POLYMER_TASK_H
#define POLYMER_TASK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what a task is given ---- */

/* Bytes somewhere. The SDK puts a NUL behind those it hands out, which `length` does not count. */
typedef struct polymer_bytes {
    uint8_t *data;
    size_t length;
} polymer_bytes;

/* The attempt that is being made. */
typedef struct polymer_attempt {
    const char *task; /* which task is asked for */
    const char *id;   /* the id of the task in its run, the same in each attempt at it */
    uint32_t number;  /* of this attempt, from 1 */
} polymer_attempt;

/* ---- what a task says of itself ---- */

typedef enum polymer_encoding {
    POLYMER_JSON,         /* one JSON value in UTF-8, which the host checks on both ways: the default */
    POLYMER_MESSAGE_PACK, /* one MessagePack value, which the host converts from and to JSON */
    POLYMER_RAW           /* bytes the host does not look into */
} polymer_encoding;

/* A capability a task would like to have; whoever runs it decides. */
typedef enum polymer_wish_kind { POLYMER_WISH_ENV, POLYMER_WISH_READ_DIR, POLYMER_WISH_WRITE_DIR } polymer_wish_kind;
typedef struct polymer_wish {
    polymer_wish_kind kind;
    const char *name; /* of the variable, or the path the task opens */
} polymer_wish;

/* What an attempt came to: made by the functions below, freed by the SDK. */
typedef struct polymer_result {
    bool failed;
    polymer_bytes output; /* of a task that did not fail; of malloc, or no bytes */
    char *message;        /* of one that did */
    char *code;           /* a short stable word for programs, or NULL */
    bool bad_input;       /* the input is to blame, not the task */
    bool retryable;       /* another attempt may succeed */
    bool wait;            /* but not before `retry_after_ms` have passed */
    uint64_t retry_after_ms;
} polymer_result;

/* The input is the task's to change; it is freed when the task returns, so an output is never a part of it. */
typedef polymer_result (*polymer_run)(const polymer_attempt *attempt, polymer_bytes input);

/* What a module says about one of its tasks. Texts may be NULL where nothing is said, but for the name. */
typedef struct polymer_task {
    const char *name; /* unique in its module, at most 128 bytes */
    const char *version;
    const char *summary; /* one line for people */
    polymer_encoding encoding;
    polymer_run run;
    const char *input_schema;  /* JSON Schemas, as text */
    const char *output_schema;
    const polymer_wish *wishes;
    size_t wish_count;
} polymer_task;

/* ---- what a task may say while it runs ---- */

typedef enum polymer_level { POLYMER_DEBUG, POLYMER_INFO, POLYMER_WARN, POLYMER_ERROR } polymer_level;

/* Writes a line to the log of the attempt. */
static inline void polymer_log(polymer_level level, const char *message);
/* The same, as printf. */
__attribute__((format(printf, 2, 3))) static inline void polymer_logf(polymer_level level, const char *format, ...);
/* Tells how far the attempt has come, in units of the task's own. A hint for a display. */
static inline void polymer_progress(uint64_t done, uint64_t total);

/* ---- what a task returns ---- */

/* Succeeds with a copy of these bytes. */
static inline polymer_result polymer_ok(const void *data, size_t length);
/* Succeeds with these bytes, which came from malloc and are the SDK's from now on. */
static inline polymer_result polymer_ok_take(void *data, size_t length);
/* Succeeds with what printf would write: polymer_okf("{\"words\":%zu}", words). */
__attribute__((format(printf, 1, 2))) static inline polymer_result polymer_okf(const char *format, ...);
/* Succeeds with a text in UTF-8, written as a JSON string. */
static inline polymer_result polymer_ok_text(const char *text, size_t length);

/* Fails. `code` may be NULL. Both texts are copied; what in them is not UTF-8 becomes `?`. */
static inline polymer_result polymer_fail(const char *code, const char *message);
__attribute__((format(printf, 2, 3))) static inline polymer_result polymer_failf(const char *code, const char *format, ...);
/* Fails because of the input: polymer_bad_input(polymer_fail("empty", "there is no text")). */
static inline polymer_result polymer_bad_input(polymer_result failure);
/* Fails, and another attempt may succeed. The host makes one only if its user allowed retries. */
static inline polymer_result polymer_retryable(polymer_result failure);
/* The same, but not before so many milliseconds have passed. */
static inline polymer_result polymer_retry_after(polymer_result failure, uint64_t ms);

/* Reads an input that is one JSON string and makes `text` the text it stands for, in UTF-8, in the place of the input. False if it
 * is another value. For more of JSON take a library. */
static inline bool polymer_read_text(polymer_bytes input, polymer_bytes *text);

/* ---- how it works ---- */

/* Memory that cannot be had ends the attempt: a trap, which the host tells from other traps by the refused growth. */
static inline void *polymer_alloc_(size_t length) {
    char *memory = (char *)malloc(length + 1);
    if (!memory) __builtin_trap();
    memory[length] = 0;
    return memory;
}

/* The length of the UTF-8 character here, or 0 if there is none. */
static inline size_t polymer_character_(const uint8_t *at, size_t left) {
    uint32_t low = 0x80, high = 0xBF;
    size_t length;
    if (at[0] < 0x80) return 1;
    if (at[0] >= 0xC2 && at[0] <= 0xDF) length = 2;
    else if (at[0] >= 0xE0 && at[0] <= 0xEF) length = 3;
    else if (at[0] >= 0xF0 && at[0] <= 0xF4) length = 4;
    else return 0;
    if (at[0] == 0xE0) low = 0xA0;
    if (at[0] == 0xED) high = 0x9F;
    if (at[0] == 0xF0) low = 0x90;
    if (at[0] == 0xF4) high = 0x8F;
    if (left < length || at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF) return 0;
    }
    return length;
}

/* A copy in which all is UTF-8: the host takes no other text, and a message that is hard to read is better than a trap. */
static inline char *polymer_utf8_(const char *text) {
    size_t length = text ? strlen(text) : 0;
    char *copy = (char *)polymer_alloc_(length);
    if (length) memcpy(copy, text, length);
    for (size_t i = 0; i < length;) {
        size_t step = polymer_character_((uint8_t *)copy + i, length - i);
        if (step == 0) copy[i] = '?';
        i += step ? step : 1;
    }
    return copy;
}

static inline char *polymer_vformat_(size_t *length, const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    *length = size > 0 ? (size_t)size : 0;
    char *text = (char *)polymer_alloc_(*length);
    if (size > 0) vsnprintf(text, *length + 1, format, again);
    va_end(again);
    return text;
}

static inline polymer_result polymer_ok_take(void *data, size_t length) {
    polymer_result result;
    memset(&result, 0, sizeof result);
    result.output.data = (uint8_t *)data;
    result.output.length = length;
    return result;
}

static inline polymer_result polymer_ok(const void *data, size_t length) {
    void *copy = polymer_alloc_(length);
    if (length) memcpy(copy, data, length);
    return polymer_ok_take(copy, length);
}

static inline polymer_result polymer_okf(const char *format, ...) {
    va_list list;
    va_start(list, format);
    size_t length;
    char *text = polymer_vformat_(&length, format, list);
    va_end(list);
    return polymer_ok_take(text, length);
}

static inline polymer_result polymer_ok_text(const char *text, size_t length) {
    static const char digits[] = "0123456789abcdef";
    /* No byte takes more than the six of an escape. */
    char *json = (char *)polymer_alloc_(length * 6 + 2), *to = json;
    *to++ = '"';
    for (size_t i = 0; i < length; i++) {
        uint8_t byte = (uint8_t)text[i];
        if (byte == '"' || byte == '\\') {
            *to++ = '\\';
            *to++ = (char)byte;
        } else if (byte < 0x20) {
            memcpy(to, "\\u00", 4);
            to[4] = digits[byte >> 4];
            to[5] = digits[byte & 15];
            to += 6;
        } else {
            *to++ = (char)byte;
        }
    }
    *to++ = '"';
    return polymer_ok_take(json, (size_t)(to - json));
}

static inline polymer_result polymer_fail(const char *code, const char *message) {
    polymer_result result = polymer_ok_take(NULL, 0);
    result.failed = true;
    result.message = polymer_utf8_(message);
    result.code = code ? polymer_utf8_(code) : NULL;
    return result;
}

static inline polymer_result polymer_failf(const char *code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    size_t length;
    char *text = polymer_vformat_(&length, format, list);
    va_end(list);
    polymer_result result = polymer_fail(code, text);
    free(text);
    return result;
}

static inline polymer_result polymer_bad_input(polymer_result failure) {
    failure.bad_input = true;
    return failure;
}

static inline polymer_result polymer_retryable(polymer_result failure) {
    failure.retryable = true;
    return failure;
}

static inline polymer_result polymer_retry_after(polymer_result failure, uint64_t ms) {
    failure.retryable = failure.wait = true;
    failure.retry_after_ms = ms;
    return failure;
}

/* The four digits of a \u escape, or -1. */
static inline int32_t polymer_unit_(const uint8_t *at, const uint8_t *end) {
    int32_t unit = 0;
    if (end - at < 4) return -1;
    for (int i = 0; i < 4; i++) {
        uint8_t digit = at[i];
        if (digit >= '0' && digit <= '9') digit -= '0';
        else if ((digit | 32) >= 'a' && (digit | 32) <= 'f') digit = (digit | 32) - 'a' + 10;
        else return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* Reads what follows a backslash, writes what it stands for and returns what follows it, or NULL. */
static inline const uint8_t *polymer_escape_(const uint8_t *at, const uint8_t *end, uint8_t **to) {
    static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
    if (at == end) return NULL;
    const char *found = *at ? strchr(from, *at) : NULL;
    if (found) {
        *(*to)++ = (uint8_t)into[found - from];
        return at + 1;
    }
    int32_t unit = *at == 'u' ? polymer_unit_(at + 1, end) : -1;
    if (unit < 0) return NULL;
    at += 5;
    if (unit >= 0xD800 && unit <= 0xDFFF) {
        /* Two halves make one character; half a one stands for none. */
        int32_t half = unit < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u' ? polymer_unit_(at + 2, end) : -1;
        if (half < 0xDC00 || half > 0xDFFF) return NULL;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (half - 0xDC00);
        at += 6;
        *(*to)++ = (uint8_t)(0xF0 | unit >> 18);
        *(*to)++ = (uint8_t)(0x80 | (unit >> 12 & 63));
        *(*to)++ = (uint8_t)(0x80 | (unit >> 6 & 63));
    } else if (unit >= 0x800) {
        *(*to)++ = (uint8_t)(0xE0 | unit >> 12);
        *(*to)++ = (uint8_t)(0x80 | (unit >> 6 & 63));
    } else if (unit >= 0x80) {
        *(*to)++ = (uint8_t)(0xC0 | unit >> 6);
    }
    *(*to)++ = (uint8_t)(unit < 0x80 ? unit : 0x80 | (unit & 63));
    return at;
}

static inline bool polymer_read_text(polymer_bytes input, polymer_bytes *text) {
    const uint8_t *at = input.data, *end = input.data + input.length;
    uint8_t *to = input.data;
    while (at != end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) at++;
    if (at == end || *at++ != '"') return false;
    while (at != end && *at != '"') {
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        /* What is written is never longer than what was read, so it does not run over what is still to read. */
        at = polymer_escape_(at + 1, end, &to);
        if (!at) return false;
    }
    if (at == end) return false;
    /* The quotes leave room for the NUL. */
    *to = 0;
    text->data = input.data;
    text->length = (size_t)(to - input.data);
    return true;
}

static inline void polymer_logf(polymer_level level, const char *format, ...) {
    va_list list;
    va_start(list, format);
    size_t length;
    char *text = polymer_vformat_(&length, format, list);
    va_end(list);
    polymer_log(level, text);
    free(text);
}

#ifdef __wasm__

/* The canonical ABI of guest-sdk/wit/polymer.wit. In memory its records are laid out as C lays out these. */

typedef struct { const char *data; size_t length; } polymer_string_;
typedef struct { uint8_t some; polymer_string_ value; } polymer_option_;
typedef struct { uint8_t kind; polymer_string_ name; } polymer_wish_;
typedef struct {
    polymer_string_ name, version, summary;
    uint8_t encoding;
    polymer_option_ input_schema, output_schema;
    polymer_wish_ *wishes;
    size_t wish_count;
} polymer_info_;
typedef struct { polymer_info_ *infos; size_t count; } polymer_described_;
typedef struct {
    uint8_t failed;
    union {
        struct { uint8_t *data; size_t length; } output;
        struct {
            polymer_string_ message;
            polymer_option_ code;
            uint8_t retryable;
            struct { uint8_t some; uint64_t value; } retry_after_ms;
            uint8_t bad_input;
        } failure;
    } is;
} polymer_ran_;
/* The sizes the contract gives these records; another one does not compile. */
typedef char polymer_sizes_[sizeof(polymer_info_) == 60 && sizeof(polymer_wish_) == 12 && sizeof(polymer_ran_) == 56 ? 1 : -1];

__attribute__((import_module("polymer:task/host@0.1.1"), import_name("log")))
void polymer_host_log_(int32_t level, const char *message, size_t length);
__attribute__((import_module("polymer:task/host@0.1.1"), import_name("progress")))
void polymer_host_progress_(uint64_t done, uint64_t total);
__attribute__((import_module("polymer:task/host@0.1.1"), import_name("trace")))
void polymer_host_trace_(const char *text, size_t length);

/* What libc does at exit: there if the module writes to a FILE, and else not, since nothing else here asks for it. */
__attribute__((weak)) void __stdio_exit(void);

static inline void polymer_log(polymer_level level, const char *message) {
    char *text = polymer_utf8_(message);
    polymer_host_log_((int32_t)level, text, strlen(text));
    free(text);
}

static inline void polymer_progress(uint64_t done, uint64_t total) { polymer_host_progress_(done, total); }

/* What a failed `assert` calls: as libc's, but the host is told too, whose record then has it as the message. */
static inline void polymer_give_up_(const char *format, ...) {
    va_list list;
    va_start(list, format);
    size_t length;
    char *text = polymer_utf8_(polymer_vformat_(&length, format, list));
    va_end(list);
    polymer_log(POLYMER_ERROR, text);
    polymer_host_trace_(text, strlen(text));
    __builtin_trap();
}

static inline polymer_string_ polymer_string_of_(const char *text) {
    polymer_string_ string = {text ? text : "", text ? strlen(text) : 0};
    return string;
}

static inline polymer_option_ polymer_option_of_(const char *text) {
    polymer_option_ option = {(uint8_t)(text != NULL), polymer_string_of_(text)};
    return option;
}

static inline void *polymer_describe_all_(const polymer_task *tasks, size_t count) {
    polymer_info_ *infos = (polymer_info_ *)polymer_alloc_(count * sizeof *infos);
    for (size_t i = 0; i < count; i++) {
        const polymer_task *task = tasks + i;
        polymer_info_ *info = infos + i;
        info->name = polymer_string_of_(task->name);
        info->version = polymer_string_of_(task->version);
        info->summary = polymer_string_of_(task->summary);
        info->encoding = (uint8_t)task->encoding;
        info->input_schema = polymer_option_of_(task->input_schema);
        info->output_schema = polymer_option_of_(task->output_schema);
        info->wishes = (polymer_wish_ *)polymer_alloc_(task->wish_count * sizeof(polymer_wish_));
        info->wish_count = task->wish_count;
        for (size_t k = 0; k < task->wish_count; k++) {
            info->wishes[k].kind = (uint8_t)task->wishes[k].kind;
            info->wishes[k].name = polymer_string_of_(task->wishes[k].name);
        }
    }
    polymer_described_ *described = (polymer_described_ *)polymer_alloc_(sizeof *described);
    described->infos = infos;
    described->count = count;
    return described;
}

static inline void polymer_describe_post_(void *returned) {
    polymer_described_ *described = (polymer_described_ *)returned;
    for (size_t i = 0; i < described->count; i++) free(described->infos[i].wishes);
    free(described->infos);
    free(described);
}

static inline void *polymer_return_(polymer_result result) {
    polymer_ran_ *ran = (polymer_ran_ *)polymer_alloc_(sizeof *ran);
    memset(ran, 0, sizeof *ran);
    ran->failed = result.failed;
    if (result.failed) {
        ran->is.failure.message = polymer_string_of_(result.message);
        ran->is.failure.code = polymer_option_of_(result.code);
        ran->is.failure.retryable = result.retryable;
        ran->is.failure.retry_after_ms.some = result.wait;
        ran->is.failure.retry_after_ms.value = result.retry_after_ms;
        ran->is.failure.bad_input = result.bad_input;
    } else {
        /* The host looks at the pointer of an empty list as well: any that lies in the memory will do. */
        ran->is.output.data = result.output.data ? result.output.data : (uint8_t *)ran;
        ran->is.output.length = result.output.data ? result.output.length : 0;
    }
    return ran;
}

static inline void *polymer_run_one_(const polymer_task *tasks, size_t count, polymer_attempt attempt, polymer_bytes input) {
    polymer_result result;
    size_t i = 0;
    while (i < count && strcmp(tasks[i].name, attempt.task) != 0) i++;
    if (i < count) {
        result = tasks[i].run(&attempt, input);
    } else {
        result = polymer_fail(NULL, "this module has no task of that name");
    }
    /* The instance may be thrown away now: what was printed without a newline would be lost with it. */
    if (__stdio_exit) __stdio_exit();
    return polymer_return_(result);
}

static inline void polymer_run_post_(void *returned) {
    polymer_ran_ *ran = (polymer_ran_ *)returned;
    if (ran->failed) {
        free((void *)ran->is.failure.message.data);
        if (ran->is.failure.code.some) free((void *)ran->is.failure.code.value.data);
    } else if (ran->is.output.data != (uint8_t *)ran) {
        free(ran->is.output.data);
    }
    free(ran);
}

/* What the host allocates to hand over an input. It asks for no bytes as well and wants a pointer then, which nobody frees. One byte
 * more is taken, so that each text ends with a NUL. */
static inline void *polymer_realloc_(void *old, size_t alignment, size_t length) {
    if (length == 0) return (void *)alignment;
    char *memory = (char *)realloc(old, length + 1);
    if (!memory) __builtin_trap();
    memory[length] = 0;
    return memory;
}

#define POLYMER_EXPORT_(name) __attribute__((export_name(name)))
#define POLYMER_GUEST_ "polymer:task/guest@0.1.1"
#ifdef __cplusplus
#define POLYMER_LINKAGE_ extern "C"
#else
#define POLYMER_LINKAGE_
#endif

/* Exports the tasks of the module: POLYMER_TASKS({.name = "greet", .run = greet}, ...) */
#define POLYMER_TASKS(...)                                                                                                     \
    static const polymer_task polymer_tasks_[] = {__VA_ARGS__};                                                                \
    enum { polymer_task_count_ = sizeof polymer_tasks_ / sizeof *polymer_tasks_ };                                             \
    POLYMER_LINKAGE_ POLYMER_EXPORT_("cabi_realloc")                                                                           \
    void *polymer_export_realloc_(void *old, size_t old_length, size_t alignment, size_t length) {                             \
        return polymer_realloc_(old_length ? old : NULL, alignment, length);                                                   \
    }                                                                                                                          \
    POLYMER_LINKAGE_ POLYMER_EXPORT_(POLYMER_GUEST_ "#describe") void *polymer_export_describe_(void) {                        \
        return polymer_describe_all_(polymer_tasks_, polymer_task_count_);                                                     \
    }                                                                                                                          \
    POLYMER_LINKAGE_ POLYMER_EXPORT_("cabi_post_" POLYMER_GUEST_ "#describe") void polymer_export_describe_post_(void *at) {   \
        polymer_describe_post_(at);                                                                                            \
    }                                                                                                                          \
    POLYMER_LINKAGE_ POLYMER_EXPORT_(POLYMER_GUEST_ "#run")                                                                    \
    void *polymer_export_run_(char *task, size_t task_length, char *id, size_t id_length, uint32_t number, uint8_t *input,     \
                              size_t length) {                                                                                 \
        polymer_attempt attempt = {task_length ? task : "", id_length ? id : "", number};                                      \
        static uint8_t nothing[1];                                                                                             \
        polymer_bytes bytes = {length ? input : nothing, length};                                                              \
        nothing[0] = 0;                                                                                                        \
        void *ran = polymer_run_one_(polymer_tasks_, polymer_task_count_, attempt, bytes);                                     \
        if (task_length) free(task);                                                                                           \
        if (id_length) free(id);                                                                                               \
        if (length) free(input);                                                                                               \
        return ran;                                                                                                            \
    }                                                                                                                          \
    POLYMER_LINKAGE_ POLYMER_EXPORT_("cabi_post_" POLYMER_GUEST_ "#run") void polymer_export_run_post_(void *at) {             \
        polymer_run_post_(at);                                                                                                 \
    }                                                                                                                          \
    POLYMER_LINKAGE_ __attribute__((noreturn)) void __assert_fail(const char *what, const char *file, int line,                \
                                                                  const char *function) {                                      \
        polymer_give_up_("Assertion failed: %s (%s: %s: %d)", what, file, function, line);                                     \
        __builtin_trap();                                                                                                      \
    }                                                                                                                          \
    struct polymer_task

#else

static inline void polymer_log(polymer_level level, const char *message) {
    static const char *const names[] = {"debug", "info", "warn", "error"};
    fprintf(stderr, "%s: %s\n", names[level], message);
}

static inline void polymer_progress(uint64_t done, uint64_t total) {
    (void)done;
    (void)total;
}

/* The tasks stay reachable, so that a compiler does not call them unused. */
#define POLYMER_TASKS(...)                                                                                                     \
    __attribute__((unused)) static const polymer_task polymer_tasks_[] = {__VA_ARGS__};                                        \
    struct polymer_task

#endif

#ifdef __cplusplus
}
#endif

#endif
