# differs: input that is no JSON exits with 2
.
