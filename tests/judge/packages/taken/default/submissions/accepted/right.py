print("\n\thELLO world\r\n1.0  \n\n")
