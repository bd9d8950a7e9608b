/* Calls a function that is not there. */
#include <stdio.h>

int main(void) {
    int (*volatile largest)(int) = NULL;
    printf("%d\n", largest(1));
    return 0;
}
