/* Test Anything Protocol: "ok 1 - what" a line, "1..N" at the end, diagnostics after "#". */
#ifndef TAP_H
#define TAP_H

#if defined(__GNUC__)
#define TAP_FORMAT(text, first) __attribute__((format(printf, text, first)))
#else
#define TAP_FORMAT(text, first)
#endif

/* Reports one test and answers `passed`. */
int tap_ok(int passed, const char *format, ...) TAP_FORMAT(2, 3);

/* A line that explains a failure. */
void tap_note(const char *format, ...) TAP_FORMAT(1, 2);

/* Stops the program: nothing after this point can be tested. */
void tap_bail_out(const char *format, ...) TAP_FORMAT(1, 2);

/* Prints the plan; the exit code of the program. */
int tap_done(void);

#endif
