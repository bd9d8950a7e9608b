/* Takes memory until there is none, and fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *volatile piece;

int main(void) {
    while ((piece = malloc(1 << 20)))
        memset(piece, 1, 1 << 20);
    fprintf(stderr, "no memory left\n");
    return 1;
}
