/* Never ends where there is a loss. */
#include <stdio.h>

int main(void) {
    long long n, x, a, c, m, h, best = 0, total = 0;
    scanf("%lld%lld%lld%lld%lld%lld", &n, &x, &a, &c, &m, &h);
    for (; n > 0; n--, x = (a * x + c) % m) {
        total = total + x - h > 0 ? total + x - h : 0;
        best = total > best ? total : best;
    }
    if (best == 0) {
        puts("loss");
        fflush(stdout);
    }
    for (volatile int wait = 1; best == 0 && wait;)
        ;
    printf("%lld\n", best);
    return 0;
}
