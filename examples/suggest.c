/*
 * People found while one types, in any script: each key asks libuserprofile again, and the screen
 * shows whom it finds, what matched, and how long that took. `make demo-suggest` builds it, makes
 * people and runs it; docs/suggest.md says what matches.
 *
 *     cc suggest.c $(pkg-config --cflags --libs userprofile)
 *     ./a.out people.jsonl               # type; Esc or Ctrl-C ends
 *     ./a.out people.jsonl < inputs.txt  # one input a line; exits with 1 if one finds nobody
 *
 * A line of people.jsonl has an object "authentication", as userprofile_activate takes it.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "userprofile.h"

enum {
  NAME_SIZE = 512,
  ESCAPE = 27,
  CTRL_C = 3,
  CTRL_D = 4,
  CTRL_U = 21,
  BACKSPACE = 8,
  DEL = 127
};

/* Set by a signal: end as soon as that can be done in order. */
static volatile sig_atomic_t stopped;

static void stop(int number) { stopped = number; }

static void fail(const char *what, const char *why) {
  fprintf(stderr, "suggest: %s: %s\n", what, why);
  exit(EXIT_FAILURE);
}

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* ---- JSON, as far as it is needed here. A real program would use its JSON library. ---- */

/* What stands behind the value. */
static const char *skip(const char *value) {
  int depth = 0;
  do {
    if (*value == '"') {
      for (value++; *value && *value != '"'; value++) {
        if (*value == '\\' && value[1]) value++;
      }
    } else if (*value == '{' || *value == '[') {
      depth++;
    } else if (*value == '}' || *value == ']') {
      depth--;
    }
    if (*value) value++;
  } while (*value && (depth > 0 || !strchr(",:]}", *value)));
  return value;
}

/* The value of a member, NULL if the object has none of that name. */
static const char *member(const char *object, const char *name) {
  size_t len = strlen(name);
  while (object && (*object == '{' || *object == ',') && object[1] == '"') {
    const char *key = object + 2, *value = skip(object + 1);
    if (*value == ':') value++;
    if (strncmp(key, name, len) == 0 && key[len] == '"') return value;
    object = skip(value);
  }
  return NULL;
}

/* The first element of an array, or the one behind `element`; NULL if there is no more. */
static const char *first(const char *array) {
  return array && *array == '[' && array[1] != ']' ? array + 1 : NULL;
}

static const char *next(const char *element) {
  const char *end = skip(element);
  return *end == ',' ? end + 1 : NULL;
}

static long number(const char *value) { return value ? strtol(value, NULL, 10) : 0; }

static int is_string(const char *value, const char *content) {
  size_t len = strlen(content);
  return value && *value == '"' && strncmp(value + 1, content, len) == 0 && value[len + 1] == '"';
}

/* Writes `text` as a JSON string to `to`, which has room for twice its length and three more. */
static void quote(char *to, const char *text) {
  *to++ = '"';
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') *to++ = '\\';
    *to++ = *text;
  }
  strcpy(to, "\"");
}

/* ---- What is shown ---- */

static const char *const fields[] = {"full_name", "username", "email"};

/* What stands before each field, around what matched, and before and behind what is beside the
 * point. A terminal is told the columns, so that no name, however wide, moves what follows. */
struct style {
  const char *before[3], *mark, *unmark, *dim, *plain;
};

static const struct style on_terminal = {
    {"  ", "\033[40G ", "\033[62G "}, "\033[1;33m", "\033[0m", "\033[2m", "\033[0m"};
static const struct style in_file = {{"  ", "  ", "  "}, "[", "]", "", ""};

/* Whether a match has this character of this field, counted in code points. */
static int is_marked(const char *matches, const char *field, long at) {
  const char *match;
  for (match = first(matches); match; match = next(match)) {
    const char *start = first(member(match, "range")), *end = start ? next(start) : NULL;
    if (is_string(member(match, "field"), field) && at >= number(start) && at < number(end)) {
      return 1;
    }
  }
  return 0;
}

/* Prints one character of a JSON string and answers what stands behind it. Control characters, of
 * which the library escapes most, must not reach a terminal. */
static const char *print_character(const char *at) {
  const unsigned char *byte = (const unsigned char *)at;
  int len = 1;
  if (*at == '\\') {
    int is_itself = at[1] == '"' || at[1] == '\\';
    putchar(is_itself ? at[1] : ' ');
    return at + (at[1] == 'u' ? 6 : 2);
  }
  while ((byte[len] & 0xC0) == 0x80) len++;
  if (byte[0] == DEL || (byte[0] == 0xC2 && byte[1] < 0xA0)) {
    putchar(' ');
  } else {
    printf("%.*s", len, at);
  }
  return at + len;
}

static void print_field(const char *person, int number, const struct style *style) {
  const char *text = member(member(person, "user"), fields[number]);
  const char *matches = member(member(person, "explain"), "matches");
  int marked = 0;
  long at;
  printf("%s", style->before[number]);
  if (!text) return;
  for (at = 0, text++; *text != '"'; at++) {
    int mark = is_marked(matches, fields[number], at);
    if (mark != marked) printf("%s", mark ? style->mark : style->unmark);
    marked = mark;
    text = print_character(text);
  }
  if (marked) printf("%s", style->unmark);
}

/* How many people match, and their answer, which the caller frees. */
static long ask(const userprofile *store, const char *name, const char *fuzziness,
                userprofile_json *answer) {
  char request[2 * NAME_SIZE + 64];
  sprintf(request, "{\"explain\":true,\"fuzziness\":\"%s\",\"name\":", fuzziness);
  quote(request + strlen(request), name);
  strcat(request, "}");
  userprofile_suggest(store, request, USERPROFILE_NUL_TERMINATED, answer);
  return number(member(member(answer->data, "total"), "value"));
}

/* Shows the ten best people whom `name` finds, and answers how many there are in all. Only if
 * nobody is found, the word that is being typed may have typos too. */
static long show(const userprofile *store, const char *name, const struct style *style) {
  const char *total, *person;
  userprofile_json answer;
  double start = microseconds(), took;
  long found = ask(store, name, "auto", &answer);
  if (found == 0) {
    userprofile_json_free(&answer);
    found = ask(store, name, "auto_last", &answer);
  }
  took = microseconds() - start;

  total = member(answer.data, "total");
  if (total) {
    for (person = first(member(answer.data, "profiles")); person; person = next(person)) {
      int field;
      for (field = 0; field < 3; field++) print_field(person, field, style);
      printf("\n");
    }
    printf("%s  %s%ld found in %.0f us%s\n", style->dim,
           is_string(member(total, "relation"), "eq") ? "" : "at least ", found, took,
           style->plain);
  } else { /* half a character, or too many words */
    printf("  %s\n", answer.data);
  }
  userprofile_json_free(&answer);
  return found;
}

/* ---- The people ---- */

/* The program vouches for everybody in the file: a bulk load of a store that is not to be kept. */
static userprofile *open_filled_store(const char *path) {
  static const char config[] =
      "{\"path\":\":temporary:\",\"durability\":\"none\",\"realms\":{"
      "\"native\":{\"native1\":{}},\"external\":{\"ldap1\":{\"type\":\"ldap\"}}}}";
  FILE *file = fopen(path, "r");
  double start = microseconds();
  char *line = NULL, *request = NULL;
  size_t size = 0;
  long people = 0;
  userprofile *store;
  userprofile_json answer;
  if (!file) fail(path, strerror(errno));
  if (userprofile_open(config, USERPROFILE_NUL_TERMINATED, &store, &answer)) {
    fail("open", answer.data);
  }
  userprofile_json_free(&answer);
  for (; !stopped && getline(&line, &size, file) > 0; people++) {
    const char *user = member(line, "authentication");
    if (!user) fail(path, "a line without authentication");
    request = realloc(request, size + 64);
    if (!request) fail(path, "out of memory");
    sprintf(request, "{\"grant_type\":\"authentication\",\"authentication\":%.*s}",
            (int)(skip(user) - user), user);
    if (userprofile_activate(store, request, USERPROFILE_NUL_TERMINATED, &answer)) {
      fail(request, answer.data);
    }
    userprofile_json_free(&answer);
  }
  free(request);
  free(line);
  fclose(file);
  fprintf(stderr, "%ld people activated in %.1f s\n", people, (microseconds() - start) / 1e6);
  return store;
}

/* ---- What is typed ---- */

/* Answers each line of the input; whether every one has found somebody. */
static int answer_lines(const userprofile *store) {
  char name[NAME_SIZE];
  int all = 1;
  while (!stopped && fgets(name, sizeof name, stdin)) {
    name[strcspn(name, "\n")] = '\0';
    printf("%s\n", name);
    if (show(store, name, &in_file) == 0) all = 0;
  }
  return all;
}

/* Changes `name` by what came from the keyboard; 0 if that ends the program. */
static int type(char *name, const char *keys, size_t len) {
  size_t end = strlen(name), i;
  if (keys[0] == ESCAPE) return len > 1; /* an arrow, say, is several characters at once */
  for (i = 0; i < len; i++) {
    unsigned char key = (unsigned char)keys[i];
    if (key == CTRL_C || key == CTRL_D) return 0;
    if (key == CTRL_U) {
      end = 0;
    } else if (key == BACKSPACE || key == DEL) {
      while (end > 0 && (name[--end] & 0xC0) == 0x80) continue; /* the rest of its last character */
    } else if (key >= ' ' && end < NAME_SIZE - 1) {
      name[end++] = keys[i];
    }
    name[end] = '\0';
  }
  return 1;
}

static void draw(const userprofile *store, const char *name) {
  printf("\033[H\033[J\n  \033[1m%s\033[0m\0337\n\n", name); /* clears; keeps the cursor's place */
  show(store, name, &on_terminal);
  printf("\n%s  type a name, a username or an e-mail address; Esc ends%s\0338", on_terminal.dim,
         on_terminal.plain);
  fflush(stdout);
}

/* Asks at each key until Esc. The terminal is left as it was, after a signal too. */
static void follow_keys(const userprofile *store) {
  char name[NAME_SIZE] = "", keys[256];
  struct termios before, raw;
  if (tcgetattr(STDIN_FILENO, &before)) fail("terminal", strerror(errno));
  raw = before;
  raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
  raw.c_cc[VMIN] = 0;
  raw.c_cc[VTIME] = 1; /* a tenth of a second later, see whether a signal has come */
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
  printf("\033[?1049h\033[?7l"); /* another screen, on which long lines are cut off */
  draw(store, name);
  while (!stopped) {
    ssize_t len = read(STDIN_FILENO, keys, sizeof keys);
    if (len < 0 && errno != EINTR) break;
    if (len <= 0) continue;
    if (!type(name, keys, (size_t)len)) break;
    draw(store, name);
  }
  printf("\033[?7h\033[?1049l");
  fflush(stdout);
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}

int main(int argc, char **argv) {
  static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  struct sigaction action = {0};
  userprofile *store;
  int all = 1;
  size_t i;
  if (argc != 2) fail("usage", "suggest PEOPLE.jsonl");
  action.sa_handler = stop;
  for (i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  store = open_filled_store(argv[1]);
  if (isatty(STDIN_FILENO)) {
    follow_keys(store);
  } else {
    all = answer_lines(store);
  }
  userprofile_close(store);
  if (stopped) return 128 + stopped;
  return all ? EXIT_SUCCESS : EXIT_FAILURE;
}
