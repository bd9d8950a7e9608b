/* Every first and every last day. */
#include <stdio.h>

static long long gain[200000];

int main(void) {
    long long n, x, a, c, m, h, best = 0;
    if (scanf("%lld %lld %lld %lld %lld %lld", &n, &x, &a, &c, &m, &h) != 6)
        return 1;
    for (long long day = 0; day < n; day++, x = (a * x + c) % m)
        gain[day] = x - h;
    for (long long first = 0; first < n; first++) {
        long long total = 0;
        for (long long last = first; last < n; last++) {
            total += gain[last];
            if (total > best)
                best = total;
        }
    }
    if (best > 0)
        printf("%lld\n", best);
    else
        printf("loss\n");
    return 0;
}
