#include <stdio.h>

/* A number from 1 to 10 is right, and its share of 10 is that of the points. */
int main(int count, char **args) {
    int number;
    char path[1000];
    if (count < 4)
        return 1;
    if (scanf("%d", &number) != 1 || number < 1 || number > 10)
        return 43;
    snprintf(path, sizeof path, "%sscore.txt", args[3]);
    FILE *score = fopen(path, "w");
    if (!score)
        return 1;
    fprintf(score, "%d\n", number);
    fclose(score);
    return 42;
}
