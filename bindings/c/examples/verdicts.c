/*
 * Reads a CSV file of sales and prints the verdict on each client, and the whole reasoning for
 * the three clients that bought for most. Given portraits too, in a file of JSON such as
 * portraits.json, it also says who is a key client, by which sign and why.
 *
 *     verdicts sales.csv 1998-07-01 [portraits.json]
 *
 * The first line of the file names the columns; `client`, `date` (YYYY-MM-DD) and `amount`
 * (decimal, point) are read, others are skipped. Quoted cells are not understood.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clientela.h"

/* Decimal places of the amounts. */
#define SCALE 2
#define EXPLAINED 3
#define SHOWN 6

static const char *const shown[SHOWN] = {"stage",     "tier",    "abc_class",
                                         "xyz_class", "rfm_segment", "activity"};

/* The sales as the library takes them: arrays that grow row by row. */
typedef struct rows {
    size_t count;
    size_t room;
    char *names;
    size_t names_length;
    size_t names_room;
    int64_t *offsets;
    int32_t *dates;
    int64_t *amounts;
} rows;

/*
 * Prints what went wrong, frees the error and gives 0 for success. It takes the error's address
 * since C may evaluate arguments in any order: the call that makes the error is one of them.
 */
static int failed(int32_t status, clientela_error **error) {
    if (status != CLIENTELA_OK) {
        fprintf(stderr, "%s\n", clientela_error_message(*error));
        clientela_error_free(*error);
        *error = NULL;
    }
    return status != CLIENTELA_OK;
}

static void *grown(void *memory, size_t size) {
    memory = realloc(memory, size);
    if (memory == NULL) {
        fputs("out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

static void rows_free(rows *sales) {
    free(sales->names);
    free(sales->offsets);
    free(sales->dates);
    free(sales->amounts);
}

/* Makes room for one more row with a name of this length. */
static void rows_grow(rows *sales, size_t name_length) {
    if (sales->count == sales->room) {
        sales->room = sales->room == 0 ? 1024 : sales->room * 2;
        sales->offsets = grown(sales->offsets, (sales->room + 1) * sizeof *sales->offsets);
        sales->dates = grown(sales->dates, sales->room * sizeof *sales->dates);
        sales->amounts = grown(sales->amounts, sales->room * sizeof *sales->amounts);
        sales->offsets[0] = 0;
    }
    while (sales->names_length + name_length > sales->names_room) {
        sales->names_room = sales->names_room == 0 ? 16384 : sales->names_room * 2;
        sales->names = grown(sales->names, sales->names_room);
    }
}

/* Cuts the cell off the front of a line. */
static char *next_cell(char **line) {
    char *cell = *line;
    char *comma = strchr(cell, ',');
    if (comma == NULL) {
        *line = cell + strlen(cell);
    } else {
        *comma = '\0';
        *line = comma + 1;
    }
    return cell;
}

static char *next_line(char *line, int room, FILE *file) {
    if (fgets(line, room, file) == NULL) {
        return NULL;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return line;
}

static int read_rows(const char *path, rows *sales) {
    char line[4096];
    char *rest;
    int client = -1;
    int date = -1;
    int amount = -1;
    int column;
    unsigned long number = 1;
    int bad = 0;
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    rest = next_line(line, sizeof line, file);
    for (column = 0; rest != NULL && *rest != '\0'; column++) {
        const char *name = next_cell(&rest);
        client = strcmp(name, "client") == 0 ? column : client;
        date = strcmp(name, "date") == 0 ? column : date;
        amount = strcmp(name, "amount") == 0 ? column : amount;
    }
    if (client < 0 || date < 0 || amount < 0) {
        fprintf(stderr, "%s: the columns client, date and amount are not all there\n", path);
        bad = 1;
    }
    while (!bad && (rest = next_line(line, sizeof line, file)) != NULL) {
        clientela_error *error = NULL;
        const char *name = "";
        const char *day = "";
        const char *money = "";
        size_t length;
        int32_t status;
        number++;
        if (*rest == '\0') {
            continue;
        }
        for (column = 0; *rest != '\0'; column++) {
            const char *cell = next_cell(&rest);
            name = column == client ? cell : name;
            day = column == date ? cell : day;
            money = column == amount ? cell : money;
        }
        length = strlen(name);
        rows_grow(sales, length);
        memcpy(sales->names + sales->names_length, name, length);
        sales->names_length += length;
        status = clientela_day_parse(day, strlen(day), &sales->dates[sales->count], &error);
        if (status == CLIENTELA_OK) {
            /* Exact: no amount passes through a floating-point number. */
            status = clientela_amount_parse(money, strlen(money), SCALE,
                                            &sales->amounts[sales->count], &error);
        }
        if (status != CLIENTELA_OK) {
            fprintf(stderr, "%s, line %lu: ", path, number);
        }
        bad = failed(status, &error);
        sales->count++;
        sales->offsets[sales->count] = (int64_t)sales->names_length;
    }
    fclose(file);
    return bad;
}

static clientela_ledger *make_ledger(const rows *sales) {
    clientela_sales columns;
    clientela_ledger *ledger = NULL;
    clientela_error *error = NULL;
    memset(&columns, 0, sizeof columns);
    columns.size = sizeof columns;
    columns.rows = sales->count;
    columns.client_text = sales->names;
    columns.client_offsets = sales->offsets;
    columns.date = sales->dates;
    columns.amount = sales->amounts;
    failed(clientela_ledger_from_arrays(&columns, NULL, 0, &ledger, &error), &error);
    return ledger;
}

/* Prints one line per client: the id, the amount and the verdict on each axis. */
static int print_verdicts(const clientela_table *table) {
    size_t columns[SHOWN];
    size_t amount = 0;
    size_t row;
    size_t i;
    clientela_error *error = NULL;
    if (failed(clientela_table_find(table, "amount", 6, &amount, &error), &error)) {
        return 1;
    }
    printf("%-12s %12s", "client", "amount");
    for (i = 0; i < SHOWN; i++) {
        if (failed(clientela_table_find(table, shown[i], strlen(shown[i]), &columns[i], &error),
                   &error)) {
            return 1;
        }
        printf(" %-12s", shown[i]);
    }
    printf("\n");
    for (row = 0; row < clientela_table_rows(table); row++) {
        const char *data = NULL;
        size_t length = 0;
        clientela_text *money = NULL;
        if (failed(clientela_table_name(table, 0, row, &data, &length, &error), &error) ||
            failed(clientela_table_text(table, amount, row, &money, &error), &error)) {
            return 1;
        }
        printf("%-12.*s %12s", (int)length, data, clientela_text_data(money));
        clientela_text_free(money);
        for (i = 0; i < SHOWN; i++) {
            if (failed(clientela_table_name(table, columns[i], row, &data, &length, &error),
                       &error)) {
                return 1;
            }
            /* NULL: there is no verdict, and the explanation says why. */
            printf(" %-12.*s", data == NULL ? 1 : (int)length, data == NULL ? "-" : data);
        }
        printf("\n");
    }
    return 0;
}

/* Prints the reasons for the clients with the largest amounts. */
static int print_reasons(const clientela_snapshot *snapshot, const clientela_table *table) {
    size_t count = clientela_table_rows(table);
    size_t amount = 0;
    size_t best[EXPLAINED];
    size_t found = 0;
    size_t row;
    size_t i;
    int bad = 1;
    clientela_error *error = NULL;
    int64_t *amounts = grown(NULL, (count + 1) * sizeof *amounts);
    if (failed(clientela_table_find(table, "amount", 6, &amount, &error), &error) ||
        failed(clientela_table_int64(table, amount, 0, count, amounts, NULL, &error), &error)) {
        goto done;
    }
    for (row = 0; row < count; row++) {
        for (i = found; i > 0 && amounts[row] > amounts[best[i - 1]]; i--) {
            if (i < EXPLAINED) {
                best[i] = best[i - 1];
            }
        }
        if (i < EXPLAINED) {
            best[i] = row;
            found += found < EXPLAINED;
        }
    }
    for (i = 0; i < found; i++) {
        const char *data = NULL;
        size_t length = 0;
        clientela_text *reasons = NULL;
        if (failed(clientela_table_name(table, 0, best[i], &data, &length, &error), &error) ||
            failed(clientela_snapshot_explain_by_text(snapshot, data, length, CLIENTELA_READABLE,
                                                      &reasons, &error),
                   &error)) {
            goto done;
        }
        printf("\n%s\n", clientela_text_data(reasons));
        clientela_text_free(reasons);
    }
    bad = 0;
done:
    free(amounts);
    return bad;
}

/* Reads the portraits of a file; NULL where they cannot be used. */
static clientela_portraits *read_portraits(const char *path) {
    clientela_portraits *portraits = NULL;
    clientela_error *error = NULL;
    char *text = NULL;
    size_t length = 0;
    size_t room = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return NULL;
    }
    do {
        room = room == 0 ? 4096 : room * 2;
        text = grown(text, room);
        length += fread(text + length, 1, room - length, file);
    } while (length == room);
    fclose(file);
    /* Of what is wrong in a document the error states the path, such as [0].fields.phone. */
    failed(clientela_portraits_from_json(text, length, NULL, 0, &portraits, &error), &error);
    free(text);
    return portraits;
}

/* Prints why a client is judged as it is, and what is known of it. */
static int print_known(const clientela_snapshot *snapshot, const clientela_portraits *portraits,
                       const char *client, size_t length) {
    clientela_text *reasons = NULL;
    clientela_text *portrait = NULL;
    clientela_error *error = NULL;
    int bad = failed(clientela_snapshot_explain_by_text(snapshot, client, length,
                                                        CLIENTELA_READABLE, &reasons, &error),
                     &error) ||
              failed(clientela_portraits_get_by_text(portraits, client, length, &portrait, &error),
                     &error);
    if (!bad) {
        printf("\n%s\n%s\n", clientela_text_data(reasons), clientela_text_data(portrait));
    }
    clientela_text_free(portrait);
    clientela_text_free(reasons);
    return bad;
}

/* Prints each sign by which a client is a key client, and all about the first of them. */
static int print_keys(const clientela_snapshot *snapshot, const clientela_portraits *portraits) {
    clientela_table *keys = NULL;
    clientela_error *error = NULL;
    const char *client = NULL;
    const char *sign = NULL;
    size_t client_length = 0;
    size_t sign_length = 0;
    size_t column = 0;
    size_t row;
    size_t count = 0;
    int bad = failed(clientela_snapshot_keys(snapshot, &keys, &error), &error) ||
              failed(clientela_table_find(keys, "sign", 4, &column, &error), &error);
    if (!bad) {
        count = clientela_table_rows(keys);
        printf("\n%lu signs of key clients\n", (unsigned long)count);
    }
    for (row = 0; !bad && row < count; row++) {
        bad = failed(clientela_table_name(keys, 0, row, &client, &client_length, &error),
                     &error) ||
              failed(clientela_table_name(keys, column, row, &sign, &sign_length, &error), &error);
        if (!bad) {
            printf("%.*s by %.*s\n", (int)client_length, client, (int)sign_length, sign);
        }
    }
    if (!bad && count > 0) {
        bad = failed(clientela_table_name(keys, 0, 0, &client, &client_length, &error), &error) ||
              print_known(snapshot, portraits, client, client_length);
    }
    clientela_table_free(keys);
    return bad;
}

/* Judges the base; NULL where a call fails. */
static clientela_snapshot *judge(const clientela_ledger *ledger,
                                 const clientela_portraits *portraits, const char *day) {
    clientela_base base;
    clientela_snapshot *snapshot = NULL;
    clientela_error *error = NULL;
    int32_t as_of = 0;
    memset(&base, 0, sizeof base);
    base.size = sizeof base;
    base.ledger = ledger;
    base.portraits = portraits;
    if (!failed(clientela_day_parse(day, strlen(day), &as_of, &error), &error)) {
        failed(clientela_snapshot_of(&base, as_of, NULL, 0, &snapshot, &error), &error);
    }
    return snapshot;
}

int main(int count, char **arguments) {
    rows sales;
    clientela_ledger *ledger = NULL;
    clientela_portraits *portraits = NULL;
    clientela_snapshot *snapshot = NULL;
    clientela_table *table = NULL;
    clientela_error *error = NULL;
    int bad = 1;
    if (count != 3 && count != 4) {
        fprintf(stderr, "usage: %s sales.csv YYYY-MM-DD [portraits.json]\n", arguments[0]);
        return 2;
    }
    memset(&sales, 0, sizeof sales);
    if (read_rows(arguments[1], &sales) == 0 && (ledger = make_ledger(&sales)) != NULL &&
        (count == 3 || (portraits = read_portraits(arguments[3])) != NULL) &&
        (snapshot = judge(ledger, portraits, arguments[2])) != NULL &&
        !failed(clientela_snapshot_clients(snapshot, &table, &error), &error)) {
        bad = print_verdicts(table) || print_reasons(snapshot, table) ||
              (portraits != NULL && print_keys(snapshot, portraits));
    }
    clientela_table_free(table);
    clientela_snapshot_free(snapshot);
    clientela_portraits_free(portraits);
    clientela_ledger_free(ledger);
    rows_free(&sales);
    return bad;
}
