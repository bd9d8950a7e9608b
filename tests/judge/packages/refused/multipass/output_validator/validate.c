#include <stdio.h>
#include <string.h>

/* Two numbers above zero with a given sum: input is the sum. */
int main(int count, char **args) {
    int sum, a, b;
    char rest[2], path[1000];
    FILE *input = count < 4 ? NULL : fopen(args[1], "r");
    if (!input || fscanf(input, "%d", &sum) != 1)
        return 1;
    int right = scanf("%d %d %1s", &a, &b, rest) == 2 && a > 0 && b > 0 && a <= sum && a + b == sum;
    snprintf(path, sizeof path, "%sjudgemessage.txt", args[3]);
    FILE *message = fopen(path, "w");
    if (!message)
        return 1;
    fprintf(message, right ? "it is right\n" : "not two numbers with the sum %d\n", sum);
    fclose(message);
    return right ? 42 : 43;
}
