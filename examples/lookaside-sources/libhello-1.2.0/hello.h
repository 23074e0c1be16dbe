#ifndef HELLO_H
#define HELLO_H

/* Writes a greeting for `name` into `buffer`; returns what snprintf returns. */
int hello_greet(char *buffer, unsigned long size, const char *name);

#endif
