/*
 * Every call of the interface: what it gives, what it refuses, who frees what.
 *
 * The figures of the base below are small enough to be worked out by hand: client 1 buys 10.00,
 * 20.00 and 30.00 on three days, client 2 buys 5.00 and takes 2.00 of it back, client 3 buys
 * 7.50 once.
 */
#include <pthread.h>

#include "arrow.h"
#include "json.h"

#define ROWS 6
/* A text as the two arguments that calls take. */
#define TEXT(literal) (literal), (sizeof(literal) - 1)
#define BOTH(text) clientela_text_data(text), clientela_text_length(text)
/* Pairs of client and month with a line: three of client 1, two of client 2, one of client 3. */
#define MONTHS 6

static const int64_t client[ROWS] = {1, 1, 2, 1, 2, 3};
static const int32_t date[ROWS] = {9862, 9893, 9900, 9921, 9930, 9940};
static const int64_t amount[ROWS] = {1000, 2000, 500, 3000, -200, 750};
/* 1997-06-30 */
static const int32_t as_of = 10042;

static const char names[] = "anna" "anna" "bo" "anna" "bo" "\xC3\xA7" "em";
static const int64_t name_offsets[ROWS + 1] = {0, 4, 8, 10, 14, 16, 20};

static clientela_sales base(void) {
    clientela_sales sales;
    memset(&sales, 0, sizeof sales);
    sales.size = sizeof sales;
    sales.rows = ROWS;
    sales.client = client;
    sales.date = date;
    sales.amount = amount;
    return sales;
}

static clientela_ledger *make_ledger(const clientela_sales *sales) {
    clientela_ledger *ledger = NULL;
    clientela_error *error = NULL;
    int32_t status = clientela_ledger_from_arrays(sales, NULL, 0, &ledger, &error);
    if (status != CLIENTELA_OK) {
        printf("%s\n", clientela_error_message(error));
        clientela_error_free(error);
    }
    CHECK(status == CLIENTELA_OK && ledger != NULL && error == NULL);
    return ledger;
}

static clientela_snapshot *make_snapshot(const clientela_ledger *ledger) {
    clientela_snapshot *snapshot = NULL;
    CHECK(clientela_snapshot_new(ledger, as_of, NULL, 1, &snapshot, NULL) == CLIENTELA_OK);
    return snapshot;
}

/* Two clients: a shop of which much is known, and one of whom little is. */
static const char documents[] =
    "[{\"client\": 3, \"fields\": {\"address\": \"Quai 1\"}},"
    " {\"client\": 1, \"kind\": \"shop\", \"updated_on\": \"1997-05-01\","
    "  \"fields\": {\"phone\": \"+33 1\", \"potential\": \"80.00\", \"famous\": true,"
    "               \"reference_allowed\": \"unknown\", \"brands_in_stock\": [\"Aa\", \"Bb\"]},"
    "  \"preferences\": [{\"subject\": \"client\", \"what\": \"tea\"}]}]";

static clientela_portraits *make_portraits(void) {
    clientela_portraits *portraits = NULL;
    clientela_error *error = NULL;
    int32_t status =
        clientela_portraits_from_json(TEXT(documents), NULL, 0, &portraits, &error);
    if (status != CLIENTELA_OK) {
        printf("%s\n", clientela_error_message(error));
        clientela_error_free(error);
    }
    CHECK(status == CLIENTELA_OK && portraits != NULL && error == NULL);
    return portraits;
}

static clientela_base base_of(const clientela_ledger *ledger,
                              const clientela_portraits *portraits) {
    clientela_base made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    made.ledger = ledger;
    made.portraits = portraits;
    return made;
}

/* Whether the text is this one; frees it. */
static int text_is(clientela_text *text, const char *expected) {
    int same = text != NULL && strcmp(clientela_text_data(text), expected) == 0 &&
               clientela_text_length(text) == strlen(expected);
    if (!same) {
        printf("found %s\n", text == NULL ? "NULL" : clientela_text_data(text));
    }
    clientela_text_free(text);
    return same;
}

/* Whether the text contains this one; frees it. */
static int text_has(clientela_text *text, const char *part) {
    int has = text != NULL && strstr(clientela_text_data(text), part) != NULL;
    if (!has) {
        printf("found %s\n", text == NULL ? "NULL" : clientela_text_data(text));
    }
    clientela_text_free(text);
    return has;
}

/* Whether a call failed as expected, with an error that says so; frees the error. */
static int fails(int32_t status, clientela_error **error, int32_t expected, const char *part) {
    const char *message = clientela_error_message(*error);
    int good = status == expected && *error != NULL && strstr(message, part) != NULL &&
               clientela_error_status(*error) == expected;
    if (!good) {
        printf("status %d, %s\n", (int)status, message);
    }
    clientela_error_free(*error);
    *error = NULL;
    return good;
}

static void test_versions(void) {
    CHECK(clientela_abi_version() == CLIENTELA_ABI_VERSION);
    CHECK(strchr(clientela_version(), '.') != NULL);
}

static void test_nothing(void) {
    const char *data = "";
    size_t length = 0;
    clientela_error_free(NULL);
    clientela_text_free(NULL);
    clientela_bytes_free(NULL);
    clientela_policy_free(NULL);
    clientela_portraits_free(NULL);
    clientela_journal_free(NULL);
    clientela_builder_free(NULL);
    clientela_ledger_free(NULL);
    clientela_snapshot_free(NULL);
    clientela_table_free(NULL);
    CHECK(clientela_error_status(NULL) == CLIENTELA_OK);
    CHECK(strcmp(clientela_error_message(NULL), "") == 0);
    CHECK(strcmp(clientela_error_place(NULL), "") == 0);
    CHECK(strcmp(clientela_error_value(NULL), "") == 0);
    CHECK(clientela_error_row(NULL) == -1);
    CHECK(strcmp(clientela_text_data(NULL), "") == 0);
    CHECK(clientela_text_length(NULL) == 0);
    CHECK(clientela_bytes_data(NULL) == NULL);
    CHECK(clientela_bytes_length(NULL) == 0);
    CHECK(clientela_snapshot_as_of(NULL) == INT32_MIN);
    CHECK(clientela_snapshot_count(NULL) == 0);
    CHECK(clientela_portraits_count(NULL) == 0);
    CHECK(clientela_table_rows(NULL) == 0);
    CHECK(clientela_table_columns(NULL) == 0);
    CHECK(clientela_table_name(NULL, 0, 0, &data, &length, NULL) == CLIENTELA_NULL_POINTER);
}

/* Every argument that must be there, left out once. */
static void test_nulls(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_snapshot *snapshot = make_snapshot(ledger);
    clientela_table *table = NULL;
    clientela_table *unmade = NULL;
    clientela_policy *policy = NULL;
    clientela_policy *refused = NULL;
    clientela_builder *builder = NULL;
    clientela_text *text = NULL;
    clientela_bytes *bytes = NULL;
    clientela_ledger *other = NULL;
    clientela_snapshot *another = NULL;
    clientela_portraits *portraits = NULL;
    clientela_portraits *unread = NULL;
    clientela_journal *journal = NULL;
    clientela_journal *unwritten = NULL;
    clientela_error *error = NULL;
    clientela_base parts = base_of(NULL, NULL);
    struct ArrowArrayStream stream;
    clientela_column column;
    clientela_counts counts;
    const char *data;
    size_t length;
    int64_t wide;
    int32_t narrow;
    uint8_t code;
    double real;

    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_policy_new(&policy, NULL) == CLIENTELA_OK);
    CHECK(clientela_builder_new(NULL, 0, &builder, NULL) == CLIENTELA_OK);
    CHECK(clientela_portraits_from_json(TEXT("[]"), NULL, 0, &portraits, NULL) == CLIENTELA_OK);
    CHECK(clientela_journal_from_json(TEXT("{}"), &journal, NULL) == CLIENTELA_OK);
    memset(&stream, 0, sizeof stream);
    column.size = sizeof column;
    counts.size = sizeof counts;

#define NULL_POINTER(call) CHECK((call) == CLIENTELA_NULL_POINTER)
    NULL_POINTER(clientela_day_parse(TEXT("1997-06-30"), NULL, NULL));
    NULL_POINTER(clientela_day_parse(NULL, 10, &narrow, NULL));
    NULL_POINTER(clientela_day_text(1, NULL, NULL));
    NULL_POINTER(clientela_amount_parse(TEXT("1"), 2, NULL, NULL));
    NULL_POINTER(clientela_amount_parse(NULL, 1, 2, &wide, NULL));
    NULL_POINTER(clientela_amount_text(1, 2, NULL, NULL));
    NULL_POINTER(clientela_policy_new(NULL, NULL));
    NULL_POINTER(clientela_policy_from_json(TEXT("{}"), NULL, NULL));
    NULL_POINTER(clientela_policy_from_json(NULL, 2, &refused, NULL));
    CHECK(refused == NULL);
    NULL_POINTER(clientela_policy_for_industry(TEXT("clothing"), NULL, NULL));
    NULL_POINTER(clientela_policy_to_json(NULL, &text, NULL));
    NULL_POINTER(clientela_policy_to_json(policy, NULL, NULL));
    NULL_POINTER(clientela_ledger_from_arrays(NULL, NULL, 0, &other, NULL));
    NULL_POINTER(clientela_ledger_from_arrays(&sales, NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_ledger_from_arrays(&sales, NULL, 1, &other, NULL));
    NULL_POINTER(clientela_ledger_from_stream(NULL, NULL, 0, &other, NULL));
    NULL_POINTER(clientela_ledger_from_stream(&stream, NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_ledger_append_arrays(NULL, &sales, &other, NULL));
    NULL_POINTER(clientela_ledger_append_arrays(ledger, NULL, &other, NULL));
    NULL_POINTER(clientela_ledger_append_arrays(ledger, &sales, NULL, NULL));
    NULL_POINTER(clientela_ledger_append_stream(ledger, NULL, NULL, 0, &other, NULL));
    NULL_POINTER(clientela_ledger_merge(NULL, ledger, &other, NULL));
    NULL_POINTER(clientela_ledger_merge(ledger, NULL, &other, NULL));
    NULL_POINTER(clientela_ledger_merge(ledger, ledger, NULL, NULL));
    NULL_POINTER(clientela_ledger_roll_up(NULL, TEXT("{}"), &other, NULL));
    NULL_POINTER(clientela_ledger_roll_up(ledger, NULL, 2, &other, NULL));
    NULL_POINTER(clientela_ledger_to_bytes(NULL, &bytes, NULL));
    NULL_POINTER(clientela_ledger_to_bytes(ledger, NULL, NULL));
    NULL_POINTER(clientela_ledger_from_bytes(NULL, 9, &other, NULL));
    NULL_POINTER(clientela_ledger_report(NULL, &text, NULL));
    NULL_POINTER(clientela_ledger_counts(NULL, &counts, NULL));
    NULL_POINTER(clientela_ledger_counts(ledger, NULL, NULL));
    NULL_POINTER(clientela_ledger_total(NULL, &wide, NULL));
    NULL_POINTER(clientela_ledger_total(ledger, NULL, NULL));
    NULL_POINTER(clientela_ledger_sales_by_int(NULL, 1, &text, NULL));
    NULL_POINTER(clientela_ledger_sales_by_text(ledger, NULL, 1, &text, NULL));
    NULL_POINTER(clientela_builder_new(NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_builder_push(NULL, &sales, NULL));
    NULL_POINTER(clientela_builder_push(builder, NULL, NULL));
    NULL_POINTER(clientela_builder_finish(NULL, &other, NULL));
    NULL_POINTER(clientela_snapshot_new(NULL, as_of, NULL, 0, &another, NULL));
    NULL_POINTER(clientela_snapshot_new(ledger, as_of, NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_snapshot_on(ledger, NULL, 10, NULL, 0, &another, NULL));
    NULL_POINTER(clientela_snapshot_with_census(NULL, TEXT("{}"), 0, &another, NULL));
    NULL_POINTER(clientela_census_count(NULL, as_of, NULL, 0, &text, NULL));
    NULL_POINTER(clientela_census_merge(NULL, 1, TEXT("{}"), &text, NULL));
    NULL_POINTER(clientela_census_remaining(NULL, TEXT("{}"), 0, &text, NULL));
    NULL_POINTER(clientela_census_merge_remaining(TEXT("[]"), NULL, 1, &text, NULL));
    NULL_POINTER(clientela_census_close(NULL, 1, TEXT("[]"), &text, NULL));
    NULL_POINTER(clientela_portraits_from_json(NULL, 2, NULL, 0, &unread, NULL));
    NULL_POINTER(clientela_portraits_from_json(TEXT("[]"), NULL, 2, &unread, NULL));
    NULL_POINTER(clientela_portraits_from_json(TEXT("[]"), NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_portraits_from_stream(NULL, NULL, 0, &unread, NULL));
    NULL_POINTER(clientela_portraits_from_stream(&stream, NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_portraits_merge(NULL, portraits, &unread, NULL));
    NULL_POINTER(clientela_portraits_merge(portraits, NULL, &unread, NULL));
    NULL_POINTER(clientela_portraits_merge(portraits, portraits, NULL, NULL));
    NULL_POINTER(clientela_portraits_get_by_int(NULL, 1, &text, NULL));
    NULL_POINTER(clientela_portraits_get_by_int(portraits, 1, NULL, NULL));
    NULL_POINTER(clientela_portraits_get_by_text(NULL, TEXT("a"), &text, NULL));
    NULL_POINTER(clientela_portraits_get_by_text(portraits, NULL, 1, &text, NULL));
    NULL_POINTER(clientela_portraits_to_json(NULL, &text, NULL));
    NULL_POINTER(clientela_portraits_to_json(portraits, NULL, NULL));
    NULL_POINTER(clientela_portraits_report(NULL, &text, NULL));
    NULL_POINTER(clientela_portraits_completeness(NULL, as_of, &unmade, NULL));
    NULL_POINTER(clientela_portraits_completeness(portraits, as_of, NULL, NULL));
    NULL_POINTER(clientela_portraits_completeness_by_int(NULL, 1, as_of, &text, NULL));
    NULL_POINTER(clientela_portraits_completeness_by_text(NULL, TEXT("a"), as_of, &text, NULL));
    NULL_POINTER(clientela_portraits_completeness_by_text(portraits, NULL, 1, as_of, &text, NULL));
    NULL_POINTER(clientela_portraits_gaps(NULL, as_of, &unmade, NULL));
    NULL_POINTER(clientela_catalogue_built_in(NULL, NULL));
    NULL_POINTER(clientela_questionnaire_fill(NULL, 2, &text, NULL));
    NULL_POINTER(clientela_questionnaire_fill(TEXT("{}"), NULL, NULL));
    NULL_POINTER(clientela_additional_copy(NULL, 2, TEXT("{}"), &text, NULL));
    NULL_POINTER(clientela_additional_copy(TEXT("{}"), NULL, 2, &text, NULL));
    NULL_POINTER(clientela_additional_copy(TEXT("{}"), TEXT("{}"), NULL, NULL));
    NULL_POINTER(clientela_snapshot_of(NULL, as_of, NULL, 0, &another, NULL));
    NULL_POINTER(clientela_snapshot_of(&parts, as_of, NULL, 0, &another, NULL));
    parts.ledger = ledger;
    NULL_POINTER(clientela_snapshot_of(&parts, as_of, NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_snapshot_of_part(NULL, TEXT("{}"), 0, &another, NULL));
    NULL_POINTER(clientela_snapshot_of_part(&parts, NULL, 2, 0, &another, NULL));
    NULL_POINTER(clientela_census_count_of(NULL, as_of, NULL, 0, &text, NULL));
    NULL_POINTER(clientela_census_count_of(&parts, as_of, NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_census_remaining_of(NULL, TEXT("{}"), 0, &text, NULL));
    NULL_POINTER(clientela_census_remaining_of(&parts, NULL, 2, 0, &text, NULL));
    NULL_POINTER(clientela_snapshot_ladder(NULL, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_keys(NULL, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_matches(snapshot, NULL, NULL));
    NULL_POINTER(clientela_snapshot_matrix(NULL, TEXT("stage"), TEXT("tier"), &unmade, NULL));
    NULL_POINTER(clientela_snapshot_matrix(snapshot, NULL, 5, TEXT("tier"), &unmade, NULL));
    NULL_POINTER(clientela_snapshot_matrix(snapshot, TEXT("stage"), NULL, 4, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_transitions(NULL, snapshot, NULL, 0, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_transitions(snapshot, NULL, NULL, 0, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_transitions(snapshot, snapshot, NULL, 5, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_ranking(NULL, TEXT("amount"), &unmade, NULL));
    NULL_POINTER(clientela_snapshot_ranking(snapshot, NULL, 6, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_overlap(NULL, TEXT("amount"), TEXT("amount"), &text, NULL));
    NULL_POINTER(clientela_snapshot_overlap(snapshot, TEXT("amount"), NULL, 6, &text, NULL));
    NULL_POINTER(clientela_snapshot_clients(NULL, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_clients(snapshot, NULL, NULL));
    NULL_POINTER(clientela_snapshot_cohorts(snapshot, NULL, 5, &unmade, NULL));
    CHECK(unmade == NULL);
    NULL_POINTER(clientela_snapshot_months(snapshot, NULL, NULL));
    NULL_POINTER(clientela_snapshot_explain_by_int(NULL, 1, CLIENTELA_JSON, &text, NULL));
    NULL_POINTER(clientela_snapshot_explain_by_text(snapshot, NULL, 1, 0, &text, NULL));
    NULL_POINTER(clientela_snapshot_summary(NULL, &text, NULL));
    NULL_POINTER(clientela_snapshot_census(NULL, &text, NULL));
    NULL_POINTER(clientela_snapshot_diff(snapshot, NULL, &text, NULL));
    NULL_POINTER(clientela_snapshot_diff(NULL, snapshot, &text, NULL));
    NULL_POINTER(clientela_snapshot_policy(NULL, &text, NULL));
    NULL_POINTER(clientela_table_find(NULL, TEXT("client"), &length, NULL));
    NULL_POINTER(clientela_table_find(table, NULL, 6, &length, NULL));
    NULL_POINTER(clientela_table_find(table, TEXT("client"), NULL, NULL));
    NULL_POINTER(clientela_table_column(NULL, 0, &column, NULL));
    NULL_POINTER(clientela_table_column(table, 0, NULL, NULL));
    NULL_POINTER(clientela_table_choice(table, 0, 0, NULL, &length, NULL));
    NULL_POINTER(clientela_table_choice(table, 0, 0, &data, NULL, NULL));
    NULL_POINTER(clientela_table_int64(NULL, 0, 0, 1, &wide, NULL, NULL));
    NULL_POINTER(clientela_table_int64(table, 0, 0, 1, NULL, NULL, NULL));
    NULL_POINTER(clientela_table_int32(NULL, 0, 0, 1, &narrow, NULL, NULL));
    NULL_POINTER(clientela_table_uint8(NULL, 0, 0, 1, &code, NULL, NULL));
    NULL_POINTER(clientela_table_double(NULL, 0, 0, 1, &real, NULL, NULL));
    NULL_POINTER(clientela_table_name(table, 0, 0, NULL, &length, NULL));
    NULL_POINTER(clientela_table_text(NULL, 0, 0, &text, NULL));
    NULL_POINTER(clientela_table_text(table, 0, 0, NULL, NULL));
    NULL_POINTER(clientela_table_json(NULL, &text, NULL));
    NULL_POINTER(clientela_table_stream(NULL, &stream, NULL));
    CHECK(stream.release == NULL);
    NULL_POINTER(clientela_table_stream(table, NULL, NULL));
    NULL_POINTER(clientela_journal_from_json(NULL, 2, &unwritten, NULL));
    NULL_POINTER(clientela_journal_from_json(TEXT("{}"), NULL, NULL));
    NULL_POINTER(clientela_journal_merge(NULL, journal, &unwritten, NULL));
    NULL_POINTER(clientela_journal_merge(journal, NULL, &unwritten, NULL));
    NULL_POINTER(clientela_journal_merge(journal, journal, NULL, NULL));
    NULL_POINTER(clientela_journal_to_json(NULL, &text, NULL));
    NULL_POINTER(clientela_journal_to_json(journal, NULL, NULL));
    NULL_POINTER(clientela_snapshot_view(NULL, TEXT("curve"), NULL, 0, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_view(snapshot, NULL, 5, NULL, 0, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_view(snapshot, TEXT("curve"), NULL, 2, &unmade, NULL));
    NULL_POINTER(clientela_snapshot_view(snapshot, TEXT("curve"), NULL, 0, NULL, NULL));
    NULL_POINTER(clientela_snapshot_account(NULL, &text, NULL));
    NULL_POINTER(clientela_snapshot_account(snapshot, NULL, NULL));
    NULL_POINTER(clientela_views(NULL, NULL));
    NULL_POINTER(clientela_formulas(NULL, NULL));
    NULL_POINTER(clientela_formula(NULL, 3, TEXT("{}"), NULL, &text, NULL));
    NULL_POINTER(clientela_formula(TEXT("crr"), NULL, 2, NULL, &text, NULL));
    NULL_POINTER(clientela_formula(TEXT("crr"), TEXT("{}"), NULL, NULL, NULL));
    CHECK(unwritten == NULL);
#undef NULL_POINTER
    CHECK(text == NULL && bytes == NULL && other == NULL && another == NULL && unread == NULL);
    CHECK(fails(clientela_ledger_merge(ledger, NULL, &other, &error), &error,
                CLIENTELA_NULL_POINTER, "`right`"));

    clientela_table_free(table);
    clientela_journal_free(journal);
    clientela_portraits_free(portraits);
    clientela_policy_free(policy);
    clientela_builder_free(builder);
    clientela_snapshot_free(snapshot);
    clientela_ledger_free(ledger);
}

static void test_values(void) {
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int64_t minor = 0;
    int32_t day = 0;
    CHECK(clientela_day_parse(TEXT("1997-06-30"), &day, NULL) == CLIENTELA_OK && day == as_of);
    CHECK(clientela_day_text(as_of, &text, NULL) == CLIENTELA_OK && text_is(text, "1997-06-30"));
    CHECK(fails(clientela_day_parse(TEXT("1997-02-30"), &day, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "1997-02-30"));
    CHECK(fails(clientela_day_parse(TEXT("30.06.1997"), &day, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "YYYY-MM-DD"));
    CHECK(fails(clientela_day_text(INT32_MIN, &text, &error), &error, CLIENTELA_BAD_ARGUMENT,
                "years"));
    CHECK(clientela_amount_parse(TEXT("-1234.5"), 2, &minor, NULL) == CLIENTELA_OK);
    CHECK(minor == -123450);
    CHECK(clientela_amount_text(minor, 2, &text, NULL) == CLIENTELA_OK);
    CHECK(text_is(text, "-1234.50"));
    CHECK(clientela_amount_parse(TEXT("92233720368547758.07"), 2, &minor, NULL) == CLIENTELA_OK);
    CHECK(minor == INT64_MAX);
    CHECK(fails(clientela_amount_parse(TEXT("92233720368547758.08"), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "92233720368547758.08"));
    CHECK(fails(clientela_amount_parse(TEXT("0.001"), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "2 places"));
    CHECK(fails(clientela_amount_parse(TEXT("1,5"), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "1,5"));
    CHECK(clientela_amount_parse(TEXT("+0.500"), 2, &minor, NULL) == CLIENTELA_OK && minor == 50);
    CHECK(fails(clientela_amount_parse(TEXT("1_000"), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "1_000"));
    CHECK(fails(clientela_amount_parse(TEXT(".5"), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, ".5"));
    CHECK(fails(clientela_amount_parse(TEXT("5."), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "5."));
    CHECK(fails(clientela_amount_parse(TEXT("1e3"), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "1e3"));
    CHECK(fails(clientela_amount_parse(TEXT(""), 2, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "decimal"));
    CHECK(fails(clientela_amount_parse(TEXT("1"), 10, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "scale"));
    CHECK(fails(clientela_amount_parse(TEXT("1"), -1, &minor, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "scale"));
    CHECK(fails(clientela_amount_parse(TEXT("\xFF"), 2, &minor, &error), &error,
                CLIENTELA_BAD_UTF8, "`data`"));
}

static void test_policy(void) {
    clientela_policy *policy = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status = clientela_policy_from_json(TEXT("{\"abc\": {\"a_percent\": \"70\"}}"), &policy,
                                                &error);
    CHECK(status == CLIENTELA_OK && error == NULL);
    CHECK(clientela_policy_to_json(policy, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"a_percent\": \"70\""));
    clientela_policy_free(policy);

    status = clientela_policy_from_json(TEXT("{\"abc\": {\"a_percentage\": 70}}"), &policy, &error);
    CHECK(policy == NULL);
    CHECK(strncmp(clientela_error_place(error), "abc", 3) == 0);
    CHECK(fails(status, &error, CLIENTELA_BAD_POLICY, "a_percentage"));
    status = clientela_policy_from_json(TEXT("{\"abc\""), &policy, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_POLICY, "policy"));
    status = clientela_policy_from_json(TEXT("\xC3"), &policy, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_UTF8, "`json`"));

    CHECK(clientela_policy_for_industry(TEXT("furniture"), &policy, NULL) == CLIENTELA_OK);
    CHECK(clientela_policy_to_json(policy, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"furniture\""));
    clientela_policy_free(policy);
    status = clientela_policy_for_industry(TEXT("piracy"), &policy, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "piracy"));
}

static void test_ledger(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_ledger *both = NULL;
    clientela_ledger *again = NULL;
    clientela_bytes *bytes = NULL;
    clientela_bytes *same = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    clientela_counts counts;
    int64_t total = 0;
    int32_t status;

    counts.size = sizeof counts;
    CHECK(clientela_ledger_counts(ledger, &counts, NULL) == CLIENTELA_OK);
    CHECK(counts.size == sizeof counts);
    CHECK(counts.clients == 3 && counts.sales == ROWS && counts.set_aside == 0);
    CHECK(counts.first_day == date[0] && counts.last_day == date[5]);
    CHECK(counts.scale == 2 && counts.quantity_scale == 0 && counts.text_ids == 0);
    CHECK(strcmp(counts.currency, "XXX") == 0);
    counts.size = sizeof counts - 1;
    CHECK(fails(clientela_ledger_counts(ledger, &counts, &error), &error, CLIENTELA_BAD_ARGUMENT,
                "sizeof(clientela_counts)"));
    CHECK(clientela_ledger_total(ledger, &total, NULL) == CLIENTELA_OK && total == 7050);
    CHECK(clientela_ledger_report(ledger, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"negative_as_return\":1"));
    CHECK(clientela_ledger_sales_by_int(ledger, 2, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"-2.00\""));
    status = clientela_ledger_sales_by_int(ledger, 4, &text, &error);
    CHECK(strcmp(clientela_error_value(error), "4") == 0);
    CHECK(fails(status, &error, CLIENTELA_UNKNOWN_CLIENT, "4"));
    status = clientela_ledger_sales_by_text(ledger, TEXT("1"), &text, &error);
    CHECK(fails(status, &error, CLIENTELA_UNKNOWN_CLIENT, "1"));

    CHECK(clientela_ledger_append_arrays(ledger, &sales, &both, NULL) == CLIENTELA_OK);
    CHECK(clientela_ledger_total(both, &total, NULL) == CLIENTELA_OK && total == 14100);
    CHECK(clientela_ledger_total(ledger, &total, NULL) == CLIENTELA_OK && total == 7050);
    clientela_ledger_free(both);
    CHECK(clientela_ledger_merge(ledger, ledger, &both, NULL) == CLIENTELA_OK);
    CHECK(clientela_ledger_total(both, &total, NULL) == CLIENTELA_OK && total == 14100);
    clientela_ledger_free(both);

    CHECK(clientela_ledger_roll_up(ledger, TEXT("{\"2\": 1, \"3\": \"2\"}"), &both, NULL) ==
          CLIENTELA_OK);
    counts.size = sizeof counts;
    CHECK(clientela_ledger_counts(both, &counts, NULL) == CLIENTELA_OK && counts.clients == 1);
    clientela_ledger_free(both);
    status = clientela_ledger_roll_up(ledger, TEXT("{\"2\": 1, \"1\": 2}"), &both, &error);
    CHECK(status == CLIENTELA_BAD_ARGUMENT && both == NULL);
    clientela_error_free(error);
    status = clientela_ledger_roll_up(ledger, TEXT("{\"shop\": \"chain\"}"), &both, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "shop"));
    status = clientela_ledger_roll_up(ledger, TEXT("[1]"), &both, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "`parents`"));

    CHECK(clientela_ledger_to_bytes(ledger, &bytes, NULL) == CLIENTELA_OK);
    CHECK(clientela_ledger_from_bytes(clientela_bytes_data(bytes), clientela_bytes_length(bytes),
                                      &again, NULL) == CLIENTELA_OK);
    CHECK(clientela_ledger_to_bytes(again, &same, NULL) == CLIENTELA_OK);
    CHECK(clientela_bytes_length(bytes) == clientela_bytes_length(same));
    CHECK(memcmp(clientela_bytes_data(bytes), clientela_bytes_data(same),
                 clientela_bytes_length(bytes)) == 0);
    clientela_ledger_free(again);
    status = clientela_ledger_from_bytes(clientela_bytes_data(bytes),
                                         clientela_bytes_length(bytes) - 1, &again, &error);
    CHECK(again == NULL);
    CHECK(fails(status, &error, CLIENTELA_BAD_FORMAT, "cannot read"));
    status = clientela_ledger_from_bytes((const uint8_t *)"no ledger", 9, &again, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_FORMAT, "cannot read"));
    clientela_bytes_free(bytes);
    clientela_bytes_free(same);
    clientela_ledger_free(ledger);
}

/* Bytes that were cut or changed are refused, and never taken or fallen over. */
static void test_damage(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_ledger *again = NULL;
    clientela_bytes *bytes = NULL;
    uint8_t *copy;
    size_t length;
    size_t at;
    int bit;
    int refused = 1;
    CHECK(clientela_ledger_to_bytes(ledger, &bytes, NULL) == CLIENTELA_OK);
    length = clientela_bytes_length(bytes);
    copy = need(malloc(length));
    memcpy(copy, clientela_bytes_data(bytes), length);
    for (at = 0; at < length; at++) {
        refused = refused &&
                  clientela_ledger_from_bytes(copy, at, &again, NULL) == CLIENTELA_BAD_FORMAT;
        for (bit = 0; bit < 8; bit++) {
            copy[at] = (uint8_t)(copy[at] ^ (1U << bit));
            refused = refused && clientela_ledger_from_bytes(copy, length, &again, NULL) ==
                                     CLIENTELA_BAD_FORMAT;
            copy[at] = (uint8_t)(copy[at] ^ (1U << bit));
        }
    }
    CHECK(refused && again == NULL);
    free(copy);
    clientela_bytes_free(bytes);
    clientela_ledger_free(ledger);
}

static void test_arrays(void) {
    static const int64_t unsorted[ROWS + 1] = {0, 4, 3, 10, 14, 16, 20};
    static const int64_t negative[ROWS + 1] = {-1, 4, 8, 10, 14, 16, 20};
    static const int64_t split[ROWS + 1] = {0, 4, 8, 10, 14, 17, 20};
    static const int64_t orders[ROWS] = {70, 70, INT64_MIN, 71, INT64_MIN, 72};
    static const int64_t quantity[ROWS] = {1, 2, INT64_MIN, 4, 1, 6};
    static const int64_t profit[ROWS] = {100, 200, INT64_MIN, 400, -50, 600};
    static const uint8_t promo[ROWS] = {0, 1, 255, 0, 1, 255};
    static const uint8_t kinds[ROWS] = {0, 0, 0, 0, CLIENTELA_RETURN, 0};
    static const uint8_t wrong_kinds[ROWS] = {0, 0, 7, 0, 1, 0};
    static const uint8_t only_sales[ROWS] = {0};
    static const uint64_t wide[ROWS + 1] = {0};
    clientela_sales sales = base();
    clientela_ledger *ledger = NULL;
    clientela_ledger *other = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    clientela_counts counts;
    int32_t status;

    sales.client = NULL;
    sales.client_text = names;
    sales.client_offsets = name_offsets;
    sales.order = orders;
    sales.quantity = quantity;
    sales.profit = profit;
    sales.category_text = names;
    sales.category_offsets = name_offsets;
    sales.manager_text = names;
    sales.manager_offsets = name_offsets;
    sales.department_text = names;
    sales.department_offsets = name_offsets;
    sales.brand_text = names;
    sales.brand_offsets = name_offsets;
    sales.promo = promo;
    sales.kind = kinds;
    ledger = make_ledger(&sales);
    counts.size = sizeof counts;
    CHECK(clientela_ledger_counts(ledger, &counts, NULL) == CLIENTELA_OK);
    CHECK(counts.clients == 3 && counts.text_ids == 1);
    CHECK(clientela_ledger_sales_by_text(ledger, TEXT("\xC3\xA7" "em"), &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "\"category\":\"\xC3\xA7" "em\""));
    CHECK(clientela_ledger_sales_by_text(ledger, TEXT("bo"), &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"promo\":null"));
    CHECK(clientela_ledger_sales_by_text(ledger, TEXT("anna"), &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"brand\":\"anna\""));
    CHECK(clientela_ledger_roll_up(ledger, TEXT("{\"bo\": \"anna\"}"), &other, NULL) ==
          CLIENTELA_OK);
    clientela_ledger_free(other);
    sales = base();
    status = clientela_ledger_append_arrays(ledger, &sales, &other, &error);
    CHECK(fails(status, &error, CLIENTELA_MISMATCH, "client"));
    other = make_ledger(&sales);
    {
        clientela_ledger *joined = NULL;
        status = clientela_ledger_merge(ledger, other, &joined, &error);
        CHECK(joined == NULL);
        CHECK(fails(status, &error, CLIENTELA_MISMATCH, "client"));
    }
    clientela_ledger_free(other);
    clientela_ledger_free(ledger);

    /* Order ids as texts; an offset may begin anywhere. */
    sales = base();
    sales.rows = 2;
    sales.order_text = names;
    sales.order_offsets = name_offsets + 4;
    ledger = make_ledger(&sales);
    CHECK(clientela_ledger_sales_by_int(ledger, 1, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"order\":\"bo\""));
    clientela_ledger_free(ledger);
    ledger = NULL;

#define REFUSED(expected, part)                                                  \
    status = clientela_ledger_from_arrays(&sales, NULL, 0, &ledger, &error);     \
    CHECK(ledger == NULL);                                                       \
    CHECK(fails(status, &error, expected, part))

    sales = base();
    sales.size = 0;
    REFUSED(CLIENTELA_BAD_ARGUMENT, "sizeof(clientela_sales)");
    sales = base();
    sales.rows = 0;
    REFUSED(CLIENTELA_EMPTY, "no sales");
    sales = base();
    sales.client = NULL;
    REFUSED(CLIENTELA_NULL_POINTER, "`client`");
    sales = base();
    sales.date = NULL;
    REFUSED(CLIENTELA_NULL_POINTER, "`date`");
    sales = base();
    sales.amount = NULL;
    REFUSED(CLIENTELA_NULL_POINTER, "`amount`");
    sales = base();
    sales.client_offsets = name_offsets;
    REFUSED(CLIENTELA_BAD_COLUMN, "`client`");
    sales = base();
    sales.client = (const int64_t *)(const void *)((const char *)wide + 1);
    REFUSED(CLIENTELA_BAD_ARGUMENT, "aligned");
    sales = base();
    sales.rows = SIZE_MAX / 4;
    REFUSED(CLIENTELA_BAD_ARGUMENT, "fit into memory");
    sales = base();
    sales.client = NULL;
    sales.client_offsets = name_offsets;
    REFUSED(CLIENTELA_NULL_POINTER, "`client`");
    sales.client_text = names;
    sales.client_offsets = unsorted;
    REFUSED(CLIENTELA_BAD_COLUMN, "offsets");
    sales.client_offsets = negative;
    REFUSED(CLIENTELA_BAD_COLUMN, "offsets");
    sales.client_offsets = split;
    REFUSED(CLIENTELA_BAD_COLUMN, "offset 5");
    sales.client_text = "annaannaboannab\xFF\xFF" "abc";
    sales.client_offsets = name_offsets;
    REFUSED(CLIENTELA_BAD_UTF8, "`client`");
    sales = base();
    sales.brand_text = names;
    sales.brand_offsets = split;
    REFUSED(CLIENTELA_BAD_COLUMN, "`brand`");
    sales = base();
    sales.kind = wrong_kinds;
    REFUSED(CLIENTELA_BAD_ROW, "row 2");
    sales.kind = only_sales;
    status = clientela_ledger_from_arrays(&sales, NULL, 0, &ledger, &error);
    CHECK(clientela_error_row(error) == 4);
    CHECK(strcmp(clientela_error_place(error), "amount") == 0);
    CHECK(strcmp(clientela_error_value(error), "-2.00") == 0);
    CHECK(fails(status, &error, CLIENTELA_BAD_ROW, "row 4"));
#undef REFUSED
    /* Without an error object the status still says it. */
    CHECK(clientela_ledger_from_arrays(&sales, NULL, 0, &ledger, NULL) == CLIENTELA_BAD_ROW);
}

static void test_options(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    clientela_counts counts;
    int32_t status = clientela_ledger_from_arrays(
        &sales,
        TEXT("{\"currency\": \"EUR\", \"scale\": 3, \"negative\": \"refuse\", "
             "\"on_bad\": \"set_aside\", \"threads\": 2}"),
        &ledger, &error);
    CHECK(status == CLIENTELA_OK && error == NULL);
    counts.size = sizeof counts;
    CHECK(clientela_ledger_counts(ledger, &counts, NULL) == CLIENTELA_OK);
    CHECK(counts.set_aside == 1 && counts.sales == ROWS - 1 && counts.scale == 3);
    CHECK(strcmp(counts.currency, "EUR") == 0);
    CHECK(clientela_ledger_report(ledger, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"negative_sale\""));
    clientela_ledger_free(ledger);
    status = clientela_ledger_from_arrays(&sales, TEXT("{\"curency\": 1}"), &ledger, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "curency"));
    status = clientela_ledger_from_arrays(&sales, TEXT("{\"scale\": 12}"), &ledger, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "12"));
    status = clientela_ledger_from_arrays(&sales, TEXT("{"), &ledger, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "`options`"));
    status = clientela_ledger_from_arrays(&sales, TEXT("{\"latest\": \"1997-01-31\"}"), &ledger,
                                          &error);
    CHECK(clientela_error_row(error) == 1);
    CHECK(fails(status, &error, CLIENTELA_BAD_ROW, "latest"));
}

static void test_builder(void) {
    clientela_builder *builder = NULL;
    clientela_ledger *ledger = NULL;
    clientela_ledger *whole;
    clientela_error *error = NULL;
    clientela_bytes *one = NULL;
    clientela_bytes *two = NULL;
    clientela_sales sales = base();
    int32_t status;
    size_t row;

    whole = make_ledger(&sales);
    CHECK(clientela_builder_new(TEXT("{\"threads\": 1}"), &builder, NULL) == CLIENTELA_OK);
    for (row = 0; row < ROWS; row++) {
        sales.rows = 1;
        sales.client = client + row;
        sales.date = date + row;
        sales.amount = amount + row;
        CHECK(clientela_builder_push(builder, &sales, NULL) == CLIENTELA_OK);
    }
    CHECK(clientela_builder_finish(builder, &ledger, NULL) == CLIENTELA_OK);
    CHECK(clientela_ledger_to_bytes(ledger, &one, NULL) == CLIENTELA_OK);
    CHECK(clientela_ledger_to_bytes(whole, &two, NULL) == CLIENTELA_OK);
    CHECK(clientela_bytes_length(one) == clientela_bytes_length(two) &&
          memcmp(clientela_bytes_data(one), clientela_bytes_data(two),
                 clientela_bytes_length(one)) == 0);
    clientela_bytes_free(one);
    clientela_bytes_free(two);
    clientela_ledger_free(ledger);
    clientela_ledger_free(whole);
    status = clientela_builder_push(builder, &sales, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "`builder`"));
    status = clientela_builder_finish(builder, &ledger, &error);
    CHECK(ledger == NULL);
    CHECK(fails(status, &error, CLIENTELA_BAD_ARGUMENT, "`builder`"));
    clientela_builder_free(builder);

    /* Rows count on over batches, and a batch that failed ends the building. */
    CHECK(clientela_builder_new(TEXT("{\"negative\": \"refuse\"}"), &builder, NULL) ==
          CLIENTELA_OK);
    sales = base();
    sales.rows = 4;
    CHECK(clientela_builder_push(builder, &sales, NULL) == CLIENTELA_OK);
    sales.rows = 2;
    sales.client = client + 4;
    sales.date = date + 4;
    sales.amount = amount + 4;
    status = clientela_builder_push(builder, &sales, &error);
    CHECK(clientela_error_row(error) == 4);
    CHECK(fails(status, &error, CLIENTELA_BAD_ROW, "row 4"));
    CHECK(clientela_builder_finish(builder, &ledger, NULL) == CLIENTELA_BAD_ARGUMENT);
    clientela_builder_free(builder);

    CHECK(clientela_builder_new(NULL, 0, &builder, NULL) == CLIENTELA_OK);
    CHECK(clientela_builder_finish(builder, &ledger, NULL) == CLIENTELA_EMPTY);
    clientela_builder_free(builder);
}

static size_t column_at(const clientela_table *table, const char *name) {
    size_t at = 0;
    CHECK(clientela_table_find(table, name, strlen(name), &at, NULL) == CLIENTELA_OK);
    return at;
}

static void test_table(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_snapshot *snapshot = make_snapshot(ledger);
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    clientela_column column;
    int64_t wide[3];
    int32_t narrow[3];
    uint8_t codes[3];
    double reals[3];
    uint8_t missing[3];
    const char *data;
    size_t length;
    size_t at;
    size_t code;
    int32_t status;

    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    /* Nothing depends on anything else. */
    clientela_ledger_free(ledger);
    clientela_snapshot_free(snapshot);
    CHECK(clientela_table_rows(table) == 3);
    CHECK(clientela_table_columns(table) > 30);
    for (at = 0; at < clientela_table_columns(table); at++) {
        memset(&column, 0, sizeof column);
        column.size = sizeof column;
        CHECK(clientela_table_column(table, at, &column, NULL) == CLIENTELA_OK);
        CHECK(column.size == sizeof column && column.name_length > 0 && column.about_length > 0);
        CHECK(column.source_length > 0 && column.missing <= 3);
    }
    CHECK(fails(clientela_table_column(table, at, &column, &error), &error, CLIENTELA_BAD_ARGUMENT,
                "`column`"));
    column.size = sizeof column - 8;
    CHECK(fails(clientela_table_column(table, 0, &column, &error), &error, CLIENTELA_BAD_ARGUMENT,
                "sizeof(clientela_column)"));
    CHECK(fails(clientela_table_find(table, TEXT("customer"), &at, &error), &error,
                CLIENTELA_BAD_COLUMN, "customer"));

    at = column_at(table, "client");
    CHECK(clientela_table_int64(table, at, 0, 3, wide, missing, NULL) == CLIENTELA_OK);
    CHECK(wide[0] == 1 && wide[1] == 2 && wide[2] == 3);
    CHECK(missing[0] == 0 && missing[1] == 0 && missing[2] == 0);
    CHECK(clientela_table_text(table, at, 2, &text, NULL) == CLIENTELA_OK && text_is(text, "3"));

    at = column_at(table, "amount");
    CHECK(clientela_table_int64(table, at, 1, 2, wide, NULL, NULL) == CLIENTELA_OK);
    CHECK(wide[0] == 300 && wide[1] == 750);
    CHECK(clientela_table_text(table, at, 0, &text, NULL) == CLIENTELA_OK &&
          text_is(text, "60.00"));
    column.size = sizeof column;
    CHECK(clientela_table_column(table, at, &column, NULL) == CLIENTELA_OK);
    CHECK(column.kind == CLIENTELA_MONEY && column.scale == 2 && column.missing == 0);
    CHECK(column.name_length == 6 && memcmp(column.name, "amount", 6) == 0);
    CHECK(fails(clientela_table_double(table, at, 0, 3, reals, NULL, &error), &error,
                CLIENTELA_BAD_COLUMN, "`amount`"));
    CHECK(fails(clientela_table_int64(table, at, 1, 3, wide, NULL, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`row`"));
    CHECK(fails(clientela_table_int64(table, at, SIZE_MAX, 2, wide, NULL, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`row`"));
    CHECK(clientela_table_int64(table, at, 3, 0, NULL, NULL, NULL) == CLIENTELA_OK);

    at = column_at(table, "last_purchase");
    CHECK(clientela_table_int32(table, at, 0, 3, narrow, missing, NULL) == CLIENTELA_OK);
    CHECK(narrow[0] == 9921 && narrow[1] == 9900 && narrow[2] == 9940);
    CHECK(clientela_table_int64(table, at, 0, 3, wide, missing, NULL) == CLIENTELA_OK);
    CHECK(wide[0] == 9921);
    CHECK(clientela_table_text(table, at, 0, &text, NULL) == CLIENTELA_OK &&
          text_is(text, "1997-03-01"));
    CHECK(fails(clientela_table_uint8(table, at, 0, 3, codes, NULL, &error), &error,
                CLIENTELA_BAD_COLUMN, "`last_purchase`"));

    at = column_at(table, "median_interval_days");
    CHECK(clientela_table_double(table, at, 0, 3, reals, missing, NULL) == CLIENTELA_OK);
    CHECK(reals[0] == 29.5 && missing[0] == 0);
    CHECK(missing[1] == 1 && reals[1] != reals[1] && missing[2] == 1);
    CHECK(clientela_table_text(table, at, 1, &text, NULL) == CLIENTELA_OK && text == NULL);
    CHECK(fails(clientela_table_int32(table, at, 0, 3, narrow, NULL, &error), &error,
                CLIENTELA_BAD_COLUMN, "real numbers"));
    CHECK(fails(clientela_table_name(table, at, 0, &data, &length, &error), &error,
                CLIENTELA_BAD_COLUMN, "real numbers"));

    at = column_at(table, "stage");
    CHECK(clientela_table_uint8(table, at, 0, 3, codes, missing, NULL) == CLIENTELA_OK);
    CHECK(missing[0] == 0 && missing[1] == 0 && missing[2] == 0);
    CHECK(clientela_table_choice(table, at, codes[1], &data, &length, NULL) == CLIENTELA_OK);
    CHECK(length == 5 && memcmp(data, "buyer", 5) == 0);
    CHECK(clientela_table_name(table, at, 1, &data, &length, NULL) == CLIENTELA_OK);
    CHECK(length == 5 && memcmp(data, "buyer", 5) == 0);
    CHECK(clientela_table_int32(table, at, 0, 3, narrow, NULL, NULL) == CLIENTELA_OK);
    CHECK(narrow[0] == codes[0] && narrow[2] == codes[2]);
    CHECK(clientela_table_column(table, at, &column, NULL) == CLIENTELA_OK);
    CHECK(column.kind == CLIENTELA_CHOICE && column.choices > 1);
    for (code = 0; code < column.choices; code++) {
        CHECK(clientela_table_choice(table, at, code, &data, &length, NULL) == CLIENTELA_OK);
        CHECK(data != NULL && length > 0);
    }
    CHECK(fails(clientela_table_choice(table, at, code, &data, &length, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`code`"));
    CHECK(fails(clientela_table_name(table, at, 3, &data, &length, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`row`"));
    CHECK(fails(clientela_table_choice(table, 0, 0, &data, &length, &error), &error,
                CLIENTELA_BAD_COLUMN, "`client`"));

    at = column_at(table, "former_vip");
    CHECK(clientela_table_uint8(table, at, 0, 3, codes, missing, NULL) == CLIENTELA_OK);
    status = clientela_table_text(table, at, 0, &text, NULL);
    CHECK(status == CLIENTELA_OK && (text == NULL) == (missing[0] == 1));
    clientela_text_free(text);

    CHECK(clientela_table_json(table, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"amount\":\"60.00\""));
    clientela_table_free(table);
}

static void test_text_ids(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger;
    clientela_snapshot *snapshot;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    clientela_column column;
    const char *data;
    size_t length;
    int64_t wide;
    sales.client = NULL;
    sales.client_text = names;
    sales.client_offsets = name_offsets;
    ledger = make_ledger(&sales);
    snapshot = make_snapshot(ledger);
    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    column.size = sizeof column;
    CHECK(clientela_table_column(table, 0, &column, NULL) == CLIENTELA_OK);
    CHECK(column.kind == CLIENTELA_CLIENT_TEXT);
    CHECK(clientela_table_name(table, 0, 2, &data, &length, NULL) == CLIENTELA_OK);
    CHECK(length == 4 && memcmp(data, "\xC3\xA7" "em", 4) == 0);
    CHECK(fails(clientela_table_int64(table, 0, 0, 1, &wide, NULL, &error), &error,
                CLIENTELA_BAD_COLUMN, "texts"));
    CHECK(clientela_snapshot_explain_by_text(snapshot, TEXT("bo"), CLIENTELA_READABLE, &text,
                                             NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "bo"));
    CHECK(fails(clientela_snapshot_explain_by_int(snapshot, 1, CLIENTELA_JSON, &text, &error),
                &error, CLIENTELA_UNKNOWN_CLIENT, "1"));
    CHECK(fails(clientela_snapshot_explain_by_text(snapshot, TEXT("\xFE"), 0, &text, &error),
                &error, CLIENTELA_BAD_UTF8, "`client`"));
    clientela_table_free(table);
    clientela_snapshot_free(snapshot);
    clientela_ledger_free(ledger);
}

static void test_snapshot(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_snapshot *snapshot = make_snapshot(ledger);
    clientela_snapshot *earlier = NULL;
    clientela_snapshot *same = NULL;
    clientela_policy *policy = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_text *census = NULL;
    clientela_text *other = NULL;
    clientela_error *error = NULL;
    int32_t status;
    json value;

    CHECK(clientela_snapshot_as_of(snapshot) == as_of);
    CHECK(clientela_snapshot_count(snapshot) == 3);
    CHECK(clientela_snapshot_on(ledger, TEXT("1997-01-31"), NULL, 0, &earlier, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_snapshot_count(earlier) == 1);
    CHECK(fails(clientela_snapshot_on(ledger, TEXT("1997-02-29"), NULL, 0, &same, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "1997-02-29"));
    CHECK(fails(clientela_snapshot_new(ledger, INT32_MAX, NULL, 0, &same, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`as_of`"));
    CHECK(fails(clientela_snapshot_new(ledger, as_of, NULL, -1, &same, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`threads`"));
    CHECK(same == NULL);

    CHECK(clientela_snapshot_summary(snapshot, &text, NULL) == CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    CHECK(json_is(json_get(&value, "amount"), "70.50"));
    CHECK(json_is(json_get(&value, "as_of"), "1997-06-30"));
    CHECK(json_int(json_get(&value, "clients")) == 3);
    json_free(&value);
    clientela_text_free(text);

    CHECK(clientela_snapshot_explain_by_int(snapshot, 1, CLIENTELA_JSON, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    CHECK(json_int(json_get(&value, "client")) == 1);
    CHECK(json_get(&value, "verdicts")->count > 3);
    json_free(&value);
    clientela_text_free(text);
    CHECK(clientela_snapshot_explain_by_int(snapshot, 1, CLIENTELA_READABLE, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "60.00"));
    CHECK(fails(clientela_snapshot_explain_by_int(snapshot, 9, CLIENTELA_JSON, &text, &error),
                &error, CLIENTELA_UNKNOWN_CLIENT, "9"));
    CHECK(fails(clientela_snapshot_explain_by_int(snapshot, 1, 2, &text, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`form`"));

    CHECK(clientela_snapshot_diff(snapshot, earlier, &text, NULL) == CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    CHECK(json_get(&value, "entered")->count == 2);
    json_free(&value);
    clientela_text_free(text);
    CHECK(clientela_snapshot_diff_table(snapshot, earlier, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_columns(table) > 3);
    clientela_table_free(table);

    CHECK(clientela_snapshot_cohorts(snapshot, TEXT("month"), &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) > 0);
    clientela_table_free(table);
    CHECK(fails(clientela_snapshot_cohorts(snapshot, TEXT("decade"), &table, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "decade"));
    CHECK(clientela_snapshot_months(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == MONTHS);
    clientela_table_free(table);

    /* A census of the base judges a base alike. */
    CHECK(clientela_snapshot_census(snapshot, &census, NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_with_census(ledger, clientela_text_data(census),
                                         clientela_text_length(census), 0, &same,
                                         NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_summary(snapshot, &text, NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_summary(same, &other, NULL) == CLIENTELA_OK);
    CHECK(text_is(other, clientela_text_data(text)));
    clientela_text_free(text);
    clientela_snapshot_free(same);
    clientela_text_free(census);
    status = clientela_snapshot_with_census(ledger, TEXT("{}"), 0, &same, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_FORMAT, "census"));

    CHECK(clientela_policy_from_json(TEXT("{\"rfm\": {\"groups\": 3}}"), &policy, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_snapshot_new(ledger, as_of, policy, 2, &same, NULL) == CLIENTELA_OK);
    clientela_policy_free(policy);
    CHECK(clientela_snapshot_policy(same, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"groups\": 3"));
    clientela_snapshot_free(same);
    clientela_snapshot_free(earlier);
    clientela_snapshot_free(snapshot);
    clientela_ledger_free(ledger);
}

/*
 * The parts of a base, judged by the census of both, are judged as in the whole; with portraits
 * or, where they are NULL, by the calls that take a ledger alone.
 */
static void judge_parts(const clientela_portraits *portraits) {
    clientela_sales sales = base();
    clientela_ledger *whole = make_ledger(&sales);
    clientela_base all = base_of(whole, portraits);
    clientela_base part_base[2];
    clientela_snapshot *snapshot = NULL;
    clientela_ledger *parts[2];
    clientela_text *censuses[2] = {NULL, NULL};
    clientela_text *remaining[2] = {NULL, NULL};
    clientela_text *merged = NULL;
    clientela_text *second = NULL;
    clientela_text *closed = NULL;
    clientela_text *whole_census = NULL;
    clientela_snapshot *judged = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_text *part_text = NULL;
    clientela_error *error = NULL;
    int64_t parts_client[2][ROWS];
    int32_t parts_date[2][ROWS];
    int64_t parts_amount[2][ROWS];
    size_t rows[2] = {0, 0};
    size_t row;
    int part;
    CHECK(clientela_snapshot_of(&all, as_of, NULL, 0, &snapshot, NULL) == CLIENTELA_OK);
    for (row = 0; row < ROWS; row++) {
        part = client[row] > 1;
        parts_client[part][rows[part]] = client[row];
        parts_date[part][rows[part]] = date[row];
        parts_amount[part][rows[part]] = amount[row];
        rows[part]++;
    }
    for (part = 0; part < 2; part++) {
        sales.rows = rows[part];
        sales.client = parts_client[part];
        sales.date = parts_date[part];
        sales.amount = parts_amount[part];
        parts[part] = make_ledger(&sales);
        part_base[part] = base_of(parts[part], portraits);
        CHECK((portraits == NULL
                   ? clientela_census_count(parts[part], as_of, NULL, 0, &censuses[part], NULL)
                   : clientela_census_count_of(&part_base[part], as_of, NULL, 0, &censuses[part],
                                               NULL)) == CLIENTELA_OK);
    }
    CHECK(clientela_census_merge(BOTH(censuses[0]), BOTH(censuses[1]), &merged, NULL) ==
          CLIENTELA_OK);
    CHECK(fails(clientela_snapshot_with_census(parts[0], BOTH(merged), 0, &judged, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`census`"));
    for (part = 0; part < 2; part++) {
        CHECK((portraits == NULL ? clientela_census_remaining(parts[part], BOTH(merged), 0,
                                                              &remaining[part], NULL)
                                 : clientela_census_remaining_of(&part_base[part], BOTH(merged), 0,
                                                                 &remaining[part], NULL)) ==
              CLIENTELA_OK);
    }
    CHECK(clientela_census_merge_remaining(BOTH(remaining[0]), BOTH(remaining[1]), &second,
                                           NULL) == CLIENTELA_OK);
    CHECK(clientela_census_close(BOTH(merged), BOTH(second), &closed, NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_census(snapshot, &whole_census, NULL) == CLIENTELA_OK);
    CHECK(text_is(whole_census, clientela_text_data(closed)));
    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_json(table, &text, NULL) == CLIENTELA_OK);
    clientela_table_free(table);
    for (part = 0; part < 2; part++) {
        CHECK((portraits == NULL
                   ? clientela_snapshot_with_census(parts[part], BOTH(closed), 0, &judged, NULL)
                   : clientela_snapshot_of_part(&part_base[part], BOTH(closed), 0, &judged,
                                                NULL)) == CLIENTELA_OK);
        CHECK(clientela_snapshot_clients(judged, &table, NULL) == CLIENTELA_OK);
        CHECK(clientela_table_json(table, &part_text, NULL) == CLIENTELA_OK);
        /* Without the brackets, the part's rows are in the whole's. */
        {
            size_t length = clientela_text_length(part_text);
            char *inner = need(calloc(length, 1));
            if (length > 2) {
                memcpy(inner, clientela_text_data(part_text) + 1, length - 2);
            }
            CHECK(strstr(clientela_text_data(text), inner) != NULL);
            free(inner);
        }
        clientela_text_free(part_text);
        clientela_table_free(table);
        clientela_snapshot_free(judged);
        clientela_ledger_free(parts[part]);
        clientela_text_free(censuses[part]);
        clientela_text_free(remaining[part]);
    }
    CHECK(fails(clientela_census_merge(TEXT("[]"), TEXT("{}"), &part_text, &error), &error,
                CLIENTELA_BAD_FORMAT, "census"));
    CHECK(fails(clientela_census_close(BOTH(merged), TEXT("{}"), &part_text, &error), &error,
                CLIENTELA_BAD_FORMAT, "count"));
    clientela_text_free(text);
    clientela_text_free(second);
    clientela_text_free(closed);
    clientela_text_free(merged);
    clientela_snapshot_free(snapshot);
    clientela_ledger_free(whole);
}

static void test_parts(void) {
    clientela_portraits *portraits = make_portraits();
    judge_parts(NULL);
    judge_parts(portraits);
    clientela_portraits_free(portraits);
}

/* What a thread shares with others, and whether it found what they find. */
typedef struct shared {
    const clientela_snapshot *snapshot;
    const char *expected;
    int good;
} shared;

static void *judge(void *argument) {
    shared *work = argument;
    int round;
    work->good = 1;
    for (round = 0; round < 20; round++) {
        clientela_table *table = NULL;
        clientela_text *text = NULL;
        work->good = work->good &&
                     clientela_snapshot_clients(work->snapshot, &table, NULL) == CLIENTELA_OK &&
                     clientela_table_json(table, &text, NULL) == CLIENTELA_OK &&
                     strcmp(clientela_text_data(text), work->expected) == 0;
        clientela_text_free(text);
        clientela_table_free(table);
    }
    return NULL;
}

static void test_threads(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_snapshot *snapshot = make_snapshot(ledger);
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    pthread_t threads[4];
    shared work[4];
    int i;
    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_json(table, &text, NULL) == CLIENTELA_OK);
    for (i = 0; i < 4; i++) {
        work[i].snapshot = snapshot;
        work[i].expected = clientela_text_data(text);
        CHECK(pthread_create(&threads[i], NULL, judge, &work[i]) == 0);
    }
    for (i = 0; i < 4; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0 && work[i].good);
    }
    clientela_text_free(text);
    clientela_table_free(table);
    clientela_snapshot_free(snapshot);
    clientela_ledger_free(ledger);
}

static void test_stream_in(void) {
    static const char amounts[] = "10.00" "20" "5.0" "30" "-2" "7.50";
    static const int64_t amount_offsets[ROWS + 1] = {0, 5, 7, 10, 12, 14, 18};
    static const uint8_t promo[ROWS] = {0, 1, 0, 1, 0, 1};
    static const uint8_t none[ROWS] = {0};
    static const uint8_t third[ROWS] = {0, 0, 1, 0, 0, 0};
    sample_column columns[4];
    sample what;
    struct ArrowArrayStream stream;
    clientela_sales sales = base();
    clientela_ledger *plain = make_ledger(&sales);
    clientela_ledger *ledger = NULL;
    clientela_ledger *more = NULL;
    clientela_error *error = NULL;
    clientela_text *text = NULL;
    int64_t total = 0;
    int32_t status;

    memset(columns, 0, sizeof columns);
    memset(&what, 0, sizeof what);
    columns[0].name = "client";
    columns[0].kind = SAMPLE_INT64;
    columns[0].ints = client;
    columns[0].missing = none;
    columns[1].name = "day";
    columns[1].kind = SAMPLE_DAY;
    columns[1].days = date;
    columns[2].name = "amount";
    columns[2].kind = SAMPLE_TEXT;
    columns[2].text = amounts;
    columns[2].offsets = amount_offsets;
    columns[3].name = "offer";
    columns[3].kind = SAMPLE_FLAG;
    columns[3].flags = promo;
    columns[3].missing = third;
    what.columns = columns;
    what.column_count = 4;
    what.rows = ROWS;
    what.batches = 3;

    sample_stream(&what, &stream);
    status = clientela_ledger_from_stream(
        &stream, TEXT("{\"columns\": {\"date\": \"day\", \"promo\": \"offer\"}}"), &ledger, &error);
    if (status != CLIENTELA_OK) {
        printf("%s\n", clientela_error_message(error));
    }
    CHECK(status == CLIENTELA_OK && stream.release == NULL && sample_live == 0);
    CHECK(clientela_ledger_total(ledger, &total, NULL) == CLIENTELA_OK && total == 7050);
    CHECK(clientela_ledger_sales_by_int(ledger, 1, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"promo\":true"));

    sample_stream(&what, &stream);
    CHECK(clientela_ledger_append_stream(plain, &stream, TEXT("{\"columns\": {\"date\": \"day\"}}"),
                                         &more, NULL) == CLIENTELA_OK);
    CHECK(stream.release == NULL && sample_live == 0);
    CHECK(clientela_ledger_total(more, &total, NULL) == CLIENTELA_OK && total == 14100);
    clientela_ledger_free(more);
    clientela_ledger_free(ledger);
    clientela_ledger_free(plain);

    /* The stream is taken over whatever goes wrong. */
#define REFUSED(options, expected, part)                                              \
    sample_stream(&what, &stream);                                                    \
    status = clientela_ledger_from_stream(&stream, options, &ledger, &error);         \
    CHECK(stream.release == NULL && sample_live == 0 && ledger == NULL);              \
    CHECK(fails(status, &error, expected, part))
    REFUSED(TEXT("{}"), CLIENTELA_BAD_COLUMN, "`date`");
    REFUSED(TEXT("{\"column\": 1}"), CLIENTELA_BAD_ARGUMENT, "column");
    REFUSED(TEXT("\xFF"), CLIENTELA_BAD_UTF8, "`options`");
    columns[0].missing = third;
    REFUSED(TEXT("{\"columns\": {\"date\": \"day\"}}"), CLIENTELA_BAD_ROW, "row 2");
    columns[0].missing = NULL;
    what.fails = 1;
    REFUSED(TEXT("{\"columns\": {\"date\": \"day\"}}"), CLIENTELA_BAD_FORMAT, "asked to fail");
    what.fails = 0;
    what.rows = 0;
    what.batches = 0;
    REFUSED(TEXT("{\"columns\": {\"date\": \"day\"}}"), CLIENTELA_EMPTY, "no sales");
#undef REFUSED
    /* A stream that was read cannot be read again. */
    status = clientela_ledger_from_stream(&stream, NULL, 0, &ledger, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_FORMAT, "stream"));
}

static void test_stream_out(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_snapshot *snapshot = make_snapshot(ledger);
    clientela_table *table = NULL;
    struct ArrowArrayStream stream;
    struct ArrowSchema schema;
    struct ArrowArray array;
    size_t columns;
    int64_t rows = 0;

    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    columns = clientela_table_columns(table);
    CHECK(clientela_table_stream(table, &stream, NULL) == CLIENTELA_OK);
    clientela_table_free(table);
    clientela_snapshot_free(snapshot);
    clientela_ledger_free(ledger);
    CHECK(stream.release != NULL);
    CHECK(stream.get_schema(&stream, &schema) == 0);
    CHECK(strcmp(schema.format, "+s") == 0 && (size_t)schema.n_children == columns);
    CHECK(strcmp(schema.children[0]->name, "client") == 0);
    CHECK(strcmp(schema.children[0]->format, "l") == 0);
    for (;;) {
        CHECK(stream.get_next(&stream, &array) == 0);
        if (array.release == NULL) {
            break;
        }
        if (rows == 0 && array.length > 0) {
            const struct ArrowArray *ids = array.children[0];
            CHECK(((const int64_t *)ids->buffers[1])[ids->offset] == 1);
        }
        rows += array.length;
        array.release(&array);
    }
    CHECK(rows == 3);
    schema.release(&schema);
    stream.release(&stream);
    CHECK(stream.release == NULL);
}

/* Whether the cell of a column is this name, or missing where that is NULL. */
static int name_is(const clientela_table *table, const char *column, size_t row,
                   const char *expected) {
    const char *data = NULL;
    size_t length = 0;
    CHECK(clientela_table_name(table, column_at(table, column), row, &data, &length, NULL) ==
          CLIENTELA_OK);
    if (data == NULL || expected == NULL) {
        return data == NULL && expected == NULL && length == 0;
    }
    return length == strlen(expected) && memcmp(data, expected, length) == 0;
}

static void test_portraits(void) {
    clientela_portraits *portraits = make_portraits();
    clientela_portraits *again = NULL;
    clientela_portraits *other = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_text *same = NULL;
    clientela_error *error = NULL;
    clientela_column column;
    const char *data;
    size_t length;
    int64_t wide[2];
    uint8_t codes[2];
    int32_t status;

    CHECK(clientela_portraits_count(portraits) == 2);
    CHECK(clientela_portraits_get_by_int(portraits, 1, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"80.00\""));
    CHECK(fails(clientela_portraits_get_by_int(portraits, 2, &text, &error), &error,
                CLIENTELA_UNKNOWN_CLIENT, "2"));
    CHECK(fails(clientela_portraits_get_by_text(portraits, TEXT("1"), &text, &error), &error,
                CLIENTELA_UNKNOWN_CLIENT, "1"));
    CHECK(fails(clientela_portraits_get_by_text(portraits, TEXT("\xFE"), &text, &error), &error,
                CLIENTELA_BAD_UTF8, "`client`"));
    CHECK(clientela_portraits_report(portraits, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"accepted\":2"));

    /* What is written is read again, and nothing changes. */
    CHECK(clientela_portraits_to_json(portraits, &text, NULL) == CLIENTELA_OK);
    CHECK(clientela_portraits_from_json(BOTH(text), NULL, 0, &again, NULL) == CLIENTELA_OK);
    CHECK(clientela_portraits_to_json(again, &same, NULL) == CLIENTELA_OK);
    CHECK(text_is(same, clientela_text_data(text)));
    CHECK(clientela_portraits_merge(portraits, again, &other, NULL) == CLIENTELA_OK);
    CHECK(clientela_portraits_count(other) == 2);
    clientela_portraits_free(other);
    clientela_portraits_free(again);
    clientela_text_free(text);

    CHECK(clientela_portraits_completeness_by_int(portraits, 1, as_of, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "\"sufficient\":true"));
    CHECK(fails(clientela_portraits_completeness_by_int(portraits, 2, as_of, &text, &error), &error,
                CLIENTELA_UNKNOWN_CLIENT, "2"));
    CHECK(fails(clientela_portraits_completeness_by_int(portraits, 1, INT32_MAX, &text, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`as_of`"));
    CHECK(fails(clientela_portraits_completeness_by_text(portraits, TEXT("bo"), as_of, &text,
                                                         &error),
                &error, CLIENTELA_UNKNOWN_CLIENT, "bo"));

    CHECK(clientela_portraits_from_json(
              TEXT("[{\"client\": 3, \"fields\": {\"address\": \"Quai 2\"}}]"), NULL, 0, &again,
              NULL) == CLIENTELA_OK);
    status = clientela_portraits_merge(portraits, again, &other, &error);
    CHECK(other == NULL);
    CHECK(fails(status, &error, CLIENTELA_BAD_DOCUMENT, "address"));
    clientela_portraits_free(again);
    CHECK(clientela_portraits_from_json(TEXT("[{\"client\": \"bo\"}]"), NULL, 0, &again, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_portraits_get_by_text(again, TEXT("bo"), &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"bo\""));
    status = clientela_portraits_merge(portraits, again, &other, &error);
    CHECK(fails(status, &error, CLIENTELA_MISMATCH, "client"));
    clientela_portraits_free(again);

    CHECK(clientela_portraits_gaps(portraits, as_of, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) > 10);
    clientela_table_free(table);
    CHECK(clientela_portraits_completeness(portraits, as_of, &table, NULL) == CLIENTELA_OK);
    clientela_portraits_free(portraits);
    CHECK(clientela_table_rows(table) == 2);
    CHECK(clientela_table_int64(table, 0, 0, 2, wide, NULL, NULL) == CLIENTELA_OK);
    CHECK(wide[0] == 1 && wide[1] == 3);
    CHECK(name_is(table, "kind", 0, "shop") && name_is(table, "kind", 1, NULL));
    CHECK(clientela_table_uint8(table, column_at(table, "sufficient"), 0, 2, codes, NULL, NULL) ==
          CLIENTELA_OK);
    CHECK(codes[0] == 1 && codes[1] == 0);
    column.size = sizeof column;
    CHECK(clientela_table_column(table, column_at(table, "missing"), &column, NULL) ==
          CLIENTELA_OK);
    CHECK(column.kind == CLIENTELA_NAME && column.choices == 0 && column.missing == 0);
    CHECK(clientela_table_name(table, column_at(table, "missing"), 0, &data, &length, NULL) ==
          CLIENTELA_OK);
    CHECK(length > 9 && data != NULL);
    CHECK(clientela_table_text(table, column_at(table, "missing"), 0, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_text_length(text) == length &&
          memcmp(clientela_text_data(text), data, length) == 0);
    CHECK(text_has(text, "floor_area_m2"));
    CHECK(fails(clientela_table_uint8(table, column_at(table, "missing"), 0, 2, codes, NULL,
                                      &error),
                &error, CLIENTELA_BAD_COLUMN, "texts"));
    CHECK(fails(clientela_table_choice(table, column_at(table, "missing"), 0, &data, &length,
                                       &error),
                &error, CLIENTELA_BAD_COLUMN, "texts"));
    clientela_table_free(table);
}

/* A document that is refused leaves nothing behind, and says where it is wrong. */
static void test_bad_portraits(void) {
    clientela_portraits *portraits = NULL;
    clientela_error *error = NULL;
    clientela_text *text = NULL;
    int32_t status;

#define REFUSED(json, options, expected, path, part)                                  \
    status = clientela_portraits_from_json(json, options, &portraits, &error);        \
    CHECK(portraits == NULL);                                                         \
    CHECK(strcmp(clientela_error_place(error), path) == 0);                           \
    CHECK(fails(status, &error, expected, part))
#define NO_OPTIONS NULL, 0
    REFUSED(TEXT("[{\"client\": 1}, {\"client\": 2, \"fields\": {\"colour\": \"red\"}}]"),
            NO_OPTIONS, CLIENTELA_BAD_DOCUMENT, "[1].fields.colour", "portrait");
    REFUSED(TEXT("[{\"client\": 1, \"fields\": {\"potential\": 0.1}}]"), NO_OPTIONS,
            CLIENTELA_BAD_DOCUMENT, "[0].fields.potential", "text");
    REFUSED(TEXT("[{\"client\": 1, \"kind\": \"pirate\"}]"), NO_OPTIONS, CLIENTELA_BAD_DOCUMENT,
            "[0].kind", "pirate");
    REFUSED(TEXT("[{\"client\": 1}, {\"client\": 1}]"), NO_OPTIONS, CLIENTELA_BAD_DOCUMENT,
            "[1].client", "1");
    REFUSED(TEXT("[{\"client\": 1, \"companions\": [{\"on\": \"1997-01-01\", \"companions\": "
                 "[\"alone\", \"child\"]}]}]"),
            NO_OPTIONS, CLIENTELA_BAD_DOCUMENT, "[0].companions[0].companions", "alone");
    REFUSED(TEXT("[]"),
            TEXT("{\"catalogue\": {\"fields\": [{\"name\": \"size\", \"about\": \"Size.\", "
                 "\"type\": \"colour\", \"source\": \"own\"}]}}"),
            CLIENTELA_BAD_DOCUMENT, "fields[0].type", "catalogue");
    REFUSED(TEXT("[]"), TEXT("{\"curency\": \"EUR\"}"), CLIENTELA_BAD_ARGUMENT, "options",
            "curency");
    REFUSED(TEXT("[]"), TEXT("{\"scale\": 12}"), CLIENTELA_BAD_ARGUMENT, "options", "12");
    REFUSED(TEXT("[]"), TEXT("\xFF"), CLIENTELA_BAD_UTF8, "options", "`options`");
    REFUSED(TEXT("\xFF"), NO_OPTIONS, CLIENTELA_BAD_UTF8, "json", "`json`");
#undef REFUSED
    CHECK(fails(clientela_portraits_from_json(TEXT("[{\"client\""), NO_OPTIONS, &portraits, &error),
                &error, CLIENTELA_BAD_DOCUMENT, "portrait"));
    CHECK(fails(clientela_portraits_from_json(TEXT("{}"), NO_OPTIONS, &portraits, &error), &error,
                CLIENTELA_BAD_DOCUMENT, "portrait"));

    /* An own catalogue, in the form in which the built-in one is given. */
    CHECK(clientela_catalogue_built_in(&text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"floor_area_m2\""));
    CHECK(clientela_portraits_from_json(
              TEXT("[{\"client\": 1, \"fields\": {\"size\": \"large\"}}]"),
              TEXT("{\"catalogue\": {\"fields\": [{\"name\": \"size\", \"about\": \"Size.\", "
                   "\"type\": \"text\", \"source\": \"own\"}]}}"),
              &portraits, NULL) == CLIENTELA_OK);
    CHECK(clientela_portraits_get_by_int(portraits, 1, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"size\":\"large\""));
    CHECK(fails(clientela_portraits_gaps(portraits, INT32_MAX, NULL, &error), &error,
                CLIENTELA_NULL_POINTER, "`out`"));
    {
        clientela_table *table = NULL;
        CHECK(fails(clientela_portraits_gaps(portraits, INT32_MAX, &table, &error), &error,
                    CLIENTELA_BAD_ARGUMENT, "`as_of`"));
        CHECK(fails(clientela_portraits_completeness(portraits, INT32_MIN, &table, &error), &error,
                    CLIENTELA_BAD_ARGUMENT, "`as_of`"));
        CHECK(table == NULL);
    }
    clientela_portraits_free(portraits);
}

static void test_portrait_stream(void) {
    static const int64_t ids[3] = {1, 2, 5};
    static const int32_t updated[3] = {9970, 9980, 9990};
    static const char kinds[] = "shop" "shop";
    static const int64_t kind_offsets[4] = {0, 4, 8, 8};
    static const char stock[] = "Aa" "Bb" "Cc";
    static const int64_t stock_offsets[4] = {0, 2, 4, 6};
    static const int64_t lists[4] = {0, 2, 3, 3};
    static const char potential[] = "80.00" "7" "0.005";
    static const int64_t potential_offsets[4] = {0, 5, 6, 11};
    static const int64_t ratings[3] = {1, 5, 9};
    static const uint8_t flags[3] = {1, 0, 1};
    static const uint8_t last[3] = {0, 0, 1};
    static const uint8_t first[3] = {1, 0, 0};
    sample_column columns[8];
    sample what;
    struct ArrowArrayStream stream;
    clientela_portraits *portraits = NULL;
    clientela_error *error = NULL;
    clientela_text *text = NULL;
    int32_t status;

    memset(columns, 0, sizeof columns);
    memset(&what, 0, sizeof what);
    columns[0].name = "client";
    columns[0].kind = SAMPLE_INT64;
    columns[0].ints = ids;
    columns[1].name = "kind";
    columns[1].kind = SAMPLE_TEXT;
    columns[1].text = kinds;
    columns[1].offsets = kind_offsets;
    columns[1].missing = last;
    columns[2].name = "updated_on";
    columns[2].kind = SAMPLE_DAY;
    columns[2].days = updated;
    columns[3].name = "brands_in_stock";
    columns[3].kind = SAMPLE_LIST;
    columns[3].text = stock;
    columns[3].offsets = stock_offsets;
    columns[3].lists = lists;
    columns[3].missing = last;
    columns[4].name = "famous";
    columns[4].kind = SAMPLE_FLAG;
    columns[4].flags = flags;
    columns[5].name = "colour";
    columns[5].kind = SAMPLE_TEXT;
    columns[5].text = kinds;
    columns[5].offsets = kind_offsets;
    columns[6].name = "potential";
    columns[6].kind = SAMPLE_TEXT;
    columns[6].text = potential;
    columns[6].offsets = potential_offsets;
    columns[6].missing = last;
    columns[7].name = "satisfaction";
    columns[7].kind = SAMPLE_INT64;
    columns[7].ints = ratings;
    columns[7].missing = last;
    what.columns = columns;
    what.column_count = 8;
    what.rows = 3;
    what.batches = 2;

#define NAMED "\"columns\": {\"kind\": \"kind\", \"updated_on\": \"updated_on\"}"
    sample_stream(&what, &stream);
    status = clientela_portraits_from_stream(&stream, TEXT("{" NAMED "}"), &portraits, &error);
    if (status != CLIENTELA_OK) {
        printf("%s\n", clientela_error_message(error));
    }
    CHECK(status == CLIENTELA_OK && stream.release == NULL && sample_live == 0);
    CHECK(clientela_portraits_count(portraits) == 3);
    CHECK(clientela_portraits_get_by_int(portraits, 1, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"brands_in_stock\":[\"Aa\",\"Bb\"]"));
    CHECK(clientela_portraits_get_by_int(portraits, 2, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"7.00\""));
    CHECK(clientela_portraits_report(portraits, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"colour\""));
    clientela_portraits_free(portraits);
    portraits = NULL;

    /* The options say which column is which field, and of which kind all clients are. */
    sample_stream(&what, &stream);
    CHECK(clientela_portraits_from_stream(
              &stream, TEXT("{\"kind\": \"shop\", \"fields\": {\"colour\": \"profile\"}}"),
              &portraits, NULL) == CLIENTELA_OK);
    CHECK(sample_live == 0);
    CHECK(clientela_portraits_get_by_int(portraits, 1, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"kind\":\"shop\",\"fields\":{\"profile\":\"shop\"}"));
    clientela_portraits_free(portraits);
    portraits = NULL;

    /* The stream is taken over whatever goes wrong. */
#define REFUSED(options, expected, part)                                              \
    sample_stream(&what, &stream);                                                    \
    status = clientela_portraits_from_stream(&stream, options, &portraits, &error);   \
    CHECK(stream.release == NULL && sample_live == 0 && portraits == NULL);           \
    CHECK(fails(status, &error, expected, part))
    REFUSED(TEXT("{\"column\": 1}"), CLIENTELA_BAD_ARGUMENT, "column");
    REFUSED(TEXT("{\"columns\": {\"client\": \"no\"}}"), CLIENTELA_BAD_COLUMN, "`no`");
    REFUSED(TEXT("{\"fields\": {\"colour\": \"hue\"}}"), CLIENTELA_BAD_ARGUMENT, "hue");
    REFUSED(TEXT("\xFF"), CLIENTELA_BAD_UTF8, "`options`");
    columns[0].missing = first;
    REFUSED(TEXT("{" NAMED "}"), CLIENTELA_BAD_ROW, "row 0");
    columns[0].missing = NULL;
    columns[7].missing = NULL;
    sample_stream(&what, &stream);
    status = clientela_portraits_from_stream(&stream, TEXT("{" NAMED "}"), &portraits, &error);
    CHECK(stream.release == NULL && sample_live == 0 && portraits == NULL);
    CHECK(clientela_error_row(error) == 2);
    CHECK(strcmp(clientela_error_place(error), "satisfaction") == 0);
    CHECK(strcmp(clientela_error_value(error), "9") == 0);
    CHECK(fails(status, &error, CLIENTELA_BAD_ROW, "row 2"));
    sample_stream(&what, &stream);
    CHECK(clientela_portraits_from_stream(&stream, TEXT("{\"on_bad\": \"set_aside\", " NAMED "}"),
                                          &portraits, NULL) == CLIENTELA_OK);
    CHECK(sample_live == 0 && clientela_portraits_count(portraits) == 2);
    clientela_portraits_free(portraits);
    portraits = NULL;
    columns[7].missing = last;
    what.fails = 1;
    REFUSED(TEXT("{" NAMED "}"), CLIENTELA_BAD_FORMAT, "asked to fail");
#undef REFUSED
#undef NAMED
    /* A stream that was read cannot be read again. */
    status = clientela_portraits_from_stream(&stream, NULL, 0, &portraits, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_FORMAT, "stream"));
}

/* A base with portraits, payments and orders, and the tables that only it fills. */
static void test_base(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_portraits *portraits = make_portraits();
    clientela_portraits *odd = NULL;
    clientela_snapshot *plain = make_snapshot(ledger);
    clientela_snapshot *snapshot = NULL;
    clientela_snapshot *earlier = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_text *same = NULL;
    clientela_error *error = NULL;
    clientela_base whole = base_of(ledger, NULL);
    int64_t wide[8];
    int32_t status;
    json value;

    /* A ledger alone is judged as by clientela_snapshot_new. */
    CHECK(clientela_snapshot_of(&whole, as_of, NULL, 1, &snapshot, NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_summary(snapshot, &text, NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_summary(plain, &same, NULL) == CLIENTELA_OK);
    CHECK(text_is(same, clientela_text_data(text)));
    clientela_text_free(text);
    clientela_snapshot_free(snapshot);
    clientela_snapshot_free(plain);

    whole.portraits = portraits;
    whole.payments = ledger;
    whole.orders = ledger;
    CHECK(clientela_snapshot_of(&whole, 9870, NULL, 0, &earlier, NULL) == CLIENTELA_OK);
    status = clientela_snapshot_of(&whole, as_of, NULL, 0, &snapshot, &error);
    CHECK(status == CLIENTELA_OK && error == NULL);
    /* Nothing depends on anything else. */
    clientela_portraits_free(portraits);
    clientela_ledger_free(ledger);

    CHECK(clientela_snapshot_clients(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(name_is(table, "kind", 0, "shop") && name_is(table, "kind", 1, NULL));
    /* Potential is known of client 1 alone: 80.00, of which 60.00 are bought. */
    CHECK(clientela_table_int64(table, column_at(table, "headroom"), 0, 3, wide, NULL, NULL) ==
          CLIENTELA_OK);
    CHECK(wide[0] == 2000 && wide[1] == INT64_MIN && wide[2] == INT64_MIN);
    CHECK(name_is(table, "missing", 1, NULL) && !name_is(table, "missing", 0, NULL));
    clientela_table_free(table);

    /* Clients 1 and 3 bring 60.00 and 7.50 of 70.50, at least a tenth each. */
    CHECK(clientela_snapshot_keys(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) >= 2);
    CHECK(name_is(table, "sign", 0, "sales") && name_is(table, "scope", 0, "company"));
    clientela_table_free(table);
    CHECK(clientela_snapshot_explain_by_int(snapshot, 1, CLIENTELA_JSON, &text, NULL) ==
          CLIENTELA_OK);
    CHECK(text_has(text, "\"axis\":\"key\",\"verdict\":\"yes\""));

    CHECK(clientela_snapshot_ladder(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 6 && name_is(table, "stage", 0, "prospect"));
    clientela_table_free(table);
    CHECK(clientela_snapshot_matches(snapshot, &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 3 && name_is(table, "name", 0, "good"));
    clientela_table_free(table);
    CHECK(clientela_snapshot_matrix(snapshot, TEXT("stage"), TEXT("key"), &table, NULL) ==
          CLIENTELA_OK);
    CHECK(name_is(table, "row", 0, "prospect") && name_is(table, "column", 1, "yes"));
    clientela_table_free(table);
    table = NULL;
    CHECK(fails(clientela_snapshot_matrix(snapshot, TEXT("amount"), TEXT("key"), &table, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "amount"));
    CHECK(fails(clientela_snapshot_matrix(snapshot, TEXT("\xFF"), TEXT("key"), &table, &error),
                &error, CLIENTELA_BAD_UTF8, "`rows`"));
    CHECK(clientela_snapshot_transitions(snapshot, earlier, NULL, 0, &table, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_table_rows(table) > 36);
    clientela_table_free(table);
    CHECK(clientela_snapshot_transitions(snapshot, earlier, TEXT("key"), &table, NULL) ==
          CLIENTELA_OK);
    CHECK(name_is(table, "from", 0, "no"));
    clientela_table_free(table);
    table = NULL;
    CHECK(fails(clientela_snapshot_transitions(snapshot, earlier, TEXT("colour"), &table, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "colour"));
    CHECK(clientela_snapshot_ranking(snapshot, TEXT("payments"), &table, NULL) == CLIENTELA_OK);
    CHECK(clientela_table_int64(table, column_at(table, "client"), 0, 3, wide, NULL, NULL) ==
          CLIENTELA_OK);
    CHECK(wide[0] == 1 && wide[1] == 3 && wide[2] == 2);
    CHECK(clientela_table_int64(table, column_at(table, "value"), 0, 3, wide, NULL, NULL) ==
          CLIENTELA_OK);
    CHECK(wide[0] == 6000 && wide[1] == 750 && wide[2] == 300);
    clientela_table_free(table);
    table = NULL;
    CHECK(fails(clientela_snapshot_ranking(snapshot, TEXT("colour"), &table, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`criterion`"));
    CHECK(fails(clientela_snapshot_ranking(snapshot, TEXT("profit"), &table, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "profit"));
    CHECK(table == NULL);
    CHECK(clientela_snapshot_overlap(snapshot, TEXT("amount"), TEXT("payments"), &text, NULL) ==
          CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    CHECK(json_double(json_get(&value, "overlap")) == 1.0);
    CHECK(json_get(&value, "only_left")->count == 0);
    json_free(&value);
    clientela_text_free(text);
    CHECK(fails(clientela_snapshot_overlap(snapshot, TEXT("amount"), TEXT("colour"), &text, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`right`"));
    clientela_snapshot_free(earlier);
    clientela_snapshot_free(snapshot);
    snapshot = NULL;

    /* What does not fit together is refused. */
    ledger = make_ledger(&sales);
    whole.ledger = ledger;
    whole.payments = NULL;
    whole.orders = NULL;
    CHECK(clientela_portraits_from_json(TEXT("[{\"client\": \"bo\"}]"), NULL, 0, &odd, NULL) ==
          CLIENTELA_OK);
    whole.portraits = odd;
    status = clientela_snapshot_of(&whole, as_of, NULL, 0, &snapshot, &error);
    CHECK(snapshot == NULL);
    CHECK(fails(status, &error, CLIENTELA_MISMATCH, "client"));
    whole.size = 4 * sizeof whole.size;
    CHECK(fails(clientela_snapshot_of(&whole, as_of, NULL, 0, &snapshot, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "sizeof(clientela_base)"));
    whole.size = sizeof whole;
    whole.portraits = NULL;
    CHECK(fails(clientela_snapshot_of(&whole, INT32_MAX, NULL, 0, &snapshot, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`as_of`"));
    CHECK(fails(clientela_snapshot_of(&whole, as_of, NULL, -1, &snapshot, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`threads`"));
    CHECK(snapshot == NULL);
    clientela_portraits_free(odd);
    clientela_ledger_free(ledger);
}

static void test_questionnaire(void) {
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    int32_t status;
    CHECK(clientela_questionnaire_fill(
              TEXT("{\"questionnaire\": {\"country\": \"France\", \"language\": \"fr\", "
                   "\"fields\": [{\"name\": \"surname\", \"origin\": \"record\", "
                   "\"translation\": \"letter\", \"field\": \"surname\"}]}, "
                   "\"portrait\": {\"client\": 1, \"kind\": \"tourist\", "
                   "\"fields\": {\"surname\": \"\xD0\x98\xD0\xB2\xD0\xB0\"}}}"),
              &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"Iva\""));
    status = clientela_questionnaire_fill(
        TEXT("{\"questionnaire\": {\"country\": \"France\", \"language\": \"xx\", "
             "\"fields\": []}, \"portrait\": {\"client\": 1}}"),
        &text, &error);
    CHECK(text == NULL && strstr(clientela_error_place(error), "language") != NULL);
    CHECK(fails(status, &error, CLIENTELA_BAD_DOCUMENT, "questionnaire"));
    status = clientela_questionnaire_fill(TEXT("{"), &text, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_DOCUMENT, "questionnaire"));
    status = clientela_questionnaire_fill(TEXT("\xFF"), &text, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_UTF8, "`json`"));

    CHECK(clientela_additional_copy(TEXT("{\"school\": \"No. 5\", \"aunt\": \"Ada\"}"),
                                    TEXT("{\"aunt\": \"Eve\", \"school\": \" \"}"), &text,
                                    NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "{\"additional\":{\"aunt\":\"Eve\",\"school\":\"No. 5\"},"
                         "\"filled\":[\"school\"]}"));
    status = clientela_additional_copy(TEXT("[]"), TEXT("{}"), &text, &error);
    CHECK(fails(status, &error, CLIENTELA_BAD_DOCUMENT, "questionnaire"));
}

/* A promise to client 2 that was due on 1997-06-01 and is open, and an activity. */
static const char promised[] =
    "{\"promises\": [{\"client\": 2, \"what\": \"tea\", \"due_on\": \"1997-06-01\"}],"
    " \"activities\": [{\"on\": \"1997-05-01\", \"goal\": \"retention\","
    "                   \"kind\": \"gift\", \"money\": \"3.50\"}]}";

static void test_journal(void) {
    clientela_journal *journal = NULL;
    clientela_journal *other = NULL;
    clientela_journal *both = NULL;
    clientela_text *text = NULL;
    clientela_text *same = NULL;
    clientela_error *error = NULL;
    int32_t status = clientela_journal_from_json(TEXT(promised), &journal, &error);
    CHECK(status == CLIENTELA_OK && journal != NULL && error == NULL);
    CHECK(clientela_journal_to_json(journal, &text, NULL) == CLIENTELA_OK);
    CHECK(clientela_journal_from_json(BOTH(text), &other, NULL) == CLIENTELA_OK);
    CHECK(clientela_journal_to_json(other, &same, NULL) == CLIENTELA_OK);
    CHECK(text_is(same, clientela_text_data(text)));
    /* What stands in both stands once. */
    CHECK(clientela_journal_merge(journal, other, &both, NULL) == CLIENTELA_OK);
    CHECK(clientela_journal_to_json(both, &same, NULL) == CLIENTELA_OK);
    CHECK(text_is(same, clientela_text_data(text)));
    clientela_text_free(text);
    clientela_journal_free(both);
    clientela_journal_free(other);
    both = other = NULL;

    CHECK(clientela_journal_from_json(TEXT("{}"), &other, NULL) == CLIENTELA_OK);
    CHECK(clientela_journal_to_json(other, &text, NULL) == CLIENTELA_OK);
    CHECK(text_is(text, "{}"));
    clientela_journal_free(other);
    other = NULL;
    CHECK(fails(clientela_journal_from_json(TEXT("{\"promises\": [{\"client\": 2}]}"), &other,
                                            &error),
                &error, CLIENTELA_BAD_DOCUMENT, "promises[0]"));
    CHECK(fails(clientela_journal_from_json(TEXT("{\"colours\": []}"), &other, &error), &error,
                CLIENTELA_BAD_DOCUMENT, "colours"));
    CHECK(fails(clientela_journal_from_json(TEXT("\xFF"), &other, &error), &error,
                CLIENTELA_BAD_UTF8, "`json`"));
    CHECK(other == NULL);
    CHECK(clientela_journal_from_json(TEXT("{\"fixed_costs\": {\"per_month\": 1}}"), &other,
                                      NULL) == CLIENTELA_OK);
    clientela_journal_free(journal);
    CHECK(clientela_journal_from_json(TEXT("{\"fixed_costs\": {\"per_month\": 2}}"), &journal,
                                      NULL) == CLIENTELA_OK);
    CHECK(fails(clientela_journal_merge(journal, other, &both, &error), &error,
                CLIENTELA_MISMATCH, "fixed costs"));
    CHECK(both == NULL);
    clientela_journal_free(other);
    clientela_journal_free(journal);
}

static void test_views(void) {
    clientela_sales sales = base();
    clientela_ledger *ledger = make_ledger(&sales);
    clientela_base whole = base_of(ledger, NULL);
    clientela_journal *journal = NULL;
    clientela_snapshot *snapshot = NULL;
    clientela_snapshot *plain = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    const json *tables;
    int64_t wide[2];
    size_t i;
    size_t found = 0;
    json views;
    json account;

    CHECK(clientela_journal_from_json(TEXT(promised), &journal, NULL) == CLIENTELA_OK);
    CHECK(clientela_snapshot_of(&whole, as_of, NULL, 1, &plain, NULL) == CLIENTELA_OK);
    whole.journal = journal;
    CHECK(clientela_snapshot_of(&whole, as_of, NULL, 1, &snapshot, NULL) == CLIENTELA_OK);
    /* Nothing depends on anything else. */
    clientela_journal_free(journal);
    clientela_ledger_free(ledger);

    /* From 1 to 30 June are 29 days. */
    CHECK(clientela_snapshot_view(snapshot, TEXT("promises"), NULL, 0, &table, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 1 && name_is(table, "what", 0, "tea"));
    CHECK(name_is(table, "verdict", 0, "violation"));
    CHECK(clientela_table_int64(table, column_at(table, "days_late"), 0, 1, wide, NULL, NULL) ==
          CLIENTELA_OK);
    CHECK(wide[0] == 29);
    clientela_table_free(table);
    CHECK(clientela_snapshot_view(plain, TEXT("promises"), TEXT("{}"), &table, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 0);
    clientela_table_free(table);
    /* Client 1 bought for 60.00, client 3 for 7.50, client 2 for 5.00 less 2.00. */
    CHECK(clientela_snapshot_view(snapshot, TEXT("curve"), TEXT("{\"points\": 3}"), &table, NULL) ==
          CLIENTELA_OK);
    CHECK(clientela_table_rows(table) == 4);
    clientela_table_free(table);
    table = NULL;
    CHECK(fails(clientela_snapshot_view(snapshot, TEXT("colour"), NULL, 0, &table, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`view`"));
    CHECK(fails(clientela_snapshot_view(snapshot, TEXT("curve"), TEXT("{\"points\": \"x\"}"),
                                        &table, &error),
                &error, CLIENTELA_BAD_DOCUMENT, "points"));
    CHECK(fails(clientela_snapshot_view(snapshot, TEXT("curve"), TEXT("{\"colour\": 1}"), &table,
                                        &error),
                &error, CLIENTELA_BAD_DOCUMENT, "colour"));
    CHECK(fails(clientela_snapshot_view(snapshot, TEXT("curve"), TEXT("\xFF"), &table, &error),
                &error, CLIENTELA_BAD_UTF8, "`arguments`"));
    CHECK(fails(clientela_snapshot_view(snapshot, TEXT("\xFF"), NULL, 0, &table, &error), &error,
                CLIENTELA_BAD_UTF8, "`name`"));
    CHECK(table == NULL);

    /* Every view is listed, and each has its place in the account. */
    CHECK(clientela_views(&text, NULL) == CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &views));
    clientela_text_free(text);
    CHECK(clientela_snapshot_account(snapshot, &text, NULL) == CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &account));
    CHECK(json_is(json_get(&account, "as_of"), "1997-06-30"));
    tables = json_get(&account, "tables");
    CHECK(tables != NULL && views.count > 0 && tables->count == views.count);
    for (i = 0; tables != NULL && i < tables->count && i < views.count; i++) {
        const json *one = &tables->items[i];
        const json *name = json_get(&views.items[i], "name");
        const json *rows = json_get(one, "table");
        CHECK(json_is(json_get(one, "name"), name->text));
        CHECK(json_get(&views.items[i], "arguments")->kind == JSON_LIST);
        /* A table, or why there is none. */
        CHECK((rows->kind == JSON_LIST) == (json_get(one, "cause") == NULL));
        if (json_is(name, "promises")) {
            found++;
            CHECK(rows->count == 1 && json_is(json_get(&rows->items[0], "what"), "tea"));
        }
    }
    CHECK(found == 1);
    json_free(&account);
    json_free(&views);
    clientela_text_free(text);
    clientela_snapshot_free(plain);
    clientela_snapshot_free(snapshot);
}

static void test_formulas(void) {
    clientela_policy *policy = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    const json *figure;
    json value;
    size_t i;
    size_t found = 0;
    CHECK(clientela_formulas(&text, NULL) == CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    for (i = 0; i < value.count; i++) {
        const json *arguments = json_get(&value.items[i], "arguments");
        if (json_is(json_get(&value.items[i], "name"), "crr")) {
            found++;
            CHECK(arguments->count == 4);
            CHECK(json_is(json_get(&arguments->items[0], "name"), "at_start"));
            CHECK(json_is(json_get(&arguments->items[0], "kind"), "count"));
            CHECK(json_get(&arguments->items[0], "required")->kind == JSON_TRUE);
            CHECK(json_get(&arguments->items[3], "required")->kind == JSON_FALSE);
        }
    }
    CHECK(found == 1);
    json_free(&value);
    clientela_text_free(text);

    /* Of 100 clients at the start 110 - 20 are left. */
    CHECK(clientela_formula(TEXT("crr"),
                            TEXT("{\"at_start\": 100, \"at_end\": 110, \"new\": 20}"), NULL, &text,
                            NULL) == CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    figure = json_get(&value, "retention");
    CHECK(json_is(json_get(figure, "value"), "90") && json_get(figure, "cause") == NULL);
    CHECK(json_is(json_get(figure, "unit"), "percent"));
    CHECK(json_is(json_get(figure, "bound"), "exact"));
    json_free(&value);
    clientela_text_free(text);
    /* What is undefined has a cause in place of a value. */
    CHECK(clientela_formula(TEXT("crr"), TEXT("{\"at_start\": 0, \"at_end\": 5, \"new\": 5}"),
                            NULL, &text, NULL) == CLIENTELA_OK);
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    figure = json_get(&value, "retention");
    CHECK(json_get(figure, "value")->kind == JSON_NULL);
    CHECK(json_get(figure, "cause")->kind == JSON_STRING);
    json_free(&value);
    clientela_text_free(text);
    /* 6 lost of 100, or with the 20 won of 120, as the policy says. */
    CHECK(clientela_policy_from_json(TEXT("{\"metric\": {\"churn\": \"stripe\"}}"), &policy,
                                     NULL) == CLIENTELA_OK);
    CHECK(clientela_formula(TEXT("churn"), TEXT("{\"at_start\": 100, \"lost\": 6, \"new\": 20}"),
                            policy, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"value\":\"5\""));
    CHECK(clientela_formula(TEXT("churn"), TEXT("{\"at_start\": 100, \"lost\": 6, \"new\": 20}"),
                            NULL, &text, NULL) == CLIENTELA_OK);
    CHECK(text_has(text, "\"value\":\"6\""));
    clientela_policy_free(policy);
    text = NULL;

    CHECK(fails(clientela_formula(TEXT("colour"), NULL, 0, NULL, &text, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`formula`"));
    CHECK(fails(clientela_formula(TEXT("crr"), NULL, 0, NULL, &text, &error), &error,
                CLIENTELA_BAD_DOCUMENT, "at_start"));
    CHECK(fails(clientela_formula(TEXT("crr"),
                                  TEXT("{\"at_start\": 1, \"at_end\": 1, \"new\": 2}"), NULL,
                                  &text, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`new`"));
    CHECK(fails(clientela_formula(TEXT("crr"), TEXT("\xFF"), NULL, &text, &error), &error,
                CLIENTELA_BAD_UTF8, "`arguments`"));
    CHECK(text == NULL);
}

int main(void) {
    test_versions();
    test_nothing();
    test_values();
    test_policy();
    test_ledger();
    test_damage();
    test_arrays();
    test_options();
    test_builder();
    test_stream_in();
    test_text_ids();
    test_table();
    test_stream_out();
    test_snapshot();
    test_portraits();
    test_bad_portraits();
    test_portrait_stream();
    test_base();
    test_journal();
    test_views();
    test_formulas();
    test_questionnaire();
    test_parts();
    test_threads();
    test_nulls();
    return check_result();
}
