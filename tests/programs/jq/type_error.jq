.a.b
