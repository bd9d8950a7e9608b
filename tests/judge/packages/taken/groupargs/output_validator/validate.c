#include <stdio.h>
#include <stdlib.h>

/* Its fourth and fifth argument are the bounds of a right number. */
int main(int count, char **args) {
    int number;
    if (count != 6)
        return 1;
    if (scanf("%d", &number) != 1)
        return 43;
    return number >= atoi(args[4]) && number <= atoi(args[5]) ? 42 : 43;
}
