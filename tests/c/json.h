/* A scanner of raw JSON text: values are slices of the text that they stand in, and nothing is
 * unescaped, reordered or converted unless a function says so. */
#ifndef JSON_H
#define JSON_H

#include <stddef.h>

typedef struct json {
  const char *at;
  size_t len;
} json;

json json_text(const char *nul_terminated);

/* Whether `text` is one well-formed JSON value in valid UTF-8, and nothing else. */
int json_valid(json text);

/* A copy of valid `text` without insignificant white space. The caller frees `at`. */
json json_stripped(json text);

/* The rest of this header takes stripped values. */

/* Steps through an object, or through an array when `name` is NULL. `rest` starts as the whole
 * container; 0 when there is nothing more. */
int json_next(json *rest, json *name, json *value);

/* Finds a member whose name is written without escapes; `value` is left alone if there is none. */
int json_member(json object, const char *name, json *value);

/* Whether the value reads exactly so. */
int json_is(json value, const char *text);

/* Whether the value is this string, written without escapes. */
int json_is_string(json value, const char *content);

/* Whether the texts are equal, where "$any" in `expected` stands for any one value. */
int json_matches(json expected, json actual);

/* A string's content, unescaped to UTF-8, with a NUL behind it. The caller frees `at`. */
json json_unescaped(json string);

/* The bytes of a string that holds base64, with a NUL behind them. The caller frees `at`. */
json json_base64(json string);

#endif
