#include <stdio.h>

/* Says a number; the program has to say the next one. Three times, from the one in the input. */
int main(int count, char **args) {
    int number, next;
    FILE *input = count < 4 ? NULL : fopen(args[1], "r");
    if (!input || fscanf(input, "%d", &number) != 1)
        return 1;
    for (int turn = 0; turn < 3; turn++, number = next + 1) {
        printf("%d\n", number);
        fflush(stdout);
        if (scanf("%d", &next) != 1 || next != number + 1)
            return 43;
    }
    return 42;
}
