#include "hello.h"

#include <string.h>

int main(void)
{
    char buffer[64];
    hello_greet(buffer, sizeof buffer, "world");
    return strstr(buffer, "world") == 0;
}
