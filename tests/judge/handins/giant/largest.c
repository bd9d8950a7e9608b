/* A module of 128 MiB. */
#include <stdio.h>

static volatile char giant[1 << 27] = {1};

int main(void) {
    printf("%d\n", giant[1 << 20]);
    return 0;
}
