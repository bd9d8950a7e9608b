module snippets

go 1.24
