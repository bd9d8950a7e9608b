#include <stdio.h>

int main(void) {
    int n;
    scanf("%d", &n);
    if (n == 2 || n == 3) {
        puts("impossible");
        return 0;
    }
    for (int i = 2; i <= n; i += 2)
        printf("%d ", i);
    for (int i = 1; i <= n; i += 2)
        printf("%d ", i);
    puts("");
    return 0;
}
