#include <hello.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char buffer[256];
    for (int i = 1; i < argc; i++) {
        hello_greet(buffer, sizeof buffer, argv[i]);
        puts(buffer);
    }
    return argc < 2;
}
