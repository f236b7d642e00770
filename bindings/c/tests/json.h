/* A small reader of JSON, for tests: what the library answers as JSON is read with it. */
#ifndef JSON_H
#define JSON_H

#include <stdint.h>

#include "check.h"

typedef enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_LIST,
    JSON_OBJECT
} json_kind;

typedef struct json {
    json_kind kind;
    /* The value as it was written; it lives as long as the text that was read. */
    const char *raw;
    size_t raw_length;
    /* Of a string: the characters, with a zero byte at the end. */
    char *text;
    size_t text_length;
    /* Of a list or an object. */
    struct json *items;
    char **keys;
    size_t count;
} json;

typedef struct json_reader {
    const char *at;
    const char *end;
} json_reader;

static inline void json_free(json *value) {
    size_t i;
    for (i = 0; i < value->count; i++) {
        json_free(&value->items[i]);
        if (value->keys != NULL) {
            free(value->keys[i]);
        }
    }
    free(value->items);
    free(value->keys);
    free(value->text);
    memset(value, 0, sizeof *value);
}

static inline void json_space(json_reader *reader) {
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL) {
        reader->at++;
    }
}

static inline int json_take(json_reader *reader, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) {
        return 0;
    }
    reader->at += length;
    return 1;
}

static inline int json_hex(json_reader *reader, uint32_t *code) {
    int i;
    *code = 0;
    for (i = 0; i < 4; i++) {
        char c = reader->at < reader->end ? *reader->at++ : 'x';
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = (uint32_t)(c - 'a') + 10;
        } else if (c >= 'A' && c <= 'F') {
            digit = (uint32_t)(c - 'A') + 10;
        } else {
            return 0;
        }
        *code = *code * 16 + digit;
    }
    return 1;
}

static inline size_t json_utf8(uint32_t code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | (code >> 6));
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | (code >> 12));
        out[1] = (char)(0x80 | ((code >> 6) & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (code >> 18));
    out[1] = (char)(0x80 | ((code >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((code >> 6) & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

/* A string's characters; the opening quote is already read. */
static inline int json_string(json_reader *reader, char **text, size_t *length) {
    static const char escapes[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    /* No escape is shorter than what it stands for. */
    const char *close = reader->at;
    char *out;
    while (close < reader->end && *close != '"') {
        close += *close == '\\' && close + 1 < reader->end ? 2 : 1;
    }
    if (close >= reader->end) {
        return 0;
    }
    out = need(malloc((size_t)(close - reader->at) + 1));
    *text = out;
    while (reader->at < close) {
        const char *escape;
        uint32_t code;
        uint32_t low;
        if (*reader->at != '\\') {
            *out++ = *reader->at++;
            continue;
        }
        reader->at++;
        if (*reader->at == 'u') {
            reader->at++;
            if (!json_hex(reader, &code)) {
                return 0;
            }
            if (code >= 0xD800 && code < 0xDC00) {
                if (!json_take(reader, "\\u") || !json_hex(reader, &low)) {
                    return 0;
                }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            }
            out += json_utf8(code, out);
            continue;
        }
        escape = strchr(escapes, *reader->at++);
        if (escape == NULL || *escape == '\0') {
            return 0;
        }
        *out++ = meant[escape - escapes];
    }
    reader->at++;
    *out = '\0';
    *length = (size_t)(out - *text);
    return 1;
}

static inline int json_value(json_reader *reader, json *value);

/* What stands between brackets; the opening one is already read. */
static inline int json_members(json_reader *reader, json *value, int keyed) {
    const char *close = keyed ? "}" : "]";
    size_t room = 0;
    value->kind = keyed ? JSON_OBJECT : JSON_LIST;
    json_space(reader);
    if (json_take(reader, close)) {
        return 1;
    }
    for (;;) {
        if (value->count == room) {
            room = room == 0 ? 8 : room * 2;
            value->items = need(realloc(value->items, room * sizeof *value->items));
            if (keyed) {
                value->keys = need(realloc(value->keys, room * sizeof *value->keys));
            }
        }
        memset(&value->items[value->count], 0, sizeof *value->items);
        if (keyed) {
            size_t length;
            value->keys[value->count] = NULL;
            json_space(reader);
            value->count++;
            if (!json_take(reader, "\"") ||
                !json_string(reader, &value->keys[value->count - 1], &length)) {
                return 0;
            }
            json_space(reader);
            if (!json_take(reader, ":")) {
                return 0;
            }
        } else {
            value->count++;
        }
        if (!json_value(reader, &value->items[value->count - 1])) {
            return 0;
        }
        json_space(reader);
        if (json_take(reader, close)) {
            return 1;
        }
        if (!json_take(reader, ",")) {
            return 0;
        }
    }
}

static inline int json_value(json_reader *reader, json *value) {
    int good = 1;
    json_space(reader);
    value->raw = reader->at;
    if (json_take(reader, "null")) {
        value->kind = JSON_NULL;
    } else if (json_take(reader, "true")) {
        value->kind = JSON_TRUE;
    } else if (json_take(reader, "false")) {
        value->kind = JSON_FALSE;
    } else if (json_take(reader, "\"")) {
        value->kind = JSON_STRING;
        good = json_string(reader, &value->text, &value->text_length);
    } else if (json_take(reader, "[")) {
        good = json_members(reader, value, 0);
    } else if (json_take(reader, "{")) {
        good = json_members(reader, value, 1);
    } else {
        value->kind = JSON_NUMBER;
        while (reader->at < reader->end && strchr("+-.0123456789eE", *reader->at) != NULL) {
            reader->at++;
        }
        good = reader->at > value->raw;
    }
    value->raw_length = (size_t)(reader->at - value->raw);
    return good;
}

/* Reads a whole text; 0 where it is no JSON. The value must be freed either way. */
static inline int json_read(const char *text, size_t length, json *value) {
    json_reader reader;
    reader.at = text;
    reader.end = text + length;
    memset(value, 0, sizeof *value);
    if (!json_value(&reader, value)) {
        return 0;
    }
    json_space(&reader);
    return reader.at == reader.end;
}

/* The member of an object, or NULL. */
static inline const json *json_get(const json *object, const char *key) {
    size_t i;
    if (object == NULL || object->kind != JSON_OBJECT) {
        return NULL;
    }
    for (i = 0; i < object->count; i++) {
        if (strcmp(object->keys[i], key) == 0) {
            return &object->items[i];
        }
    }
    return NULL;
}

/* Whether the value is this text. */
static inline int json_is(const json *value, const char *text) {
    return value != NULL && value->kind == JSON_STRING && strcmp(value->text, text) == 0;
}

/* A number as a double; what a test compares is never larger than a double holds. */
static inline double json_double(const json *value) {
    return strtod(value->raw, NULL);
}

static inline int64_t json_int(const json *value) {
    return strtoll(value->raw, NULL, 10);
}

#endif
