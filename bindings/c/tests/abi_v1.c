/*
 * The structs of the first version of the interface, frozen as each first came: a program that was
 * compiled with them must work with every later library of that version. What is added to the
 * interface is added here; only a new version may change what stands here.
 */
#include <stddef.h>

#include "check.h"
#include "clientela.h"

struct sales_v1 {
    size_t size;
    size_t rows;
    const int64_t *client;
    const char *client_text;
    const int64_t *client_offsets;
    const int32_t *date;
    const int64_t *amount;
    const int64_t *order;
    const char *order_text;
    const int64_t *order_offsets;
    const int64_t *quantity;
    const int64_t *profit;
    const char *category_text;
    const int64_t *category_offsets;
    const char *manager_text;
    const int64_t *manager_offsets;
    const char *department_text;
    const int64_t *department_offsets;
    const uint8_t *promo;
    const uint8_t *kind;
};

struct counts_v1 {
    size_t size;
    size_t clients;
    size_t sales;
    size_t set_aside;
    int32_t first_day;
    int32_t last_day;
    int32_t scale;
    int32_t quantity_scale;
    int32_t text_ids;
    char currency[4];
};

struct column_v1 {
    size_t size;
    const char *name;
    size_t name_length;
    const char *about;
    size_t about_length;
    const char *source;
    size_t source_length;
    size_t missing;
    size_t choices;
    int32_t kind;
    int32_t scale;
};

struct base_v1 {
    size_t size;
    const clientela_ledger *ledger;
    const clientela_portraits *portraits;
    const clientela_ledger *payments;
    const clientela_ledger *orders;
};

struct histories_v1 {
    size_t size;
    size_t rows;
    const double *x;
    const double *t_x;
    const double *age;
    const double *spend;
    const double *log_gaps;
    const uint64_t *count;
};

/* Members keep their places, and nothing lies between them. */
#define KEEPS(struct_name, member)                                                             \
    _Static_assert(offsetof(struct struct_name##_v1, member) ==                                \
                       offsetof(clientela_##struct_name, member),                              \
                   #struct_name "." #member)

KEEPS(sales, size);
KEEPS(sales, rows);
KEEPS(sales, client);
KEEPS(sales, client_text);
KEEPS(sales, client_offsets);
KEEPS(sales, date);
KEEPS(sales, amount);
KEEPS(sales, order);
KEEPS(sales, order_text);
KEEPS(sales, order_offsets);
KEEPS(sales, quantity);
KEEPS(sales, profit);
KEEPS(sales, category_text);
KEEPS(sales, category_offsets);
KEEPS(sales, manager_text);
KEEPS(sales, manager_offsets);
KEEPS(sales, department_text);
KEEPS(sales, department_offsets);
KEEPS(sales, promo);
KEEPS(sales, kind);
KEEPS(counts, size);
KEEPS(counts, clients);
KEEPS(counts, sales);
KEEPS(counts, set_aside);
KEEPS(counts, first_day);
KEEPS(counts, last_day);
KEEPS(counts, scale);
KEEPS(counts, quantity_scale);
KEEPS(counts, text_ids);
KEEPS(counts, currency);
KEEPS(column, size);
KEEPS(column, name);
KEEPS(column, name_length);
KEEPS(column, about);
KEEPS(column, about_length);
KEEPS(column, source);
KEEPS(column, source_length);
KEEPS(column, missing);
KEEPS(column, choices);
KEEPS(column, kind);
KEEPS(column, scale);
KEEPS(base, size);
KEEPS(base, ledger);
KEEPS(base, portraits);
KEEPS(base, payments);
KEEPS(base, orders);
KEEPS(histories, size);
KEEPS(histories, rows);
KEEPS(histories, x);
KEEPS(histories, t_x);
KEEPS(histories, age);
KEEPS(histories, spend);
KEEPS(histories, log_gaps);
KEEPS(histories, count);

/* A frozen struct as the library's, the way an old program passes it. */
#define AS(type, address) ((type *)(void *)(address))

static void test_constants(void) {
    CHECK(CLIENTELA_ABI_VERSION == 1 && clientela_abi_version() == 1);
    CHECK(CLIENTELA_OK == 0 && CLIENTELA_BAD_ROW == 1 && CLIENTELA_BAD_COLUMN == 2);
    CHECK(CLIENTELA_EMPTY == 3 && CLIENTELA_BAD_ARGUMENT == 4 && CLIENTELA_BAD_POLICY == 5);
    CHECK(CLIENTELA_OVERFLOW == 6 && CLIENTELA_MISMATCH == 7 && CLIENTELA_BAD_FORMAT == 8);
    CHECK(CLIENTELA_UNKNOWN_CLIENT == 9 && CLIENTELA_BAD_DOCUMENT == 10);
    CHECK(CLIENTELA_NULL_POINTER == 100);
    CHECK(CLIENTELA_BAD_UTF8 == 101 && CLIENTELA_PANIC == 102);
    CHECK(CLIENTELA_SALE == 0 && CLIENTELA_RETURN == 1 && CLIENTELA_CANCELLATION == 2);
    CHECK(CLIENTELA_JSON == 0 && CLIENTELA_READABLE == 1);
    CHECK(CLIENTELA_CLIENT_INT == 1 && CLIENTELA_CLIENT_TEXT == 2 && CLIENTELA_DAY == 3);
    CHECK(CLIENTELA_INT32 == 4 && CLIENTELA_INT64 == 5 && CLIENTELA_COUNT8 == 6);
    CHECK(CLIENTELA_MONEY == 7 && CLIENTELA_FLOAT == 8 && CLIENTELA_FLAG == 9);
    CHECK(CLIENTELA_CHOICE == 10 && CLIENTELA_TEXT == 11 && CLIENTELA_NAME == 12);
}

int main(void) {
    static const int64_t client[2] = {4, 5};
    static const int32_t date[2] = {10000, 10001};
    static const int64_t amount[2] = {100, 200};
    /* What stands behind a struct of an old program is not the library's to touch. */
    struct {
        struct counts_v1 counts;
        char behind[64];
    } counts;
    struct {
        struct column_v1 column;
        char behind[64];
    } column;
    char untouched[64];
    /* Nor is it read: the columns that later structs have are absent, whatever stands there. */
    struct {
        struct sales_v1 sales;
        char behind[64];
    } old;
    struct {
        struct base_v1 base;
        char behind[64];
    } base;
    struct sales_v1 *sales = &old.sales;
    clientela_ledger *ledger = NULL;
    clientela_snapshot *snapshot = NULL;
    clientela_table *table = NULL;

    test_constants();
    CHECK(sizeof *sales < sizeof(clientela_sales));
    memset(&old, 0x5A, sizeof old);
    memset(sales, 0, sizeof *sales);
    sales->size = sizeof *sales;
    sales->rows = 2;
    sales->client = client;
    sales->date = date;
    sales->amount = amount;
    CHECK(clientela_ledger_from_arrays(AS(const clientela_sales, sales), NULL, 0, &ledger, NULL) ==
          CLIENTELA_OK);
    memset(untouched, 0x5A, sizeof untouched);
    memset(&counts, 0x5A, sizeof counts);
    counts.counts.size = sizeof counts.counts;
    CHECK(clientela_ledger_counts(ledger, AS(clientela_counts, &counts.counts), NULL) ==
          CLIENTELA_OK);
    CHECK(counts.counts.size == sizeof counts.counts);
    CHECK(counts.counts.clients == 2 && counts.counts.sales == 2 && counts.counts.scale == 2);
    CHECK(strcmp(counts.counts.currency, "XXX") == 0);
    CHECK(memcmp(counts.behind, untouched, sizeof untouched) == 0);

    CHECK(clientela_snapshot_new(ledger, 10002, NULL, 0, &snapshot, NULL) == CLIENTELA_OK);
    clientela_snapshot_free(snapshot);
    memset(&base, 0x5A, sizeof base);
    memset(&base.base, 0, sizeof base.base);
    base.base.size = sizeof base.base;
    base.base.ledger = ledger;
    CHECK(clientela_snapshot_of(AS(const clientela_base, &base.base), 10002, NULL, 0, &snapshot,
                                NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    memset(&column, 0x5A, sizeof column);
    column.column.size = sizeof column.column;
    CHECK(clientela_table_column(table, 0, AS(clientela_column, &column.column), NULL) ==
          CLIENTELA_OK);
    CHECK(column.column.size == sizeof column.column);
    CHECK(column.column.name_length == 6 && memcmp(column.column.name, "client", 6) == 0);
    CHECK(column.column.kind == CLIENTELA_CLIENT_INT && column.column.scale == 0);
    CHECK(memcmp(column.behind, untouched, sizeof untouched) == 0);
    clientela_table_free(table);
    clientela_snapshot_free(snapshot);
    clientela_ledger_free(ledger);
    return check_result();
}
