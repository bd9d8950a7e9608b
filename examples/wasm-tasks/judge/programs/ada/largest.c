#include <stdio.h>

int main(void) {
    long long n, x, a, c, m, h, best = 0, total = 0;
    scanf("%lld%lld%lld%lld%lld%lld", &n, &x, &a, &c, &m, &h);
    while (n--) {
        total += x - h;
        if (total < 0)
            total = 0;
        if (total > best)
            best = total;
        x = (a * x + c) % m;
    }
    if (best)
        printf("%lld\n", best);
    else
        puts("loss");
    return 0;
}
