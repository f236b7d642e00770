/*
 * Rules, segments, traces and membership over time: what the calls give, what they refuse.
 *
 * Client 1 buys for 10.00, 20.00 and 30.00, client 2 for 5.00 and takes 2.00 of it back, client 3
 * for 7.50.
 */
#include "check.h"
#include "clientela.h"

#define ROWS 6
#define TEXT(literal) (literal), (sizeof(literal) - 1)
#define BOTH(text) clientela_text_data(text), clientela_text_length(text)

static const int64_t client[ROWS] = {1, 1, 2, 1, 2, 3};
static const int32_t date[ROWS] = {9862, 9893, 9900, 9921, 9930, 9940};
static const int64_t amount[ROWS] = {1000, 2000, 500, 3000, -200, 750};
/* 1997-06-30 */
static const int32_t as_of = 10042;

/* Of spend all is known, of gain nothing, since no sale tells its profit. */
static const char document[] =
    "{\"version\": 1, \"rules\": ["
    " {\"id\": \"spender\", \"version\": 3, \"title\": \"Spenders\", \"reason\": \"Bought much.\","
    "  \"when\": {\"metric\": \"amount\", \"op\": \"greater_than\", \"value\": \"7.50\"}},"
    " {\"id\": \"gain\", \"when\": {\"metric\": \"profit\", \"op\": \"greater_than\","
    "  \"value\": \"0\"}},"
    " {\"id\": \"small\", \"when\": {\"not\": {\"include\": \"spender\"}}}]}";

static clientela_ledger *make_ledger(void) {
    clientela_sales sales;
    clientela_ledger *ledger = NULL;
    memset(&sales, 0, sizeof sales);
    sales.size = sizeof sales;
    sales.rows = ROWS;
    sales.client = client;
    sales.date = date;
    sales.amount = amount;
    CHECK(clientela_ledger_from_arrays(&sales, NULL, 0, &ledger, NULL) == CLIENTELA_OK);
    return ledger;
}

static clientela_rules *make_rules(const char *json) {
    clientela_rules *rules = NULL;
    clientela_error *error = NULL;
    if (clientela_rules_from_json(json, strlen(json), &rules, &error) != CLIENTELA_OK) {
        printf("%s\n", clientela_error_message(error));
        clientela_error_free(error);
    }
    CHECK(rules != NULL);
    return rules;
}

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

static int text_has(clientela_text *text, const char *part) {
    int has = strstr(clientela_text_data(text), part) != NULL;
    if (!has) {
        printf("no %s in %s\n", part, clientela_text_data(text));
    }
    clientela_text_free(text);
    return has;
}

/* The code of a flag: 1, 0, or 255 for unknown. */
static int flag_at(const clientela_table *table, const char *column, size_t row) {
    size_t at = 0;
    uint8_t value = 7;
    CHECK(clientela_table_find(table, column, strlen(column), &at, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_uint8(table, at, row, 1, &value, NULL, NULL) == CLIENTELA_OK);
    return value;
}

static int64_t count_at(const clientela_table *table, const char *column, size_t row) {
    size_t at = 0;
    int64_t value = -1;
    CHECK(clientela_table_find(table, column, strlen(column), &at, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_int64(table, at, row, 1, &value, NULL, NULL) == CLIENTELA_OK);
    return value;
}

static void test_rules(void) {
    clientela_rules *rules = make_rules(document);
    clientela_rules *again = NULL;
    clientela_text *text = NULL;
    clientela_text *same = NULL;
    clientela_error *error = NULL;
    CHECK(clientela_rules_count(rules) == 3);
    CHECK(clientela_rules_to_json(rules, &text, NULL) == CLIENTELA_OK);
    CHECK(clientela_rules_from_json(BOTH(text), &again, NULL) == CLIENTELA_OK);
    CHECK(clientela_rules_to_json(again, &same, NULL) == CLIENTELA_OK);
    CHECK(strcmp(clientela_text_data(text), clientela_text_data(same)) == 0);
    clientela_text_free(same);
    clientela_text_free(text);
    clientela_rules_free(again);
    clientela_rules_free(rules);

    CHECK(fails_at(clientela_rules_from_json(TEXT("{\"version\": 2, \"rules\": []}"), &rules,
                                             &error),
                   &error, CLIENTELA_BAD_DOCUMENT, "version"));
    CHECK(rules == NULL);
    CHECK(fails_at(clientela_rules_from_json(TEXT("\xFF"), &rules, &error), &error,
                   CLIENTELA_BAD_UTF8, "json"));
    CHECK(fails_at(clientela_rules_from_json(NULL, 2, &rules, &error), &error,
                   CLIENTELA_NULL_POINTER, "json"));
    CHECK(fails_at(clientela_rules_from_json(TEXT("{}"), NULL, &error), &error,
                   CLIENTELA_NULL_POINTER, "out"));

    CHECK(clientela_rules_built_in(NULL, &rules, NULL) == CLIENTELA_OK);
    CHECK(clientela_rules_count(rules) > 3);
    clientela_rules_free(rules);
    CHECK(clientela_rules_unstated(NULL, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"cause\":"));
    CHECK(clientela_rules_count(NULL) == 0);
    clientela_rules_free(NULL);
}

static void test_segments(void) {
    clientela_ledger *ledger = make_ledger();
    clientela_rules *rules = make_rules(document);
    clientela_snapshot *snapshot = NULL;
    clientela_segments *segments = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t verdict = 7;
    CHECK(clientela_snapshot_new(ledger, as_of, NULL, 0, &snapshot, NULL) == CLIENTELA_OK);
    clientela_ledger_free(ledger);
    CHECK(clientela_snapshot_segments(snapshot, rules, &segments, NULL) == CLIENTELA_OK);

    CHECK(clientela_snapshot_trace_by_int(snapshot, rules, 1, CLIENTELA_JSON, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "\"rules[2].when\""));
    CHECK(clientela_snapshot_trace_by_int(snapshot, rules, 3, CLIENTELA_READABLE, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "Client 3 as of 1997-06-30"));
    text = NULL;
    CHECK(fails_at(clientela_snapshot_trace_by_int(snapshot, rules, 9, CLIENTELA_JSON, &text,
                                                   &error),
                   &error, CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_snapshot_trace_by_text(snapshot, rules, TEXT("1"), CLIENTELA_JSON,
                                                    &text, &error),
                   &error, CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_snapshot_trace_by_int(snapshot, rules, 1, 2, &text, &error), &error,
                   CLIENTELA_BAD_ARGUMENT, "form"));
    CHECK(text == NULL);
    CHECK(clientela_snapshot_attributes(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) > 50);
    clientela_table_free(table);
    /* Nothing depends on anything else. */
    clientela_snapshot_free(snapshot);
    clientela_rules_free(rules);

    CHECK(clientela_segments_count(segments) == 3);
    CHECK(clientela_segments_as_of(segments) == as_of);
    CHECK(clientela_segments_table(segments, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 3 && clientela_table_columns(table) == 4);
    CHECK(flag_at(table, "spender", 0) == 1 && flag_at(table, "small", 0) == 0);
    CHECK(flag_at(table, "spender", 1) == 0 && flag_at(table, "small", 1) == 1);
    CHECK(flag_at(table, "spender", 2) == 0 && flag_at(table, "gain", 2) == 255);
    clientela_table_free(table);
    CHECK(clientela_segments_members(segments, TEXT("small"), &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 2 && count_at(table, "client", 1) == 3);
    clientela_table_free(table);
    CHECK(clientela_segments_summary(segments, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 3);
    CHECK(count_at(table, "members", 0) == 1 && count_at(table, "not_members", 0) == 2);
    CHECK(count_at(table, "unknown", 1) == 3);
    clientela_table_free(table);
    table = NULL;
    CHECK(clientela_segments_verdict_by_int(segments, TEXT("spender"), 1, &verdict, NULL) ==
              CLIENTELA_OK &&
          verdict == 1);
    CHECK(clientela_segments_verdict_by_int(segments, TEXT("spender"), 3, &verdict, NULL) ==
              CLIENTELA_OK &&
          verdict == 0);
    CHECK(clientela_segments_verdict_by_int(segments, TEXT("gain"), 3, &verdict, NULL) ==
              CLIENTELA_OK &&
          verdict == -1);
    CHECK(fails_at(clientela_segments_verdict_by_int(segments, TEXT("gain"), 9, &verdict, &error),
                   &error, CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_segments_verdict_by_text(segments, TEXT("gain"), TEXT("1"), &verdict,
                                                      &error),
                   &error, CLIENTELA_UNKNOWN_CLIENT, "client"));
    CHECK(fails_at(clientela_segments_members(segments, TEXT("colour"), &table, &error), &error,
                   CLIENTELA_BAD_ARGUMENT, "rule"));
    CHECK(fails_at(clientela_segments_members(segments, TEXT("\xFF"), &table, &error), &error,
                   CLIENTELA_BAD_UTF8, "rule"));
    CHECK(fails_at(clientela_segments_table(NULL, &table, &error), &error, CLIENTELA_NULL_POINTER,
                   "segments"));
    CHECK(table == NULL);
    clientela_segments_free(segments);
    clientela_segments_free(NULL);
    CHECK(clientela_segments_count(NULL) == 0 && clientela_segments_as_of(NULL) == INT32_MIN);
}

static void test_problems(void) {
    clientela_ledger *ledger = make_ledger();
    clientela_rules *rules = make_rules(
        "{\"version\": 1, \"rules\": [{\"id\": \"a\", \"when\": {\"any\": ["
        "{\"attribute\": \"colour\", \"op\": \"is_null\"}]}}]}");
    clientela_snapshot *snapshot = NULL;
    clientela_segments *segments = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    CHECK(clientela_snapshot_new(ledger, as_of, NULL, 0, &snapshot, NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_check_rules(snapshot, rules, &text, NULL) == CLIENTELA_OK);
    CHECK(strstr(clientela_text_data(text), "\"severity\":\"error\"") != NULL);
    CHECK(text_has(text, "\"path\":\"rules[0].when.any[0].attribute\""));
    CHECK(fails_at(clientela_snapshot_segments(snapshot, rules, &segments, &error), &error,
                   CLIENTELA_BAD_DOCUMENT, "rules[0].when.any[0].attribute"));
    CHECK(segments == NULL);
    CHECK(fails_at(clientela_snapshot_segments(snapshot, NULL, &segments, &error), &error,
                   CLIENTELA_NULL_POINTER, "rules"));
    CHECK(fails_at(clientela_snapshot_segments(NULL, rules, &segments, &error), &error,
                   CLIENTELA_NULL_POINTER, "snapshot"));
    clientela_rules_free(rules);
    rules = make_rules(document);
    CHECK(fails_at(clientela_snapshot_check_rules(snapshot, rules, NULL, &error), &error,
                   CLIENTELA_NULL_POINTER, "out"));
    clientela_snapshot_free(snapshot);
    clientela_rules_free(rules);
    clientela_ledger_free(ledger);
}

static void test_history(void) {
    /* Client 1 bought for 7.50 at most until 9861, for more from 9862 on; client 3 never did. */
    static const int32_t days[] = {9950, 9861, 9905};
    static const char pins[] = "[{\"rule\": \"spender\", \"client\": 3, \"on\": \"1997-03-01\","
                               " \"state\": \"in\", \"by\": \"Ada\", \"why\": \"A friend.\"}]";
    clientela_ledger *ledger = make_ledger();
    clientela_rules *rules = make_rules(document);
    clientela_history *whole = NULL;
    clientela_history *part = NULL;
    clientela_history *both = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_text *same = NULL;
    clientela_error *error = NULL;
    clientela_base base;
    memset(&base, 0, sizeof base);
    base.size = sizeof base;
    base.ledger = ledger;
    CHECK(clientela_history_of(&base, rules, days, 3, NULL, TEXT(pins), 0, &whole, &error) ==
          CLIENTELA_OK);
    CHECK(clientela_history_stays(whole, TEXT("spender"), &table, NULL) == CLIENTELA_OK);
    /* Client 1 by the rule, client 3 by the pin. */
    CHECK(clientela_table_rows(table) == 2 && count_at(table, "client", 0) == 1);
    CHECK(count_at(table, "client", 1) == 3);
    clientela_table_free(table);
    CHECK(clientela_history_table(whole, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) > 2);
    clientela_table_free(table);
    CHECK(clientela_history_summary(whole, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 9);
    clientela_table_free(table);
    table = NULL;

    /* What is written out is read again, and joined with a part of it stays what it is. */
    CHECK(clientela_history_to_json(whole, &text, NULL) == CLIENTELA_OK);
    CHECK(clientela_history_of(&base, rules, days, 1, NULL, TEXT(pins), 1, &part, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_history_merge(part, whole, &both, NULL) == CLIENTELA_OK);
    clientela_history_free(part);
    CHECK(clientela_history_from_json(BOTH(text), &part, NULL) == CLIENTELA_OK);
    CHECK(clientela_history_to_json(part, &same, NULL) == CLIENTELA_OK);
    CHECK(strcmp(clientela_text_data(text), clientela_text_data(same)) == 0);
    clientela_text_free(same);
    CHECK(clientela_history_to_json(both, &same, NULL) == CLIENTELA_OK);
    CHECK(strcmp(clientela_text_data(text), clientela_text_data(same)) == 0);
    clientela_text_free(same);
    clientela_text_free(text);
    clientela_history_free(both);
    clientela_history_free(part);
    part = NULL;

    CHECK(fails_at(clientela_history_of(&base, rules, NULL, 0, NULL, NULL, 0, 0, &part, &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "days"));
    CHECK(fails_at(clientela_history_of(&base, rules, NULL, 1, NULL, NULL, 0, 0, &part, &error),
                   &error, CLIENTELA_NULL_POINTER, "days"));
    CHECK(fails_at(clientela_history_of(&base, rules, days, 3, NULL, TEXT("[{}]"), 0, &part,
                                        &error),
                   &error, CLIENTELA_BAD_DOCUMENT, "[0]"));
    CHECK(fails_at(clientela_history_of(&base, NULL, days, 3, NULL, NULL, 0, 0, &part, &error),
                   &error, CLIENTELA_NULL_POINTER, "rules"));
    CHECK(fails_at(clientela_history_of(&base, rules, days, 3, NULL, NULL, 0, -1, &part, &error),
                   &error, CLIENTELA_BAD_ARGUMENT, "threads"));
    CHECK(fails_at(clientela_history_from_json(TEXT("{}"), &part, &error), &error,
                   CLIENTELA_BAD_DOCUMENT, "."));
    CHECK(fails_at(clientela_history_stays(whole, TEXT("colour"), &table, &error), &error,
                   CLIENTELA_BAD_ARGUMENT, "rule"));
    CHECK(fails_at(clientela_history_merge(whole, NULL, &part, &error), &error,
                   CLIENTELA_NULL_POINTER, "right"));
    CHECK(part == NULL && table == NULL);
    clientela_history_free(whole);
    clientela_history_free(NULL);
    clientela_rules_free(rules);
    clientela_ledger_free(ledger);
}

int main(void) {
    test_rules();
    test_segments();
    test_problems();
    test_history();
    return check_result();
}
