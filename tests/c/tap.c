#include "tap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int tests;
static int failures;

static void print_line(const char *prefix, const char *format, va_list arguments) {
  fputs(prefix, stdout);
  vprintf(format, arguments);
  fputs("\n", stdout);
  fflush(stdout); /* a crash must not take earlier lines with it, nor a forked child repeat them */
}

int tap_ok(int passed, const char *format, ...) {
  char prefix[32];
  va_list arguments;
  tests++;
  failures += !passed;
  snprintf(prefix, sizeof prefix, "%s %d - ", passed ? "ok" : "not ok", tests);
  va_start(arguments, format);
  print_line(prefix, format, arguments);
  va_end(arguments);
  return passed;
}

void tap_note(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print_line("# ", format, arguments);
  va_end(arguments);
}

void tap_bail_out(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print_line("Bail out! ", format, arguments);
  va_end(arguments);
  exit(1);
}

int tap_done(void) {
  printf("1..%d\n", tests);
  fflush(stdout);
  return failures > 0 || tests == 0;
}
