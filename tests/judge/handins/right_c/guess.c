#include <stdio.h>
#include <string.h>

int main(void) {
    int low = 1, high;
    char answer[10];
    scanf("%d", &high);
    for (;;) {
        int guess = (low + high) / 2;
        printf("%d\n", guess);
        fflush(stdout);
        if (scanf("%9s", answer) != 1 || strcmp(answer, "right") == 0)
            return 0;
        if (strcmp(answer, "higher") == 0)
            low = guess + 1;
        else
            high = guess - 1;
    }
}
