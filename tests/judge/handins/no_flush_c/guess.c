/* Keeps its guess back, while the judge waits for it. */
#include <stdio.h>

int main(void) {
    int highest;
    char answer[10];
    setvbuf(stdout, NULL, _IOFBF, 4096);
    scanf("%d", &highest);
    printf("%d\n", highest);
    scanf("%9s", answer);
    return 0;
}
