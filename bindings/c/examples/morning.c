/*
 * Prints the morning list: what to do today, for which client and why, the most urgent first.
 *
 * A small base is built in, so the program needs no files. The journal tells what the firm does
 * and has beside its sales: here promises, and who looks after whom.
 *
 *     morning [manager]
 */
#include <stdio.h>
#include <string.h>

#include "clientela.h"

#define ROWS 9
#define SHOWN 5

/* Whole days since 1970-01-01: from January 1997 to May 1998; the list is of 1998-06-01. */
static const char names[] = "anna" "anna" "anna" "anna" "bo" "bo" "bo" "cem" "dora";
static const int64_t offsets[ROWS + 1] = {0, 4, 8, 12, 16, 18, 20, 22, 25, 29};
static const int32_t dates[ROWS] = {9880, 9940, 10000, 10060, 9900, 9990, 10080, 10350, 10360};
static const int64_t amounts[ROWS] = {125000, 90000, 400000, 210000, 70000,
                                      65000,  80000, 199900, 30000};

static const char journal_json[] =
    "{\"staff\": [{\"name\": \"Ada\", \"role\": \"client_manager\"}],"
    " \"assignments\": [{\"client\": \"anna\", \"staff\": \"Ada\", \"role\": \"coordinator\"},"
    "                   {\"client\": \"dora\", \"staff\": \"Ada\", \"role\": \"coordinator\"}],"
    " \"promises\": [{\"client\": \"dora\", \"what\": \"a catalogue\", \"due_on\": \"1998-05-20\"},"
    "                {\"client\": \"cem\", \"what\": \"a sample\", \"due_on\": \"1998-06-01\"}]}";

/* After half a year without a purchase a client is lost. */
static const char policy_json[] = "{\"activity\": {\"lost_after\": {\"months\": 6}}}";

static const char *const shown[SHOWN] = {"urgency", "client", "manager", "action", "reason"};

/* Prints what went wrong, frees the error and gives 0 for success. */
static int failed(int32_t status, clientela_error **error) {
    if (status != CLIENTELA_OK) {
        fprintf(stderr, "%s\n", clientela_error_message(*error));
        clientela_error_free(*error);
        *error = NULL;
    }
    return status != CLIENTELA_OK;
}

static clientela_ledger *make_ledger(void) {
    clientela_sales sales;
    clientela_ledger *ledger = NULL;
    clientela_error *error = NULL;
    memset(&sales, 0, sizeof sales);
    sales.size = sizeof sales;
    sales.rows = ROWS;
    sales.client_text = names;
    sales.client_offsets = offsets;
    sales.date = dates;
    sales.amount = amounts;
    failed(clientela_ledger_from_arrays(&sales, NULL, 0, &ledger, &error), &error);
    return ledger;
}

/* Judges the base; NULL where a call fails. */
static clientela_snapshot *judge(const clientela_ledger *ledger, const clientela_journal *journal,
                                 const clientela_policy *policy) {
    clientela_base base;
    clientela_snapshot *snapshot = NULL;
    clientela_error *error = NULL;
    int32_t as_of = 0;
    memset(&base, 0, sizeof base);
    base.size = sizeof base;
    base.ledger = ledger;
    base.journal = journal;
    if (!failed(clientela_day_parse("1998-06-01", 10, &as_of, &error), &error)) {
        failed(clientela_snapshot_of(&base, as_of, policy, 0, &snapshot, &error), &error);
    }
    return snapshot;
}

/* The list of one manager, or of all where the name is NULL. */
static clientela_table *ask(const clientela_snapshot *snapshot, const char *manager) {
    clientela_table *table = NULL;
    clientela_error *error = NULL;
    char arguments[256] = "";
    /* A name with quotes or backslashes in it would have to be escaped for JSON. */
    if (manager != NULL && strcspn(manager, "\"\\") < strlen(manager)) {
        fprintf(stderr, "%s: this example takes plain names only\n", manager);
        return NULL;
    }
    if (manager != NULL &&
        snprintf(arguments, sizeof arguments, "{\"manager\": \"%s\"}", manager) >=
            (int)sizeof arguments) {
        fprintf(stderr, "the name is too long\n");
        return NULL;
    }
    failed(clientela_snapshot_view(snapshot, "actions", 7, arguments, strlen(arguments), &table,
                                   &error),
           &error);
    return table;
}

static int print_list(const clientela_table *table) {
    size_t columns[SHOWN];
    size_t row;
    size_t i;
    clientela_error *error = NULL;
    for (i = 0; i < SHOWN; i++) {
        if (failed(clientela_table_find(table, shown[i], strlen(shown[i]), &columns[i], &error),
                   &error)) {
            return 1;
        }
    }
    for (row = 0; row < clientela_table_rows(table); row++) {
        for (i = 0; i < SHOWN; i++) {
            const char *data = NULL;
            size_t length = 0;
            if (failed(clientela_table_name(table, columns[i], row, &data, &length, &error),
                       &error)) {
                return 1;
            }
            /* NULL: there is none, as where nobody looks after the client. */
            printf("%s%.*s", i == 0 ? "" : " | ", data == NULL ? 1 : (int)length,
                   data == NULL ? "-" : data);
        }
        printf("\n");
    }
    return 0;
}

int main(int count, char **arguments) {
    clientela_ledger *ledger = NULL;
    clientela_journal *journal = NULL;
    clientela_policy *policy = NULL;
    clientela_snapshot *snapshot = NULL;
    clientela_table *table = NULL;
    clientela_error *error = NULL;
    int bad = 1;
    if ((ledger = make_ledger()) != NULL &&
        !failed(clientela_journal_from_json(journal_json, strlen(journal_json), &journal, &error),
                &error) &&
        !failed(clientela_policy_from_json(policy_json, strlen(policy_json), &policy, &error),
                &error) &&
        (snapshot = judge(ledger, journal, policy)) != NULL &&
        (table = ask(snapshot, count > 1 ? arguments[1] : NULL)) != NULL) {
        bad = print_list(table);
    }
    clientela_table_free(table);
    clientela_snapshot_free(snapshot);
    clientela_policy_free(policy);
    clientela_journal_free(journal);
    clientela_ledger_free(ledger);
    return bad;
}
