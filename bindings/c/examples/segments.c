/*
 * Prints who is in which segment of a small base, and why one client is in the first.
 *
 * The sales come as the text of a CSV file, so a mapping says which column is which field. The
 * rules are a document as a CRM would store it.
 *
 *     segments [client]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clientela.h"

static const char file[] = "Client;Day;Sum\n"
                           "1;05.01.1998;1200,00\n"
                           "1;20.05.1998;900,00\n"
                           "2;10.01.1998;2500,00\n"
                           "2;15.02.1998;1800,00\n"
                           "3;01.06.1998;40,00\n"
                           "4;03.02.1998;600,00\n"
                           "4;20.03.1998;700,00\n";

static const char mapping[] =
    "{\"target\": \"sales\", \"client_ids\": \"number\","
    " \"columns\": {\"Client\": \"client\", \"Day\": \"date\", \"Sum\": \"amount\"},"
    " \"formats\": {\"dates\": [\"DD.MM.YYYY\"], \"amounts\": \"decimal_comma\"}}";

/* Amounts are texts, so that nothing is rounded. */
static const char document[] =
    "{\"version\": 1, \"match\": \"first\", \"rules\": ["
    " {\"id\": \"slipping\", \"priority\": 10, \"title\": \"Good clients that slip away\","
    "  \"reason\": \"Bought for 1000 or more, and for two months nothing.\","
    "  \"when\": {\"all\": ["
    "    {\"metric\": \"amount\", \"window\": {\"last\": 6, \"unit\": \"month\"},"
    "     \"op\": \"greater_than_or_equals\", \"value\": \"1000.00\"},"
    "    {\"not\": {\"exists\": \"sales\", \"window\": {\"last\": 2, \"unit\": \"month\"}}}]}},"
    " {\"id\": \"large\", \"title\": \"Large clients\","
    "  \"when\": {\"metric\": \"amount\", \"op\": \"greater_than\", \"value\": \"2000.00\"}}]}";

/* Prints what went wrong, frees the error and gives 0 for success. */
static int failed(int32_t status, clientela_error **error) {
    if (status != CLIENTELA_OK) {
        fprintf(stderr, "%s: %s\n", clientela_error_place(*error),
                clientela_error_message(*error));
        clientela_error_free(*error);
        *error = NULL;
    }
    return status != CLIENTELA_OK;
}

static clientela_ledger *make_ledger(void) {
    clientela_grid *grid = NULL;
    clientela_ledger *ledger = NULL;
    clientela_error *error = NULL;
    if (!failed(clientela_grid_from_bytes((const uint8_t *)file, strlen(file), NULL, 0, 1,
                                          &grid, &error),
                &error)) {
        failed(clientela_grid_ledger(grid, mapping, strlen(mapping), NULL, 0, NULL, NULL, &ledger,
                                     &error),
               &error);
    }
    clientela_grid_free(grid);
    return ledger;
}

/* A line for each segment: `slipping: 2 of 4`. */
static int print_summary(const clientela_segments *segments) {
    clientela_table *table = NULL;
    clientela_error *error = NULL;
    size_t rule = 0;
    size_t members = 0;
    size_t row;
    int bad = failed(clientela_segments_summary(segments, &table, &error), &error) ||
              failed(clientela_table_find(table, "rule", 4, &rule, &error), &error) ||
              failed(clientela_table_find(table, "members", 7, &members, &error), &error);
    for (row = 0; !bad && row < clientela_table_rows(table); row++) {
        const char *name = NULL;
        size_t length = 0;
        int64_t count = 0;
        bad = failed(clientela_table_name(table, rule, row, &name, &length, &error), &error) ||
              failed(clientela_table_int64(table, members, row, 1, &count, NULL, &error), &error);
        if (!bad) {
            printf("%.*s: %lld of %zu\n", (int)length, name, (long long)count,
                   clientela_segments_count(segments));
        }
    }
    clientela_table_free(table);
    return bad;
}

/* What is wrong with the rules, if anything is, and why a client is in each segment or not. */
static int print_reasons(const clientela_snapshot *snapshot, const clientela_rules *rules,
                         int64_t client) {
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    if (failed(clientela_snapshot_check_rules(snapshot, rules, &text, &error), &error)) {
        return 1;
    }
    printf("problems: %s\n", clientela_text_data(text));
    clientela_text_free(text);
    if (failed(clientela_snapshot_trace_by_int(snapshot, rules, client, CLIENTELA_READABLE, &text,
                                               &error),
               &error)) {
        return 1;
    }
    printf("%s", clientela_text_data(text));
    clientela_text_free(text);
    return 0;
}

int main(int count, char **arguments) {
    int64_t client = count > 1 ? (int64_t)atoll(arguments[1]) : 4;
    clientela_ledger *ledger = NULL;
    clientela_rules *rules = NULL;
    clientela_snapshot *snapshot = NULL;
    clientela_segments *segments = NULL;
    clientela_error *error = NULL;
    int bad = 1;
    if ((ledger = make_ledger()) != NULL &&
        !failed(clientela_rules_from_json(document, strlen(document), &rules, &error), &error) &&
        !failed(clientela_snapshot_on(ledger, "1998-06-30", 10, NULL, 0, &snapshot, &error),
                &error) &&
        !failed(clientela_snapshot_segments(snapshot, rules, &segments, &error), &error)) {
        bad = print_summary(segments) || print_reasons(snapshot, rules, client);
    }
    clientela_segments_free(segments);
    clientela_snapshot_free(snapshot);
    clientela_rules_free(rules);
    clientela_ledger_free(ledger);
    return bad;
}
