#include <stdio.h>

int main(void) {
    printf("loss\n")
    return 0;
}
