print((input() + " 1").split()[1])
