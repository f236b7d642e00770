/*
 * Runs the conformance vectors, given as paths of JSON files, through the C interface.
 *
 * Each vector goes in as an Arrow stream of texts in two batches, and as plain arrays; those
 * once whole and once in two batches in reverse order, where the order of rows shows nowhere.
 * A vector marked `border` has cells that only a text holds, and so goes in as a stream only.
 * Payments and orders go in as the sales do. Portraits go in as JSON: once as it stands, once
 * written out and read again, once in two parts that are joined; or as a stream where the vector
 * has them by column. A journal goes in likewise, joined with itself at last. A questionnaire and a
 * formula go in as they stand.
 */
#include <stdarg.h>

#include "arrow.h"
#include "json.h"

typedef enum way { WAY_STREAM, WAY_ARRAYS, WAY_BATCHES, WAYS } way;

static const char *const way_names[] = {"stream", "arrays", "batches"};

/* Where the vector files lie; files that a vector names are relative to it. */
static const char *folder = ".";
static const char *vector_name = "";
static const char *vector_way = "";
static int mismatches = 0;

static void mismatch(const char *format, ...) {
    va_list arguments;
    mismatches++;
    printf("%s (%s): ", vector_name, vector_way);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

/* ---- bytes that grow ---- */

typedef struct buffer {
    char *data;
    size_t length;
    size_t room;
} buffer;

static void put(buffer *into, const char *data, size_t length) {
    if (into->length + length + 1 > into->room) {
        into->room = (into->length + length + 1) * 2;
        into->data = need(realloc(into->data, into->room));
    }
    if (length > 0) {
        memcpy(into->data + into->length, data, length);
    }
    into->length += length;
    into->data[into->length] = '\0';
}

static void put_text(buffer *into, const char *text) {
    put(into, text, strlen(text));
}

/* A whole file, or nothing. */
static int read_file(const char *path, buffer *into) {
    char piece[4096];
    size_t length;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    while ((length = fread(piece, 1, sizeof piece, file)) > 0) {
        put(into, piece, length);
    }
    fclose(file);
    return 1;
}

/* ---- columns of sales and portraits ---- */

/* A column as the vector gives it: numbers, flags, texts or lists, any of them missing. */
typedef struct column {
    char name[64];
    sample_kind kind;
    int64_t *ints;
    uint8_t *flags;
    buffer text;
    int64_t *offsets;
    int64_t *lists;
    uint8_t *missing;
} column;

#define MAX_COLUMNS 64

typedef struct table {
    column columns[MAX_COLUMNS];
    size_t count;
    size_t rows;
} table;

static void table_free(table *sales) {
    size_t i;
    for (i = 0; i < sales->count; i++) {
        free(sales->columns[i].ints);
        free(sales->columns[i].flags);
        free(sales->columns[i].text.data);
        free(sales->columns[i].offsets);
        free(sales->columns[i].lists);
        free(sales->columns[i].missing);
    }
    memset(sales, 0, sizeof *sales);
}

static column *add_column(table *sales, const char *name, sample_kind kind) {
    column *added = &sales->columns[sales->count];
    if (sales->count == MAX_COLUMNS || strlen(name) >= sizeof added->name) {
        mismatch("column %s is one too many or too long", name);
        return NULL;
    }
    sales->count++;
    memset(added, 0, sizeof *added);
    strcpy(added->name, name);
    added->kind = kind;
    added->ints = need(calloc(sales->rows + 1, sizeof *added->ints));
    added->flags = need(calloc(sales->rows + 1, sizeof *added->flags));
    added->offsets = need(calloc(sales->rows + 1, sizeof *added->offsets));
    added->missing = need(calloc(sales->rows + 1, sizeof *added->missing));
    put_text(&added->text, "");
    return added;
}

static const column *find_column(const table *sales, const char *name) {
    size_t i;
    for (i = 0; i < sales->count; i++) {
        if (strcmp(sales->columns[i].name, name) == 0) {
            return &sales->columns[i];
        }
    }
    return NULL;
}

static void set_cell(column *into, size_t row, const json *cell) {
    switch (cell->kind) {
    case JSON_NULL:
        into->missing[row] = 1;
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        into->flags[row] = cell->kind == JSON_TRUE;
        break;
    case JSON_NUMBER:
        into->ints[row] = json_int(cell);
        break;
    default:
        put(&into->text, cell->text, cell->text_length);
        break;
    }
    into->offsets[row + 1] = (int64_t)into->text.length;
}

/* Lists of texts: the items of all rows, and where each row's begin. */
static void set_lists(column *into, const json *cells) {
    size_t count = 0;
    size_t row;
    size_t i;
    for (row = 0; row < cells->count; row++) {
        count += cells->items[row].count;
    }
    free(into->offsets);
    into->offsets = need(calloc(count + 1, sizeof *into->offsets));
    into->lists = need(calloc(cells->count + 1, sizeof *into->lists));
    count = 0;
    for (row = 0; row < cells->count; row++) {
        const json *cell = &cells->items[row];
        into->missing[row] = cell->kind == JSON_NULL;
        for (i = 0; i < cell->count; i++) {
            put(&into->text, cell->items[i].text, cell->items[i].text_length);
            count++;
            into->offsets[count] = (int64_t)into->text.length;
        }
        into->lists[row + 1] = (int64_t)count;
    }
}

static int columns_of_lists(const json *lists, table *sales) {
    size_t i;
    size_t row;
    sales->rows = lists->count > 0 ? lists->items[0].count : 0;
    for (i = 0; i < lists->count; i++) {
        const json *cells = &lists->items[i];
        /* Texts, unless a cell or the name says otherwise: all cells may be missing. */
        sample_kind kind = strcmp(lists->keys[i], "promo") == 0 ? SAMPLE_FLAG : SAMPLE_TEXT;
        column *added;
        for (row = 0; row < cells->count; row++) {
            if (cells->items[row].kind == JSON_NUMBER) {
                kind = SAMPLE_INT64;
            } else if (cells->items[row].kind == JSON_TRUE ||
                       cells->items[row].kind == JSON_FALSE) {
                kind = SAMPLE_FLAG;
            } else if (cells->items[row].kind == JSON_LIST) {
                kind = SAMPLE_LIST;
            }
        }
        if (cells->count != sales->rows) {
            mismatch("column %s has %zu rows, not %zu", lists->keys[i], cells->count, sales->rows);
            return 0;
        }
        added = add_column(sales, lists->keys[i], kind);
        if (added == NULL) {
            return 0;
        }
        if (kind == SAMPLE_LIST) {
            set_lists(added, cells);
            continue;
        }
        for (row = 0; row < cells->count; row++) {
            set_cell(added, row, &cells->items[row]);
        }
    }
    return 1;
}

/* The cell of a line of CSV at a position; 0 where there is none. */
static int csv_cell(const char *line, const char *end, size_t at, const char **cell,
                    size_t *length) {
    const char *stop;
    for (;;) {
        stop = memchr(line, ',', (size_t)(end - line));
        if (stop == NULL) {
            stop = end;
        }
        if (at == 0) {
            *cell = line;
            *length = (size_t)(stop - line);
            return 1;
        }
        if (stop == end) {
            return 0;
        }
        line = stop + 1;
        at--;
    }
}

static const char *line_end(const char *at, const char *end) {
    const char *stop = memchr(at, '\n', (size_t)(end - at));
    return stop == NULL ? end : stop;
}

static int columns_of_file(const json *described, table *sales) {
    const json *columns = json_get(described, "columns");
    const json *file = json_get(described, "file");
    int numbers = json_is(json_get(described, "client_type"), "int");
    buffer path = {NULL, 0, 0};
    buffer content = {NULL, 0, 0};
    const char *at;
    const char *end;
    size_t i;
    int good = 0;
    put_text(&path, folder);
    put_text(&path, "/");
    put_text(&path, file->text);
    if (!read_file(path.data, &content)) {
        mismatch("cannot read %s", path.data);
        goto done;
    }
    end = content.data + content.length;
    while (end > content.data && (end[-1] == '\n' || end[-1] == '\r')) {
        end--;
    }
    sales->rows = 0;
    for (at = line_end(content.data, end); at < end; at = line_end(at + 1, end)) {
        sales->rows++;
    }
    for (i = 0; i < columns->count; i++) {
        int is_client = strcmp(columns->keys[i], "client") == 0;
        column *added =
            add_column(sales, columns->keys[i], is_client && numbers ? SAMPLE_INT64 : SAMPLE_TEXT);
        const char *header_end = line_end(content.data, end);
        const char *cell = NULL;
        size_t length = 0;
        size_t position = 0;
        size_t row = 0;
        if (added == NULL) {
            goto done;
        }
        while (csv_cell(content.data, header_end, position, &cell, &length) &&
               !(length == columns->items[i].text_length &&
                 memcmp(cell, columns->items[i].text, length) == 0)) {
            position++;
        }
        for (at = header_end; at < end; at = line_end(at + 1, end), row++) {
            if (!csv_cell(at + 1, line_end(at + 1, end), position, &cell, &length)) {
                mismatch("%s: row %zu has no %s", path.data, row, columns->items[i].text);
                goto done;
            }
            if (added->kind == SAMPLE_INT64) {
                added->ints[row] = strtoll(cell, NULL, 10);
            } else {
                put(&added->text, cell, length);
            }
            added->offsets[row + 1] = (int64_t)added->text.length;
        }
    }
    good = 1;
done:
    free(path.data);
    free(content.data);
    return good;
}

/* ---- the library's arrays ---- */

/* The columns of a table, converted to what plain arrays hold. */
typedef struct plain {
    clientela_sales sales;
    int32_t *date;
    int64_t *amount;
    int64_t *order;
    int64_t *quantity;
    int64_t *profit;
    uint8_t *promo;
    uint8_t *kind;
} plain;

static void plain_free(plain *arrays) {
    free(arrays->date);
    free(arrays->amount);
    free(arrays->order);
    free(arrays->quantity);
    free(arrays->profit);
    free(arrays->promo);
    free(arrays->kind);
}

static int64_t *plain_amounts(const column *from, size_t rows, int32_t scale, int *good) {
    int64_t *amounts;
    size_t row;
    if (from == NULL) {
        return NULL;
    }
    amounts = need(calloc(rows + 1, sizeof *amounts));
    for (row = 0; row < rows; row++) {
        const char *text = from->text.data + from->offsets[row];
        size_t length = (size_t)(from->offsets[row + 1] - from->offsets[row]);
        clientela_error *error = NULL;
        if (from->missing[row]) {
            amounts[row] = INT64_MIN;
        } else if (clientela_amount_parse(text, length, scale, &amounts[row], &error) !=
                   CLIENTELA_OK) {
            mismatch("row %zu, %s: %s", row, from->name, clientela_error_message(error));
            clientela_error_free(error);
            *good = 0;
        }
    }
    return amounts;
}

static int plain_of(const table *from, int32_t scale, int32_t quantity_scale, plain *arrays) {
    static const char *const kinds[] = {"sale", "return", "cancellation"};
    const column *client = find_column(from, "client");
    const column *date = find_column(from, "date");
    const column *order = find_column(from, "order");
    const column *text;
    clientela_sales *sales = &arrays->sales;
    size_t row;
    int good = 1;
    memset(arrays, 0, sizeof *arrays);
    sales->size = sizeof *sales;
    sales->rows = from->rows;
    if (client != NULL && client->kind == SAMPLE_INT64) {
        sales->client = client->ints;
    } else if (client != NULL) {
        sales->client_text = client->text.data;
        sales->client_offsets = client->offsets;
    }
    if (date != NULL) {
        arrays->date = need(calloc(from->rows + 1, sizeof *arrays->date));
        sales->date = arrays->date;
        for (row = 0; row < from->rows; row++) {
            if (clientela_day_parse(date->text.data + date->offsets[row],
                                    (size_t)(date->offsets[row + 1] - date->offsets[row]),
                                    &arrays->date[row], NULL) != CLIENTELA_OK) {
                mismatch("row %zu: no date", row);
                good = 0;
            }
        }
    }
    arrays->amount = plain_amounts(find_column(from, "amount"), from->rows, scale, &good);
    arrays->profit = plain_amounts(find_column(from, "profit"), from->rows, scale, &good);
    arrays->quantity =
        plain_amounts(find_column(from, "quantity"), from->rows, quantity_scale, &good);
    sales->amount = arrays->amount;
    sales->profit = arrays->profit;
    sales->quantity = arrays->quantity;
    if (order != NULL && order->kind == SAMPLE_INT64) {
        arrays->order = need(calloc(from->rows + 1, sizeof *arrays->order));
        sales->order = arrays->order;
        for (row = 0; row < from->rows; row++) {
            arrays->order[row] = order->missing[row] ? INT64_MIN : order->ints[row];
        }
    } else if (order != NULL) {
        sales->order_text = order->text.data;
        sales->order_offsets = order->offsets;
    }
    if ((text = find_column(from, "category")) != NULL) {
        sales->category_text = text->text.data;
        sales->category_offsets = text->offsets;
    }
    if ((text = find_column(from, "brand")) != NULL) {
        sales->brand_text = text->text.data;
        sales->brand_offsets = text->offsets;
    }
    if ((text = find_column(from, "manager")) != NULL) {
        sales->manager_text = text->text.data;
        sales->manager_offsets = text->offsets;
    }
    if ((text = find_column(from, "department")) != NULL) {
        sales->department_text = text->text.data;
        sales->department_offsets = text->offsets;
    }
    if ((text = find_column(from, "promo")) != NULL) {
        arrays->promo = need(calloc(from->rows + 1, 1));
        sales->promo = arrays->promo;
        for (row = 0; row < from->rows; row++) {
            arrays->promo[row] = text->missing[row] ? 255 : text->flags[row];
        }
    }
    if ((text = find_column(from, "kind")) != NULL) {
        arrays->kind = need(calloc(from->rows + 1, 1));
        sales->kind = arrays->kind;
        for (row = 0; row < from->rows; row++) {
            const char *at = text->text.data + text->offsets[row];
            size_t length = (size_t)(text->offsets[row + 1] - text->offsets[row]);
            uint8_t code = 0;
            while (code < 3 &&
                   (strlen(kinds[code]) != length || memcmp(at, kinds[code], length) != 0)) {
                code++;
            }
            arrays->kind[row] = code;
        }
    }
    return good;
}

/* The rows from `first` to before `end`. */
static clientela_sales part_of(clientela_sales sales, size_t first, size_t end) {
    sales.rows = end - first;
#define SHIFT(member) \
    if (sales.member != NULL) sales.member += first
    SHIFT(client);
    SHIFT(client_offsets);
    SHIFT(date);
    SHIFT(amount);
    SHIFT(order);
    SHIFT(order_offsets);
    SHIFT(quantity);
    SHIFT(profit);
    SHIFT(category_offsets);
    SHIFT(manager_offsets);
    SHIFT(department_offsets);
    SHIFT(promo);
    SHIFT(kind);
    SHIFT(brand_offsets);
#undef SHIFT
    return sales;
}

static int32_t read_arrays(const table *from, const json *options, int in_batches,
                           clientela_ledger **ledger, clientela_error **error) {
    const json *scale = json_get(options, "scale");
    const json *quantity_scale = json_get(options, "quantity_scale");
    const char *text = options == NULL ? NULL : options->raw;
    size_t length = options == NULL ? 0 : options->raw_length;
    clientela_builder *builder = NULL;
    plain arrays;
    int32_t status = -1;
    if (plain_of(from, scale == NULL ? 2 : (int32_t)json_int(scale),
                 quantity_scale == NULL ? 0 : (int32_t)json_int(quantity_scale), &arrays)) {
        if (!in_batches) {
            status = clientela_ledger_from_arrays(&arrays.sales, text, length, ledger, error);
        } else if ((status = clientela_builder_new(text, length, &builder, error)) ==
                   CLIENTELA_OK) {
            size_t middle = from->rows / 2;
            clientela_sales first = part_of(arrays.sales, 0, middle);
            clientela_sales second = part_of(arrays.sales, middle, from->rows);
            status = clientela_builder_push(builder, &second, error);
            if (status == CLIENTELA_OK) {
                status = clientela_builder_push(builder, &first, error);
            }
            if (status == CLIENTELA_OK) {
                status = clientela_builder_finish(builder, ledger, error);
            }
            clientela_builder_free(builder);
        }
    }
    plain_free(&arrays);
    return status;
}

/* A stream of the columns in two batches; they must outlive it. */
static void stream_of(const table *from, sample_column *columns, struct ArrowArrayStream *stream) {
    sample what;
    size_t i;
    memset(columns, 0, MAX_COLUMNS * sizeof *columns);
    memset(&what, 0, sizeof what);
    for (i = 0; i < from->count; i++) {
        const column *one = &from->columns[i];
        columns[i].name = one->name;
        columns[i].kind = one->kind;
        columns[i].ints = one->ints;
        columns[i].flags = one->flags;
        columns[i].text = one->text.data;
        columns[i].offsets = one->offsets;
        columns[i].lists = one->lists;
        columns[i].missing = one->missing;
    }
    what.columns = columns;
    what.column_count = from->count;
    what.rows = from->rows;
    what.batches = 2;
    sample_stream(&what, stream);
}

static void check_taken(const struct ArrowArrayStream *stream) {
    if (stream->release != NULL || sample_live != 0) {
        mismatch("the stream was not taken over whole, %ld structs are left", sample_live);
    }
}

/* Adds a member to an object that is being written. */
static void put_member(buffer *into, const char *name, const char *value, size_t length) {
    put_text(into, into->length > 1 ? ", \"" : "\"");
    put_text(into, name);
    put_text(into, "\": ");
    put(into, value, length);
}

/* A column that is called as what it holds. */
static void put_name(buffer *into, const char *name) {
    buffer quoted = {NULL, 0, 0};
    put_text(&quoted, "\"");
    put_text(&quoted, name);
    put_text(&quoted, "\"");
    put_member(into, name, quoted.data, quoted.length);
    free(quoted.data);
}

static int32_t read_stream(const table *from, const json *options, clientela_ledger **ledger,
                           clientela_error **error) {
    sample_column columns[MAX_COLUMNS];
    struct ArrowArrayStream stream;
    buffer names = {NULL, 0, 0};
    buffer text = {NULL, 0, 0};
    int32_t status;
    size_t i;
    put_text(&names, "{");
    for (i = 0; i < from->count; i++) {
        put_name(&names, from->columns[i].name);
    }
    put_text(&names, "}");
    put_text(&text, "{");
    put_member(&text, "columns", names.data, names.length);
    for (i = 0; options != NULL && i < options->count; i++) {
        put_member(&text, options->keys[i], options->items[i].raw, options->items[i].raw_length);
    }
    put_text(&text, "}");
    stream_of(from, columns, &stream);
    status = clientela_ledger_from_stream(&stream, text.data, text.length, ledger, error);
    check_taken(&stream);
    free(names.data);
    free(text.data);
    return status;
}

static int32_t read_ledger(const json *lines, const json *options, way how,
                           clientela_ledger **ledger, clientela_error **error) {
    table columns;
    int32_t status = -1;
    memset(&columns, 0, sizeof columns);
    if (json_get(lines, "file") != NULL ? columns_of_file(lines, &columns)
                                        : columns_of_lists(lines, &columns)) {
        status = how == WAY_STREAM
                     ? read_stream(&columns, options, ledger, error)
                     : read_arrays(&columns, options, how == WAY_BATCHES, ledger, error);
    }
    table_free(&columns);
    return status;
}

/* Portraits from the documents between two positions. */
static int32_t read_documents(const json *documents, size_t first, size_t end,
                              const buffer *options, clientela_portraits **portraits,
                              clientela_error **error) {
    buffer text = {NULL, 0, 0};
    int32_t status;
    size_t i;
    put_text(&text, "[");
    for (i = first; i < end; i++) {
        put_text(&text, i == first ? "" : ", ");
        put(&text, documents->items[i].raw, documents->items[i].raw_length);
    }
    put_text(&text, "]");
    status = clientela_portraits_from_json(text.data, text.length, options->data, options->length,
                                           portraits, error);
    free(text.data);
    return status;
}

/* Portraits as they come out as JSON, which must be as they went in. */
static int32_t read_again(const buffer *options, clientela_portraits **portraits,
                          clientela_error **error) {
    clientela_portraits *again = NULL;
    clientela_text *text = NULL;
    int32_t status = clientela_portraits_to_json(*portraits, &text, error);
    if (status == CLIENTELA_OK) {
        status = clientela_portraits_from_json(clientela_text_data(text),
                                               clientela_text_length(text), options->data,
                                               options->length, &again, error);
    }
    clientela_text_free(text);
    clientela_portraits_free(*portraits);
    *portraits = again;
    return status;
}

/* Portraits in two parts, the second first, joined. */
static int32_t read_parts(const json *documents, const buffer *options,
                          clientela_portraits **portraits, clientela_error **error) {
    size_t middle = documents->count / 2;
    clientela_portraits *first = NULL;
    clientela_portraits *second = NULL;
    int32_t status =
        read_documents(documents, middle, documents->count, options, &second, error);
    if (status == CLIENTELA_OK) {
        status = read_documents(documents, 0, middle, options, &first, error);
    }
    if (status == CLIENTELA_OK) {
        status = clientela_portraits_merge(second, first, portraits, error);
    }
    clientela_portraits_free(first);
    clientela_portraits_free(second);
    return status;
}

/* Portraits by column; `options` is an object that is not yet closed. */
static int32_t read_frame(const json *frame, buffer *options, clientela_portraits **portraits,
                          clientela_error **error) {
    static const char *const own[] = {"kind", "updated_on"};
    sample_column columns[MAX_COLUMNS];
    struct ArrowArrayStream stream;
    buffer names = {NULL, 0, 0};
    table from;
    int32_t status = -1;
    size_t i;
    put_text(&names, "{");
    for (i = 0; i < sizeof own / sizeof *own; i++) {
        if (json_get(frame, own[i]) != NULL) {
            put_name(&names, own[i]);
        }
    }
    put_text(&names, "}");
    put_member(options, "columns", names.data, names.length);
    put_text(options, "}");
    memset(&from, 0, sizeof from);
    if (columns_of_lists(frame, &from)) {
        stream_of(&from, columns, &stream);
        status = clientela_portraits_from_stream(&stream, options->data, options->length,
                                                 portraits, error);
        check_taken(&stream);
    }
    table_free(&from);
    free(names.data);
    return status;
}

/* Portraits, as documents or by column, under the options that the ledger has too. */
static int32_t read_portraits(const json *vector, way how, clientela_portraits **portraits,
                              clientela_error **error) {
    static const char *const shared[] = {"currency", "scale", "on_bad"};
    const json *documents = json_get(vector, "portraits");
    const json *frame = json_get(vector, "portrait_frame");
    const json *catalogue = json_get(vector, "catalogue");
    buffer options = {NULL, 0, 0};
    int32_t status = CLIENTELA_OK;
    size_t i;
    put_text(&options, "{");
    for (i = 0; i < sizeof shared / sizeof *shared; i++) {
        const json *option = json_get(json_get(vector, "options"), shared[i]);
        if (option != NULL) {
            put_member(&options, shared[i], option->raw, option->raw_length);
        }
    }
    if (catalogue != NULL) {
        put_member(&options, "catalogue", catalogue->raw, catalogue->raw_length);
    }
    if (frame != NULL) {
        status = read_frame(frame, &options, portraits, error);
    } else if (documents != NULL) {
        put_text(&options, "}");
        if (how == WAY_BATCHES) {
            status = read_parts(documents, &options, portraits, error);
        } else {
            status = read_documents(documents, 0, documents->count, &options, portraits, error);
        }
        if (status == CLIENTELA_OK && how == WAY_ARRAYS) {
            status = read_again(&options, portraits, error);
        }
    }
    free(options.data);
    return status;
}

/* The journal, if there is one; written out and read again, or joined with itself. */
static int32_t read_journal(const json *vector, way how, clientela_journal **journal,
                            clientela_error **error) {
    const json *document = json_get(vector, "journal");
    clientela_journal *first = NULL;
    clientela_text *text = NULL;
    int32_t status;
    if (document == NULL) {
        return CLIENTELA_OK;
    }
    status = clientela_journal_from_json(document->raw, document->raw_length, &first, error);
    if (status != CLIENTELA_OK || how == WAY_STREAM) {
        *journal = first;
        return status;
    }
    if (how == WAY_ARRAYS) {
        status = clientela_journal_to_json(first, &text, error);
        if (status == CLIENTELA_OK) {
            status = clientela_journal_from_json(clientela_text_data(text),
                                                 clientela_text_length(text), journal, error);
        }
        clientela_text_free(text);
    } else {
        status = clientela_journal_merge(first, first, journal, error);
    }
    clientela_journal_free(first);
    return status;
}

/* ---- what is expected ---- */

static int same_double(double a, double b) {
    double size = 1.0;
    double gap = a < b ? b - a : a - b;
    size = (a < 0 ? -a : a) > size ? (a < 0 ? -a : a) : size;
    size = (b < 0 ? -b : b) > size ? (b < 0 ? -b : b) : size;
    return gap <= 1e-12 * size;
}

/* Whether a text that is not empty has each part of {"contains": [...]} in it. */
static int contains(const json *expected, const char *data, size_t length) {
    const json *parts = json_get(expected, "contains");
    size_t i;
    size_t at;
    if (parts == NULL || length == 0) {
        return 0;
    }
    for (i = 0; i < parts->count; i++) {
        size_t part = parts->items[i].text_length;
        int found = 0;
        for (at = 0; !found && at + part <= length; at++) {
            found = memcmp(data + at, parts->items[i].text, part) == 0;
        }
        if (!found) {
            return 0;
        }
    }
    return 1;
}

static int same_scalar(const json *expected, const json *actual) {
    if (expected->kind != actual->kind) {
        return 0;
    }
    switch (expected->kind) {
    case JSON_NUMBER:
        return same_double(json_double(expected), json_double(actual));
    case JSON_STRING:
        return expected->text_length == actual->text_length &&
               memcmp(expected->text, actual->text, expected->text_length) == 0;
    default:
        return 1;
    }
}

static const json *named(const json *list, const json *name) {
    size_t i;
    for (i = 0; i < list->count; i++) {
        const json *other = json_get(&list->items[i], "name");
        if (other != NULL && same_scalar(name, other)) {
            return &list->items[i];
        }
    }
    return NULL;
}

static int has_clients(const json *entry) {
    const json *clients = json_get(entry, "clients");
    return clients == NULL || json_int(clients) > 0;
}

/* Whether what is expected is there; where `said`, each mismatch is printed with its path. */
static int matches(const json *expected, const json *actual, const char *path, int said) {
    char inner[512];
    size_t i;
    int good = 1;
    if (expected->kind == JSON_OBJECT && actual->kind == JSON_OBJECT) {
        for (i = 0; i < expected->count; i++) {
            const json *found = json_get(actual, expected->keys[i]);
            snprintf(inner, sizeof inner, "%s.%s", path, expected->keys[i]);
            if (found == NULL) {
                good = 0;
                if (said) {
                    mismatch("%s is not there", inner);
                }
            } else {
                good = matches(&expected->items[i], found, inner, said) && good;
            }
        }
        return good;
    }
    if (expected->kind == JSON_LIST && actual->kind == JSON_LIST) {
        if (expected->count > 0 && json_get(&expected->items[0], "name") != NULL) {
            for (i = 0; i < expected->count; i++) {
                const json *name = json_get(&expected->items[i], "name");
                const json *found = named(actual, name);
                snprintf(inner, sizeof inner, "%s[%.*s]", path, (int)name->raw_length, name->raw);
                if (found != NULL) {
                    good = matches(&expected->items[i], found, inner, said) && good;
                } else if (has_clients(&expected->items[i])) {
                    good = 0;
                    if (said) {
                        mismatch("%s is not there", inner);
                    }
                }
            }
            for (i = 0; i < actual->count; i++) {
                const json *name = json_get(&actual->items[i], "name");
                if (name != NULL && named(expected, name) == NULL &&
                    has_clients(&actual->items[i])) {
                    good = 0;
                    if (said) {
                        mismatch("%s[%.*s] is not expected", path, (int)name->raw_length,
                                 name->raw);
                    }
                }
            }
            return good;
        }
        if (expected->count != actual->count) {
            if (said) {
                mismatch("%s has %zu entries, expected %zu", path, actual->count, expected->count);
            }
            return 0;
        }
        for (i = 0; i < expected->count; i++) {
            snprintf(inner, sizeof inner, "%s[%zu]", path, i);
            good = matches(&expected->items[i], &actual->items[i], inner, said) && good;
        }
        return good;
    }
    if (expected->kind == JSON_OBJECT && actual->kind == JSON_STRING) {
        good = contains(expected, actual->text, actual->text_length);
    } else {
        good = expected->count == 0 && actual->count == 0 && same_scalar(expected, actual);
    }
    if (!good && said) {
        mismatch("%s is %.*s, expected %.*s", path, (int)actual->raw_length, actual->raw,
                 (int)expected->raw_length, expected->raw);
    }
    return good;
}

/* Reads a text of the library as JSON and frees it with the value. */
static int answer(int32_t status, clientela_text *text, clientela_error *error, const char *what,
                  json *value) {
    memset(value, 0, sizeof *value);
    if (status != CLIENTELA_OK) {
        mismatch("%s: %s", what, clientela_error_message(error));
        clientela_error_free(error);
        return 0;
    }
    if (!json_read(clientela_text_data(text), clientela_text_length(text), value)) {
        mismatch("%s is no JSON", what);
        return 0;
    }
    return 1;
}

/* A column of the library's table, copied out with the call that its kind asks for. */
typedef struct copied {
    size_t at;
    clientela_column about;
    int64_t *wide;
    double *reals;
    uint8_t *missing;
} copied;

static int copy_column(const clientela_table *from, const char *name, size_t rows, copied *into) {
    int32_t status;
    memset(into, 0, sizeof *into);
    into->wide = need(calloc(rows + 1, sizeof *into->wide));
    into->reals = need(calloc(rows + 1, sizeof *into->reals));
    into->missing = need(calloc(rows + 1, sizeof *into->missing));
    into->about.size = sizeof into->about;
    if (clientela_table_find(from, name, strlen(name), &into->at, NULL) != CLIENTELA_OK ||
        clientela_table_column(from, into->at, &into->about, NULL) != CLIENTELA_OK) {
        return 0;
    }
    switch (into->about.kind) {
    case CLIENTELA_CLIENT_TEXT:
    case CLIENTELA_TEXT:
    case CLIENTELA_NAME:
        return 1;
    case CLIENTELA_FLOAT:
        status = clientela_table_double(from, into->at, 0, rows, into->reals, into->missing, NULL);
        break;
    default:
        status = clientela_table_int64(from, into->at, 0, rows, into->wide, into->missing, NULL);
        break;
    }
    return status == CLIENTELA_OK;
}

static void copied_free(copied *column) {
    free(column->wide);
    free(column->reals);
    free(column->missing);
}

/* Whether the owned text is the expected one; frees it. */
static int owned_is(int32_t status, clientela_text *text, const json *expected) {
    int same = status == CLIENTELA_OK && json_is(expected, clientela_text_data(text));
    clientela_text_free(text);
    return same;
}

static int same_cell(const clientela_table *from, const copied *column, size_t row,
                     const json *expected) {
    clientela_text *text = NULL;
    const char *data = NULL;
    size_t length = 0;
    int32_t status;
    if (column->missing[row]) {
        return expected->kind == JSON_NULL;
    }
    switch (column->about.kind) {
    case CLIENTELA_CLIENT_TEXT:
    case CLIENTELA_TEXT:
    case CLIENTELA_CHOICE:
    case CLIENTELA_NAME:
        status = clientela_table_name(from, column->at, row, &data, &length, NULL);
        if (status != CLIENTELA_OK || data == NULL) {
            return status == CLIENTELA_OK && expected->kind == JSON_NULL;
        }
        if (expected->kind == JSON_OBJECT) {
            return contains(expected, data, length);
        }
        return expected->kind == JSON_STRING && expected->text_length == length &&
               memcmp(expected->text, data, length) == 0;
    case CLIENTELA_DAY:
        status = clientela_day_text((int32_t)column->wide[row], &text, NULL);
        return owned_is(status, text, expected);
    case CLIENTELA_MONEY:
        status = clientela_amount_text(column->wide[row], column->about.scale, &text, NULL);
        return owned_is(status, text, expected);
    case CLIENTELA_FLOAT:
        return expected->kind == JSON_NUMBER &&
               same_double(column->reals[row], json_double(expected));
    case CLIENTELA_FLAG:
        return expected->kind == (column->wide[row] == 1 ? JSON_TRUE : JSON_FALSE);
    default:
        return expected->kind == JSON_NUMBER && column->wide[row] == json_int(expected);
    }
}

/* Marks the rows that have the cells of `where`, all where it is NULL; gives their number. */
static size_t meant_rows(const clientela_table *from, const json *where, const char *what,
                         uint8_t *meant) {
    size_t there = clientela_table_rows(from);
    size_t count = 0;
    size_t i;
    size_t row;
    memset(meant, 1, there);
    for (i = 0; where != NULL && i < where->count; i++) {
        copied column;
        if (!copy_column(from, where->keys[i], there, &column)) {
            mismatch("%s has no column %s", what, where->keys[i]);
            memset(meant, 0, there);
        }
        for (row = 0; row < there; row++) {
            meant[row] = meant[row] && same_cell(from, &column, row, &where->items[i]);
        }
        copied_free(&column);
    }
    for (row = 0; row < there; row++) {
        count += meant[row];
    }
    return count;
}

static void check_table(int32_t status, clientela_table *from, clientela_error *error,
                        const json *expected, const char *what) {
    const json *names = json_get(expected, "columns");
    const json *rows = json_get(expected, "rows");
    size_t there = clientela_table_rows(from);
    size_t count;
    size_t i;
    size_t row;
    uint8_t *meant;
    if (status != CLIENTELA_OK) {
        mismatch("%s: %s", what, clientela_error_message(error));
        clientela_error_free(error);
        return;
    }
    meant = need(calloc(there + 1, 1));
    count = meant_rows(from, json_get(expected, "where"), what, meant);
    if (count != rows->count) {
        mismatch("%s has %zu rows, expected %zu", what, count, rows->count);
    }
    for (i = 0; i < names->count; i++) {
        copied column;
        size_t next = 0;
        if (!copy_column(from, names->items[i].text, there, &column)) {
            mismatch("%s has no column %s", what, names->items[i].text);
            there = 0;
        }
        for (row = 0; row < there && next < rows->count; row++) {
            const json *cell = &rows->items[next].items[i];
            if (!meant[row]) {
                continue;
            }
            next++;
            if (!same_cell(from, &column, row, cell)) {
                clientela_text *text = NULL;
                clientela_table_text(from, column.at, row, &text, NULL);
                mismatch("%s row %zu, %s: found %s, expected %.*s", what, row,
                         names->items[i].text,
                         text == NULL ? "nothing" : clientela_text_data(text),
                         (int)cell->raw_length, cell->raw);
                clientela_text_free(text);
            }
        }
        copied_free(&column);
    }
    free(meant);
    clientela_table_free(from);
}

static void check_json(int32_t status, clientela_text *text, clientela_error *error,
                       const json *expected, const char *what) {
    json value;
    if (answer(status, text, error, what, &value)) {
        matches(expected, &value, what, 1);
    }
    json_free(&value);
    clientela_text_free(text);
}

static void check_explanation(const clientela_snapshot *snapshot, const json *expected) {
    const json *client = json_get(expected, "client");
    const json *axis = json_get(expected, "axis");
    const json *reasons = json_get(expected, "reasons");
    const json *verdicts;
    const json *found = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status;
    json value;
    size_t i;
    size_t k;
    if (client->kind == JSON_NUMBER) {
        status = clientela_snapshot_explain_by_int(snapshot, json_int(client), CLIENTELA_JSON,
                                                   &text, &error);
    } else {
        status = clientela_snapshot_explain_by_text(snapshot, client->text, client->text_length,
                                                    CLIENTELA_JSON, &text, &error);
    }
    if (answer(status, text, error, "explain", &value)) {
        verdicts = json_get(&value, "verdicts");
        for (i = 0; verdicts != NULL && i < verdicts->count; i++) {
            if (json_is(json_get(&verdicts->items[i], "axis"), axis->text)) {
                found = &verdicts->items[i];
            }
        }
        if (found == NULL) {
            mismatch("explain has no axis %s", axis->text);
        } else {
            matches(json_get(expected, "verdict"), json_get(found, "verdict"), axis->text, 1);
            for (i = 0; reasons != NULL && i < reasons->count; i++) {
                const json *given = json_get(found, "reasons");
                int good = 0;
                for (k = 0; k < given->count; k++) {
                    good = good || matches(&reasons->items[i], &given->items[k], "", 0);
                }
                if (!good) {
                    mismatch("%s has no reason %.*s, but %.*s", axis->text,
                             (int)reasons->items[i].raw_length, reasons->items[i].raw,
                             (int)given->raw_length, given->raw);
                }
            }
        }
    }
    json_free(&value);
    clientela_text_free(text);
}

static int same_move(const json *expected, const json *actual) {
    static const char *const members[] = {"client", "axis", "from", "to"};
    size_t i;
    for (i = 0; i < 4; i++) {
        const json *member = json_get(actual, members[i]);
        if (member == NULL || i >= expected->count || !same_scalar(&expected->items[i], member)) {
            return 0;
        }
    }
    return 1;
}

/* What a vector's snapshots are made of. */
typedef struct made {
    clientela_ledger *ledger;
    clientela_portraits *portraits;
    clientela_ledger *payments;
    clientela_ledger *orders;
    clientela_journal *journal;
    clientela_policy *policy;
    /* Models as JSON; NULL without. */
    const json *lifetime;
    const json *spend;
} made;

static void made_free(made *of) {
    clientela_policy_free(of->policy);
    clientela_journal_free(of->journal);
    clientela_ledger_free(of->orders);
    clientela_ledger_free(of->payments);
    clientela_portraits_free(of->portraits);
    clientela_ledger_free(of->ledger);
}

static int32_t snapshot_of(const made *of, const json *day, clientela_snapshot **snapshot,
                           clientela_error **error) {
    clientela_base base;
    int32_t as_of = 0;
    int32_t status;
    if (of->portraits == NULL && of->payments == NULL && of->orders == NULL &&
        of->lifetime == NULL && of->journal == NULL) {
        return clientela_snapshot_on(of->ledger, day->text, day->text_length, of->policy, 0,
                                     snapshot, error);
    }
    memset(&base, 0, sizeof base);
    base.size = sizeof base;
    base.ledger = of->ledger;
    base.portraits = of->portraits;
    base.payments = of->payments;
    base.orders = of->orders;
    if (of->lifetime != NULL) {
        base.lifetime = of->lifetime->raw;
        base.lifetime_length = of->lifetime->raw_length;
    }
    if (of->spend != NULL) {
        base.spend = of->spend->raw;
        base.spend_length = of->spend->raw_length;
    }
    base.journal = of->journal;
    status = clientela_day_parse(day->text, day->text_length, &as_of, error);
    if (status == CLIENTELA_OK) {
        status = clientela_snapshot_of(&base, as_of, of->policy, 0, snapshot, error);
    }
    return status;
}

static void check_transitions(const made *of, const clientela_snapshot *snapshot,
                              const json *expected) {
    const json *day = json_get(expected, "earlier");
    const json *axis = json_get(expected, "axis");
    clientela_snapshot *earlier = NULL;
    clientela_table *from = NULL;
    clientela_error *error = NULL;
    int32_t status = snapshot_of(of, day, &earlier, &error);
    if (status == CLIENTELA_OK) {
        status = clientela_snapshot_transitions(snapshot, earlier, axis == NULL ? NULL : axis->text,
                                                axis == NULL ? 0 : axis->text_length, &from,
                                                &error);
    }
    check_table(status, from, error, expected, "transitions");
    clientela_snapshot_free(earlier);
}

static void check_diff(const made *of, const clientela_snapshot *snapshot, const json *expected) {
    static const char *const lists[] = {"entered", "left"};
    const json *day = json_get(expected, "earlier");
    const json *axes = json_get(expected, "axes");
    const json *moved = json_get(expected, "moved");
    const json *actual;
    clientela_snapshot *earlier = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status;
    size_t i;
    size_t k;
    size_t next = 0;
    json value;
    memset(&value, 0, sizeof value);
    status = snapshot_of(of, day, &earlier, &error);
    if (status == CLIENTELA_OK) {
        status = clientela_snapshot_diff(snapshot, earlier, &text, &error);
    }
    if (answer(status, text, error, "diff", &value)) {
        for (i = 0; i < 2; i++) {
            const json *wanted = json_get(expected, lists[i]);
            if (wanted != NULL) {
                matches(wanted, json_get(&value, lists[i]), lists[i], 1);
            }
        }
        actual = json_get(&value, "moved");
        for (i = 0; moved != NULL && i < actual->count; i++) {
            int asked = axes == NULL;
            for (k = 0; axes != NULL && k < axes->count; k++) {
                asked = asked || json_is(json_get(&actual->items[i], "axis"), axes->items[k].text);
            }
            if (asked) {
                if (next >= moved->count || !same_move(&moved->items[next], &actual->items[i])) {
                    mismatch("moved %zu: found %.*s", next, (int)actual->items[i].raw_length,
                             actual->items[i].raw);
                }
                next++;
            }
        }
        if (moved != NULL && next < moved->count) {
            mismatch("%zu moved, expected %zu", next, moved->count);
        }
    }
    json_free(&value);
    clientela_text_free(text);
    clientela_snapshot_free(earlier);
}

static void check_error(int32_t status, const clientela_error *error, const json *expected) {
    static const char *const codes[] = {"",           "bad_row",    "bad_column", "empty",
                                        "bad_argument", "bad_policy", "overflow",   "mismatch",
                                        "bad_format", "unknown_client", "bad_document"};
    static const char *const places[] = {"column", "path", "argument"};
    const json *code = json_get(expected, "code");
    const json *row = json_get(expected, "row");
    const json *value = json_get(expected, "value");
    const json *document = json_get(expected, "document");
    const char *found = clientela_error_place(error);
    const size_t known = sizeof codes / sizeof *codes;
    size_t i;
    if (status < 0 || (size_t)status >= known || !json_is(code, codes[status])) {
        mismatch("status %d (%s), expected %s", (int)status, clientela_error_message(error),
                 code->text);
    }
    if (row != NULL && clientela_error_row(error) != json_int(row)) {
        mismatch("error in row %lld, expected %.*s", (long long)clientela_error_row(error),
                 (int)row->raw_length, row->raw);
    }
    for (i = 0; i < 3; i++) {
        const json *place = json_get(expected, places[i]);
        if (place != NULL && !json_is(place, found)) {
            mismatch("error in %s `%s`, expected `%s`", places[i], found, place->text);
        }
    }
    if (document != NULL &&
        strncmp(clientela_error_message(error), document->text, document->text_length) != 0) {
        mismatch("error `%s`, expected one in a %s", clientela_error_message(error),
                 document->text);
    }
    if (value != NULL && !json_is(value, clientela_error_value(error))) {
        mismatch("error for `%s`, expected `%s`", clientela_error_value(error), value->text);
    }
}

/* ---- a vector ---- */

static void put_pair(buffer *into, const json *pair) {
    put_text(into, into->length > 1 ? ", " : "");
    if (pair->items[0].kind == JSON_NUMBER) {
        put_text(into, "\"");
        put(into, pair->items[0].raw, pair->items[0].raw_length);
        put_text(into, "\"");
    } else {
        put(into, pair->items[0].raw, pair->items[0].raw_length);
    }
    put_text(into, ": ");
    put(into, pair->items[1].raw, pair->items[1].raw_length);
}

static int32_t rolled_up(const json *parents, clientela_ledger **ledger, clientela_error **error) {
    buffer text = {NULL, 0, 0};
    clientela_ledger *whole = NULL;
    int32_t status;
    size_t i;
    put_text(&text, "{");
    for (i = 0; i < parents->count; i++) {
        put_pair(&text, &parents->items[i]);
    }
    put_text(&text, "}");
    status = clientela_ledger_roll_up(*ledger, text.data, text.length, &whole, error);
    clientela_ledger_free(*ledger);
    *ledger = whole;
    free(text.data);
    return status;
}

typedef int32_t table_call(const clientela_snapshot *snapshot, clientela_table **out,
                           clientela_error **error);

/* A key in `expect` that is one table of the snapshot, and the call that gives it. */
static const struct {
    const char *key;
    table_call *call;
} tables[] = {
    {"clients", clientela_snapshot_clients}, {"months", clientela_snapshot_months},
    {"ladder", clientela_snapshot_ladder},   {"keys", clientela_snapshot_keys},
    {"matches", clientela_snapshot_matches},
};

/* The table of one entry of a list in `expect`, by the arguments that the entry names. */
static int32_t listed_table(const clientela_snapshot *snapshot, const char *key, const json *entry,
                            clientela_table **from, clientela_error **error) {
    const json *first;
    const json *second;
    if (strcmp(key, "cohorts") == 0) {
        first = json_get(entry, "by");
        return clientela_snapshot_cohorts(snapshot, first->text, first->text_length, from, error);
    }
    if (strcmp(key, "ranking") == 0) {
        first = json_get(entry, "criterion");
        return clientela_snapshot_ranking(snapshot, first->text, first->text_length, from, error);
    }
    first = json_get(entry, "rows_of");
    second = json_get(entry, "columns_of");
    return clientela_snapshot_matrix(snapshot, first->text, first->text_length, second->text,
                                     second->text_length, from, error);
}

/* The portrait of a client, by the keys that are expected beside its id. */
static void check_portrait(const clientela_portraits *portraits, int32_t as_of,
                           const json *expected) {
    const json *client = json_get(expected, "client");
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status;
    json value;
    size_t i;
    if (client->kind == JSON_NUMBER) {
        status = clientela_portraits_completeness_by_int(portraits, json_int(client), as_of, &text,
                                                         &error);
    } else {
        status = clientela_portraits_completeness_by_text(portraits, client->text,
                                                          client->text_length, as_of, &text,
                                                          &error);
    }
    if (answer(status, text, error, "portrait", &value)) {
        for (i = 0; i < expected->count; i++) {
            const json *found = json_get(&value, expected->keys[i]);
            if (found != NULL) {
                matches(&expected->items[i], found, expected->keys[i], 1);
            } else if (&expected->items[i] != client) {
                mismatch("portrait has no %s", expected->keys[i]);
            }
        }
    }
    json_free(&value);
    clientela_text_free(text);
}

static void check_overlap(const clientela_snapshot *snapshot, const json *expected) {
    const json *left = json_get(expected, "left");
    const json *right = json_get(expected, "right");
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status =
        clientela_snapshot_overlap(snapshot, left->text, left->text_length, right->text,
                                   right->text_length, &text, &error);
    check_json(status, text, error, expected, "overlap");
}

/* The answer of a view, or the error that it is expected to give. */
static void check_view(const clientela_snapshot *snapshot, const json *expected) {
    const json *name = json_get(expected, "view");
    const json *arguments = json_get(expected, "args");
    const json *expected_error = json_get(expected, "error");
    clientela_table *from = NULL;
    clientela_error *error = NULL;
    int32_t status = clientela_snapshot_view(
        snapshot, name->text, name->text_length, arguments == NULL ? NULL : arguments->raw,
        arguments == NULL ? 0 : arguments->raw_length, &from, &error);
    if (expected_error != NULL) {
        check_error(status, error, expected_error);
        clientela_error_free(error);
        clientela_table_free(from);
    } else {
        check_table(status, from, error, expected, name->text);
    }
}

/* Reads rules and, as they must be the same, what they are written out as. */
static int32_t read_rules(const json *document, clientela_rules **rules, clientela_error **error) {
    clientela_rules *first = NULL;
    clientela_text *text = NULL;
    int32_t status = clientela_rules_from_json(document->raw, document->raw_length, &first, error);
    if (status == CLIENTELA_OK) {
        status = clientela_rules_to_json(first, &text, error);
    }
    if (status == CLIENTELA_OK) {
        status = clientela_rules_from_json(clientela_text_data(text), clientela_text_length(text),
                                           rules, error);
    }
    clientela_text_free(text);
    clientela_rules_free(first);
    return status;
}

/* Who is in the segments of rules, or how they are refused. */
static void check_segments(const clientela_snapshot *snapshot, const json *expected) {
    const json *expected_error = json_get(expected, "error");
    clientela_rules *rules = NULL;
    clientela_segments *segments = NULL;
    clientela_table *from = NULL;
    clientela_error *error = NULL;
    int32_t status = read_rules(json_get(expected, "rules"), &rules, &error);
    if (status == CLIENTELA_OK) {
        status = clientela_snapshot_segments(snapshot, rules, &segments, &error);
    }
    if (status == CLIENTELA_OK) {
        status = clientela_segments_table(segments, &from, &error);
    }
    if (expected_error != NULL) {
        check_error(status, error, expected_error);
        clientela_error_free(error);
        clientela_table_free(from);
    } else {
        check_table(status, from, error, expected, "segments");
    }
    clientela_segments_free(segments);
    clientela_rules_free(rules);
}

/* What is wrong with rules, in any order, or how they are refused. */
static void check_problems(const clientela_snapshot *snapshot, const json *expected) {
    const json *expected_error = json_get(expected, "error");
    const json *problems = json_get(expected, "problems");
    size_t wanted = problems == NULL ? 0 : problems->count;
    clientela_rules *rules = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status = read_rules(json_get(expected, "rules"), &rules, &error);
    json found;
    size_t i;
    size_t k;
    if (expected_error != NULL) {
        check_error(status, error, expected_error);
        clientela_error_free(error);
        clientela_rules_free(rules);
        return;
    }
    if (status == CLIENTELA_OK) {
        status = clientela_snapshot_check_rules(snapshot, rules, &text, &error);
    }
    if (answer(status, text, error, "problems", &found)) {
        uint8_t *taken = need(calloc(found.count + 1, 1));
        for (i = 0; i < wanted; i++) {
            for (k = 0; k < found.count; k++) {
                if (!taken[k] && matches(&problems->items[i], &found.items[k], "problem", 0)) {
                    taken[k] = 1;
                    break;
                }
            }
            if (k == found.count) {
                mismatch("no problem %.*s", (int)problems->items[i].raw_length,
                         problems->items[i].raw);
            }
        }
        for (k = 0; k < found.count; k++) {
            if (!taken[k]) {
                mismatch("%.*s is not expected", (int)found.items[k].raw_length,
                         found.items[k].raw);
            }
        }
        free(taken);
    }
    json_free(&found);
    clientela_text_free(text);
    clientela_rules_free(rules);
}

/* Compares the outcomes of the leaves below a node; gives their number. */
static size_t check_leaves(const json *node, const json *expected) {
    const json *kind = json_get(node, "kind");
    const json *conditions = json_get(node, "conditions");
    size_t count = 0;
    size_t i;
    if (json_is(kind, "leaf")) {
        const json *path = json_get(node, "path");
        const json *outcome = json_get(expected, path->text);
        if (outcome == NULL || !same_scalar(outcome, json_get(node, "outcome"))) {
            mismatch("the trace says of %s %.*s, expected %.*s", path->text,
                     (int)json_get(node, "outcome")->raw_length, json_get(node, "outcome")->raw,
                     outcome == NULL ? 7 : (int)outcome->raw_length,
                     outcome == NULL ? "nothing" : outcome->raw);
        }
        return 1;
    }
    /* An included rule is told of where it stands. */
    for (i = 0; !json_is(kind, "include") && conditions != NULL && i < conditions->count; i++) {
        count += check_leaves(&conditions->items[i], expected);
    }
    return count;
}

/* Every outcome of rules on a client. */
static void check_trace(const clientela_snapshot *snapshot, const json *expected) {
    const json *client = json_get(expected, "client");
    const json *outcomes = json_get(expected, "outcomes");
    const json *leaves = json_get(expected, "leaves");
    clientela_rules *rules = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status = read_rules(json_get(expected, "rules"), &rules, &error);
    json told;
    size_t count = 0;
    size_t i;
    if (status == CLIENTELA_OK && client->kind == JSON_NUMBER) {
        status = clientela_snapshot_trace_by_int(snapshot, rules, json_int(client), CLIENTELA_JSON,
                                                 &text, &error);
    } else if (status == CLIENTELA_OK) {
        status = clientela_snapshot_trace_by_text(snapshot, rules, client->text,
                                                  client->text_length, CLIENTELA_JSON, &text,
                                                  &error);
    }
    if (answer(status, text, error, "trace", &told)) {
        const json *list = json_get(&told, "rules");
        for (i = 0; i < list->count; i++) {
            const json *id = json_get(&list->items[i], "rule");
            const json *wanted = json_get(outcomes, id->text);
            if (wanted == NULL || !same_scalar(wanted, json_get(&list->items[i], "outcome"))) {
                mismatch("the trace says of %s something else than expected", id->text);
            }
            count += check_leaves(json_get(&list->items[i], "when"), leaves);
        }
        if (list->count != outcomes->count || count != leaves->count) {
            mismatch("the trace has %zu rules and %zu leaves, expected %zu and %zu", list->count,
                     count, outcomes->count, leaves->count);
        }
    }
    json_free(&told);
    clientela_text_free(text);
    clientela_rules_free(rules);
}

static void check_expected(const made *of, const clientela_snapshot *snapshot,
                           const json *expect) {
    size_t i;
    size_t k;
    for (i = 0; i < expect->count; i++) {
        const char *key = expect->keys[i];
        const json *expected = &expect->items[i];
        clientela_table *from = NULL;
        clientela_text *text = NULL;
        clientela_error *error = NULL;
        int32_t as_of = clientela_snapshot_as_of(snapshot);
        int32_t status;
        for (k = 0; k < sizeof tables / sizeof *tables; k++) {
            if (strcmp(key, tables[k].key) == 0) {
                status = tables[k].call(snapshot, &from, &error);
                check_table(status, from, error, expected, key);
                break;
            }
        }
        if (k < sizeof tables / sizeof *tables) {
            continue;
        }
        if (strcmp(key, "cohorts") == 0 || strcmp(key, "ranking") == 0 ||
            strcmp(key, "matrix") == 0) {
            for (k = 0; k < expected->count; k++) {
                from = NULL;
                error = NULL;
                status = listed_table(snapshot, key, &expected->items[k], &from, &error);
                check_table(status, from, error, &expected->items[k], key);
            }
        } else if (strcmp(key, "completeness") == 0) {
            status = clientela_portraits_completeness(of->portraits, as_of, &from, &error);
            check_table(status, from, error, expected, key);
        } else if (strcmp(key, "gaps") == 0) {
            status = clientela_portraits_gaps(of->portraits, as_of, &from, &error);
            check_table(status, from, error, expected, key);
        } else if (strcmp(key, "portrait") == 0) {
            for (k = 0; k < expected->count; k++) {
                check_portrait(of->portraits, as_of, &expected->items[k]);
            }
        } else if (strcmp(key, "transitions") == 0) {
            check_transitions(of, snapshot, expected);
        } else if (strcmp(key, "overlap") == 0) {
            for (k = 0; k < expected->count; k++) {
                check_overlap(snapshot, &expected->items[k]);
            }
        } else if (strcmp(key, "summary") == 0) {
            status = clientela_snapshot_summary(snapshot, &text, &error);
            check_json(status, text, error, expected, key);
        } else if (strcmp(key, "report") == 0) {
            status = clientela_ledger_report(of->ledger, &text, &error);
            check_json(status, text, error, expected, key);
        } else if (strcmp(key, "explain") == 0) {
            for (k = 0; k < expected->count; k++) {
                check_explanation(snapshot, &expected->items[k]);
            }
        } else if (strcmp(key, "diff") == 0) {
            check_diff(of, snapshot, expected);
        } else if (strcmp(key, "views") == 0) {
            for (k = 0; k < expected->count; k++) {
                check_view(snapshot, &expected->items[k]);
            }
        } else if (strcmp(key, "segments") == 0) {
            for (k = 0; k < expected->count; k++) {
                check_segments(snapshot, &expected->items[k]);
            }
        } else if (strcmp(key, "rule_problems") == 0) {
            for (k = 0; k < expected->count; k++) {
                check_problems(snapshot, &expected->items[k]);
            }
        } else if (strcmp(key, "traces") == 0) {
            for (k = 0; k < expected->count; k++) {
                check_trace(snapshot, &expected->items[k]);
            }
        } else {
            mismatch("this runner does not know `expect.%s`", key);
        }
    }
}

/* What the snapshots are made of, in the order in which a first error counts. */
static int32_t make(const json *vector, way how, made *of, clientela_error **error) {
    const json *options = json_get(vector, "options");
    const json *parents = json_get(vector, "parents");
    const json *payments = json_get(vector, "payments");
    const json *orders = json_get(vector, "orders");
    const json *policy = json_get(vector, "policy");
    int32_t status = CLIENTELA_OK;
    of->lifetime = json_get(vector, "lifetime");
    of->spend = json_get(vector, "spend");
    status = read_ledger(json_get(vector, "sales"), options, how, &of->ledger, error);
    if (status == CLIENTELA_OK && parents != NULL) {
        status = rolled_up(parents, &of->ledger, error);
    }
    if (status == CLIENTELA_OK && payments != NULL) {
        status = read_ledger(payments, options, how, &of->payments, error);
    }
    if (status == CLIENTELA_OK && orders != NULL) {
        status = read_ledger(orders, options, how, &of->orders, error);
    }
    if (status == CLIENTELA_OK) {
        status = read_portraits(vector, how, &of->portraits, error);
    }
    if (status == CLIENTELA_OK && policy != NULL) {
        status = clientela_policy_from_json(policy->raw, policy->raw_length, &of->policy, error);
    }
    if (status == CLIENTELA_OK) {
        status = read_journal(vector, how, &of->journal, error);
    }
    return status;
}

static void run(const json *vector, way how) {
    const json *expect = json_get(vector, "expect");
    const json *expected_error = json_get(expect, "error");
    made of;
    clientela_snapshot *snapshot = NULL;
    clientela_error *error = NULL;
    int32_t status;
    memset(&of, 0, sizeof of);
    vector_way = way_names[how];
    status = make(vector, how, &of, &error);
    if (status == CLIENTELA_OK) {
        status = snapshot_of(&of, json_get(vector, "as_of"), &snapshot, &error);
    }
    if (expected_error != NULL) {
        check_error(status, error, expected_error);
    } else if (status != CLIENTELA_OK) {
        mismatch("%s", clientela_error_message(error));
    } else {
        check_expected(&of, snapshot, expect);
    }
    clientela_error_free(error);
    clientela_snapshot_free(snapshot);
    made_free(&of);
}

/* A questionnaire that is filled. */
static void run_questionnaire(const json *vector) {
    static const char *const parts[] = {"questionnaire", "portrait", "additional", "dictionary"};
    const json *expect = json_get(vector, "expect");
    const json *expected_error = json_get(expect, "error");
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    buffer document = {NULL, 0, 0};
    int32_t status;
    size_t i;
    vector_way = "questionnaire";
    put_text(&document, "{");
    for (i = 0; i < sizeof parts / sizeof *parts; i++) {
        const json *part = json_get(vector, parts[i]);
        if (part != NULL) {
            put_member(&document, parts[i], part->raw, part->raw_length);
        }
    }
    put_text(&document, "}");
    status = clientela_questionnaire_fill(document.data, document.length, &text, &error);
    if (expected_error != NULL) {
        check_error(status, error, expected_error);
        clientela_error_free(error);
        clientela_text_free(text);
    } else {
        check_json(status, text, error, expect, "form");
    }
    free(document.data);
}

/* A formula that is answered. */
static void run_formula(const json *vector) {
    const json *name = json_get(vector, "formula");
    const json *arguments = json_get(vector, "args");
    const json *policy_document = json_get(vector, "policy");
    const json *expect = json_get(vector, "expect");
    const json *expected_error = json_get(expect, "error");
    clientela_policy *policy = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status = CLIENTELA_OK;
    vector_way = "formula";
    if (policy_document != NULL) {
        status = clientela_policy_from_json(policy_document->raw, policy_document->raw_length,
                                            &policy, &error);
    }
    if (status == CLIENTELA_OK) {
        status = clientela_formula(name->text, name->text_length, arguments->raw,
                                   arguments->raw_length, policy, &text, &error);
    }
    if (expected_error != NULL) {
        check_error(status, error, expected_error);
        clientela_error_free(error);
        clientela_text_free(text);
    } else {
        check_json(status, text, error, expect, name->text);
    }
    clientela_policy_free(policy);
}

/* Whether the vector has no key but these. */
static int knows(const json *vector, const char *const *known, size_t count) {
    int good = 1;
    size_t i;
    size_t k;
    for (i = 0; i < vector->count; i++) {
        int found = 0;
        for (k = 0; k < count; k++) {
            found = found || strcmp(vector->keys[i], known[k]) == 0;
        }
        if (!found) {
            mismatch("this runner does not know `%s`", vector->keys[i]);
            good = 0;
        }
    }
    return good;
}

static void run_ways(const json *vector) {
    static const char *const known[] = {
        "name",      "about",     "source",         "border",   "generated", "options", "sales",
        "parents",   "as_of",     "policy",         "expect",   "portraits", "catalogue",
        "payments",  "orders",    "portrait_frame", "lifetime", "spend",     "journal",
    };
    static const char *const form[] = {"name",     "about",      "source",        "expect",
                                       "portrait", "additional", "questionnaire", "dictionary"};
    static const char *const formula[] = {"name",    "about",  "source", "generated",
                                          "formula", "policy", "args",   "expect"};
    const json *name = json_get(vector, "name");
    const json *border = json_get(vector, "border");
    const json *expect = json_get(vector, "expect");
    vector_name = name == NULL ? "nameless" : name->text;
    vector_way = "vector";
    mismatches = 0;
    if (json_get(vector, "questionnaire") != NULL) {
        if (knows(vector, form, sizeof form / sizeof *form)) {
            run_questionnaire(vector);
        }
    } else if (json_get(vector, "formula") != NULL) {
        if (knows(vector, formula, sizeof formula / sizeof *formula)) {
            run_formula(vector);
        }
    } else if (name == NULL || expect == NULL || json_get(vector, "sales") == NULL ||
               json_get(vector, "as_of") == NULL) {
        mismatch("name, sales, as_of or expect is not there");
    } else if (knows(vector, known, sizeof known / sizeof *known)) {
        int ordered = json_get(expect, "error") != NULL || json_get(expect, "report") != NULL;
        run(vector, WAY_STREAM);
        if (border == NULL || border->kind != JSON_TRUE) {
            run(vector, WAY_ARRAYS);
            if (!ordered) {
                run(vector, WAY_BATCHES);
            }
        }
    }
    if (mismatches == 0) {
        checks_passed++;
    } else {
        checks_failed++;
    }
}

int main(int count, char **paths) {
    int i;
    size_t k;
    if (count < 2) {
        fprintf(stderr, "usage: %s vectors.json...\n", paths[0]);
        return 2;
    }
    for (i = 1; i < count; i++) {
        buffer content = {NULL, 0, 0};
        char *own_folder = need(calloc(strlen(paths[i]) + 2, 1));
        char *slash;
        json vectors;
        memset(&vectors, 0, sizeof vectors);
        strcpy(own_folder, paths[i]);
        slash = strrchr(own_folder, '/');
        if (slash == NULL) {
            strcpy(own_folder, ".");
        } else {
            *slash = '\0';
        }
        folder = own_folder;
        if (!read_file(paths[i], &content) ||
            !json_read(content.data, content.length, &vectors) || vectors.kind != JSON_LIST) {
            printf("%s: cannot be read as a list of vectors\n", paths[i]);
            checks_failed++;
        } else {
            for (k = 0; k < vectors.count; k++) {
                run_ways(&vectors.items[k]);
            }
        }
        json_free(&vectors);
        free(content.data);
        free(own_folder);
    }
    return check_result();
}
