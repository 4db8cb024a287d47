#include "json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 1000 };

/* Each scan_* steps over one thing at `at` and answers where it ends, or NULL if it is malformed.
 */
static const char *scan_value(const char *at, const char *end, int depth);

static void *allocate(size_t size) {
  void *memory = malloc(size);
  if (!memory) abort();
  return memory;
}

static int one_of(char c, const char *set) { return c != '\0' && strchr(set, c) != NULL; }

static const char *scan_space(const char *at, const char *end) {
  while (at < end && one_of(*at, " \t\r\n")) at++;
  return at;
}

static const char *scan_string(const char *at, const char *end) {
  if (at == end || *at != '"') return NULL;
  for (at++; at < end; at++) {
    if (*at == '"') return at + 1;
    if ((unsigned char)*at < 0x20) return NULL;
    if (*at == '\\') {
      if (++at == end || !one_of(*at, "\"\\/bfnrtu")) return NULL;
      if (*at == 'u') {
        int digit;
        for (digit = 0; digit < 4; digit++) {
          if (++at == end || !isxdigit((unsigned char)*at)) return NULL;
        }
      }
    }
  }
  return NULL;
}

static const char *scan_digits(const char *at, const char *end) {
  const char *start = at;
  while (at < end && isdigit((unsigned char)*at)) at++;
  return at > start ? at : NULL;
}

static const char *scan_number(const char *at, const char *end) {
  if (at < end && *at == '-') at++;
  at = at < end && *at == '0' ? at + 1 : scan_digits(at, end);
  if (at && at < end && *at == '.') at = scan_digits(at + 1, end);
  if (at && at < end && one_of(*at, "eE")) {
    at++;
    if (at < end && one_of(*at, "+-")) at++;
    at = scan_digits(at, end);
  }
  return at;
}

static const char *scan_word(const char *at, const char *end, const char *word) {
  size_t len = strlen(word);
  return (size_t)(end - at) >= len && memcmp(at, word, len) == 0 ? at + len : NULL;
}

static const char *scan_name(const char *at, const char *end) {
  at = scan_string(at, end);
  if (!at) return NULL;
  at = scan_space(at, end);
  return at < end && *at == ':' ? at + 1 : NULL;
}

static const char *scan_container(const char *at, const char *end, int depth) {
  int is_object = *at == '{';
  char close = is_object ? '}' : ']';
  at = scan_space(at + 1, end);
  if (at < end && *at == close) return at + 1;
  for (;;) {
    if (is_object && !(at = scan_name(at, end))) return NULL;
    at = scan_value(scan_space(at, end), end, depth + 1);
    if (!at) return NULL;
    at = scan_space(at, end);
    if (at == end) return NULL;
    if (*at == close) return at + 1;
    if (*at != ',') return NULL;
    at = scan_space(at + 1, end);
  }
}

static const char *scan_value(const char *at, const char *end, int depth) {
  if (at == end || depth > MAX_DEPTH) return NULL;
  switch (*at) {
    case '{':
    case '[': return scan_container(at, end, depth);
    case '"': return scan_string(at, end);
    case 't': return scan_word(at, end, "true");
    case 'f': return scan_word(at, end, "false");
    case 'n': return scan_word(at, end, "null");
    default: return scan_number(at, end);
  }
}

/* The length of the UTF-8 sequence at `at`, 0 if it is not one. */
static size_t utf8_sequence(const unsigned char *at, const unsigned char *end) {
  static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
  size_t len = *at < 0x80 ? 1 : *at >= 0xC2 && *at < 0xE0 ? 2 : *at < 0xF0 ? 3 : 4;
  unsigned long c = *at;
  size_t i;
  if (len == 1) return 1;
  if (*at < 0xC2 || *at > 0xF4 || (size_t)(end - at) < len) return 0;
  c &= 0x7FUL >> len;
  for (i = 1; i < len; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
    c = c << 6 | (at[i] & 0x3F);
  }
  return c >= least[len] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF) ? len : 0;
}

static int is_utf8(json text) {
  const unsigned char *at = (const unsigned char *)text.at;
  const unsigned char *end = at + text.len;
  while (at < end) {
    size_t len = utf8_sequence(at, end);
    if (len == 0) return 0;
    at += len;
  }
  return 1;
}

json json_text(const char *nul_terminated) {
  json text;
  text.at = nul_terminated;
  text.len = strlen(nul_terminated);
  return text;
}

int json_valid(json text) {
  const char *end = text.at + text.len;
  const char *at = scan_value(scan_space(text.at, end), end, 0);
  return at && scan_space(at, end) == end && is_utf8(text);
}

json json_stripped(json text) {
  const char *at = text.at;
  const char *end = text.at + text.len;
  char *copy = allocate(text.len + 1);
  json stripped;
  stripped.at = copy;
  while ((at = scan_space(at, end)) < end) {
    const char *next = *at == '"' ? scan_string(at, end) : at + 1;
    memcpy(copy, at, (size_t)(next - at));
    copy += next - at;
    at = next;
  }
  *copy = '\0';
  stripped.len = (size_t)(copy - stripped.at);
  return stripped;
}

int json_next(json *rest, json *name, json *value) {
  const char *end = rest->at + rest->len;
  const char *at = rest->at + 1; /* over the opening bracket or a comma */
  if (rest->len < 2 || one_of(*rest->at, "}]") || one_of(*at, "}]")) return 0;
  if (name) {
    name->at = at;
    at = scan_string(at, end);
    name->len = (size_t)(at - name->at);
    at++;
  }
  value->at = at;
  at = scan_value(at, end, 0);
  value->len = (size_t)(at - value->at);
  rest->at = at;
  rest->len = (size_t)(end - at);
  return 1;
}

int json_member(json object, const char *name, json *value) {
  json found_name, found;
  if (object.len == 0 || *object.at != '{') return 0;
  while (json_next(&object, &found_name, &found)) {
    if (json_is_string(found_name, name)) {
      *value = found;
      return 1;
    }
  }
  return 0;
}

int json_is(json value, const char *text) {
  return value.len == strlen(text) && memcmp(value.at, text, value.len) == 0;
}

int json_is_string(json value, const char *content) {
  return value.len == strlen(content) + 2 && *value.at == '"' &&
         memcmp(value.at + 1, content, value.len - 2) == 0;
}

int json_matches(json expected, json actual) {
  static const char any[] = "\"$any\"";
  const char *want = expected.at, *want_end = expected.at + expected.len;
  const char *have = actual.at, *have_end = actual.at + actual.len;
  while (want < want_end) {
    const char *behind = scan_word(want, want_end, any);
    if (behind && !(behind < want_end && *behind == ':')) {
      want = behind;
      have = scan_value(have, have_end, 0);
      if (!have) return 0;
    } else if (have == have_end || *want++ != *have++) {
      return 0;
    }
  }
  return have == have_end;
}

static unsigned long hex4(const char *at) {
  char digits[5];
  memcpy(digits, at, 4);
  digits[4] = '\0';
  return strtoul(digits, NULL, 16);
}

static char *put_utf8(char *out, unsigned long c) {
  if (c < 0x80) {
    *out++ = (char)c;
  } else if (c < 0x800) {
    *out++ = (char)(0xC0 | c >> 6);
    *out++ = (char)(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *out++ = (char)(0xE0 | c >> 12);
    *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    *out++ = (char)(0x80 | (c & 0x3F));
  } else {
    *out++ = (char)(0xF0 | c >> 18);
    *out++ = (char)(0x80 | (c >> 12 & 0x3F));
    *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    *out++ = (char)(0x80 | (c & 0x3F));
  }
  return out;
}

json json_unescaped(json string) {
  static const char escapes[] = "b\bf\fn\nr\rt\t";
  const char *at = string.at + 1;
  const char *end = string.at + string.len - 1;
  char *out = allocate(string.len);
  json text;
  text.at = out;
  while (at < end) {
    if (*at != '\\') {
      *out++ = *at++;
    } else if (at[1] == 'u') {
      unsigned long c = hex4(at + 2);
      at += 6;
      if (c >= 0xD800 && c < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u') {
        c = 0x10000 + ((c - 0xD800) << 10) + (hex4(at + 2) - 0xDC00);
        at += 6;
      }
      out = put_utf8(out, c);
    } else {
      const char *escape = strchr(escapes, at[1]);
      *out++ = escape ? escape[1] : at[1];
      at += 2;
    }
  }
  *out = '\0';
  text.len = (size_t)(out - text.at);
  return text;
}

json json_base64(json string) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *at;
  char *out = allocate(string.len);
  unsigned long bits = 0;
  int count = 0;
  json bytes;
  bytes.at = out;
  for (at = string.at + 1; at < string.at + string.len - 1 && one_of(*at, alphabet); at++) {
    bits = (bits << 6 | (unsigned long)(strchr(alphabet, *at) - alphabet)) & 0xFFFFFF;
    count += 6;
    if (count >= 8) {
      count -= 8;
      *out++ = (char)(bits >> count & 0xFF);
    }
  }
  *out = '\0';
  bytes.len = (size_t)(out - bytes.at);
  return bytes;
}
