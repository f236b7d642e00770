/*
 * Clientela: exact, explained verdicts on every client of a firm, from its sales.
 *
 * Generated from the Rust sources; do not edit. `clientela.cdef.h` is the same without macros,
 * for parsers such as PHP's FFI and Python's cffi.
 *
 * What all calls share:
 *
 * Status. A call that can fail returns a clientela_status as int32_t: CLIENTELA_OK or what went
 * wrong. Its last argument `error` may be NULL; else it is set to a new error that says more,
 * to be freed with clientela_error_free, or to NULL on success. What stood there before is not
 * freed. No call prints, exits or lets an exception through. A fault of the library becomes
 * CLIENTELA_PANIC (Rust then also writes a line to stderr); memory that runs out ends the
 * process.
 *
 * Ownership. What a call puts at `out` belongs to the caller, who frees it once with the free
 * function of its type; on failure NULL is put there. Handles do not depend on each other and
 * may be freed in any order. Arguments are read during the call only, save Arrow streams, which
 * are taken over. Pointers that accessors return belong to the handle and live as long as it
 * does.
 *
 * Text goes in as address and number of bytes, in UTF-8, without a zero byte at the end. NULL
 * with length 0 is the empty text.
 *
 * Safety. A pointer is NULL where that is allowed, or valid, aligned for its type and of the
 * length stated; a handle comes from this library and is not yet freed. NULL where a value is
 * needed is CLIENTELA_NULL_POINTER, any other wrong pointer cannot be detected.
 *
 * Threads. Every handle but clientela_builder never changes and may be used by several threads
 * at once; none may use it while or after one frees it. No answer depends on the number of
 * threads, on the clock, the locale or the environment. The library keeps a pool of threads, so
 * a process that has used it must not go on using it in a child made by fork.
 *
 * Structs that are passed by address begin with their size, so that they can grow: set `size`
 * to sizeof the struct. Members are only ever added at the end.
 *
 * Amounts are whole minor units (int64_t) at the ledger's scale, days are days since 1970-01-01
 * (int32_t), sums and verdicts are exact and the same on every machine.
 */


#ifndef CLIENTELA_H
#define CLIENTELA_H

#include <stddef.h>
#include <stdint.h>

/** The version of this interface; clientela_abi_version gives the library's. */
#define CLIENTELA_ABI_VERSION 1

/* The Arrow C data and stream interfaces, as their specification has them. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */


/**
 * What a call returns. Numbers below 100 are kinds of error that every language shares;
 * numbers from 100 on belong to this interface. New ones may be added, none changes.
 */
typedef enum clientela_status {
    /**
     * It worked.
     */
    CLIENTELA_OK = 0,
    /**
     * A row that cannot be taken as it is: row, column and value are stated.
     */
    CLIENTELA_BAD_ROW = 1,
    /**
     * A column that is absent, of the wrong type or of the wrong length.
     */
    CLIENTELA_BAD_COLUMN = 2,
    /**
     * There was nothing to read.
     */
    CLIENTELA_EMPTY = 3,
    /**
     * An argument that is out of its range or contradicts another.
     */
    CLIENTELA_BAD_ARGUMENT = 4,
    /**
     * A policy that cannot be used: the path of the field is stated.
     */
    CLIENTELA_BAD_POLICY = 5,
    /**
     * A sum that leaves the range of exact amounts.
     */
    CLIENTELA_OVERFLOW = 6,
    /**
     * Two ledgers, portraits, censuses or snapshots that do not fit together.
     */
    CLIENTELA_MISMATCH = 7,
    /**
     * Bytes or JSON that this version cannot read.
     */
    CLIENTELA_BAD_FORMAT = 8,
    /**
     * A client that the base does not have.
     */
    CLIENTELA_UNKNOWN_CLIENT = 9,
    /**
     * A portrait, a catalogue, a questionnaire, a journal, rules, a mapping or named arguments that
     * cannot be used: the path in them is stated.
     */
    CLIENTELA_BAD_DOCUMENT = 10,
    /**
     * A pointer is NULL where a value is needed.
     */
    CLIENTELA_NULL_POINTER = 100,
    /**
     * A text is not valid UTF-8.
     */
    CLIENTELA_BAD_UTF8 = 101,
    /**
     * A fault of the library itself. The handles that were passed stay usable.
     */
    CLIENTELA_PANIC = 102,
} clientela_status;

/**
 * What a line is, for the member `kind` of clientela_sales.
 */
typedef enum clientela_sale_kind {
    /**
     * Revenue.
     */
    CLIENTELA_SALE = 0,
    /**
     * Goods taken back or money given back: reduces amounts, is never a purchase.
     */
    CLIENTELA_RETURN = 1,
    /**
     * An order called off: removes the order that it names, else it acts as a return.
     */
    CLIENTELA_CANCELLATION = 2,
} clientela_sale_kind;

/**
 * Form of an explanation.
 */
typedef enum clientela_form {
    /**
     * JSON: every axis with its verdict and the reasons as fields.
     */
    CLIENTELA_JSON = 0,
    /**
     * Lines for a reader.
     */
    CLIENTELA_READABLE = 1,
} clientela_form;

/**
 * What the values of a column are, and which calls copy them out.
 */
typedef enum clientela_kind {
    /**
     * Ids of clients as numbers: clientela_table_int64. Never missing.
     */
    CLIENTELA_CLIENT_INT = 1,
    /**
     * Ids of clients as texts: clientela_table_name. Never missing.
     */
    CLIENTELA_CLIENT_TEXT = 2,
    /**
     * Days since 1970-01-01: clientela_table_int32 or wider.
     */
    CLIENTELA_DAY = 3,
    /**
     * Whole numbers of 32 bits: clientela_table_int32 or wider.
     */
    CLIENTELA_INT32 = 4,
    /**
     * Whole numbers of 64 bits: clientela_table_int64.
     */
    CLIENTELA_INT64 = 5,
    /**
     * Small whole numbers: clientela_table_uint8 or wider.
     */
    CLIENTELA_COUNT8 = 6,
    /**
     * Amounts in minor units, see the member `scale`: clientela_table_int64.
     */
    CLIENTELA_MONEY = 7,
    /**
     * Real numbers: clientela_table_double.
     */
    CLIENTELA_FLOAT = 8,
    /**
     * 0 is no, 1 is yes: clientela_table_uint8 or wider.
     */
    CLIENTELA_FLAG = 9,
    /**
     * Codes of names, see clientela_table_choice: clientela_table_uint8 or wider; the names
     * themselves: clientela_table_name.
     */
    CLIENTELA_CHOICE = 10,
    /**
     * Texts: clientela_table_name. Never missing.
     */
    CLIENTELA_TEXT = 11,
    /**
     * Texts of which many rows share few: clientela_table_name.
     */
    CLIENTELA_NAME = 12,
} clientela_kind;

/**
 * A ledger in the making, for sales that come in batches. One thread at a time may use it.
 */
typedef struct clientela_builder clientela_builder;

/**
 * A run of bytes that belongs to the caller. It never changes, so several threads may read
 * it.
 */
typedef struct clientela_bytes clientela_bytes;

/**
 * Records of clients by field, indexed for searches. It never changes, so several threads may use
 * it.
 */
typedef struct clientela_directory clientela_directory;

/**
 * Pairs of records that mean the same client, with why. It never changes, so several threads may
 * use it, and it outlives the directories that it was made of.
 */
typedef struct clientela_duplicates clientela_duplicates;

/**
 * An error, explained. It is made by a call that fails, and belongs to the caller.
 *
 * Its texts end with a zero byte, belong to the error and live as long as it does. An error
 * never changes, so several threads may read it.
 */
typedef struct clientela_error clientela_error;

/**
 * A table of cells, as it comes from a file or a clipboard. Numbers of bank cards are masked as
 * they come in. It never changes, so several threads may use it.
 */
typedef struct clientela_grid clientela_grid;

/**
 * Who was in which segment on which days by the rules, why clients entered and left, and what was
 * decided by hand. It never changes: what joins two gives a new one. Several threads may use it.
 */
typedef struct clientela_history clientela_history;

/**
 * A summary of the time up to one day, and what the same clients did in the time after it. It
 * never changes, so several threads may use it.
 */
typedef struct clientela_holdout clientela_holdout;

/**
 * What the firm does and has beside its sales: promises, touches, deals, products. It never
 * changes: what joins two gives a new one. Several threads may use it.
 */
typedef struct clientela_journal clientela_journal;

/**
 * Every sale of a base, grouped by client and sorted by day. It never changes: what adds to
 * it gives a new one. Several threads may use it.
 */
typedef struct clientela_ledger clientela_ledger;

/**
 * A policy: every threshold, period and convention. It never changes, so several threads
 * may use it.
 */
typedef struct clientela_policy clientela_policy;

/**
 * What is known of clients beside their sales: a portrait per client, with the fields of a
 * catalogue. It never changes: what joins two gives a new one. Several threads may use it.
 */
typedef struct clientela_portraits clientela_portraits;

/**
 * Segments of clients as a document that a CRM can store: who is in each, and why that is of
 * interest. It never changes, so several threads may use it.
 */
typedef struct clientela_rules clientela_rules;

/**
 * The verdicts of rules on every client: yes, no or unknown; only those are members for whom a
 * rule holds. It never changes, so several threads may use it, and it outlives the snapshot and
 * the rules that it was made of.
 */
typedef struct clientela_segments clientela_segments;

/**
 * A base as of a day, under a policy: a verdict per client and axis. It never changes, so
 * several threads may use it. It keeps what it needs of the ledger and the policy.
 */
typedef struct clientela_snapshot clientela_snapshot;

/**
 * A bank statement: accounts with their balances, and entries. It never changes, so several
 * threads may use it.
 */
typedef struct clientela_statement clientela_statement;

/**
 * What lifetime models know of clients: how many repeat purchases, when the last, seen how long,
 * what they spend. It never changes, so several threads may use it.
 */
typedef struct clientela_summary clientela_summary;

/**
 * A table of answers: named columns of equal length. It never changes, so several threads may
 * read it.
 */
typedef struct clientela_table clientela_table;

/**
 * A text in UTF-8 that belongs to the caller. It never changes, so several threads may read
 * it.
 */
typedef struct clientela_text clientela_text;

/**
 * Sale lines by column, in arrays that belong to the caller and are read during the call
 * only. Set all of it to zero, then `size`, `rows` and the columns that you have.
 *
 * Each array has `rows` values. Texts lie in one run of bytes, without zero bytes between
 * them: text i is the bytes from offsets[i] up to offsets[i + 1], so there are rows + 1
 * offsets. Every member is as wide as a pointer or a size_t, so there is no padding.
 */
typedef struct clientela_sales {
    /**
     * sizeof(clientela_sales).
     */
    size_t size;
    /**
     * Number of lines.
     */
    size_t rows;
    /**
     * Ids of clients as numbers; NULL where they are texts.
     */
    const int64_t *client;
    /**
     * Ids of clients as texts, none of them empty; NULL where they are numbers.
     */
    const char *client_text;
    /**
     * Offsets into client_text.
     */
    const int64_t *client_offsets;
    /**
     * Days since 1970-01-01.
     */
    const int32_t *date;
    /**
     * Amounts net of tax in minor units at the ledger's scale: 19.99 is 1999 at scale 2.
     */
    const int64_t *amount;
    /**
     * Order ids as numbers, INT64_MIN is none. NULL where there are none or they are texts.
     */
    const int64_t *order;
    /**
     * Order ids as texts, an empty one is none. NULL where there are none or they are numbers.
     */
    const char *order_text;
    /**
     * Offsets into order_text.
     */
    const int64_t *order_offsets;
    /**
     * Quantities in units of the ledger's quantity scale, INT64_MIN is unknown; or NULL.
     */
    const int64_t *quantity;
    /**
     * Profits in minor units, INT64_MIN is unknown; or NULL.
     */
    const int64_t *profit;
    /**
     * Categories, an empty one is unknown; or NULL.
     */
    const char *category_text;
    /**
     * Offsets into category_text.
     */
    const int64_t *category_offsets;
    /**
     * Managers, an empty one is unknown; or NULL.
     */
    const char *manager_text;
    /**
     * Offsets into manager_text.
     */
    const int64_t *manager_offsets;
    /**
     * Departments, an empty one is unknown; or NULL.
     */
    const char *department_text;
    /**
     * Offsets into department_text.
     */
    const int64_t *department_offsets;
    /**
     * Whether sold on promotion: 0 no, 1 yes, 255 unknown; or NULL.
     */
    const uint8_t *promo;
    /**
     * What each line is, see clientela_sale_kind; or NULL, then an amount below 0 is a return
     * unless the option `negative` says otherwise.
     */
    const uint8_t *kind;
    /**
     * Brands, an empty one is unknown; or NULL.
     */
    const char *brand_text;
    /**
     * Offsets into brand_text.
     */
    const int64_t *brand_offsets;
} clientela_sales;

/**
 * Counts and properties of a ledger.
 */
typedef struct clientela_counts {
    /**
     * sizeof(clientela_counts), set by the caller; the library sets how much of it it filled.
     */
    size_t size;
    /**
     * Clients.
     */
    size_t clients;
    /**
     * Sale lines.
     */
    size_t sales;
    /**
     * Rows that were set aside.
     */
    size_t set_aside;
    /**
     * First day with a line, in days since 1970-01-01; INT32_MIN for an empty ledger.
     */
    int32_t first_day;
    /**
     * Last day with a line; INT32_MIN for an empty ledger.
     */
    int32_t last_day;
    /**
     * Decimal places of amounts.
     */
    int32_t scale;
    /**
     * Decimal places of quantities.
     */
    int32_t quantity_scale;
    /**
     * 1 where clients have texts as ids, 0 where they have numbers.
     */
    int32_t text_ids;
    /**
     * The currency's code and a zero byte; "XXX" where none is stated.
     */
    char currency[4];
} clientela_counts;

/**
 * A base: its sales, and what is known beside them. Set all of it to zero, then `size`,
 * `ledger` and the handles that you have; they are read during the call only.
 *
 * Every member is as wide as a pointer or a size_t, so there is no padding.
 */
typedef struct clientela_base {
    /**
     * sizeof(clientela_base).
     */
    size_t size;
    /**
     * The sales.
     */
    const struct clientela_ledger *ledger;
    /**
     * What is known of the clients, in the ledger's currency and scale; or NULL, then the
     * verdicts that need it are missing.
     */
    const struct clientela_portraits *portraits;
    /**
     * Payments that came in, by the day of receipt; or NULL.
     */
    const struct clientela_ledger *payments;
    /**
     * Orders that were placed, with their quantities; or NULL.
     */
    const struct clientela_ledger *orders;
    /**
     * JSON of a lifetime model of purchases or of its fit; or NULL, then p_alive,
     * expected_purchases and clv are missing.
     */
    const char *lifetime;
    /**
     * Bytes of lifetime.
     */
    size_t lifetime_length;
    /**
     * JSON of a gamma_gamma model or of its fit; or NULL, then clv is missing.
     */
    const char *spend;
    /**
     * Bytes of spend.
     */
    size_t spend_length;
    /**
     * What the firm does and has beside its sales; or NULL, then nothing is recorded.
     */
    const struct clientela_journal *journal;
} clientela_base;

/**
 * What a column is. Its texts do not end with a zero byte, belong to the table and live as
 * long as it does.
 */
typedef struct clientela_column {
    /**
     * sizeof(clientela_column), set by the caller; the library sets how much of it it filled.
     */
    size_t size;
    /**
     * The name, the same in every language.
     */
    const char *name;
    /**
     * Bytes of the name.
     */
    size_t name_length;
    /**
     * What a value says, in one sentence, with its unit.
     */
    const char *about;
    /**
     * Bytes of about.
     */
    size_t about_length;
    /**
     * Where the rule comes from: requirement, standard, or "convention".
     */
    const char *source;
    /**
     * Bytes of source.
     */
    size_t source_length;
    /**
     * Number of missing values.
     */
    size_t missing;
    /**
     * Number of names of a CLIENTELA_CHOICE, else 0.
     */
    size_t choices;
    /**
     * See clientela_kind.
     */
    int32_t kind;
    /**
     * Decimal places of a CLIENTELA_MONEY, else 0.
     */
    int32_t scale;
} clientela_column;

/**
 * Histories of clients by column, in arrays that belong to the caller and are read during the
 * call only. Set all of it to zero, then `size`, `rows` and the columns that you have.
 *
 * Each array has `rows` values. A client's clock starts at the first purchase, which is not
 * counted. Every member is as wide as a pointer or a size_t, so there is no padding.
 */
typedef struct clientela_histories {
    /**
     * sizeof(clientela_histories).
     */
    size_t size;
    /**
     * Number of clients.
     */
    size_t rows;
    /**
     * Repeat purchases: whole numbers from 0 up.
     */
    const double *x;
    /**
     * Times from the first purchase to the last; 0 where x is 0.
     */
    const double *t_x;
    /**
     * Times from the first purchase to the end of observation, T in the papers; at least t_x.
     */
    const double *age;
    /**
     * Mean amounts of a repeat purchase in units of the currency, NaN is unknown; or NULL.
     */
    const double *spend;
    /**
     * Sums of the natural logarithms of the times between purchases, which only models of
     * regular buyers need, NaN is unknown; or NULL.
     */
    const double *log_gaps;
    /**
     * Numbers of clients that have this history; or NULL for one each.
     */
    const uint64_t *count;
} clientela_histories;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library, such as "0.1.0". The text is part of the library.
 */
const char *clientela_version(void);

/**
 * The version of this interface. A program works with the library where this is the
 * CLIENTELA_ABI_VERSION that the program was compiled with.
 */
int32_t clientela_abi_version(void);

/**
 * Reads a day written as YYYY-MM-DD.
 *
 * @param out  where the days since 1970-01-01 go
 * @return CLIENTELA_BAD_ARGUMENT where the text is no such day
 */
int32_t clientela_day_parse(const char *data,
                            size_t length,
                            int32_t *out,
                            struct clientela_error **error);

/**
 * Writes a day as YYYY-MM-DD.
 *
 * @param day  days since 1970-01-01, in the years 1 to 9999
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT for a day outside those years
 */
int32_t clientela_day_text(int32_t day,
                           struct clientela_text **out,
                           struct clientela_error **error);

/**
 * Reads an amount written as a decimal number, such as -1234.50, exactly.
 *
 * @param scale  decimal places of the ledger, 0 to 9
 * @param out    where the minor units go: 19.99 at scale 2 is 1999
 * @return CLIENTELA_BAD_ARGUMENT where the text is no decimal number, has more places than
 *         the scale, or is too large; nothing is ever rounded
 */
int32_t clientela_amount_parse(const char *data,
                               size_t length,
                               int32_t scale,
                               int64_t *out,
                               struct clientela_error **error);

/**
 * Writes an amount as a decimal number with as many places as the scale has.
 *
 * @param minor  minor units
 * @param scale  decimal places of the ledger, 0 to 9
 * @param out    where the text goes; free it with clientela_text_free
 */
int32_t clientela_amount_text(int64_t minor,
                              int32_t scale,
                              struct clientela_text **out,
                              struct clientela_error **error);

/**
 * The status that the failed call returned; CLIENTELA_OK for NULL.
 */
int32_t clientela_error_status(const struct clientela_error *error);

/**
 * The error as a sentence that its reader can act on; "" for NULL.
 */
const char *clientela_error_message(const struct clientela_error *error);

/**
 * The row that the error is about, from 0, or -1 where it is about none.
 */
int64_t clientela_error_row(const struct clientela_error *error);

/**
 * What the error is about: the name of the column or argument, or the dotted path in the policy
 * or document; "" where it is about none.
 */
const char *clientela_error_place(const struct clientela_error *error);

/**
 * The value that was found at that place, as text; "" where none is stated.
 */
const char *clientela_error_value(const struct clientela_error *error);

/**
 * Frees an error; NULL is allowed.
 */
void clientela_error_free(struct clientela_error *error);

/**
 * The text, followed by a zero byte; it lives as long as the handle. "" for NULL.
 */
const char *clientela_text_data(const struct clientela_text *text);

/**
 * Number of bytes of the text without the zero byte; 0 for NULL.
 */
size_t clientela_text_length(const struct clientela_text *text);

/**
 * Frees a text; NULL is allowed.
 */
void clientela_text_free(struct clientela_text *text);

/**
 * The bytes; they live as long as the handle. NULL for NULL.
 */
const uint8_t *clientela_bytes_data(const struct clientela_bytes *bytes);

/**
 * Number of bytes; 0 for NULL.
 */
size_t clientela_bytes_length(const struct clientela_bytes *bytes);

/**
 * Frees bytes; NULL is allowed.
 */
void clientela_bytes_free(struct clientela_bytes *bytes);

/**
 * The default policy, usable as it is.
 *
 * @param out  where the policy goes; free it with clientela_policy_free
 */
int32_t clientela_policy_new(struct clientela_policy **out, struct clientela_error **error);

/**
 * Reads a policy from JSON; absent fields take their defaults.
 *
 * @param out  where the policy goes; free it with clientela_policy_free
 * @return CLIENTELA_BAD_POLICY for an unknown field or a value out of range, with the path of
 *         the field as the error's place
 */
int32_t clientela_policy_from_json(const char *json,
                                   size_t json_length,
                                   struct clientela_policy **out,
                                   struct clientela_error **error);

/**
 * The default policy with the return period of an industry.
 *
 * @param industry  clothing, jewellery, furniture or restaurant
 * @param out       where the policy goes; free it with clientela_policy_free
 * @return CLIENTELA_BAD_ARGUMENT for any other name
 */
int32_t clientela_policy_for_industry(const char *industry,
                                      size_t industry_length,
                                      struct clientela_policy **out,
                                      struct clientela_error **error);

/**
 * The policy as JSON, with every field written out.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_policy_to_json(const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);

/**
 * Frees a policy; NULL is allowed. Snapshots made with it keep their own copy.
 */
void clientela_policy_free(struct clientela_policy *policy);

/**
 * Reads a ledger from an Arrow C stream of sales.
 *
 * Every sale needs a client (whole numbers or text), a date (dates, times or text) and an
 * amount (decimals, text, or whole numbers, which are minor units). The columns are called
 * client, date and amount unless the options say otherwise; order, quantity, profit, category,
 * brand, promo, manager, department, kind and currency are read where the options name their
 * column.
 *
 * @param stream   is taken over: released by the library and marked as released (its member
 *                 `release` is NULL) whatever the status, unless an argument is NULL
 * @param options  JSON such as {"currency": "EUR", "columns": {"client": "cust_no"}}; NULL
 *                 with length 0 for the defaults. Members: columns, currency, scale,
 *                 quantity_scale, zone, floats, on_bad, negative, latest, rates, threads
 * @param out      where the ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
 *         CLIENTELA_BAD_FORMAT where the stream itself fails, CLIENTELA_EMPTY for no rows,
 *         CLIENTELA_BAD_ARGUMENT for an option
 */
int32_t clientela_ledger_from_stream(struct ArrowArrayStream *stream,
                                     const char *options,
                                     size_t options_length,
                                     struct clientela_ledger **out,
                                     struct clientela_error **error);

/**
 * Makes a ledger from plain arrays.
 *
 * @param options  JSON such as {"currency": "EUR", "scale": 2}; NULL with length 0 for the
 *                 defaults. Members: currency, scale, quantity_scale, on_bad, negative,
 *                 latest, threads
 * @param out      where the ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
 *         CLIENTELA_EMPTY for no rows, CLIENTELA_BAD_ARGUMENT for an option
 */
int32_t clientela_ledger_from_arrays(const struct clientela_sales *sales,
                                     const char *options,
                                     size_t options_length,
                                     struct clientela_ledger **out,
                                     struct clientela_error **error);

/**
 * Starts a ledger that is made batch by batch.
 *
 * @param options  as for clientela_ledger_from_arrays
 * @param out      where the builder goes; free it with clientela_builder_free
 */
int32_t clientela_builder_new(const char *options,
                              size_t options_length,
                              struct clientela_builder **out,
                              struct clientela_error **error);

/**
 * Adds a batch. Rows are counted on over all batches, in errors and in the report.
 *
 * @return as clientela_ledger_from_arrays. After an error the builder takes nothing more and
 *         makes no ledger: free it and begin again
 */
int32_t clientela_builder_push(struct clientela_builder *builder,
                               const struct clientela_sales *sales,
                               struct clientela_error **error);

/**
 * Makes the ledger of all batches. The builder is empty after it and must still be freed.
 *
 * @param out  where the ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_EMPTY where no row was given, CLIENTELA_BAD_ARGUMENT where the builder
 *         has failed or is empty
 */
int32_t clientela_builder_finish(struct clientela_builder *builder,
                                 struct clientela_ledger **out,
                                 struct clientela_error **error);

/**
 * Frees a builder; NULL is allowed.
 */
void clientela_builder_free(struct clientela_builder *builder);

/**
 * Adds the sales of an Arrow C stream; the ledger itself stays as it is.
 *
 * @param stream   is taken over as by clientela_ledger_from_stream
 * @param options  as for clientela_ledger_from_stream; currency and scales are the ledger's
 * @param out      where the new ledger goes; free it with clientela_ledger_free
 */
int32_t clientela_ledger_append_stream(const struct clientela_ledger *ledger,
                                       struct ArrowArrayStream *stream,
                                       const char *options,
                                       size_t options_length,
                                       struct clientela_ledger **out,
                                       struct clientela_error **error);

/**
 * Adds sales from plain arrays, under the ledger's own options; the ledger itself stays as it
 * is.
 *
 * @param out  where the new ledger goes; free it with clientela_ledger_free
 */
int32_t clientela_ledger_append_arrays(const struct clientela_ledger *ledger,
                                       const struct clientela_sales *sales,
                                       struct clientela_ledger **out,
                                       struct clientela_error **error);

/**
 * Joins two ledgers of one currency, scale and kind of client id; both stay as they are.
 *
 * @param out  where the new ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_MISMATCH where they cannot be joined
 */
int32_t clientela_ledger_merge(const struct clientela_ledger *left,
                               const struct clientela_ledger *right,
                               struct clientela_ledger **out,
                               struct clientela_error **error);

/**
 * Puts the sales of every client that has a parent on the topmost parent; the ledger itself
 * stays as it is.
 *
 * @param parents  JSON, parents by client: {"shop 1": "chain", "shop 2": "chain"}; numeric
 *                 ids of clients are written as {"17": 4}
 * @param out      where the new ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_BAD_ARGUMENT for a circle of parents or an id of the wrong kind
 */
int32_t clientela_ledger_roll_up(const struct clientela_ledger *ledger,
                                 const char *parents,
                                 size_t parents_length,
                                 struct clientela_ledger **out,
                                 struct clientela_error **error);

/**
 * The ledger as bytes, for a file or a database.
 *
 * @param out  where the bytes go; free them with clientela_bytes_free
 */
int32_t clientela_ledger_to_bytes(const struct clientela_ledger *ledger,
                                  struct clientela_bytes **out,
                                  struct clientela_error **error);

/**
 * The ledger that clientela_ledger_to_bytes wrote.
 *
 * @param out  where the ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_BAD_FORMAT for anything else, and for bytes that are damaged
 */
int32_t clientela_ledger_from_bytes(const uint8_t *data,
                                    size_t length,
                                    struct clientela_ledger **out,
                                    struct clientela_error **error);

/**
 * What came in: rows read and accepted, and each row set aside with column, value and cause,
 * as JSON.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_ledger_report(const struct clientela_ledger *ledger,
                                struct clientela_text **out,
                                struct clientela_error **error);

/**
 * Counts and properties of the ledger.
 *
 * @param out  a struct whose member `size` is set
 */
int32_t clientela_ledger_counts(const struct clientela_ledger *ledger,
                                struct clientela_counts *out,
                                struct clientela_error **error);

/**
 * Sum of all lines of the ledger in minor units, returns and cancellations subtracted.
 *
 * @return CLIENTELA_OVERFLOW where 64 bits do not hold it
 */
int32_t clientela_ledger_total(const struct clientela_ledger *ledger,
                               int64_t *out,
                               struct clientela_error **error);

/**
 * The sale lines of a client with a number as id, by day, as a JSON list.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where the ledger has no such client
 */
int32_t clientela_ledger_sales_by_int(const struct clientela_ledger *ledger,
                                      int64_t client,
                                      struct clientela_text **out,
                                      struct clientela_error **error);

/**
 * The sale lines of a client with a text as id, by day, as a JSON list.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where the ledger has no such client
 */
int32_t clientela_ledger_sales_by_text(const struct clientela_ledger *ledger,
                                       const char *client,
                                       size_t client_length,
                                       struct clientela_text **out,
                                       struct clientela_error **error);

/**
 * Frees a ledger; NULL is allowed. Snapshots of it stay usable.
 */
void clientela_ledger_free(struct clientela_ledger *ledger);

/**
 * Reads portraits from JSON.
 *
 * @param json     a list of portraits, such as [{"client": 7, "kind": "shop", "updated_on":
 *                 "2026-01-31", "fields": {"phone": "+7 495 000", "potential": "1500.00"},
 *                 "contacts": [{"kind": "email", "value": "shop@example.com"}]}]. Decimals and
 *                 money are texts or whole numbers; null and "unknown" are unknown
 * @param options  JSON such as {"currency": "EUR", "scale": 2}; NULL with length 0 for the
 *                 defaults. Members: currency and scale (those of the ledger that the portraits
 *                 go with), catalogue, on_bad
 * @param out      where the portraits go; free them with clientela_portraits_free
 * @return CLIENTELA_BAD_DOCUMENT for a portrait that cannot be taken and for a catalogue that
 *         contradicts itself, with the path such as [3].fields.phone as the error's place;
 *         CLIENTELA_BAD_ARGUMENT for an option
 */
int32_t clientela_portraits_from_json(const char *json,
                                      size_t json_length,
                                      const char *options,
                                      size_t options_length,
                                      struct clientela_portraits **out,
                                      struct clientela_error **error);

/**
 * Reads portraits from an Arrow C stream, a row per client.
 *
 * Each row needs a client (whole numbers or text), in a column called client unless the options
 * say otherwise; kind and updated_on are read where the options name their column. Every other
 * column whose name is a field of the catalogue is read as that field, unless the options say
 * which column is which field; columns that are not read are listed in
 * clientela_portraits_report.
 *
 * @param stream   is taken over: released by the library and marked as released (its member
 *                 `release` is NULL) whatever the status, unless an argument is NULL
 * @param options  JSON such as {"kind": "shop", "fields": {"tel": "phone"}}; NULL with length 0
 *                 for the defaults. Members: columns (client, kind, updated_on), kind (of all
 *                 rows), fields (by column), currency and scale (those of the ledger that the
 *                 portraits go with), catalogue, floats, on_bad, threads
 * @param out      where the portraits go; free them with clientela_portraits_free
 * @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
 *         CLIENTELA_BAD_FORMAT where the stream itself fails, CLIENTELA_BAD_DOCUMENT for a
 *         catalogue that contradicts itself, CLIENTELA_BAD_ARGUMENT for an option
 */
int32_t clientela_portraits_from_stream(struct ArrowArrayStream *stream,
                                        const char *options,
                                        size_t options_length,
                                        struct clientela_portraits **out,
                                        struct clientela_error **error);

/**
 * Joins two sets of portraits, client by client and field by field; both stay as they are.
 *
 * @param out  where the new portraits go; free them with clientela_portraits_free
 * @return CLIENTELA_MISMATCH for different currencies, scales, catalogues or kinds of client id,
 *         CLIENTELA_BAD_DOCUMENT for one field of one client with two values
 */
int32_t clientela_portraits_merge(const struct clientela_portraits *left,
                                  const struct clientela_portraits *right,
                                  struct clientela_portraits **out,
                                  struct clientela_error **error);

/**
 * Number of clients that have a portrait; 0 for NULL.
 */
size_t clientela_portraits_count(const struct clientela_portraits *portraits);

/**
 * The portrait of a client with a number as id, as JSON.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
 */
int32_t clientela_portraits_get_by_int(const struct clientela_portraits *portraits,
                                       int64_t client,
                                       struct clientela_text **out,
                                       struct clientela_error **error);

/**
 * The portrait of a client with a text as id, as JSON.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
 */
int32_t clientela_portraits_get_by_text(const struct clientela_portraits *portraits,
                                        const char *client,
                                        size_t client_length,
                                        struct clientela_text **out,
                                        struct clientela_error **error);

/**
 * All portraits as JSON that clientela_portraits_from_json reads, ascending by client.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_portraits_to_json(const struct clientela_portraits *portraits,
                                    struct clientela_text **out,
                                    struct clientela_error **error);

/**
 * What came in: rows read and accepted, each row set aside with column, value and cause, and
 * the columns that were not read, as JSON.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_portraits_report(const struct clientela_portraits *portraits,
                                   struct clientela_text **out,
                                   struct clientela_error **error);

/**
 * How complete and fresh each portrait is: a row per client, ascending by id.
 *
 * @param as_of  days since 1970-01-01; records and notes of later days do not count
 * @param out    where the table goes; free it with clientela_table_free
 */
int32_t clientela_portraits_completeness(const struct clientela_portraits *portraits,
                                         int32_t as_of,
                                         struct clientela_table **out,
                                         struct clientela_error **error);

/**
 * How complete and fresh the portrait of a client with a number as id is, as JSON: fields that
 * apply and that are filled, the names of the missing and stale ones, whether it is sufficient.
 *
 * @param as_of  days since 1970-01-01; records and notes of later days do not count
 * @param out    where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
 */
int32_t clientela_portraits_completeness_by_int(const struct clientela_portraits *portraits,
                                                int64_t client,
                                                int32_t as_of,
                                                struct clientela_text **out,
                                                struct clientela_error **error);

/**
 * How complete and fresh the portrait of a client with a text as id is, as JSON: fields that
 * apply and that are filled, the names of the missing and stale ones, whether it is sufficient.
 *
 * @param as_of  days since 1970-01-01; records and notes of later days do not count
 * @param out    where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where no portrait is of this client
 */
int32_t clientela_portraits_completeness_by_text(const struct clientela_portraits *portraits,
                                                 const char *client,
                                                 size_t client_length,
                                                 int32_t as_of,
                                                 struct clientela_text **out,
                                                 struct clientela_error **error);

/**
 * What is not known of the clients: a row per field of the catalogue that applies to someone.
 *
 * @param as_of  days since 1970-01-01; records and notes of later days do not count
 * @param out    where the table goes; free it with clientela_table_free
 */
int32_t clientela_portraits_gaps(const struct clientela_portraits *portraits,
                                 int32_t as_of,
                                 struct clientela_table **out,
                                 struct clientela_error **error);

/**
 * Frees portraits; NULL is allowed. Snapshots made with them stay usable.
 */
void clientela_portraits_free(struct clientela_portraits *portraits);

/**
 * The kinds of clients and the fields of portraits that the library knows without being told,
 * as JSON; the option `catalogue` of portraits adds own ones in the same form.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_catalogue_built_in(struct clientela_text **out, struct clientela_error **error);

/**
 * Fills a questionnaire from a portrait, additional answers and a dictionary.
 *
 * @param json  {"questionnaire": {...}, "portrait": {...}, "additional": {...}, "dictionary":
 *              {...}, "catalogue": {...}}, of which the last three may be absent
 * @param out   where the form goes, as JSON: its heading, and each entry with its value or why
 *              it has none; free it with clientela_text_free
 * @return CLIENTELA_BAD_DOCUMENT for a document that cannot be used, with the path such as
 *         questionnaire.fields[2].options as the error's place
 */
int32_t clientela_questionnaire_fill(const char *json,
                                     size_t json_length,
                                     struct clientela_text **out,
                                     struct clientela_error **error);

/**
 * Takes from another person's additional answers what is empty in these; what is answered
 * stays.
 *
 * @param source  the other person's answers, {"name": "text", ...}
 * @param target  the answers to complete, in the same form
 * @param out     where {"additional": {...}, "filled": ["name", ...]} goes: the completed
 *                answers, and the names that were filled; free it with clientela_text_free
 * @return CLIENTELA_BAD_DOCUMENT for answers that cannot be read
 */
int32_t clientela_additional_copy(const char *source,
                                  size_t source_length,
                                  const char *target,
                                  size_t target_length,
                                  struct clientela_text **out,
                                  struct clientela_error **error);

/**
 * Reads a journal from JSON.
 *
 * @param json  an object of lists, such as {"promises": [{"client": 7, "what": "a sample",
 *              "due_on": "2026-03-31"}], "activities": [{"on": "2026-03-01", "goal": "retention",
 *              "kind": "gift", "money": "150.00"}]}; lists that are absent are empty. Money is
 *              text or whole numbers. Beside the lists stands fixed_costs, an object
 * @param out   where the journal goes; free it with clientela_journal_free
 * @return CLIENTELA_BAD_DOCUMENT for an entry that cannot be taken, with the path such as
 *         touches[3].channel as the error's place
 */
int32_t clientela_journal_from_json(const char *json,
                                    size_t json_length,
                                    struct clientela_journal **out,
                                    struct clientela_error **error);

/**
 * Joins two journals: every entry as often as where it stands most often; both stay as they
 * are.
 *
 * @param out  where the new journal goes; free it with clientela_journal_free
 * @return CLIENTELA_MISMATCH for different statuses of deals or fixed costs
 */
int32_t clientela_journal_merge(const struct clientela_journal *left,
                                const struct clientela_journal *right,
                                struct clientela_journal **out,
                                struct clientela_error **error);

/**
 * The journal as JSON, the same for the same entries in any order.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_journal_to_json(const struct clientela_journal *journal,
                                  struct clientela_text **out,
                                  struct clientela_error **error);

/**
 * Frees a journal; NULL is allowed. Snapshots made with it stay usable.
 */
void clientela_journal_free(struct clientela_journal *journal);

/**
 * Judges every client of a base, its sales and what is known beside them, as of a day.
 *
 * @param base     a struct whose members `size` and `ledger` are set
 * @param as_of    days since 1970-01-01; later sales and records do not count
 * @param policy   NULL for the default policy
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the snapshot goes; free it with clientela_snapshot_free
 * @return CLIENTELA_MISMATCH where the parts of the base do not fit together, as for ids of
 *         different kinds
 */
int32_t clientela_snapshot_of(const struct clientela_base *base,
                              int32_t as_of,
                              const struct clientela_policy *policy,
                              int32_t threads,
                              struct clientela_snapshot **out,
                              struct clientela_error **error);

/**
 * Judges every client of a ledger as of a day.
 *
 * @param as_of    days since 1970-01-01; later sales do not count
 * @param policy   NULL for the default policy
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the snapshot goes; free it with clientela_snapshot_free
 */
int32_t clientela_snapshot_new(const struct clientela_ledger *ledger,
                               int32_t as_of,
                               const struct clientela_policy *policy,
                               int32_t threads,
                               struct clientela_snapshot **out,
                               struct clientela_error **error);

/**
 * Judges every client of a ledger as of a day written as YYYY-MM-DD.
 *
 * @param as_of    the day; later sales do not count
 * @param policy   NULL for the default policy
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the snapshot goes; free it with clientela_snapshot_free
 */
int32_t clientela_snapshot_on(const struct clientela_ledger *ledger,
                              const char *as_of,
                              size_t as_of_length,
                              const struct clientela_policy *policy,
                              int32_t threads,
                              struct clientela_snapshot **out,
                              struct clientela_error **error);

/**
 * Judges the clients of a part of a base by the cut points of the whole base.
 *
 * @param census   JSON that clientela_census_close or clientela_snapshot_census gave; it holds
 *                 the day and the policy
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the snapshot goes; free it with clientela_snapshot_free
 * @return CLIENTELA_BAD_FORMAT where the JSON is no census, CLIENTELA_BAD_ARGUMENT where it is
 *         not closed, CLIENTELA_MISMATCH where currency or scale are not the ledger's
 */
int32_t clientela_snapshot_with_census(const struct clientela_ledger *ledger,
                                       const char *census,
                                       size_t census_length,
                                       int32_t threads,
                                       struct clientela_snapshot **out,
                                       struct clientela_error **error);

/**
 * Judges the clients of a part of a base, its sales and what is known beside them, by the cut
 * points of the whole base.
 *
 * @param base     a struct whose members `size` and `ledger` are set
 * @param census   as for clientela_snapshot_with_census
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the snapshot goes; free it with clientela_snapshot_free
 */
int32_t clientela_snapshot_of_part(const struct clientela_base *base,
                                   const char *census,
                                   size_t census_length,
                                   int32_t threads,
                                   struct clientela_snapshot **out,
                                   struct clientela_error **error);

/**
 * The day of the snapshot, in days since 1970-01-01; INT32_MIN for NULL.
 */
int32_t clientela_snapshot_as_of(const struct clientela_snapshot *snapshot);

/**
 * Number of clients that the snapshot judges; 0 for NULL.
 */
size_t clientela_snapshot_count(const struct clientela_snapshot *snapshot);

/**
 * The verdicts: a row per client, ascending by id, a column per axis and figure.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_snapshot_clients(const struct clientela_snapshot *snapshot,
                                   struct clientela_table **out,
                                   struct clientela_error **error);

/**
 * The cohorts: a row per cohort and period since its first purchase.
 *
 * @param by   week, month, quarter or year
 * @param out  where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for any other step
 */
int32_t clientela_snapshot_cohorts(const struct clientela_snapshot *snapshot,
                                   const char *by,
                                   size_t by_length,
                                   struct clientela_table **out,
                                   struct clientela_error **error);

/**
 * Amount and purchases of every client in every calendar month.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_snapshot_months(const struct clientela_snapshot *snapshot,
                                  struct clientela_table **out,
                                  struct clientela_error **error);

/**
 * The ladder: a row per stage from prospect to advocate.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_snapshot_ladder(const struct clientela_snapshot *snapshot,
                                  struct clientela_table **out,
                                  struct clientela_error **error);

/**
 * Why clients are key clients: a row per client and sign that holds.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_snapshot_keys(const struct clientela_snapshot *snapshot,
                                struct clientela_table **out,
                                struct clientela_error **error);

/**
 * What the clients that match the target well, so-so and otherwise bring: a row per group.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_snapshot_matches(const struct clientela_snapshot *snapshot,
                                   struct clientela_table **out,
                                   struct clientela_error **error);

/**
 * Clients, amounts and potential by two axes: a row per pair of verdicts.
 *
 * @param rows     a column of clientela_snapshot_clients with names or flags, such as stage
 * @param columns  another one, such as tier
 * @param out      where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for a column that is none of these
 */
int32_t clientela_snapshot_matrix(const struct clientela_snapshot *snapshot,
                                  const char *rows,
                                  size_t rows_length,
                                  const char *columns,
                                  size_t columns_length,
                                  struct clientela_table **out,
                                  struct clientela_error **error);

/**
 * How many clients went from which verdict of an axis to which, and what they buy for now: a
 * row per pair.
 *
 * @param snapshot  the later one
 * @param earlier   the earlier one
 * @param axis      such as stage or activity; NULL with length 0 for stage
 * @param out       where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for a name that is no axis
 */
int32_t clientela_snapshot_transitions(const struct clientela_snapshot *snapshot,
                                       const struct clientela_snapshot *earlier,
                                       const char *axis,
                                       size_t axis_length,
                                       struct clientela_table **out,
                                       struct clientela_error **error);

/**
 * The clients by what they bring: a row per client, from the first rank on.
 *
 * @param criterion  as the policy's abc.criterion: amount, profit, purchases, quantity, payments,
 *                   payment_count or units_ordered
 * @param out        where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for any other criterion, and for one that needs a ledger or a
 *         column that is not there
 */
int32_t clientela_snapshot_ranking(const struct clientela_snapshot *snapshot,
                                   const char *criterion,
                                   size_t criterion_length,
                                   struct clientela_table **out,
                                   struct clientela_error **error);

/**
 * How far the lists of VIP clients by two criteria are the same, as JSON: the clients of each
 * list, of both, and those that only one has.
 *
 * @param left   a criterion, as for clientela_snapshot_ranking
 * @param right  another one
 * @param out    where the text goes; free it with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT for any other criterion, and for one that needs a ledger or a
 *         column that is not there
 */
int32_t clientela_snapshot_overlap(const struct clientela_snapshot *snapshot,
                                   const char *left,
                                   size_t left_length,
                                   const char *right,
                                   size_t right_length,
                                   struct clientela_text **out,
                                   struct clientela_error **error);

/**
 * Every verdict on a client with a number as id, with its reasons.
 *
 * @param form  CLIENTELA_JSON or CLIENTELA_READABLE
 * @param out   where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where the snapshot has no such client
 */
int32_t clientela_snapshot_explain_by_int(const struct clientela_snapshot *snapshot,
                                          int64_t client,
                                          int32_t form,
                                          struct clientela_text **out,
                                          struct clientela_error **error);

/**
 * Every verdict on a client with a text as id, with its reasons.
 *
 * @param form  CLIENTELA_JSON or CLIENTELA_READABLE
 * @param out   where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where the snapshot has no such client
 */
int32_t clientela_snapshot_explain_by_text(const struct clientela_snapshot *snapshot,
                                           const char *client,
                                           size_t client_length,
                                           int32_t form,
                                           struct clientela_text **out,
                                           struct clientela_error **error);

/**
 * The base's figures: counts and amounts per verdict, cut points, overlap of the two VIP
 * methods, as JSON.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_snapshot_summary(const struct clientela_snapshot *snapshot,
                                   struct clientela_text **out,
                                   struct clientela_error **error);

/**
 * The census of the base, as JSON for clientela_snapshot_with_census.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_snapshot_census(const struct clientela_snapshot *snapshot,
                                  struct clientela_text **out,
                                  struct clientela_error **error);

/**
 * Who came, who left, and whose verdict moved on which axis and why, as JSON.
 *
 * @param snapshot  the later one
 * @param earlier   the earlier one
 * @param out       where the text goes; free it with clientela_text_free
 */
int32_t clientela_snapshot_diff(const struct clientela_snapshot *snapshot,
                                const struct clientela_snapshot *earlier,
                                struct clientela_text **out,
                                struct clientela_error **error);

/**
 * Who moved on which axis, as a table.
 *
 * @param snapshot  the later one
 * @param earlier   the earlier one
 * @param out       where the table goes; free it with clientela_table_free
 */
int32_t clientela_snapshot_diff_table(const struct clientela_snapshot *snapshot,
                                      const struct clientela_snapshot *earlier,
                                      struct clientela_table **out,
                                      struct clientela_error **error);

/**
 * The policy of the snapshot, as JSON with every field written out.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_snapshot_policy(const struct clientela_snapshot *snapshot,
                                  struct clientela_text **out,
                                  struct clientela_error **error);

/**
 * Frees a snapshot; NULL is allowed. Tables made from it stay usable.
 */
void clientela_snapshot_free(struct clientela_snapshot *snapshot);

/**
 * Number of rows; 0 for NULL.
 */
size_t clientela_table_rows(const struct clientela_table *table);

/**
 * Number of columns; 0 for NULL.
 */
size_t clientela_table_columns(const struct clientela_table *table);

/**
 * The position of a column.
 *
 * @param out  where the position goes, from 0
 * @return CLIENTELA_BAD_COLUMN where the table has no column of that name
 */
int32_t clientela_table_find(const struct clientela_table *table,
                             const char *name,
                             size_t name_length,
                             size_t *out,
                             struct clientela_error **error);

/**
 * What a column is.
 *
 * @param column  position of the column, from 0
 * @param out     a struct whose member `size` is set
 */
int32_t clientela_table_column(const struct clientela_table *table,
                               size_t column,
                               struct clientela_column *out,
                               struct clientela_error **error);

/**
 * The name that a code of a CLIENTELA_CHOICE stands for.
 *
 * @param column  position of the column, from 0
 * @param code    0 to `choices` - 1 of clientela_column
 * @param data    where the address of the name goes: it does not end with a zero byte,
 *                belongs to the table and lives as long as it does
 * @param length  where the number of bytes goes
 */
int32_t clientela_table_choice(const struct clientela_table *table,
                               size_t column,
                               size_t code,
                               const char **data,
                               size_t *length,
                               struct clientela_error **error);

/**
 * Copies values of 64 bits out: client ids that are numbers, amounts in minor units and whole
 * numbers of any width.
 *
 * @param column   position of the column, from 0
 * @param first    the first row
 * @param count    number of rows
 * @param values   room for `count` values; a missing one becomes INT64_MIN
 * @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
 *                 NULL
 * @return CLIENTELA_BAD_COLUMN where the column has other values
 */
int32_t clientela_table_int64(const struct clientela_table *table,
                              size_t column,
                              size_t first,
                              size_t count,
                              int64_t *values,
                              uint8_t *missing,
                              struct clientela_error **error);

/**
 * Copies values of 32 bits out: days since 1970-01-01 and whole numbers up to this width.
 *
 * @param column   position of the column, from 0
 * @param first    the first row
 * @param count    number of rows
 * @param values   room for `count` values; a missing one becomes INT32_MIN
 * @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
 *                 NULL
 * @return CLIENTELA_BAD_COLUMN where the column has other values
 */
int32_t clientela_table_int32(const struct clientela_table *table,
                              size_t column,
                              size_t first,
                              size_t count,
                              int32_t *values,
                              uint8_t *missing,
                              struct clientela_error **error);

/**
 * Copies values of 8 bits out: small whole numbers, flags and codes of choices.
 *
 * @param column   position of the column, from 0
 * @param first    the first row
 * @param count    number of rows
 * @param values   room for `count` values; a missing one becomes 255
 * @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
 *                 NULL
 * @return CLIENTELA_BAD_COLUMN where the column has other values
 */
int32_t clientela_table_uint8(const struct clientela_table *table,
                              size_t column,
                              size_t first,
                              size_t count,
                              uint8_t *values,
                              uint8_t *missing,
                              struct clientela_error **error);

/**
 * Copies real numbers out. Amounts are not given as such, since they would be rounded.
 *
 * @param column   position of the column, from 0
 * @param first    the first row
 * @param count    number of rows
 * @param values   room for `count` values; a missing one becomes NaN
 * @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
 *                 NULL
 * @return CLIENTELA_BAD_COLUMN where the column has other values
 */
int32_t clientela_table_double(const struct clientela_table *table,
                               size_t column,
                               size_t first,
                               size_t count,
                               double *values,
                               uint8_t *missing,
                               struct clientela_error **error);

/**
 * The text of a cell without a copy: of a client id that is a text, of a choice's name, of a
 * name or of a text.
 *
 * @param column  position of the column, from 0
 * @param row     the row
 * @param data    where the address of the text goes, NULL where it is missing: it does not
 *                end with a zero byte, belongs to the table and lives as long as it does
 * @param length  where the number of bytes goes
 * @return CLIENTELA_BAD_COLUMN where the column has other values
 */
int32_t clientela_table_name(const struct clientela_table *table,
                             size_t column,
                             size_t row,
                             const char **data,
                             size_t *length,
                             struct clientela_error **error);

/**
 * Any cell as text: amounts with all their places, days as YYYY-MM-DD, flags as yes and no.
 *
 * @param column  position of the column, from 0
 * @param row     the row
 * @param out     where the text goes, or NULL where the value is missing; free it with
 *                clientela_text_free
 */
int32_t clientela_table_text(const struct clientela_table *table,
                             size_t column,
                             size_t row,
                             struct clientela_text **out,
                             struct clientela_error **error);

/**
 * The table as JSON: a list of rows, each an object with the columns' names as keys.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_table_json(const struct clientela_table *table,
                             struct clientela_text **out,
                             struct clientela_error **error);

/**
 * The table as an Arrow C stream, which shares the table's memory where it can.
 *
 * @param out  a struct that holds no stream; the caller releases it with its member
 *             `release`, and it lives on when the table is freed. On failure it holds none:
 *             its `release` is NULL
 */
int32_t clientela_table_stream(const struct clientela_table *table,
                               struct ArrowArrayStream *out,
                               struct clientela_error **error);

/**
 * Frees a table; NULL is allowed.
 */
void clientela_table_free(struct clientela_table *table);

/**
 * The answer of a view: a question to the whole base by name, such as actions, the list of what
 * to do next.
 *
 * @param name       one of clientela_views
 * @param arguments  its named arguments as JSON, such as {"step": "quarter"}; NULL with length 0
 *                   for the defaults
 * @param out        where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for a name that no view has, and for what the base does not
 *         have; CLIENTELA_BAD_DOCUMENT for arguments that the view does not take, with the path as
 *         the error's place; CLIENTELA_BAD_POLICY for a field that the view needs, with its path
 */
int32_t clientela_snapshot_view(const struct clientela_snapshot *snapshot,
                                const char *name,
                                size_t name_length,
                                const char *arguments,
                                size_t arguments_length,
                                struct clientela_table **out,
                                struct clientela_error **error);

/**
 * The account of the base, as JSON: every view with its default arguments.
 *
 * @param out  where {"as_of": "2026-03-31", "currency": "EUR", "tables": [...]} goes, each table
 *             with its name, about and source, and under "table" its rows as objects, or null and
 *             the cause; free it with clientela_text_free
 */
int32_t clientela_snapshot_account(const struct clientela_snapshot *snapshot,
                                   struct clientela_text **out,
                                   struct clientela_error **error);

/**
 * All views, as JSON: [{"name", "about", "source", "arguments": [...]}, ...], each argument with
 * its name, kind (flag, count, integer, number, decimal, day, text, client, choice or record),
 * whether it is a list and whether it is required, for a choice its options and for a record its
 * members.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_views(struct clientela_text **out, struct clientela_error **error);

/**
 * All formulas, as JSON in the form of clientela_views.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_formulas(struct clientela_text **out, struct clientela_error **error);

/**
 * The answer of a formula on plain values.
 *
 * @param name       one of clientela_formulas, such as crr
 * @param arguments  its named arguments as JSON, such as {"at_start": 100, "at_end": 110, "new":
 *                   20}; decimals are texts or whole numbers
 * @param policy     NULL for the default policy
 * @param out        where the answer goes as JSON, its figures as {"value": "90", "unit":
 *                   "percent", "bound": "exact"}, or with "value": null and a "cause"; free it
 *                   with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT for a name that no formula has, and for arguments that contradict
 *         each other; CLIENTELA_BAD_DOCUMENT for those that the formula does not take or lacks
 */
int32_t clientela_formula(const char *name,
                          size_t name_length,
                          const char *arguments,
                          size_t arguments_length,
                          const struct clientela_policy *policy,
                          struct clientela_text **out,
                          struct clientela_error **error);

/**
 * Reads rules from JSON. Whether a base can answer them says clientela_snapshot_check_rules.
 *
 * @param json  a document such as {"version": 1, "rules": [{"id": "slipping_vip", "title": "VIPs
 *              that slip", "when": {"all": [{"attribute": "tier", "op": "equals", "value":
 *              "vip"}, {"metric": "amount", "window": {"last": 6, "unit": "month"}, "op":
 *              "less_than", "value": "1000.00"}]}}]}. Numbers that are not whole are texts
 * @param out   where the rules go; free them with clientela_rules_free
 * @return CLIENTELA_BAD_DOCUMENT for a document that cannot be read, with the path such as
 *         rules[0].when.all[1].op as the error's place
 */
int32_t clientela_rules_from_json(const char *json,
                                  size_t json_length,
                                  struct clientela_rules **out,
                                  struct clientela_error **error);

/**
 * The built-in axes as rules, with the thresholds of a policy: who is active, due and lost, key
 * by which sign, in which segment, as far as rules can state it.
 *
 * @param policy  NULL for the default policy
 * @param out     where the rules go; free them with clientela_rules_free
 */
int32_t clientela_rules_built_in(const struct clientela_policy *policy,
                                 struct clientela_rules **out,
                                 struct clientela_error **error);

/**
 * The axes, and verdicts of axes, that no rule states, as JSON: [{"axis", "cause"}, ...].
 *
 * @param policy  NULL for the default policy
 * @param out     where the text goes; free it with clientela_text_free
 */
int32_t clientela_rules_unstated(const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);

/**
 * The rules as JSON, the same text for equal documents.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_rules_to_json(const struct clientela_rules *rules,
                                struct clientela_text **out,
                                struct clientela_error **error);

/**
 * Number of rules, hidden ones too; 0 for NULL.
 */
size_t clientela_rules_count(const struct clientela_rules *rules);

/**
 * Frees rules; NULL is allowed. What was made with them stays usable.
 */
void clientela_rules_free(struct clientela_rules *rules);

/**
 * Everything that rules over a base can compare: a row per column of the snapshot, field of the
 * portraits, figure of the sales, kind of record and field of one, with type, unit, meaning,
 * source, options and operators.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_snapshot_attributes(const struct clientela_snapshot *snapshot,
                                      struct clientela_table **out,
                                      struct clientela_error **error);

/**
 * What is wrong with rules over a base, in the order of the document.
 *
 * @param out  where the text goes, as JSON: [{"severity": "error", "path":
 *             "rules[0].when.attribute", "code": "unknown_attribute", "problem": "..."}, ...],
 *             empty where nothing is wrong. With an error the rules cannot run, with a warning
 *             they hardly say what is meant; free it with clientela_text_free
 */
int32_t clientela_snapshot_check_rules(const struct clientela_snapshot *snapshot,
                                       const struct clientela_rules *rules,
                                       struct clientela_text **out,
                                       struct clientela_error **error);

/**
 * Who is in which segment.
 *
 * @param out  where the segments go; free them with clientela_segments_free
 * @return CLIENTELA_BAD_DOCUMENT for the first problem of clientela_snapshot_check_rules that is
 *         an error, with its path as the error's place
 */
int32_t clientela_snapshot_segments(const struct clientela_snapshot *snapshot,
                                    const struct clientela_rules *rules,
                                    struct clientela_segments **out,
                                    struct clientela_error **error);

/**
 * The verdicts of rules on a client with a number as id, with every step: for each leaf the value
 * seen, what it was held against, whether it holds, and why nothing is known.
 *
 * @param form  CLIENTELA_JSON or CLIENTELA_READABLE
 * @param out   where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where the snapshot has no such client, else as
 *         clientela_snapshot_segments
 */
int32_t clientela_snapshot_trace_by_int(const struct clientela_snapshot *snapshot,
                                        const struct clientela_rules *rules,
                                        int64_t client,
                                        int32_t form,
                                        struct clientela_text **out,
                                        struct clientela_error **error);

/**
 * The verdicts of rules on a client with a text as id, with every step; as
 * clientela_snapshot_trace_by_int.
 *
 * @param form  CLIENTELA_JSON or CLIENTELA_READABLE
 * @param out   where the text goes; free it with clientela_text_free
 */
int32_t clientela_snapshot_trace_by_text(const struct clientela_snapshot *snapshot,
                                         const struct clientela_rules *rules,
                                         const char *client,
                                         size_t client_length,
                                         int32_t form,
                                         struct clientela_text **out,
                                         struct clientela_error **error);

/**
 * A row per client, ascending by id: a column of yes, no and missing, which is unknown, for each
 * rule that is not hidden; where only the first rule counts also `segment`, the id of that rule.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_segments_table(const struct clientela_segments *segments,
                                 struct clientela_table **out,
                                 struct clientela_error **error);

/**
 * The members of a segment, a row each, with what its rule says of them.
 *
 * @param rule  the id of a rule that is not hidden
 * @param out   where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for any other id
 */
int32_t clientela_segments_members(const struct clientela_segments *segments,
                                   const char *rule,
                                   size_t rule_length,
                                   struct clientela_table **out,
                                   struct clientela_error **error);

/**
 * A row per rule that is not hidden: how many clients are in it, are not, and are unknown.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_segments_summary(const struct clientela_segments *segments,
                                   struct clientela_table **out,
                                   struct clientela_error **error);

/**
 * The verdict of a rule on a client with a number as id.
 *
 * @param rule  the id of a rule that is not hidden
 * @param out   where 1 goes for a member, 0 for none, -1 where it is unknown
 * @return CLIENTELA_BAD_ARGUMENT for any other rule, CLIENTELA_UNKNOWN_CLIENT for a client that
 *         the snapshot does not have
 */
int32_t clientela_segments_verdict_by_int(const struct clientela_segments *segments,
                                          const char *rule,
                                          size_t rule_length,
                                          int64_t client,
                                          int32_t *out,
                                          struct clientela_error **error);

/**
 * The verdict of a rule on a client with a text as id; as clientela_segments_verdict_by_int.
 *
 * @param out  where 1 goes for a member, 0 for none, -1 where it is unknown
 */
int32_t clientela_segments_verdict_by_text(const struct clientela_segments *segments,
                                           const char *rule,
                                           size_t rule_length,
                                           const char *client,
                                           size_t client_length,
                                           int32_t *out,
                                           struct clientela_error **error);

/**
 * The day of the segments, in days since 1970-01-01; INT32_MIN for NULL.
 */
int32_t clientela_segments_as_of(const struct clientela_segments *segments);

/**
 * Number of clients, members or not; 0 for NULL.
 */
size_t clientela_segments_count(const struct clientela_segments *segments);

/**
 * Frees segments; NULL is allowed. Tables made from them stay usable.
 */
void clientela_segments_free(struct clientela_segments *segments);

/**
 * Evaluates rules on each of some days.
 *
 * @param base     a struct whose members `size` and `ledger` are set
 * @param days     the days, in days since 1970-01-01, in any order
 * @param count    number of days, at least 1
 * @param policy   NULL for the default policy
 * @param pins     what was decided by hand, as JSON: [{"rule": "vip", "client": 7, "on":
 *                 "2026-02-01", "until": "2026-03-31", "state": "in", "by": "Ada", "why":
 *                 "Signed a frame contract."}]; the state is in, out or released; NULL with
 *                 length 0 for nothing
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the history goes; free it with clientela_history_free
 * @return CLIENTELA_BAD_DOCUMENT for rules that the base cannot answer and for a pin that cannot
 *         be used, with the path as the error's place
 */
int32_t clientela_history_of(const struct clientela_base *base,
                             const struct clientela_rules *rules,
                             const int32_t *days,
                             size_t count,
                             const struct clientela_policy *policy,
                             const char *pins,
                             size_t pins_length,
                             int32_t threads,
                             struct clientela_history **out,
                             struct clientela_error **error);

/**
 * Reads a history that clientela_history_to_json wrote.
 *
 * @param out  where the history goes; free it with clientela_history_free
 * @return CLIENTELA_BAD_DOCUMENT for a document that cannot be read, with the path as the error's
 *         place
 */
int32_t clientela_history_from_json(const char *json,
                                    size_t json_length,
                                    struct clientela_history **out,
                                    struct clientela_error **error);

/**
 * The history as JSON: the same history is the same text.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_history_to_json(const struct clientela_history *history,
                                  struct clientela_text **out,
                                  struct clientela_error **error);

/**
 * Joins two histories: of other days, of another part of the clients, of other rules; both stay
 * as they are.
 *
 * @param out  where the new history goes; free it with clientela_history_free
 * @return CLIENTELA_MISMATCH where a rule of one version says two things of a client on a day
 */
int32_t clientela_history_merge(const struct clientela_history *left,
                                const struct clientela_history *right,
                                struct clientela_history **out,
                                struct clientela_error **error);

/**
 * A row per rule, client and evaluated day on which the client is in, or was on the evaluated day
 * before: entered, stayed or left, by the rule or a pin, and why.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_history_table(const struct clientela_history *history,
                                struct clientela_table **out,
                                struct clientela_error **error);

/**
 * A row per unbroken stay of a client in a segment, between evaluated days.
 *
 * @param rule  the id of a rule that was evaluated
 * @param out   where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for any other id
 */
int32_t clientela_history_stays(const struct clientela_history *history,
                                const char *rule,
                                size_t rule_length,
                                struct clientela_table **out,
                                struct clientela_error **error);

/**
 * A row per rule and evaluated day: how many clients are in, and how many entered, stayed and left
 * since the evaluated day before.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_history_summary(const struct clientela_history *history,
                                  struct clientela_table **out,
                                  struct clientela_error **error);

/**
 * Frees a history; NULL is allowed. Tables made from it stay usable.
 */
void clientela_history_free(struct clientela_history *history);

/**
 * Makes a directory of records in JSON.
 *
 * @param json     a list such as [{"id": 7, "surname": "Orlova", "birth_date": "1990-02-01"}]:
 *                 objects with an id, a whole number or a text, and fields that are texts, whole
 *                 numbers or null
 * @param options  JSON such as {"kinds": {"branch": "code"}}; NULL with length 0 for the
 *                 defaults. The member kinds tells what fields hold whose name does not tell it:
 *                 name, text, date, number, phone, email or code
 * @param out      where the directory goes; free it with clientela_directory_free
 * @return CLIENTELA_BAD_DOCUMENT for a record that cannot be taken, with the path such as
 *         [3].surname as the error's place; CLIENTELA_BAD_ROW for an id that is empty or stands
 *         twice
 */
int32_t clientela_directory_from_json(const char *json,
                                      size_t json_length,
                                      const char *options,
                                      size_t options_length,
                                      struct clientela_directory **out,
                                      struct clientela_error **error);

/**
 * Makes a directory of an Arrow C stream, a record per row.
 *
 * @param stream   is taken over: released by the library and marked as released (its member
 *                 `release` is NULL) whatever the status, unless an argument is NULL
 * @param options  JSON such as {"id": "number", "fields": {"last": "surname"}}; NULL with length 0
 *                 for the defaults. Members: id (the column of ids, by default id), fields (by
 *                 column; by default every other column under its own name), kinds (as for
 *                 clientela_directory_from_json), threads
 * @param out      where the directory goes; free it with clientela_directory_free
 * @return CLIENTELA_BAD_ROW or CLIENTELA_BAD_COLUMN for data that cannot be taken,
 *         CLIENTELA_BAD_FORMAT where the stream itself fails, CLIENTELA_BAD_ARGUMENT for an option
 */
int32_t clientela_directory_from_stream(struct ArrowArrayStream *stream,
                                        const char *options,
                                        size_t options_length,
                                        struct clientela_directory **out,
                                        struct clientela_error **error);

/**
 * Makes a directory of portraits: names, day of birth, phone, e-mail, address, passports, sex,
 * whom to talk to and the firm's details, of those that somebody has a value of.
 *
 * @param out  where the directory goes; free it with clientela_directory_free
 */
int32_t clientela_directory_of_portraits(const struct clientela_portraits *portraits,
                                         struct clientela_directory **out,
                                         struct clientela_error **error);

/**
 * Number of records; 0 for NULL.
 */
size_t clientela_directory_count(const struct clientela_directory *directory);

/**
 * What the fields hold, by field, as JSON: {"surname": "name", "birth_date": "date", ...}.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_directory_fields(const struct clientela_directory *directory,
                                   struct clientela_text **out,
                                   struct clientela_error **error);

/**
 * The known values of a record with a number as id, as JSON by field.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where there is no such record
 */
int32_t clientela_directory_get_by_int(const struct clientela_directory *directory,
                                       int64_t client,
                                       struct clientela_text **out,
                                       struct clientela_error **error);

/**
 * The known values of a record with a text as id, as JSON by field.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where there is no such record
 */
int32_t clientela_directory_get_by_text(const struct clientela_directory *directory,
                                        const char *client,
                                        size_t client_length,
                                        struct clientela_text **out,
                                        struct clientela_error **error);

/**
 * The clients for whom all criteria hold, whatever the case, script and spacing; where there are
 * none, those whose names and texts are most alike.
 *
 * @param criteria  texts by field as JSON, such as {"surname": "Orlova", "phone": "+7 495 000"}
 * @param policy    NULL for the default policy
 * @param out       where the answer goes, as JSON: {"outcome": "one", "exact": true, "count": 1,
 *                  "matches": [{"client": 7, "score": "1", "reasons": [...], "record": {...}}]},
 *                  its outcome none, one or many; free it with clientela_text_free
 * @return CLIENTELA_BAD_DOCUMENT for criteria that are no object of texts, CLIENTELA_BAD_ARGUMENT
 *         for none and for a field that the directory does not have
 */
int32_t clientela_directory_find(const struct clientela_directory *directory,
                                 const char *criteria,
                                 size_t criteria_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);

/**
 * The records that mean the same client.
 *
 * @param options  JSON such as {"fields": ["surname", "birth_date"]}; NULL with length 0 for the
 *                 defaults. Members: fields (those that are compared; by default all) and model
 *                 (weights to judge by; by default they are learnt from the records)
 * @param policy   NULL for the default policy
 * @param out      where the pairs go; free them with clientela_duplicates_free
 * @return CLIENTELA_BAD_DOCUMENT for options that cannot be read, CLIENTELA_BAD_ARGUMENT for a
 *         field that is not there
 */
int32_t clientela_directory_duplicates(const struct clientela_directory *directory,
                                       const char *options,
                                       size_t options_length,
                                       const struct clientela_policy *policy,
                                       struct clientela_duplicates **out,
                                       struct clientela_error **error);

/**
 * The records of one directory that mean the same client as records of another, by the fields
 * that both have.
 *
 * @param options  as for clientela_directory_duplicates
 * @param policy   NULL for the default policy
 * @param out      where the pairs go, the record of `left` first; free them with
 *                 clientela_duplicates_free
 */
int32_t clientela_directory_links(const struct clientela_directory *left,
                                  const struct clientela_directory *right,
                                  const char *options,
                                  size_t options_length,
                                  const struct clientela_policy *policy,
                                  struct clientela_duplicates **out,
                                  struct clientela_error **error);

/**
 * Frees a directory; NULL is allowed. Duplicates found in it stay usable.
 */
void clientela_directory_free(struct clientela_directory *directory);

/**
 * Number of pairs; 0 for NULL.
 */
size_t clientela_duplicates_count(const struct clientela_duplicates *duplicates);

/**
 * The pairs: client, other, the weight in bits, the probability.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_duplicates_table(const struct clientela_duplicates *duplicates,
                                   struct clientela_table **out,
                                   struct clientela_error **error);

/**
 * What was compared, as JSON: records, pairs, compared, duplicates, the threshold in bits, the
 * rounds of learning, and values that too many records share to be compared.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_duplicates_report(const struct clientela_duplicates *duplicates,
                                    struct clientela_text **out,
                                    struct clientela_error **error);

/**
 * The weights by which the pairs were judged, as JSON for the member model of the options of
 * clientela_directory_duplicates.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_duplicates_model(const struct clientela_duplicates *duplicates,
                                   struct clientela_text **out,
                                   struct clientela_error **error);

/**
 * Why two records with numbers as ids are taken to mean one client, or are not: both values, how
 * they agree and the weight, field by field.
 *
 * @param form  CLIENTELA_JSON or CLIENTELA_READABLE
 * @param out   where the text goes; free it with clientela_text_free
 * @return CLIENTELA_UNKNOWN_CLIENT where there is no such record, CLIENTELA_BAD_ARGUMENT for a
 *         record beside itself
 */
int32_t clientela_duplicates_explain_by_int(const struct clientela_duplicates *duplicates,
                                            int64_t client,
                                            int64_t other,
                                            int32_t form,
                                            struct clientela_text **out,
                                            struct clientela_error **error);

/**
 * Why two records with texts as ids are taken to mean one client, or are not; as
 * clientela_duplicates_explain_by_int.
 *
 * @param form  CLIENTELA_JSON or CLIENTELA_READABLE
 * @param out   where the text goes; free it with clientela_text_free
 */
int32_t clientela_duplicates_explain_by_text(const struct clientela_duplicates *duplicates,
                                             const char *client,
                                             size_t client_length,
                                             const char *other,
                                             size_t other_length,
                                             int32_t form,
                                             struct clientela_text **out,
                                             struct clientela_error **error);

/**
 * The clusters that the pairs make: a row per record in one, with the smallest id of the cluster
 * and the pair through which it hangs on it.
 *
 * @param out  where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT for links between two directories, whose ids are two lists
 */
int32_t clientela_duplicates_clusters(const struct clientela_duplicates *duplicates,
                                      struct clientela_table **out,
                                      struct clientela_error **error);

/**
 * The id that each record of a cluster becomes, as JSON: {"17": 4}, that is 17 becomes 4, the
 * smallest id of its cluster.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return as clientela_duplicates_clusters
 */
int32_t clientela_duplicates_rekeys(const struct clientela_duplicates *duplicates,
                                    struct clientela_text **out,
                                    struct clientela_error **error);

/**
 * Frees duplicates; NULL is allowed. Tables made from them stay usable.
 */
void clientela_duplicates_free(struct clientela_duplicates *duplicates);

/**
 * Puts the sales of merged clients under the id that each of them became; the ledger itself stays
 * as it is. No sale is lost, and totals stay as they were.
 *
 * @param rekeys  JSON, as clientela_duplicates_rekeys gives it: {"17": 4} for clients with numbers
 *                as ids, {"north 17": "north 4"} for those with texts
 * @param out     where the new ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_BAD_ARGUMENT for a circle or an id of the wrong kind
 */
int32_t clientela_ledger_rekey(const struct clientela_ledger *ledger,
                               const char *rekeys,
                               size_t rekeys_length,
                               struct clientela_ledger **out,
                               struct clientela_error **error);

/**
 * Puts the portraits of merged clients together under the id that each of them became; the
 * portraits themselves stay as they are. Lists, notes and records unite; of single values that
 * differ that of the id that is kept stays.
 *
 * @param rekeys     as for clientela_ledger_rekey
 * @param set_aside  where the values that gave way go, as JSON: [{"client", "from", "field",
 *                   "value", "kept"}, ...]; free it with clientela_text_free. Or NULL
 * @param out        where the new portraits go; free them with clientela_portraits_free
 * @return CLIENTELA_BAD_ARGUMENT for a circle or an id of the wrong kind, CLIENTELA_BAD_DOCUMENT
 *         for steps of two memberships that contradict each other
 */
int32_t clientela_portraits_rekey(const struct clientela_portraits *portraits,
                                  const char *rekeys,
                                  size_t rekeys_length,
                                  struct clientela_text **set_aside,
                                  struct clientela_portraits **out,
                                  struct clientela_error **error);

/**
 * Puts the entries of merged clients under the id that each of them became; the journal itself
 * stays as it is.
 *
 * @param rekeys  as for clientela_ledger_rekey
 * @param out     where the new journal goes; free it with clientela_journal_free
 * @return CLIENTELA_BAD_ARGUMENT for a circle
 */
int32_t clientela_journal_rekey(const struct clientela_journal *journal,
                                const char *rekeys,
                                size_t rekeys_length,
                                struct clientela_journal **out,
                                struct clientela_error **error);

/**
 * Reads a bank statement: 1CClientBankExchange, camt.053 of any version, or MT940. An entry that
 * cannot be read is set aside with its line and told by clientela_statement_to_json.
 *
 * @param data     the bytes of the file
 * @param options  JSON such as {"encoding": "windows-1251"}; NULL with length 0 for the defaults.
 *                 Members: format (1c, camt053, mt940), encoding, currency, scale, own_accounts,
 *                 own_tax_ids, keep_raw, limits
 * @param out      where the statement goes; free it with clientela_statement_free
 * @return CLIENTELA_BAD_FORMAT where the form of the file is broken or it is beyond a limit, with
 *         the byte or line in the message; CLIENTELA_BAD_ARGUMENT for an option
 */
int32_t clientela_statement_from_bytes(const uint8_t *data,
                                       size_t length,
                                       const char *options,
                                       size_t options_length,
                                       struct clientela_statement **out,
                                       struct clientela_error **error);

/**
 * The statement as JSON: format, encoding, scale, pages with their balances, entries, and the
 * report of what was read and what was not.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_statement_to_json(const struct clientela_statement *statement,
                                    struct clientela_text **out,
                                    struct clientela_error **error);

/**
 * Number of entries; 0 for NULL.
 */
size_t clientela_statement_count(const struct clientela_statement *statement);

/**
 * The booked payments of others as sales of who paid; a payment taken back is a return.
 *
 * @param options  JSON such as {"currency": "EUR", "key": "tax_id"}; NULL with length 0 for the
 *                 defaults. Members: currency (the one of the ledger; entries in another are left
 *                 out), key (tax_id_and_account or tax_id)
 * @param report   where it is told what became of the entries, as JSON: sales, returns, amount,
 *                 what was left out and why, and the clients with the names under which they paid;
 *                 free it with clientela_text_free. Or NULL
 * @param out      where the ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_MISMATCH where payments are in two currencies and none is asked for,
 *         CLIENTELA_EMPTY where there are none
 */
int32_t clientela_statement_ledger(const struct clientela_statement *statement,
                                   const char *options,
                                   size_t options_length,
                                   struct clientela_text **report,
                                   struct clientela_ledger **out,
                                   struct clientela_error **error);

/**
 * Frees a statement; NULL is allowed. Ledgers made from it stay usable.
 */
void clientela_statement_free(struct clientela_statement *statement);

/**
 * Reads a table: CSV, TSV, text from the clipboard, XLSX or ODS.
 *
 * @param data     the bytes of the file
 * @param options  JSON such as {"encoding": "windows-1251", "sheet": "2026"}; NULL with length 0
 *                 for the defaults. Members: format (csv, tsv, clipboard, xlsx, ods), encoding,
 *                 delimiter, sheet (needed where there are several), limits
 * @param header   1 where the first row holds the names of the columns, else 0
 * @param out      where the table goes; free it with clientela_grid_free
 * @return CLIENTELA_BAD_FORMAT where the file is broken or beyond a limit, with the place in the
 *         message; CLIENTELA_BAD_ARGUMENT for an option
 */
int32_t clientela_grid_from_bytes(const uint8_t *data,
                                  size_t length,
                                  const char *options,
                                  size_t options_length,
                                  int32_t header,
                                  struct clientela_grid **out,
                                  struct clientela_error **error);

/**
 * Reads a table from JSON.
 *
 * @param json    {"columns": ["Name", "Born"], "rows": [["Ada", {"day": "1990-02-01"}], [12,
 *                null]]}: a cell is a text, a number, true or false, a day, or null; the names of
 *                the columns may be absent
 * @param policy  NULL for the default policy
 * @param out     where the table goes; free it with clientela_grid_free
 * @return CLIENTELA_BAD_DOCUMENT for a cell that cannot be taken, with the path such as
 *         rows[3][2] as the error's place
 */
int32_t clientela_grid_from_json(const char *json,
                                 size_t json_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_grid **out,
                                 struct clientela_error **error);

/**
 * The table as JSON, in the form that clientela_grid_from_json reads.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_grid_to_json(const struct clientela_grid *grid,
                               struct clientela_text **out,
                               struct clientela_error **error);

/**
 * What was read, as JSON: {"rows", "columns", "cards_masked": [{"row", "column"}, ...], "file"},
 * where file tells encoding, delimiter, and cells by kind, or is null.
 *
 * @param out  where the text goes; free it with clientela_text_free
 */
int32_t clientela_grid_report(const struct clientela_grid *grid,
                              struct clientela_text **out,
                              struct clientela_error **error);

/**
 * Number of rows without that of the names; 0 for NULL.
 */
size_t clientela_grid_rows(const struct clientela_grid *grid);

/**
 * Number of columns; 0 for NULL.
 */
size_t clientela_grid_columns(const struct clientela_grid *grid);

/**
 * What the columns look like by their names and cells. Nothing is applied.
 *
 * @param target     portraits or sales
 * @param catalogue  what there is to know, as JSON; NULL with length 0 for the built-in one
 * @param policy     NULL for the default policy
 * @param out        where the suggestion goes, as JSON: for each column the field with confidence
 *                   and reason, the formats, what is left to decide, and under "mapping" the
 *                   mapping that it would be; free it with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT for any other target
 */
int32_t clientela_grid_suggest(const struct clientela_grid *grid,
                               const char *target,
                               size_t target_length,
                               const char *catalogue,
                               size_t catalogue_length,
                               const struct clientela_policy *policy,
                               struct clientela_text **out,
                               struct clientela_error **error);

/**
 * The documents of portraits that a mapping makes of a table, to be compared with stored ones
 * before they are taken.
 *
 * @param mapping  as JSON: {"target": "portraits", "columns": {"Code": "client", "Name":
 *                 "surname", "2": {"field": "phone", "read": "phone"}}, "formats": {"dates":
 *                 ["DD.MM.YYYY"], "region": "RU"}}
 * @param options  as for clientela_portraits_from_json
 * @param policy   NULL for the default policy
 * @param out      where {"documents": [...], "report": {...}} goes; free it with
 *                 clientela_text_free
 * @return CLIENTELA_BAD_DOCUMENT for a mapping that cannot be used, with the path such as
 *         columns.Name as the error's place
 */
int32_t clientela_grid_documents(const struct clientela_grid *grid,
                                 const char *mapping,
                                 size_t mapping_length,
                                 const char *options,
                                 size_t options_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);

/**
 * The portraits that a mapping makes of a table.
 *
 * @param mapping  as for clientela_grid_documents
 * @param options  as for clientela_portraits_from_json
 * @param policy   NULL for the default policy
 * @param report   where it is told what became of the rows, as JSON: how many were read, taken and
 *                 set aside, each with column, value and problem; cells left out; targets that were
 *                 filled already; masked cards; free it with clientela_text_free. Or NULL
 * @param out      where the portraits go; free them with clientela_portraits_free
 * @return as clientela_grid_documents
 */
int32_t clientela_grid_portraits(const struct clientela_grid *grid,
                                 const char *mapping,
                                 size_t mapping_length,
                                 const char *options,
                                 size_t options_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_text **report,
                                 struct clientela_portraits **out,
                                 struct clientela_error **error);

/**
 * The ledger of the sales that a mapping makes of a table.
 *
 * @param mapping  as JSON: {"target": "sales", "columns": {"Client": "client", "Day": "date",
 *                 "Sum": "amount"}, "formats": {"dates": ["DD.MM.YYYY"], "amounts":
 *                 "decimal_comma"}}
 * @param options  JSON such as {"currency": "EUR", "on_bad": "set_aside"}; NULL with length 0 for
 *                 the defaults. Members: those of clientela_ledger_from_arrays but threads
 * @param policy   NULL for the default policy
 * @param report   as for clientela_grid_portraits
 * @param out      where the ledger goes; free it with clientela_ledger_free
 * @return CLIENTELA_BAD_ROW for the first row that cannot be taken, unless the options set such
 *         rows aside; CLIENTELA_BAD_DOCUMENT for a mapping that cannot be used
 */
int32_t clientela_grid_ledger(const struct clientela_grid *grid,
                              const char *mapping,
                              size_t mapping_length,
                              const char *options,
                              size_t options_length,
                              const struct clientela_policy *policy,
                              struct clientela_text **report,
                              struct clientela_ledger **out,
                              struct clientela_error **error);

/**
 * Frees a table; NULL is allowed. What was made of it stays usable.
 */
void clientela_grid_free(struct clientela_grid *grid);

/**
 * Makes a summary from plain arrays.
 *
 * @param histories  a struct whose members `size`, `rows`, `x`, `t_x` and `age` are set
 * @param time_unit  the unit of all times: day, week, month or year
 * @param out        where the summary goes; free it with clientela_summary_free
 * @return CLIENTELA_BAD_ROW for a time that is negative, not finite or out of order and for a
 *         count that is not whole: the first row and its column are stated
 */
int32_t clientela_summary_from_arrays(const struct clientela_histories *histories,
                                      const char *time_unit,
                                      size_t time_unit_length,
                                      struct clientela_summary **out,
                                      struct clientela_error **error);

/**
 * Makes a summary of the clients of a ledger up to a day, ascending by id.
 *
 * All orders of one client and day are one purchase; returns and cancellations are none, and a
 * cancelled order is out with all its lines. The first purchase starts the clock and is not
 * counted. Spend is the mean net amount of the others; where that is zero or less it is unknown.
 *
 * @param as_of    days since 1970-01-01; later sales do not count
 * @param options  JSON such as {"unit": "week"}. Members: unit (day, week, month or year),
 *                 returns, zero_amount, opportunities (time in whole units, as bg_bb needs it)
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the summary goes; free it with clientela_summary_free
 */
int32_t clientela_summary_of_ledger(const struct clientela_ledger *ledger,
                                    int32_t as_of,
                                    const char *options,
                                    size_t options_length,
                                    int32_t threads,
                                    struct clientela_summary **out,
                                    struct clientela_error **error);

/**
 * The same clients with covariates: numbers that are known of each beside the purchases and do
 * not change. A category is given as columns of 0 and 1, one fewer than it has values.
 *
 * bg_nbd, mbg_nbd and pareto_nbd fitted to such a summary have a coefficient for each, and such
 * models are asked about summaries with the same covariates.
 *
 * @param names    JSON, an object with the lists `purchase` and `dropout` of names: those that
 *                 the rate of purchases depends on, and those that dropping out depends on
 * @param columns  an address for each name, those of purchase first; at each `rows` values, in
 *                 the order of the summary's rows, which clientela_summary_table tells for that
 *                 of a ledger. A column that has both effects is given twice
 * @param count    number of columns
 * @param rows     length of each column, the summary's number of rows
 * @param out      where the new summary goes; free it with clientela_summary_free
 * @return CLIENTELA_BAD_ROW for a value that is not finite, CLIENTELA_BAD_ARGUMENT for another
 *         number of columns or rows
 */
int32_t clientela_summary_with_covariates(const struct clientela_summary *summary,
                                          const char *names,
                                          size_t names_length,
                                          const double *const *columns,
                                          size_t count,
                                          size_t rows,
                                          struct clientela_summary **out,
                                          struct clientela_error **error);

/**
 * Copies the histories of a summary into arrays.
 *
 * @param rows   the summary's number of rows
 * @param x      room for `rows` numbers of repeat purchases; or NULL, as may be any below
 * @param t_x    room for `rows` times from the first purchase to the last
 * @param age    room for `rows` times from the first purchase to the end of observation
 * @param spend  room for `rows` mean amounts of a repeat purchase, NaN where it is not known
 * @return CLIENTELA_BAD_ARGUMENT where the summary has another number of rows
 */
int32_t clientela_summary_read(const struct clientela_summary *summary,
                               size_t rows,
                               double *x,
                               double *t_x,
                               double *age,
                               double *spend,
                               struct clientela_error **error);

/**
 * The summary of a ledger as columns: client, frequency, recency, T, monetary_value.
 *
 * @param out  where the table goes; free it with clientela_table_free
 * @return CLIENTELA_BAD_ARGUMENT where the summary was not made from a ledger
 */
int32_t clientela_summary_table(const struct clientela_summary *summary,
                                struct clientela_table **out,
                                struct clientela_error **error);

/**
 * Who is in the summary of a ledger, and who is not and why, as JSON.
 *
 * @param out  where the text goes; free it with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT where the summary was not made from a ledger
 */
int32_t clientela_summary_report(const struct clientela_summary *summary,
                                 struct clientela_text **out,
                                 struct clientela_error **error);

/**
 * Number of rows of the summary; 0 for NULL.
 */
size_t clientela_summary_rows(const struct clientela_summary *summary);

/**
 * Frees a summary; NULL is allowed.
 */
void clientela_summary_free(struct clientela_summary *summary);

/**
 * Fits a model to a summary by maximum likelihood. The answer has the same bits on any number of
 * threads and for any order of rows.
 *
 * @param summary  where it has covariates, the model has them too
 * @param model    nbd, bg_nbd, mbg_nbd, pareto_nbd, bg_bb or gamma_gamma
 * @param options  JSON; NULL with length 0 for the defaults. Members, of bg_nbd and mbg_nbd
 *                 without covariates only: k (regularity, default 1), largest_k (choose the best
 *                 k up to it)
 * @param threads  number of threads to compute with, 0 for all cores
 * @param out      where the fit goes, as JSON that clientela_lifetime_report explains and
 *                 clientela_lifetime_predict takes; free it with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT for an unknown model and where the clients are too few to say
 *         anything. A maximum that is not a good one is no error: the fit's `optimality` tells
 */
int32_t clientela_lifetime_fit(const struct clientela_summary *summary,
                               const char *model,
                               size_t model_length,
                               const char *options,
                               size_t options_length,
                               int32_t threads,
                               struct clientela_text **out,
                               struct clientela_error **error);

/**
 * Fits the shifted beta-geometric model to contracts that are renewed at regular times.
 *
 * @param time_unit  the time from one renewal to the next: day, week, month or year
 * @param rows       length of each array
 * @param renewals   the renewal, counted from 1, at which contracts ended; or the renewals that
 *                   they have passed
 * @param ended      1 where they ended, else 0
 * @param count      how many contracts; or NULL for one each
 * @param out        where the fit goes, as JSON; free it with clientela_text_free
 * @return CLIENTELA_BAD_ROW for a contract that ended at renewal 0, CLIENTELA_BAD_ARGUMENT where
 *         none has ended or none was renewed
 */
int32_t clientela_lifetime_fit_contracts(const char *time_unit,
                                         size_t time_unit_length,
                                         size_t rows,
                                         const uint32_t *renewals,
                                         const uint8_t *ended,
                                         const uint64_t *count,
                                         struct clientela_text **out,
                                         struct clientela_error **error);

/**
 * All that is said of a fit, as JSON: the model, its log-likelihood, AIC and BIC, each parameter
 * with its standard error and confidence interval, their covariance, how good the maximum is.
 *
 * @param fit    JSON that a fit gave
 * @param level  of the intervals, such as 0.95
 * @param out    where the text goes; free it with clientela_text_free
 * @return CLIENTELA_BAD_FORMAT where the JSON is no fit
 */
int32_t clientela_lifetime_report(const char *fit,
                                  size_t fit_length,
                                  double level,
                                  struct clientela_text **out,
                                  struct clientela_error **error);

/**
 * Asks a model the same question about every client of a summary.
 *
 * Questions are JSON such as {"predict": "expected_purchases", "horizon": 39, "unit": "week"}.
 * Their names, and what each needs besides:
 *
 * - p_alive, posterior_purchase_rate, posterior_dropout, log_likelihood, expected_spend (of
 *   gamma_gamma), next_purchase_probability, next_purchase_median, next_purchase_mean: nothing
 * - p_alive_after, expected_purchases, p_no_purchase, purchases_median: horizon, unit
 * - p_purchases: n, horizon, unit
 * - discounted_purchases: horizon, unit, discount, discount_unit
 * - discounted_forever: discount, discount_unit
 * - next_purchase_low, next_purchase_high: level
 * - purchases_low, purchases_high: horizon, unit, level
 *
 * A discount is a rate that compounds once per its unit: 0.1 per year is 10 %.
 *
 * @param model    JSON of a model, such as {"model": "nbd", "unit": "week", "r": 0.385,
 *                 "alpha": 12.072}, or of a fit
 * @param what     the question
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param count    the summary's number of rows
 * @param values   room for `count` values, in the order of the rows; NaN where there is none
 * @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
 *                 NULL
 * @return CLIENTELA_BAD_FORMAT where the JSON is no model or question, CLIENTELA_BAD_ARGUMENT
 *         for a summary in another unit and for what the model does not tell, CLIENTELA_BAD_ROW
 *         for a history that the model cannot have
 */
int32_t clientela_lifetime_predict(const struct clientela_summary *summary,
                                   const char *model,
                                   size_t model_length,
                                   const char *what,
                                   size_t what_length,
                                   int32_t threads,
                                   size_t count,
                                   double *values,
                                   uint8_t *missing,
                                   struct clientela_error **error);

/**
 * Asks a model about a new client, from the first purchase on; gamma_gamma about the mean over
 * all clients.
 *
 * @param model    as for clientela_lifetime_predict
 * @param what     as for clientela_lifetime_predict; but no question about a client's history
 * @param value    where the answer goes; NaN where there is none, as for a mean that is infinite
 */
int32_t clientela_lifetime_predict_new(const char *model,
                                       size_t model_length,
                                       const char *what,
                                       size_t what_length,
                                       double *value,
                                       struct clientela_error **error);

/**
 * The intervals that the uncertainty of a fit's parameters gives its answers: those of the
 * expectation, not of one client's outcome.
 *
 * @param fit      JSON that a fit gave
 * @param what     as for clientela_lifetime_predict
 * @param level    such as 0.95
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param count    the summary's number of rows
 * @param low      room for `count` lower ends, NaN where there is none
 * @param high     room for `count` upper ends, NaN where there is none
 */
int32_t clientela_lifetime_intervals(const struct clientela_summary *summary,
                                     const char *fit,
                                     size_t fit_length,
                                     const char *what,
                                     size_t what_length,
                                     double level,
                                     int32_t threads,
                                     size_t count,
                                     double *low,
                                     double *high,
                                     struct clientela_error **error);

/**
 * Models fitted to data that a fit makes up for the same clients (parametric bootstrap): what the
 * fit might have been. A made-up set that cannot be fitted is left out.
 *
 * @param summary  the clients that were fitted to
 * @param fit      JSON that a fit gave
 * @param repeats  how many
 * @param seed     the same seed gives the same models
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the models go, a JSON list; free it with clientela_text_free
 */
int32_t clientela_lifetime_bootstrap(const struct clientela_summary *summary,
                                     const char *fit,
                                     size_t fit_length,
                                     uint32_t repeats,
                                     uint64_t seed,
                                     int32_t threads,
                                     struct clientela_text **out,
                                     struct clientela_error **error);

/**
 * The intervals that hold the answers of bootstrapped models: those of the expectation, not of
 * one client's outcome.
 *
 * @param model    as for clientela_lifetime_predict, that which was bootstrapped
 * @param models   JSON that clientela_lifetime_bootstrap gave, of 20 models or more
 * @param what     as for clientela_lifetime_predict
 * @param level    such as 0.95
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param count    the summary's number of rows
 * @param low      room for `count` lower ends, NaN where there is none
 * @param high     room for `count` upper ends, NaN where there is none
 */
int32_t clientela_lifetime_bootstrap_intervals(const struct clientela_summary *summary,
                                               const char *model,
                                               size_t model_length,
                                               const char *models,
                                               size_t models_length,
                                               const char *what,
                                               size_t what_length,
                                               double level,
                                               int32_t threads,
                                               size_t count,
                                               double *low,
                                               double *high,
                                               struct clientela_error **error);

/**
 * The plain model of a client with certain covariates, for questions such as that about a new
 * client.
 *
 * @param model       as for clientela_lifetime_predict
 * @param covariates  JSON such as {"web": 1, "age": 34}
 * @param out         where the model goes, as JSON; free it with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT for a covariate that is missing or unknown
 */
int32_t clientela_lifetime_for_client(const char *model,
                                      size_t model_length,
                                      const char *covariates,
                                      size_t covariates_length,
                                      struct clientela_text **out,
                                      struct clientela_error **error);

/**
 * Tests a fit against that of a larger model which contains it, fitted to the same clients: nbd
 * within pareto_nbd, a model within itself with covariates (likelihood ratio).
 *
 * @param fit     JSON that a fit gave
 * @param larger  JSON that a fit of the larger model gave
 * @param out     where the outcome goes, as JSON with statistic, freedom and p_value; free it
 *                with clientela_text_free
 * @return CLIENTELA_BAD_ARGUMENT for models that are not nested and for fits of other clients
 */
int32_t clientela_lifetime_test(const char *fit,
                                size_t fit_length,
                                const char *larger,
                                size_t larger_length,
                                struct clientela_text **out,
                                struct clientela_error **error);

/**
 * What each client of a summary is worth: the expected discounted purchases within a horizon,
 * times the expected amount of each, in the currency of the summary's spend.
 *
 * @param model    as for clientela_lifetime_predict
 * @param spend    JSON of a gamma_gamma model or fit
 * @param options  JSON such as {"horizon": 12, "unit": "month", "discount": 0.1,
 *                 "discount_unit": "year"}: no horizon is for ever, no discount is none
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param count    the summary's number of rows
 * @param values   room for `count` values, in the order of the rows; NaN where there is none
 * @param missing  room for `count` bytes that become 1 where the value is missing, else 0; or
 *                 NULL
 */
int32_t clientela_lifetime_clv(const struct clientela_summary *summary,
                               const char *model,
                               size_t model_length,
                               const char *spend,
                               size_t spend_length,
                               const char *options,
                               size_t options_length,
                               int32_t threads,
                               size_t count,
                               double *values,
                               uint8_t *missing,
                               struct clientela_error **error);

/**
 * Makes up clients of a model, one for each age.
 *
 * @param model  as for clientela_lifetime_predict, a model of purchases
 * @param rows   number of clients
 * @param ages   times from the first purchase to the end of observation, in the model's unit
 * @param seed   the same seed gives the same clients
 * @param out    where the summary goes; free it with clientela_summary_free
 */
int32_t clientela_lifetime_simulate(const char *model,
                                    size_t model_length,
                                    size_t rows,
                                    const double *ages,
                                    uint64_t seed,
                                    struct clientela_summary **out,
                                    struct clientela_error **error);

/**
 * Makes up another life for each client of a summary: seen as long, with the same covariates.
 * gamma_gamma makes up the mean amounts of those whose own is known.
 *
 * @param summary  a row for several clients becomes several rows
 * @param model    as for clientela_lifetime_predict
 * @param seed     the same seed gives the same lives
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the new summary goes, without covariates; free it with
 *                 clientela_summary_free
 */
int32_t clientela_lifetime_simulate_like(const struct clientela_summary *summary,
                                         const char *model,
                                         size_t model_length,
                                         uint64_t seed,
                                         int32_t threads,
                                         struct clientela_summary **out,
                                         struct clientela_error **error);

/**
 * Makes up the fate of contracts.
 *
 * @param model     JSON of a shifted_beta_geometric model or fit
 * @param rows      number of contracts
 * @param renewals  how many renewals each could have passed since it began
 * @param seed      the same seed gives the same fates
 * @param passed    room for `rows` renewals: that at which it ended, else those that it passed
 * @param ended     room for `rows` bytes that become 1 where it ended, else 0
 */
int32_t clientela_lifetime_simulate_contracts(const char *model,
                                              size_t model_length,
                                              size_t rows,
                                              const uint32_t *renewals,
                                              uint64_t seed,
                                              uint32_t *passed,
                                              uint8_t *ended,
                                              struct clientela_error **error);

/**
 * Repeat purchases over time, actual and expected, of the clients whose first purchase was up to
 * the end of calibration: a row per unit of time.
 *
 * @param model            as for clientela_lifetime_predict, in the unit of the options
 * @param calibration_end  days since 1970-01-01
 * @param end              the last day of the table
 * @param options          as for clientela_summary_of_ledger
 * @param threads          number of threads to compute with, 0 for all cores
 * @param out              where the table goes; free it with clientela_table_free
 */
int32_t clientela_lifetime_tracking(const struct clientela_ledger *ledger,
                                    const char *model,
                                    size_t model_length,
                                    int32_t calibration_end,
                                    int32_t end,
                                    const char *options,
                                    size_t options_length,
                                    int32_t threads,
                                    struct clientela_table **out,
                                    struct clientela_error **error);

/**
 * How many clients made 0, 1, 2 and more repeat purchases, actual and expected.
 *
 * @param model    as for clientela_lifetime_predict
 * @param censor   from this number of purchases on, clients are one row
 * @param threads  number of threads to compute with, 0 for all cores
 * @param out      where the table goes; free it with clientela_table_free
 */
int32_t clientela_lifetime_frequencies(const struct clientela_summary *summary,
                                       const char *model,
                                       size_t model_length,
                                       uint32_t censor,
                                       int32_t threads,
                                       struct clientela_table **out,
                                       struct clientela_error **error);

/**
 * How many of today's clients are expected to be alive as time passes: a row for now and for each
 * of equal steps up to the horizon.
 *
 * @param model         as for clientela_lifetime_predict
 * @param horizon       how far to look
 * @param horizon_unit  its unit: day, week, month or year
 * @param steps         how many
 * @param threads       number of threads to compute with, 0 for all cores
 * @param out           where the table goes; free it with clientela_table_free
 */
int32_t clientela_lifetime_active(const struct clientela_summary *summary,
                                  const char *model,
                                  size_t model_length,
                                  double horizon,
                                  const char *horizon_unit,
                                  size_t horizon_unit_length,
                                  uint32_t steps,
                                  int32_t threads,
                                  struct clientela_table **out,
                                  struct clientela_error **error);

/**
 * Splits the time of a ledger: models are fitted to the former part and judged by the latter.
 *
 * @param calibration_end  last day of the former part, in days since 1970-01-01
 * @param holdout_end      last day of the latter part
 * @param options          as for clientela_summary_of_ledger
 * @param threads          number of threads to compute with, 0 for all cores
 * @param out              where both parts go; free them with clientela_holdout_free
 */
int32_t clientela_holdout_of_ledger(const struct clientela_ledger *ledger,
                                    int32_t calibration_end,
                                    int32_t holdout_end,
                                    const char *options,
                                    size_t options_length,
                                    int32_t threads,
                                    struct clientela_holdout **out,
                                    struct clientela_error **error);

/**
 * The summary of the former part, which models are fitted to.
 *
 * @param out  where the summary goes; free it with clientela_summary_free
 */
int32_t clientela_holdout_summary(const struct clientela_holdout *holdout,
                                  struct clientela_summary **out,
                                  struct clientela_error **error);

/**
 * Both parts as columns: client, frequency_cal, recency_cal, T_cal, monetary_value_cal,
 * frequency_holdout, monetary_value_holdout, duration_holdout.
 *
 * @param out  where the table goes; free it with clientela_table_free
 */
int32_t clientela_holdout_table(const struct clientela_holdout *holdout,
                                struct clientela_table **out,
                                struct clientela_error **error);

/**
 * Fits several models to the former part and chooses the one that foretold the latter best.
 *
 * @param candidates  JSON list of names of models; NULL with length 0 for nbd, bg_nbd, mbg_nbd
 *                    and pareto_nbd, or bg_bb for a summary of opportunities
 * @param threads     number of threads to compute with, 0 for all cores
 * @param out         where the model and all scores go, as JSON; free it with clientela_text_free
 */
int32_t clientela_holdout_choose(const struct clientela_holdout *holdout,
                                 const char *candidates,
                                 size_t candidates_length,
                                 int32_t threads,
                                 struct clientela_text **out,
                                 struct clientela_error **error);

/**
 * Purchases in the latter part by the number of repeat purchases in the former, actual and
 * expected.
 *
 * @param model    as for clientela_lifetime_predict
 * @param censor   from this number of purchases on, clients are one row
 * @param threads  number of threads to compute with, 0 for all cores
 * @param out      where the table goes; free it with clientela_table_free
 */
int32_t clientela_holdout_expectations(const struct clientela_holdout *holdout,
                                       const char *model,
                                       size_t model_length,
                                       uint32_t censor,
                                       int32_t threads,
                                       struct clientela_table **out,
                                       struct clientela_error **error);

/**
 * How far probabilities of being alive come true: clients by that probability, in bins of equal
 * width, with the share that bought in the latter part.
 *
 * @param model    as for clientela_lifetime_predict
 * @param bins     how many
 * @param threads  number of threads to compute with, 0 for all cores
 * @param out      where the table goes; free it with clientela_table_free
 */
int32_t clientela_holdout_alive(const struct clientela_holdout *holdout,
                                const char *model,
                                size_t model_length,
                                uint32_t bins,
                                int32_t threads,
                                struct clientela_table **out,
                                struct clientela_error **error);

/**
 * Frees both parts; NULL is allowed. Summaries of them stay usable.
 */
void clientela_holdout_free(struct clientela_holdout *holdout);

/**
 * Counts a part of a base that is split by client over machines, as JSON.
 *
 * The way to one verdict for all: count each part and merge the counts; send the merged
 * census to the parts for clientela_census_remaining and merge those; clientela_census_close
 * puts both together, and each part judges its clients by clientela_snapshot_with_census.
 *
 * @param as_of    days since 1970-01-01
 * @param policy   NULL for the default policy
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the text goes; free it with clientela_text_free
 */
int32_t clientela_census_count(const struct clientela_ledger *ledger,
                               int32_t as_of,
                               const struct clientela_policy *policy,
                               int32_t threads,
                               struct clientela_text **out,
                               struct clientela_error **error);

/**
 * Counts a part of a base, its sales and what is known beside them, as JSON. The way to one
 * verdict for all is that of clientela_census_count, with clientela_census_remaining_of and
 * clientela_snapshot_of_part.
 *
 * @param base     a struct whose members `size` and `ledger` are set
 * @param as_of    days since 1970-01-01
 * @param policy   NULL for the default policy
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the text goes; free it with clientela_text_free
 */
int32_t clientela_census_count_of(const struct clientela_base *base,
                                  int32_t as_of,
                                  const struct clientela_policy *policy,
                                  int32_t threads,
                                  struct clientela_text **out,
                                  struct clientela_error **error);

/**
 * The census of two parts that share no client.
 *
 * @param left, right  JSON of censuses of one day, policy, currency and scale
 * @param out          where the text goes; free it with clientela_text_free
 * @return CLIENTELA_MISMATCH where they are not of one day, policy, currency and scale
 */
int32_t clientela_census_merge(const char *left,
                               size_t left_length,
                               const char *right,
                               size_t right_length,
                               struct clientela_text **out,
                               struct clientela_error **error);

/**
 * The second count of a part, of the clients that are not VIP by the whole base's census, as
 * JSON.
 *
 * @param census   JSON of the merged census of all parts
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the text goes; free it with clientela_text_free
 */
int32_t clientela_census_remaining(const struct clientela_ledger *ledger,
                                   const char *census,
                                   size_t census_length,
                                   int32_t threads,
                                   struct clientela_text **out,
                                   struct clientela_error **error);

/**
 * The second count of a part, its sales and what is known beside them, as JSON.
 *
 * @param base     as for clientela_census_count_of
 * @param census   JSON of the merged census of all parts
 * @param threads  number of threads to compute with, 0 for all cores; the answer is the same
 * @param out      where the text goes; free it with clientela_text_free
 */
int32_t clientela_census_remaining_of(const struct clientela_base *base,
                                      const char *census,
                                      size_t census_length,
                                      int32_t threads,
                                      struct clientela_text **out,
                                      struct clientela_error **error);

/**
 * The second counts of two parts together.
 *
 * @param left, right  JSON that clientela_census_remaining or this call gave
 * @param out          where the text goes; free it with clientela_text_free
 */
int32_t clientela_census_merge_remaining(const char *left,
                                         size_t left_length,
                                         const char *right,
                                         size_t right_length,
                                         struct clientela_text **out,
                                         struct clientela_error **error);

/**
 * Puts the second counts of all parts into the census, which then can judge.
 *
 * @param census     JSON of the merged census of all parts
 * @param remaining  JSON of the merged second counts of all parts
 * @param out        where the text goes; free it with clientela_text_free
 */
int32_t clientela_census_close(const char *census,
                               size_t census_length,
                               const char *remaining,
                               size_t remaining_length,
                               struct clientela_text **out,
                               struct clientela_error **error);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CLIENTELA_H */
