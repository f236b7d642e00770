/*
 * Arrow C streams built by hand, for tests: batches of 64-bit integers, texts, days, flags and
 * lists of texts.
 */
#ifndef ARROW_H
#define ARROW_H

#include "check.h"
#include "clientela.h"

typedef enum sample_kind {
    SAMPLE_INT64,
    SAMPLE_TEXT,
    SAMPLE_DAY,
    SAMPLE_FLAG,
    SAMPLE_LIST
} sample_kind;

/* One column of a sample; its arrays must outlive the stream. */
typedef struct sample_column {
    const char *name;
    sample_kind kind;
    const int64_t *ints;      /* SAMPLE_INT64 */
    const int32_t *days;      /* SAMPLE_DAY */
    const uint8_t *flags;     /* SAMPLE_FLAG: 0 or 1 */
    const char *text;         /* SAMPLE_TEXT: bytes and rows + 1 offsets */
    const int64_t *offsets;
    const int64_t *lists;     /* SAMPLE_LIST: rows + 1 offsets into the texts above */
    const uint8_t *missing;   /* 1 where the value is null; NULL where none is */
} sample_column;

/* A stream that gives `rows` rows in `batches` batches, and then fails if it is asked to. */
typedef struct sample {
    const sample_column *columns;
    size_t column_count;
    size_t rows;
    size_t batches;
    size_t next;
    int fails;
} sample;

/* Structs that are out and not yet released, over all samples. */
static long sample_live = 0;

static void sample_release_schema(struct ArrowSchema *schema) {
    int64_t i;
    for (i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL) {
            schema->children[i]->release(schema->children[i]);
        }
        free(schema->children[i]);
    }
    free(schema->children);
    schema->release = NULL;
    sample_live--;
}

static void sample_release_array(struct ArrowArray *array) {
    int64_t i;
    for (i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL) {
            array->children[i]->release(array->children[i]);
        }
        free(array->children[i]);
    }
    free(array->children);
    for (i = 0; i < array->n_buffers; i++) {
        free((void *)array->buffers[i]);
    }
    free((void *)array->buffers);
    array->release = NULL;
    sample_live--;
}

/* The schema of a column, or of the items of one. */
static struct ArrowSchema *sample_schema(const char *name, const char *format) {
    struct ArrowSchema *schema = need(calloc(1, sizeof *schema));
    schema->format = format;
    schema->name = name;
    schema->flags = ARROW_FLAG_NULLABLE;
    schema->release = sample_release_schema;
    sample_live++;
    return schema;
}

static int sample_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    static const char *const formats[] = {"l", "U", "tdD", "b", "+L"};
    const sample *source = stream->private_data;
    size_t i;
    memset(out, 0, sizeof *out);
    out->format = "+s";
    out->name = "";
    out->n_children = (int64_t)source->column_count;
    out->children = need(calloc(source->column_count + 1, sizeof *out->children));
    out->release = sample_release_schema;
    sample_live++;
    for (i = 0; i < source->column_count; i++) {
        const sample_column *column = &source->columns[i];
        struct ArrowSchema *child = sample_schema(column->name, formats[column->kind]);
        if (column->kind == SAMPLE_LIST) {
            child->n_children = 1;
            child->children = need(calloc(1, sizeof *child->children));
            child->children[0] = sample_schema("item", formats[SAMPLE_TEXT]);
        }
        out->children[i] = child;
    }
    return 0;
}

/* Bits of a run of bytes, the first row at the lowest bit. */
static uint8_t *sample_bits(const uint8_t *bytes, size_t rows, uint8_t one) {
    uint8_t *bits = need(calloc(rows / 8 + 1, 1));
    size_t i;
    for (i = 0; i < rows; i++) {
        if (bytes[i] == one) {
            bits[i / 8] = (uint8_t)(bits[i / 8] | (1U << (i % 8)));
        }
    }
    return bits;
}

static void *sample_copy(const void *from, size_t bytes) {
    void *copy = need(malloc(bytes + 1));
    if (bytes > 0) {
        memcpy(copy, from, bytes);
    }
    return copy;
}

static struct ArrowArray *sample_array(const sample_column *column, size_t first, size_t rows) {
    struct ArrowArray *array = need(calloc(1, sizeof *array));
    const void **buffers = need(calloc(3, sizeof *buffers));
    size_t i;
    array->length = (int64_t)rows;
    array->n_buffers = 2;
    array->buffers = buffers;
    array->release = sample_release_array;
    sample_live++;
    if (column->missing != NULL) {
        buffers[0] = sample_bits(column->missing + first, rows, 0);
        for (i = 0; i < rows; i++) {
            array->null_count += column->missing[first + i];
        }
    }
    switch (column->kind) {
    case SAMPLE_INT64:
        buffers[1] = sample_copy(column->ints + first, rows * sizeof(int64_t));
        break;
    case SAMPLE_DAY:
        buffers[1] = sample_copy(column->days + first, rows * sizeof(int32_t));
        break;
    case SAMPLE_FLAG:
        buffers[1] = sample_bits(column->flags + first, rows, 1);
        break;
    case SAMPLE_TEXT:
        array->n_buffers = 3;
        buffers[1] = sample_copy(column->offsets + first, (rows + 1) * sizeof(int64_t));
        buffers[2] = sample_copy(column->text, (size_t)column->offsets[first + rows]);
        break;
    case SAMPLE_LIST: {
        sample_column items = *column;
        items.kind = SAMPLE_TEXT;
        items.missing = NULL;
        buffers[1] = sample_copy(column->lists + first, (rows + 1) * sizeof(int64_t));
        array->n_children = 1;
        array->children = need(calloc(1, sizeof *array->children));
        array->children[0] = sample_array(&items, 0, (size_t)column->lists[first + rows]);
        break;
    }
    }
    return array;
}

static int sample_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    sample *source = stream->private_data;
    size_t batch = source->next++;
    size_t first;
    size_t rows;
    size_t i;
    memset(out, 0, sizeof *out);
    if (batch >= source->batches) {
        return source->fails ? 5 : 0;
    }
    first = source->rows * batch / source->batches;
    rows = source->rows * (batch + 1) / source->batches - first;
    out->length = (int64_t)rows;
    out->n_buffers = 1;
    out->buffers = need(calloc(1, sizeof *out->buffers));
    out->n_children = (int64_t)source->column_count;
    out->children = need(calloc(source->column_count + 1, sizeof *out->children));
    out->release = sample_release_array;
    sample_live++;
    for (i = 0; i < source->column_count; i++) {
        out->children[i] = sample_array(&source->columns[i], first, rows);
    }
    return 0;
}

static const char *sample_get_last_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "the sample was asked to fail";
}

static void sample_release(struct ArrowArrayStream *stream) {
    free(stream->private_data);
    stream->release = NULL;
    sample_live--;
}

/* Makes a stream of a sample; the columns must outlive it. */
static void sample_stream(const sample *what, struct ArrowArrayStream *stream) {
    sample *copy = need(malloc(sizeof *copy));
    *copy = *what;
    copy->next = 0;
    memset(stream, 0, sizeof *stream);
    stream->get_schema = sample_get_schema;
    stream->get_next = sample_get_next;
    stream->get_last_error = sample_get_last_error;
    stream->release = sample_release;
    stream->private_data = copy;
    sample_live++;
}

#endif
