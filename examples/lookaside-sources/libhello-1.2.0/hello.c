#include "hello.h"

#include <stdio.h>

#ifndef GREETING
#define GREETING "Hello"
#endif

int hello_greet(char *buffer, unsigned long size, const char *name)
{
    return snprintf(buffer, size, "%s, %s!", GREETING, name);
}
