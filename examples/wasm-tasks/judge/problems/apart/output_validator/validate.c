/* Says whether an order of numbers is right. Called as the problem package format says:
   validate INPUT ANSWER FEEDBACK_DIR < OUTPUT. Exit code 42: it is right; 43: it is not. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RIGHT = 42, WRONG = 43, LONGEST = 1000 };

static const char *feedback;

/* Says why in feedback/judgemessage.txt, and ends. */
static void wrong(const char *why, ...) {
    char path[4096];
    snprintf(path, sizeof path, "%sjudgemessage.txt", feedback);
    FILE *message = fopen(path, "w");
    if (message) {
        va_list values;
        va_start(values, why);
        vfprintf(message, why, values);
        va_end(values);
        fclose(message);
    }
    exit(WRONG);
}

int main(int count, char **args) {
    static char seen[LONGEST + 1];
    char word[16], answer[16];
    int n, before = -1;
    if (count < 4)
        return 1;
    feedback = args[3];
    FILE *input = fopen(args[1], "r"), *answers = fopen(args[2], "r");
    if (!input || !answers || fscanf(input, "%d", &n) != 1 || fscanf(answers, "%15s", answer) != 1)
        return 1;
    if (scanf("%15s", word) != 1)
        wrong("there is no output\n");
    if (strcmp(word, "impossible") == 0) {
        if (strcmp(answer, "impossible") != 0)
            wrong("it is possible\n");
    } else {
        for (int place = 1; place <= n; place++) {
            char *end;
            if (place > 1 && scanf("%15s", word) != 1)
                wrong("only %d of %d numbers\n", place - 1, n);
            long number = strtol(word, &end, 10);
            if (*end != 0 || number < 1 || number > n)
                wrong("number %d is none from 1 to %d\n", place, n);
            if (seen[number]++)
                wrong("%ld is there twice\n", number);
            if (place > 1 && labs(number - before) == 1)
                wrong("%d and %ld are neighbours\n", before, number);
            before = number;
        }
        if (strcmp(answer, "impossible") == 0)
            return 1; /* The answer file is wrong. */
    }
    if (scanf("%15s", word) == 1)
        wrong("there is more behind the answer\n");
    return RIGHT;
}
