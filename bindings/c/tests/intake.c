/*
 * The central file: tables, mappings, directories, duplicates, merged clients and statements; what
 * the calls give, what they refuse.
 */
#include "arrow.h"

#define TEXT(literal) (literal), (sizeof(literal) - 1)
#define BYTES(literal) (const uint8_t *)(literal), (sizeof(literal) - 1)
#define BOTH(text) clientela_text_data(text), clientela_text_length(text)

/* Whether a call failed as expected, at this place; frees the error. */
static int fails_at(int32_t status, clientela_error **error, int32_t expected, const char *place) {
    int good = status == expected && strcmp(clientela_error_place(*error), place) == 0;
    if (!good) {
        printf("status %d at `%s`: %s\n", (int)status, clientela_error_place(*error),
               clientela_error_message(*error));
    }
    clientela_error_free(*error);
    *error = NULL;
    return good;
}

/* Whether a call succeeded; says why not. */
static int works(int32_t status, clientela_error **error) {
    if (status != CLIENTELA_OK) {
        printf("status %d at `%s`: %s\n", (int)status, clientela_error_place(*error),
               clientela_error_message(*error));
        clientela_error_free(*error);
        *error = NULL;
    }
    return status == CLIENTELA_OK;
}

static int text_has(clientela_text *text, const char *part) {
    int has = text != NULL && strstr(clientela_text_data(text), part) != NULL;
    if (!has) {
        printf("no %s in %s\n", part, text == NULL ? "NULL" : clientela_text_data(text));
    }
    clientela_text_free(text);
    return has;
}

/* Three sales of two clients; a bank card; a day that is none. */
static const char table[] = "Who;When;Sum;Card\n"
                            "7;31.01.1998;1 234,50;4111 1111 1111 1111\n"
                            "7;01.02.1998;10,00;\n"
                            "9;30.02.1998;5,00;\n"
                            "9;28.02.1998;2,50;\n";

static const char sales_mapping[] =
    "{\"target\": \"sales\", \"client_ids\": \"number\", \"columns\": {\"Who\": \"client\","
    " \"When\": \"date\", \"Sum\": \"amount\"}, \"formats\": {\"dates\": [\"DD.MM.YYYY\"],"
    " \"amounts\": \"decimal_comma\"}}";

static const char portrait_mapping[] =
    "{\"target\": \"portraits\", \"kind\": \"tourist\", \"client_ids\": \"number\","
    " \"columns\": {\"0\": \"client\", \"1\": \"surname\"}}";

static void test_grid(void) {
    clientela_grid *grid = NULL;
    clientela_grid *again = NULL;
    clientela_ledger *ledger = NULL;
    clientela_text *text = NULL;
    clientela_text *same = NULL;
    clientela_error *error = NULL;
    clientela_counts counts;
    CHECK(works(clientela_grid_from_bytes(BYTES(table), NULL, 0, 1, &grid, &error), &error));
    CHECK(clientela_grid_rows(grid) == 4 && clientela_grid_columns(grid) == 4);
    CHECK(clientela_grid_report(grid, &text, NULL) == CLIENTELA_OK);
    CHECK(strstr(clientela_text_data(text), "\"delimiter\":\";\"") != NULL);
    CHECK(text_has(text, "\"cards_masked\":[{\"column\":3,\"row\":0}]"));
    CHECK(clientela_grid_to_json(grid, &text, NULL) == CLIENTELA_OK);
    CHECK(strstr(clientela_text_data(text), "4111") == NULL);
    CHECK(clientela_grid_from_json(BOTH(text), NULL, &again, NULL) == CLIENTELA_OK);
    CHECK(clientela_grid_to_json(again, &same, NULL) == CLIENTELA_OK);
    CHECK(text_has(same, clientela_text_data(text)));
    clientela_text_free(text);
    clientela_grid_free(again);

    CHECK(clientela_grid_suggest(grid, TEXT("sales"), NULL, 0, NULL, &text, NULL) == CLIENTELA_OK);
    CHECK(strstr(clientela_text_data(text), "\"mapping\":") != NULL);
    CHECK(text_has(text, "\"field\":\"amount\""));
    text = NULL;
    CHECK(fails_at(clientela_grid_suggest(grid, TEXT("colours"), NULL, 0, NULL, &text, &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "target"));

    /* The fourth row has no day: it is refused, or set aside and told. */
    CHECK(fails_at(clientela_grid_ledger(grid, TEXT(sales_mapping), NULL, 0, NULL, &text, &ledger,
                                         &error),
                   &error, CLIENTELA_BAD_ROW, "When"));
    CHECK(ledger == NULL && text == NULL);
    CHECK(works(clientela_grid_ledger(grid, TEXT(sales_mapping),
                                      TEXT("{\"on_bad\": \"set_aside\"}"), NULL, &text, &ledger,
                                      &error),
                &error));
    CHECK(text_has(text, "\"rows_taken\":3"));
    memset(&counts, 0, sizeof counts);
    counts.size = sizeof counts;
    CHECK(clientela_ledger_counts(ledger, &counts, NULL) == CLIENTELA_OK);
    CHECK(counts.clients == 2);
    clientela_ledger_free(ledger);
    ledger = NULL;
    CHECK(clientela_grid_ledger(grid, TEXT(sales_mapping), TEXT("{\"on_bad\": \"set_aside\"}"),
                                NULL, NULL, &ledger, NULL) == CLIENTELA_OK);
    clientela_ledger_free(ledger);
    ledger = NULL;
    text = NULL;
    CHECK(fails_at(clientela_grid_ledger(grid, TEXT("{\"target\": \"sales\", \"columns\": {}}"),
                                         NULL, 0, NULL, &text, &ledger, &error),
                   &error, CLIENTELA_BAD_DOCUMENT, "columns"));
    CHECK(fails_at(clientela_grid_ledger(grid, TEXT(sales_mapping), TEXT("{\"colour\": 1}"), NULL,
                                         &text, &ledger, &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "options"));
    CHECK(fails_at(clientela_grid_ledger(NULL, TEXT(sales_mapping), NULL, 0, NULL, &text, &ledger,
                                         &error),
                   &error, CLIENTELA_NULL_POINTER, "grid"));
    CHECK(fails_at(clientela_grid_ledger(grid, TEXT(sales_mapping), NULL, 0, NULL, &text, NULL,
                                         &error),
                   &error, CLIENTELA_NULL_POINTER, "out"));
    CHECK(text == NULL && ledger == NULL);
    clientela_grid_free(grid);
    grid = NULL;

    CHECK(fails_at(clientela_grid_from_bytes(BYTES("a\xFF\n"), NULL, 0, 1, &grid, &error),
                   &error, CLIENTELA_BAD_FORMAT, ""));
    CHECK(fails_at(clientela_grid_from_bytes(BYTES("a\n"), NULL, 0, 2, &grid, &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "header"));
    CHECK(fails_at(clientela_grid_from_bytes(BYTES("a\n"), TEXT("{\"colour\": 1}"), 0, &grid,
                                             &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "options"));
    CHECK(fails_at(clientela_grid_from_bytes(NULL, 3, NULL, 0, 0, &grid, &error), &error,
                   CLIENTELA_NULL_POINTER, "data"));
    CHECK(fails_at(clientela_grid_from_json(TEXT("{\"rows\": [[[]]]}"), NULL, &grid, &error),
                   &error, CLIENTELA_BAD_DOCUMENT, "rows[0][0]"));
    CHECK(grid == NULL);
    CHECK(clientela_grid_rows(NULL) == 0 && clientela_grid_columns(NULL) == 0);
    clientela_grid_free(NULL);
}

static void test_documents(void) {
    static const char json[] = "{\"rows\": [[\"7\", \"Orlova\"], [\"8\", \"Zhukov\"]]}";
    clientela_grid *grid = NULL;
    clientela_portraits *portraits = NULL;
    clientela_directory *directory = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    CHECK(works(clientela_grid_from_json(TEXT(json), NULL, &grid, &error), &error));
    CHECK(works(clientela_grid_documents(grid, TEXT(portrait_mapping), NULL, 0, NULL, &text,
                                         &error),
                &error));
    CHECK(strstr(clientela_text_data(text), "\"surname\":\"Zhukov\"") != NULL);
    CHECK(text_has(text, "\"rows_taken\":2"));
    CHECK(works(clientela_grid_portraits(grid, TEXT(portrait_mapping), NULL, 0, NULL, &text,
                                         &portraits, &error),
                &error));
    clientela_text_free(text);
    text = NULL;
    CHECK(clientela_portraits_count(portraits) == 2);
    CHECK(clientela_directory_of_portraits(portraits, &directory, NULL) == CLIENTELA_OK);
    clientela_portraits_free(portraits);
    clientela_grid_free(grid);
    CHECK(clientela_directory_count(directory) == 2);
    CHECK(clientela_directory_fields(directory, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"surname\":\"name\""));
    CHECK(clientela_directory_get_by_int(directory, 8, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"Zhukov\""));
    /* Whatever the case. */
    CHECK(clientela_directory_find(directory, TEXT("{\"surname\": \"ORLOVA\"}"), NULL, &text,
                                   NULL) == CLIENTELA_OK);
    CHECK(strstr(clientela_text_data(text), "\"outcome\":\"one\"") != NULL);
    CHECK(text_has(text, "\"client\":7"));
    text = NULL;
    CHECK(fails_at(clientela_directory_get_by_int(directory, 9, &text, &error), &error,
                   CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_directory_get_by_text(directory, TEXT("7"), &text, &error), &error,
                   CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_directory_find(directory, TEXT("[]"), NULL, &text, &error), &error,
                   CLIENTELA_BAD_DOCUMENT, "."));
    CHECK(fails_at(clientela_directory_find(NULL, TEXT("{}"), NULL, &text, &error), &error,
                   CLIENTELA_NULL_POINTER, "directory"));
    CHECK(text == NULL);
    clientela_directory_free(directory);
}

/* 1 and 3 mean one client, 2 and 4 others. */
static const char records[] =
    "[{\"id\": 1, \"surname\": \"Orlova\", \"given_name\": \"Anna\", \"birth_date\":"
    "  \"1990-02-01\", \"phone\": \"+74951112233\"},"
    " {\"id\": 2, \"surname\": \"Zhukov\", \"given_name\": \"Pavel\", \"birth_date\":"
    "  \"1985-07-30\"},"
    " {\"id\": 3, \"surname\": \"ORLOVA\", \"given_name\": \"Anna\", \"birth_date\":"
    "  \"1990-02-01\", \"phone\": \"+74951112233\"},"
    " {\"id\": 4, \"surname\": \"Kuznetsova\", \"given_name\": \"Irina\", \"birth_date\":"
    "  \"1979-11-12\"}]";

static void test_duplicates(void) {
    static const int64_t client[] = {1, 3, 4};
    static const int32_t date[] = {9862, 9893, 9900};
    static const int64_t amount[] = {1000, 2000, 500};
    clientela_directory *directory = NULL;
    clientela_duplicates *duplicates = NULL;
    clientela_duplicates *links = NULL;
    clientela_duplicates *judged = NULL;
    clientela_ledger *ledger = NULL;
    clientela_ledger *merged = NULL;
    clientela_portraits *portraits = NULL;
    clientela_portraits *kept = NULL;
    clientela_journal *journal = NULL;
    clientela_journal *moved = NULL;
    clientela_table *pairs = NULL;
    clientela_text *text = NULL;
    clientela_text *rekeys = NULL;
    clientela_error *error = NULL;
    clientela_sales sales;
    clientela_counts counts;
    char options[4096];
    CHECK(works(clientela_directory_from_json(TEXT(records), NULL, 0, &directory, &error),
                &error));
    CHECK(works(clientela_directory_duplicates(directory, NULL, 0, NULL, &duplicates, &error),
                &error));
    CHECK(clientela_duplicates_count(duplicates) == 1);
    CHECK(clientela_duplicates_table(duplicates, &pairs, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(pairs) == 1);
    clientela_table_free(pairs);
    CHECK(clientela_duplicates_report(duplicates, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"records\":4"));
    CHECK(clientela_duplicates_explain_by_int(duplicates, 1, 3, CLIENTELA_JSON, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "\"duplicate\":true"));
    CHECK(clientela_duplicates_explain_by_int(duplicates, 1, 2, CLIENTELA_READABLE, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "1 and 2"));
    text = NULL;
    CHECK(fails_at(clientela_duplicates_explain_by_int(duplicates, 1, 9, CLIENTELA_JSON, &text,
                                                       &error),
                   &error, CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_duplicates_explain_by_text(duplicates, TEXT("1"), TEXT("3"),
                                                        CLIENTELA_JSON, &text, &error),
                   &error, CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_duplicates_explain_by_int(duplicates, 1, 3, 2, &text, &error), &error,
                   CLIENTELA_BAD_ARGUMENT, "form"));
    CHECK(clientela_duplicates_clusters(duplicates, &pairs, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(pairs) == 2);
    clientela_table_free(pairs);
    pairs = NULL;
    CHECK(clientela_duplicates_rekeys(duplicates, &rekeys, NULL) == CLIENTELA_OK);
    CHECK(strcmp(clientela_text_data(rekeys), "{\"3\":1}") == 0);

    /* Judged by its own weights it is the same pair. */
    CHECK(clientela_duplicates_model(duplicates, &text, NULL) == CLIENTELA_OK);
    snprintf(options, sizeof options, "{\"model\": %s}", clientela_text_data(text));
    clientela_text_free(text);
    text = NULL;
    CHECK(works(clientela_directory_duplicates(directory, options, strlen(options), NULL, &judged,
                                               &error),
                &error));
    CHECK(clientela_duplicates_count(judged) == 1);
    clientela_duplicates_free(judged);
    judged = NULL;
    CHECK(fails_at(clientela_directory_duplicates(directory, TEXT("{\"fields\": [\"colour\"]}"),
                                                  NULL, &judged, &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "options"));
    CHECK(judged == NULL);

    CHECK(works(clientela_directory_links(directory, directory, NULL, 0, NULL, &links, &error),
                &error));
    CHECK(clientela_duplicates_count(links) >= 4);
    CHECK(fails_at(clientela_duplicates_clusters(links, &pairs, &error), &error,
                   CLIENTELA_BAD_ARGUMENT, "clusters"));
    CHECK(pairs == NULL);
    clientela_duplicates_free(links);

    /* Sales, portraits and journal follow. */
    memset(&sales, 0, sizeof sales);
    sales.size = sizeof sales;
    sales.rows = 3;
    sales.client = client;
    sales.date = date;
    sales.amount = amount;
    CHECK(clientela_ledger_from_arrays(&sales, NULL, 0, &ledger, NULL) == CLIENTELA_OK);
    CHECK(works(clientela_ledger_rekey(ledger, BOTH(rekeys), &merged, &error), &error));
    memset(&counts, 0, sizeof counts);
    counts.size = sizeof counts;
    CHECK(clientela_ledger_counts(merged, &counts, NULL) == CLIENTELA_OK);
    CHECK(counts.clients == 2);
    clientela_ledger_free(merged);
    merged = NULL;
    CHECK(fails_at(clientela_ledger_rekey(ledger, TEXT("{\"3\": 1, \"1\": 3}"), &merged, &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "into"));
    CHECK(fails_at(clientela_ledger_rekey(ledger, TEXT("{\"x\": 1}"), &merged, &error), &error,
                   CLIENTELA_BAD_ARGUMENT, "rekeys"));
    CHECK(merged == NULL);
    CHECK(clientela_portraits_from_json(
              TEXT("[{\"client\": 1, \"fields\": {\"phone\": \"+7 495 1\"}},"
                   " {\"client\": 3, \"fields\": {\"phone\": \"+7 495 2\","
                   "                             \"address\": \"Quai 1\"}}]"),
              NULL, 0, &portraits, NULL) == CLIENTELA_OK);
    CHECK(works(clientela_portraits_rekey(portraits, BOTH(rekeys), &text, &kept, &error), &error));
    CHECK(clientela_portraits_count(kept) == 1);
    CHECK(text_has(text, "\"from\":3"));
    clientela_portraits_free(kept);
    kept = NULL;
    CHECK(clientela_portraits_rekey(portraits, BOTH(rekeys), NULL, &kept, NULL) == CLIENTELA_OK);
    CHECK(clientela_journal_from_json(TEXT("{\"promises\": [{\"client\": 3, \"what\": \"tea\","
                                           " \"due_on\": \"1997-06-01\"}]}"),
                                      &journal, NULL) == CLIENTELA_OK);
    CHECK(works(clientela_journal_rekey(journal, BOTH(rekeys), &moved, &error), &error));
    CHECK(clientela_journal_to_json(moved, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"client\": 1"));

    clientela_journal_free(moved);
    clientela_journal_free(journal);
    clientela_portraits_free(kept);
    clientela_portraits_free(portraits);
    clientela_ledger_free(ledger);
    clientela_text_free(rekeys);
    clientela_duplicates_free(duplicates);
    clientela_directory_free(directory);
    directory = NULL;
    CHECK(fails_at(clientela_directory_from_json(TEXT("[{\"id\": 1, \"surname\": []}]"), NULL, 0,
                                                 &directory, &error),
                   &error, CLIENTELA_BAD_DOCUMENT, "[0].surname"));
    CHECK(fails_at(clientela_directory_from_json(TEXT("[{\"id\": 1}, {\"id\": 1}]"), NULL, 0,
                                                 &directory, &error),
                   &error, CLIENTELA_BAD_ROW, "id"));
    CHECK(directory == NULL);
    CHECK(clientela_directory_count(NULL) == 0 && clientela_duplicates_count(NULL) == 0);
    clientela_directory_free(NULL);
    clientela_duplicates_free(NULL);
}

/* A directory of an Arrow stream: ids, texts, days, and one that is not known. */
static void test_stream(void) {
    static const int64_t ids[] = {7, 8};
    static const int64_t offsets[] = {0, 6, 12};
    static const int32_t days[] = {7336, 7000};
    static const uint8_t missing[] = {0, 1};
    const sample_column columns[] = {
        {"number", SAMPLE_INT64, ids, NULL, NULL, NULL, NULL, NULL, NULL},
        {"last", SAMPLE_TEXT, NULL, NULL, NULL, "OrlovaZhukov", offsets, NULL, NULL},
        {"birth_date", SAMPLE_DAY, NULL, days, NULL, NULL, NULL, NULL, missing},
    };
    sample given = {columns, 3, 2, 2, 0, 0};
    struct ArrowArrayStream stream;
    clientela_directory *directory = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    sample_stream(&given, &stream);
    CHECK(works(clientela_directory_from_stream(
                    &stream,
                    TEXT("{\"id\": \"number\", \"fields\": {\"last\": \"surname\","
                         " \"birth_date\": \"birth_date\"}}"),
                    &directory, &error),
                &error));
    CHECK(stream.release == NULL && sample_live == 0);
    /* Day 7336 is 1990-02-01. */
    CHECK(clientela_directory_get_by_int(directory, 7, &text, NULL) == CLIENTELA_OK);
    CHECK(strcmp(clientela_text_data(text),
                 "{\"birth_date\":\"1990-02-01\",\"surname\":\"Orlova\"}") == 0);
    clientela_text_free(text);
    CHECK(clientela_directory_get_by_int(directory, 8, &text, NULL) == CLIENTELA_OK);
    CHECK(strcmp(clientela_text_data(text), "{\"surname\":\"Zhukov\"}") == 0);
    clientela_text_free(text);
    clientela_directory_free(directory);
    directory = NULL;
    given.next = 0;
    sample_stream(&given, &stream);
    CHECK(fails_at(clientela_directory_from_stream(&stream, NULL, 0, &directory, &error), &error,
                   CLIENTELA_BAD_COLUMN, "id"));
    CHECK(stream.release == NULL && sample_live == 0 && directory == NULL);
    CHECK(fails_at(clientela_directory_from_stream(NULL, NULL, 0, &directory, &error), &error,
                   CLIENTELA_NULL_POINTER, "stream"));
}

/* A payment of 2.50 came in, a fee of 1.00 went out. */
static const char statement[] =
    ":20:1\n:25:DE89370400440532013000\n:60F:C260101EUR10,00\n"
    ":61:2601020102C2,50NTRFNONREF\n:86:166?20Invoice 7?32ACME GmbH\n"
    ":61:2601020102D1,00NMSCNONREF\n:86:808?20Fee\n:62F:C260102EUR11,50\n";

static void test_statement(void) {
    clientela_statement *read = NULL;
    clientela_ledger *ledger = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int64_t total = 0;
    CHECK(works(clientela_statement_from_bytes(BYTES(statement), NULL, 0, &read, &error), &error));
    CHECK(clientela_statement_count(read) == 2);
    CHECK(clientela_statement_to_json(read, &text, NULL) == CLIENTELA_OK);
    CHECK(strstr(clientela_text_data(text), "\"format\":\"mt940\"") != NULL);
    CHECK(text_has(text, "\"ACME GmbH\""));
    CHECK(works(clientela_statement_ledger(read, NULL, 0, &text, &ledger, &error), &error));
    CHECK(text_has(text, "\"client\":\"name:acme gmbh\""));
    CHECK(clientela_ledger_total(ledger, &total, NULL) == CLIENTELA_OK && total == 250);
    clientela_ledger_free(ledger);
    ledger = NULL;
    text = NULL;
    CHECK(fails_at(clientela_statement_ledger(read, TEXT("{\"key\": \"colour\"}"), &text, &ledger,
                                              &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "options"));
    CHECK(fails_at(clientela_statement_ledger(read, TEXT("{\"currency\": \"USD\"}"), &text,
                                              &ledger, &error),
                   &error, CLIENTELA_EMPTY, ""));
    CHECK(text == NULL && ledger == NULL);
    clientela_statement_free(read);
    read = NULL;
    CHECK(fails_at(clientela_statement_from_bytes(BYTES("colour"), NULL, 0, &read, &error), &error,
                   CLIENTELA_BAD_FORMAT, ""));
    CHECK(fails_at(clientela_statement_from_bytes(BYTES(statement), TEXT("{\"scale\": 10}"), &read,
                                                  &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "options"));
    CHECK(fails_at(clientela_statement_from_bytes(NULL, 1, NULL, 0, &read, &error), &error,
                   CLIENTELA_NULL_POINTER, "data"));
    CHECK(read == NULL && clientela_statement_count(NULL) == 0);
    clientela_statement_free(NULL);
}

int main(void) {
    test_grid();
    test_documents();
    test_duplicates();
    test_stream();
    test_statement();
    return check_result();
}
