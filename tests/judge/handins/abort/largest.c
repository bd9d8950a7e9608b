/* Aborts where there is a loss. */
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    long long n, x, a, c, m, h, best = 0, total = 0;
    scanf("%lld%lld%lld%lld%lld%lld", &n, &x, &a, &c, &m, &h);
    for (; n > 0; n--, x = (a * x + c) % m) {
        total = total + x - h > 0 ? total + x - h : 0;
        best = total > best ? total : best;
    }
    printf("%lld\n", best);
    if (best == 0)
        abort();
    return 0;
}
