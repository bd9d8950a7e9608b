#include <stdio.h>

int main(void) {
    long long n, x, a, c, m, h, best = 0, run = 0;
    if (scanf("%lld %lld %lld %lld %lld %lld", &n, &x, &a, &c, &m, &h) != 6)
        return 1;
    for (long long day = 0; day < n; day++) {
        run += x - h;
        if (run < 0)
            run = 0;
        if (run > best)
            best = run;
        x = (a * x + c) % m;
    }
    if (best > 0)
        printf("%lld\n", best);
    else
        printf("loss\n");
    return 0;
}
