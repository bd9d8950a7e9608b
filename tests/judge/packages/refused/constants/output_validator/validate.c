int main(void) { return {{right}}; }
