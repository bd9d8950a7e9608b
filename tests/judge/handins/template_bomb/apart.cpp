// Types without an end.
template <int N, class T> struct Bomb {
    Bomb<N + 1, T *> pointers;
    Bomb<N + 1, T &> references;
};

int main() {
    Bomb<0, int> bomb;
    return sizeof bomb;
}
