// Right, with thousands of warnings.
#include <cstdio>
#define W _Pragma("message(\"a warning that is long enough to fill a screen in no time at all\")")
#define W8 W W W W W W W W
#define W512 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8 W8
W512 W512 W512 W512 W512 W512 W512 W512
int main() {
    int n;
    std::scanf("%d", &n);
    if (n == 2 || n == 3) {
        std::puts("impossible");
        return 0;
    }
    for (int i = 2; i <= n; i += 2)
        std::printf("%d ", i);
    for (int i = 1; i <= n; i += 2)
        std::printf("%d ", i);
}
