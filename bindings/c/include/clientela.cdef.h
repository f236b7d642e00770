/* clientela.h without comments and macros; generated, do not edit. */
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
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};
typedef enum clientela_status {
    CLIENTELA_OK = 0,
    CLIENTELA_BAD_ROW = 1,
    CLIENTELA_BAD_COLUMN = 2,
    CLIENTELA_EMPTY = 3,
    CLIENTELA_BAD_ARGUMENT = 4,
    CLIENTELA_BAD_POLICY = 5,
    CLIENTELA_OVERFLOW = 6,
    CLIENTELA_MISMATCH = 7,
    CLIENTELA_BAD_FORMAT = 8,
    CLIENTELA_UNKNOWN_CLIENT = 9,
    CLIENTELA_BAD_DOCUMENT = 10,
    CLIENTELA_NULL_POINTER = 100,
    CLIENTELA_BAD_UTF8 = 101,
    CLIENTELA_PANIC = 102,
} clientela_status;
typedef enum clientela_sale_kind {
    CLIENTELA_SALE = 0,
    CLIENTELA_RETURN = 1,
    CLIENTELA_CANCELLATION = 2,
} clientela_sale_kind;
typedef enum clientela_form {
    CLIENTELA_JSON = 0,
    CLIENTELA_READABLE = 1,
} clientela_form;
typedef enum clientela_kind {
    CLIENTELA_CLIENT_INT = 1,
    CLIENTELA_CLIENT_TEXT = 2,
    CLIENTELA_DAY = 3,
    CLIENTELA_INT32 = 4,
    CLIENTELA_INT64 = 5,
    CLIENTELA_COUNT8 = 6,
    CLIENTELA_MONEY = 7,
    CLIENTELA_FLOAT = 8,
    CLIENTELA_FLAG = 9,
    CLIENTELA_CHOICE = 10,
    CLIENTELA_TEXT = 11,
    CLIENTELA_NAME = 12,
} clientela_kind;
typedef struct clientela_builder clientela_builder;
typedef struct clientela_bytes clientela_bytes;
typedef struct clientela_directory clientela_directory;
typedef struct clientela_duplicates clientela_duplicates;
typedef struct clientela_error clientela_error;
typedef struct clientela_grid clientela_grid;
typedef struct clientela_history clientela_history;
typedef struct clientela_holdout clientela_holdout;
typedef struct clientela_journal clientela_journal;
typedef struct clientela_ledger clientela_ledger;
typedef struct clientela_policy clientela_policy;
typedef struct clientela_portraits clientela_portraits;
typedef struct clientela_rules clientela_rules;
typedef struct clientela_segments clientela_segments;
typedef struct clientela_snapshot clientela_snapshot;
typedef struct clientela_statement clientela_statement;
typedef struct clientela_summary clientela_summary;
typedef struct clientela_table clientela_table;
typedef struct clientela_text clientela_text;
typedef struct clientela_sales {
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
    const char *brand_text;
    const int64_t *brand_offsets;
} clientela_sales;
typedef struct clientela_counts {
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
} clientela_counts;
typedef struct clientela_base {
    size_t size;
    const struct clientela_ledger *ledger;
    const struct clientela_portraits *portraits;
    const struct clientela_ledger *payments;
    const struct clientela_ledger *orders;
    const char *lifetime;
    size_t lifetime_length;
    const char *spend;
    size_t spend_length;
    const struct clientela_journal *journal;
} clientela_base;
typedef struct clientela_column {
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
} clientela_column;
typedef struct clientela_histories {
    size_t size;
    size_t rows;
    const double *x;
    const double *t_x;
    const double *age;
    const double *spend;
    const double *log_gaps;
    const uint64_t *count;
} clientela_histories;
const char *clientela_version(void);
int32_t clientela_abi_version(void);
int32_t clientela_day_parse(const char *data,
                            size_t length,
                            int32_t *out,
                            struct clientela_error **error);
int32_t clientela_day_text(int32_t day,
                           struct clientela_text **out,
                           struct clientela_error **error);
int32_t clientela_amount_parse(const char *data,
                               size_t length,
                               int32_t scale,
                               int64_t *out,
                               struct clientela_error **error);
int32_t clientela_amount_text(int64_t minor,
                              int32_t scale,
                              struct clientela_text **out,
                              struct clientela_error **error);
int32_t clientela_error_status(const struct clientela_error *error);
const char *clientela_error_message(const struct clientela_error *error);
int64_t clientela_error_row(const struct clientela_error *error);
const char *clientela_error_place(const struct clientela_error *error);
const char *clientela_error_value(const struct clientela_error *error);
void clientela_error_free(struct clientela_error *error);
const char *clientela_text_data(const struct clientela_text *text);
size_t clientela_text_length(const struct clientela_text *text);
void clientela_text_free(struct clientela_text *text);
const uint8_t *clientela_bytes_data(const struct clientela_bytes *bytes);
size_t clientela_bytes_length(const struct clientela_bytes *bytes);
void clientela_bytes_free(struct clientela_bytes *bytes);
int32_t clientela_policy_new(struct clientela_policy **out, struct clientela_error **error);
int32_t clientela_policy_from_json(const char *json,
                                   size_t json_length,
                                   struct clientela_policy **out,
                                   struct clientela_error **error);
int32_t clientela_policy_for_industry(const char *industry,
                                      size_t industry_length,
                                      struct clientela_policy **out,
                                      struct clientela_error **error);
int32_t clientela_policy_to_json(const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);
void clientela_policy_free(struct clientela_policy *policy);
int32_t clientela_ledger_from_stream(struct ArrowArrayStream *stream,
                                     const char *options,
                                     size_t options_length,
                                     struct clientela_ledger **out,
                                     struct clientela_error **error);
int32_t clientela_ledger_from_arrays(const struct clientela_sales *sales,
                                     const char *options,
                                     size_t options_length,
                                     struct clientela_ledger **out,
                                     struct clientela_error **error);
int32_t clientela_builder_new(const char *options,
                              size_t options_length,
                              struct clientela_builder **out,
                              struct clientela_error **error);
int32_t clientela_builder_push(struct clientela_builder *builder,
                               const struct clientela_sales *sales,
                               struct clientela_error **error);
int32_t clientela_builder_finish(struct clientela_builder *builder,
                                 struct clientela_ledger **out,
                                 struct clientela_error **error);
void clientela_builder_free(struct clientela_builder *builder);
int32_t clientela_ledger_append_stream(const struct clientela_ledger *ledger,
                                       struct ArrowArrayStream *stream,
                                       const char *options,
                                       size_t options_length,
                                       struct clientela_ledger **out,
                                       struct clientela_error **error);
int32_t clientela_ledger_append_arrays(const struct clientela_ledger *ledger,
                                       const struct clientela_sales *sales,
                                       struct clientela_ledger **out,
                                       struct clientela_error **error);
int32_t clientela_ledger_merge(const struct clientela_ledger *left,
                               const struct clientela_ledger *right,
                               struct clientela_ledger **out,
                               struct clientela_error **error);
int32_t clientela_ledger_roll_up(const struct clientela_ledger *ledger,
                                 const char *parents,
                                 size_t parents_length,
                                 struct clientela_ledger **out,
                                 struct clientela_error **error);
int32_t clientela_ledger_to_bytes(const struct clientela_ledger *ledger,
                                  struct clientela_bytes **out,
                                  struct clientela_error **error);
int32_t clientela_ledger_from_bytes(const uint8_t *data,
                                    size_t length,
                                    struct clientela_ledger **out,
                                    struct clientela_error **error);
int32_t clientela_ledger_report(const struct clientela_ledger *ledger,
                                struct clientela_text **out,
                                struct clientela_error **error);
int32_t clientela_ledger_counts(const struct clientela_ledger *ledger,
                                struct clientela_counts *out,
                                struct clientela_error **error);
int32_t clientela_ledger_total(const struct clientela_ledger *ledger,
                               int64_t *out,
                               struct clientela_error **error);
int32_t clientela_ledger_sales_by_int(const struct clientela_ledger *ledger,
                                      int64_t client,
                                      struct clientela_text **out,
                                      struct clientela_error **error);
int32_t clientela_ledger_sales_by_text(const struct clientela_ledger *ledger,
                                       const char *client,
                                       size_t client_length,
                                       struct clientela_text **out,
                                       struct clientela_error **error);
void clientela_ledger_free(struct clientela_ledger *ledger);
int32_t clientela_portraits_from_json(const char *json,
                                      size_t json_length,
                                      const char *options,
                                      size_t options_length,
                                      struct clientela_portraits **out,
                                      struct clientela_error **error);
int32_t clientela_portraits_from_stream(struct ArrowArrayStream *stream,
                                        const char *options,
                                        size_t options_length,
                                        struct clientela_portraits **out,
                                        struct clientela_error **error);
int32_t clientela_portraits_merge(const struct clientela_portraits *left,
                                  const struct clientela_portraits *right,
                                  struct clientela_portraits **out,
                                  struct clientela_error **error);
size_t clientela_portraits_count(const struct clientela_portraits *portraits);
int32_t clientela_portraits_get_by_int(const struct clientela_portraits *portraits,
                                       int64_t client,
                                       struct clientela_text **out,
                                       struct clientela_error **error);
int32_t clientela_portraits_get_by_text(const struct clientela_portraits *portraits,
                                        const char *client,
                                        size_t client_length,
                                        struct clientela_text **out,
                                        struct clientela_error **error);
int32_t clientela_portraits_to_json(const struct clientela_portraits *portraits,
                                    struct clientela_text **out,
                                    struct clientela_error **error);
int32_t clientela_portraits_report(const struct clientela_portraits *portraits,
                                   struct clientela_text **out,
                                   struct clientela_error **error);
int32_t clientela_portraits_completeness(const struct clientela_portraits *portraits,
                                         int32_t as_of,
                                         struct clientela_table **out,
                                         struct clientela_error **error);
int32_t clientela_portraits_completeness_by_int(const struct clientela_portraits *portraits,
                                                int64_t client,
                                                int32_t as_of,
                                                struct clientela_text **out,
                                                struct clientela_error **error);
int32_t clientela_portraits_completeness_by_text(const struct clientela_portraits *portraits,
                                                 const char *client,
                                                 size_t client_length,
                                                 int32_t as_of,
                                                 struct clientela_text **out,
                                                 struct clientela_error **error);
int32_t clientela_portraits_gaps(const struct clientela_portraits *portraits,
                                 int32_t as_of,
                                 struct clientela_table **out,
                                 struct clientela_error **error);
void clientela_portraits_free(struct clientela_portraits *portraits);
int32_t clientela_catalogue_built_in(struct clientela_text **out, struct clientela_error **error);
int32_t clientela_questionnaire_fill(const char *json,
                                     size_t json_length,
                                     struct clientela_text **out,
                                     struct clientela_error **error);
int32_t clientela_additional_copy(const char *source,
                                  size_t source_length,
                                  const char *target,
                                  size_t target_length,
                                  struct clientela_text **out,
                                  struct clientela_error **error);
int32_t clientela_journal_from_json(const char *json,
                                    size_t json_length,
                                    struct clientela_journal **out,
                                    struct clientela_error **error);
int32_t clientela_journal_merge(const struct clientela_journal *left,
                                const struct clientela_journal *right,
                                struct clientela_journal **out,
                                struct clientela_error **error);
int32_t clientela_journal_to_json(const struct clientela_journal *journal,
                                  struct clientela_text **out,
                                  struct clientela_error **error);
void clientela_journal_free(struct clientela_journal *journal);
int32_t clientela_snapshot_of(const struct clientela_base *base,
                              int32_t as_of,
                              const struct clientela_policy *policy,
                              int32_t threads,
                              struct clientela_snapshot **out,
                              struct clientela_error **error);
int32_t clientela_snapshot_new(const struct clientela_ledger *ledger,
                               int32_t as_of,
                               const struct clientela_policy *policy,
                               int32_t threads,
                               struct clientela_snapshot **out,
                               struct clientela_error **error);
int32_t clientela_snapshot_on(const struct clientela_ledger *ledger,
                              const char *as_of,
                              size_t as_of_length,
                              const struct clientela_policy *policy,
                              int32_t threads,
                              struct clientela_snapshot **out,
                              struct clientela_error **error);
int32_t clientela_snapshot_with_census(const struct clientela_ledger *ledger,
                                       const char *census,
                                       size_t census_length,
                                       int32_t threads,
                                       struct clientela_snapshot **out,
                                       struct clientela_error **error);
int32_t clientela_snapshot_of_part(const struct clientela_base *base,
                                   const char *census,
                                   size_t census_length,
                                   int32_t threads,
                                   struct clientela_snapshot **out,
                                   struct clientela_error **error);
int32_t clientela_snapshot_as_of(const struct clientela_snapshot *snapshot);
size_t clientela_snapshot_count(const struct clientela_snapshot *snapshot);
int32_t clientela_snapshot_clients(const struct clientela_snapshot *snapshot,
                                   struct clientela_table **out,
                                   struct clientela_error **error);
int32_t clientela_snapshot_cohorts(const struct clientela_snapshot *snapshot,
                                   const char *by,
                                   size_t by_length,
                                   struct clientela_table **out,
                                   struct clientela_error **error);
int32_t clientela_snapshot_months(const struct clientela_snapshot *snapshot,
                                  struct clientela_table **out,
                                  struct clientela_error **error);
int32_t clientela_snapshot_ladder(const struct clientela_snapshot *snapshot,
                                  struct clientela_table **out,
                                  struct clientela_error **error);
int32_t clientela_snapshot_keys(const struct clientela_snapshot *snapshot,
                                struct clientela_table **out,
                                struct clientela_error **error);
int32_t clientela_snapshot_matches(const struct clientela_snapshot *snapshot,
                                   struct clientela_table **out,
                                   struct clientela_error **error);
int32_t clientela_snapshot_matrix(const struct clientela_snapshot *snapshot,
                                  const char *rows,
                                  size_t rows_length,
                                  const char *columns,
                                  size_t columns_length,
                                  struct clientela_table **out,
                                  struct clientela_error **error);
int32_t clientela_snapshot_transitions(const struct clientela_snapshot *snapshot,
                                       const struct clientela_snapshot *earlier,
                                       const char *axis,
                                       size_t axis_length,
                                       struct clientela_table **out,
                                       struct clientela_error **error);
int32_t clientela_snapshot_ranking(const struct clientela_snapshot *snapshot,
                                   const char *criterion,
                                   size_t criterion_length,
                                   struct clientela_table **out,
                                   struct clientela_error **error);
int32_t clientela_snapshot_overlap(const struct clientela_snapshot *snapshot,
                                   const char *left,
                                   size_t left_length,
                                   const char *right,
                                   size_t right_length,
                                   struct clientela_text **out,
                                   struct clientela_error **error);
int32_t clientela_snapshot_explain_by_int(const struct clientela_snapshot *snapshot,
                                          int64_t client,
                                          int32_t form,
                                          struct clientela_text **out,
                                          struct clientela_error **error);
int32_t clientela_snapshot_explain_by_text(const struct clientela_snapshot *snapshot,
                                           const char *client,
                                           size_t client_length,
                                           int32_t form,
                                           struct clientela_text **out,
                                           struct clientela_error **error);
int32_t clientela_snapshot_summary(const struct clientela_snapshot *snapshot,
                                   struct clientela_text **out,
                                   struct clientela_error **error);
int32_t clientela_snapshot_census(const struct clientela_snapshot *snapshot,
                                  struct clientela_text **out,
                                  struct clientela_error **error);
int32_t clientela_snapshot_diff(const struct clientela_snapshot *snapshot,
                                const struct clientela_snapshot *earlier,
                                struct clientela_text **out,
                                struct clientela_error **error);
int32_t clientela_snapshot_diff_table(const struct clientela_snapshot *snapshot,
                                      const struct clientela_snapshot *earlier,
                                      struct clientela_table **out,
                                      struct clientela_error **error);
int32_t clientela_snapshot_policy(const struct clientela_snapshot *snapshot,
                                  struct clientela_text **out,
                                  struct clientela_error **error);
void clientela_snapshot_free(struct clientela_snapshot *snapshot);
size_t clientela_table_rows(const struct clientela_table *table);
size_t clientela_table_columns(const struct clientela_table *table);
int32_t clientela_table_find(const struct clientela_table *table,
                             const char *name,
                             size_t name_length,
                             size_t *out,
                             struct clientela_error **error);
int32_t clientela_table_column(const struct clientela_table *table,
                               size_t column,
                               struct clientela_column *out,
                               struct clientela_error **error);
int32_t clientela_table_choice(const struct clientela_table *table,
                               size_t column,
                               size_t code,
                               const char **data,
                               size_t *length,
                               struct clientela_error **error);
int32_t clientela_table_int64(const struct clientela_table *table,
                              size_t column,
                              size_t first,
                              size_t count,
                              int64_t *values,
                              uint8_t *missing,
                              struct clientela_error **error);
int32_t clientela_table_int32(const struct clientela_table *table,
                              size_t column,
                              size_t first,
                              size_t count,
                              int32_t *values,
                              uint8_t *missing,
                              struct clientela_error **error);
int32_t clientela_table_uint8(const struct clientela_table *table,
                              size_t column,
                              size_t first,
                              size_t count,
                              uint8_t *values,
                              uint8_t *missing,
                              struct clientela_error **error);
int32_t clientela_table_double(const struct clientela_table *table,
                               size_t column,
                               size_t first,
                               size_t count,
                               double *values,
                               uint8_t *missing,
                               struct clientela_error **error);
int32_t clientela_table_name(const struct clientela_table *table,
                             size_t column,
                             size_t row,
                             const char **data,
                             size_t *length,
                             struct clientela_error **error);
int32_t clientela_table_text(const struct clientela_table *table,
                             size_t column,
                             size_t row,
                             struct clientela_text **out,
                             struct clientela_error **error);
int32_t clientela_table_json(const struct clientela_table *table,
                             struct clientela_text **out,
                             struct clientela_error **error);
int32_t clientela_table_stream(const struct clientela_table *table,
                               struct ArrowArrayStream *out,
                               struct clientela_error **error);
void clientela_table_free(struct clientela_table *table);
int32_t clientela_snapshot_view(const struct clientela_snapshot *snapshot,
                                const char *name,
                                size_t name_length,
                                const char *arguments,
                                size_t arguments_length,
                                struct clientela_table **out,
                                struct clientela_error **error);
int32_t clientela_snapshot_account(const struct clientela_snapshot *snapshot,
                                   struct clientela_text **out,
                                   struct clientela_error **error);
int32_t clientela_views(struct clientela_text **out, struct clientela_error **error);
int32_t clientela_formulas(struct clientela_text **out, struct clientela_error **error);
int32_t clientela_formula(const char *name,
                          size_t name_length,
                          const char *arguments,
                          size_t arguments_length,
                          const struct clientela_policy *policy,
                          struct clientela_text **out,
                          struct clientela_error **error);
int32_t clientela_rules_from_json(const char *json,
                                  size_t json_length,
                                  struct clientela_rules **out,
                                  struct clientela_error **error);
int32_t clientela_rules_built_in(const struct clientela_policy *policy,
                                 struct clientela_rules **out,
                                 struct clientela_error **error);
int32_t clientela_rules_unstated(const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);
int32_t clientela_rules_to_json(const struct clientela_rules *rules,
                                struct clientela_text **out,
                                struct clientela_error **error);
size_t clientela_rules_count(const struct clientela_rules *rules);
void clientela_rules_free(struct clientela_rules *rules);
int32_t clientela_snapshot_attributes(const struct clientela_snapshot *snapshot,
                                      struct clientela_table **out,
                                      struct clientela_error **error);
int32_t clientela_snapshot_check_rules(const struct clientela_snapshot *snapshot,
                                       const struct clientela_rules *rules,
                                       struct clientela_text **out,
                                       struct clientela_error **error);
int32_t clientela_snapshot_segments(const struct clientela_snapshot *snapshot,
                                    const struct clientela_rules *rules,
                                    struct clientela_segments **out,
                                    struct clientela_error **error);
int32_t clientela_snapshot_trace_by_int(const struct clientela_snapshot *snapshot,
                                        const struct clientela_rules *rules,
                                        int64_t client,
                                        int32_t form,
                                        struct clientela_text **out,
                                        struct clientela_error **error);
int32_t clientela_snapshot_trace_by_text(const struct clientela_snapshot *snapshot,
                                         const struct clientela_rules *rules,
                                         const char *client,
                                         size_t client_length,
                                         int32_t form,
                                         struct clientela_text **out,
                                         struct clientela_error **error);
int32_t clientela_segments_table(const struct clientela_segments *segments,
                                 struct clientela_table **out,
                                 struct clientela_error **error);
int32_t clientela_segments_members(const struct clientela_segments *segments,
                                   const char *rule,
                                   size_t rule_length,
                                   struct clientela_table **out,
                                   struct clientela_error **error);
int32_t clientela_segments_summary(const struct clientela_segments *segments,
                                   struct clientela_table **out,
                                   struct clientela_error **error);
int32_t clientela_segments_verdict_by_int(const struct clientela_segments *segments,
                                          const char *rule,
                                          size_t rule_length,
                                          int64_t client,
                                          int32_t *out,
                                          struct clientela_error **error);
int32_t clientela_segments_verdict_by_text(const struct clientela_segments *segments,
                                           const char *rule,
                                           size_t rule_length,
                                           const char *client,
                                           size_t client_length,
                                           int32_t *out,
                                           struct clientela_error **error);
int32_t clientela_segments_as_of(const struct clientela_segments *segments);
size_t clientela_segments_count(const struct clientela_segments *segments);
void clientela_segments_free(struct clientela_segments *segments);
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
int32_t clientela_history_from_json(const char *json,
                                    size_t json_length,
                                    struct clientela_history **out,
                                    struct clientela_error **error);
int32_t clientela_history_to_json(const struct clientela_history *history,
                                  struct clientela_text **out,
                                  struct clientela_error **error);
int32_t clientela_history_merge(const struct clientela_history *left,
                                const struct clientela_history *right,
                                struct clientela_history **out,
                                struct clientela_error **error);
int32_t clientela_history_table(const struct clientela_history *history,
                                struct clientela_table **out,
                                struct clientela_error **error);
int32_t clientela_history_stays(const struct clientela_history *history,
                                const char *rule,
                                size_t rule_length,
                                struct clientela_table **out,
                                struct clientela_error **error);
int32_t clientela_history_summary(const struct clientela_history *history,
                                  struct clientela_table **out,
                                  struct clientela_error **error);
void clientela_history_free(struct clientela_history *history);
int32_t clientela_directory_from_json(const char *json,
                                      size_t json_length,
                                      const char *options,
                                      size_t options_length,
                                      struct clientela_directory **out,
                                      struct clientela_error **error);
int32_t clientela_directory_from_stream(struct ArrowArrayStream *stream,
                                        const char *options,
                                        size_t options_length,
                                        struct clientela_directory **out,
                                        struct clientela_error **error);
int32_t clientela_directory_of_portraits(const struct clientela_portraits *portraits,
                                         struct clientela_directory **out,
                                         struct clientela_error **error);
size_t clientela_directory_count(const struct clientela_directory *directory);
int32_t clientela_directory_fields(const struct clientela_directory *directory,
                                   struct clientela_text **out,
                                   struct clientela_error **error);
int32_t clientela_directory_get_by_int(const struct clientela_directory *directory,
                                       int64_t client,
                                       struct clientela_text **out,
                                       struct clientela_error **error);
int32_t clientela_directory_get_by_text(const struct clientela_directory *directory,
                                        const char *client,
                                        size_t client_length,
                                        struct clientela_text **out,
                                        struct clientela_error **error);
int32_t clientela_directory_find(const struct clientela_directory *directory,
                                 const char *criteria,
                                 size_t criteria_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);
int32_t clientela_directory_duplicates(const struct clientela_directory *directory,
                                       const char *options,
                                       size_t options_length,
                                       const struct clientela_policy *policy,
                                       struct clientela_duplicates **out,
                                       struct clientela_error **error);
int32_t clientela_directory_links(const struct clientela_directory *left,
                                  const struct clientela_directory *right,
                                  const char *options,
                                  size_t options_length,
                                  const struct clientela_policy *policy,
                                  struct clientela_duplicates **out,
                                  struct clientela_error **error);
void clientela_directory_free(struct clientela_directory *directory);
size_t clientela_duplicates_count(const struct clientela_duplicates *duplicates);
int32_t clientela_duplicates_table(const struct clientela_duplicates *duplicates,
                                   struct clientela_table **out,
                                   struct clientela_error **error);
int32_t clientela_duplicates_report(const struct clientela_duplicates *duplicates,
                                    struct clientela_text **out,
                                    struct clientela_error **error);
int32_t clientela_duplicates_model(const struct clientela_duplicates *duplicates,
                                   struct clientela_text **out,
                                   struct clientela_error **error);
int32_t clientela_duplicates_explain_by_int(const struct clientela_duplicates *duplicates,
                                            int64_t client,
                                            int64_t other,
                                            int32_t form,
                                            struct clientela_text **out,
                                            struct clientela_error **error);
int32_t clientela_duplicates_explain_by_text(const struct clientela_duplicates *duplicates,
                                             const char *client,
                                             size_t client_length,
                                             const char *other,
                                             size_t other_length,
                                             int32_t form,
                                             struct clientela_text **out,
                                             struct clientela_error **error);
int32_t clientela_duplicates_clusters(const struct clientela_duplicates *duplicates,
                                      struct clientela_table **out,
                                      struct clientela_error **error);
int32_t clientela_duplicates_rekeys(const struct clientela_duplicates *duplicates,
                                    struct clientela_text **out,
                                    struct clientela_error **error);
void clientela_duplicates_free(struct clientela_duplicates *duplicates);
int32_t clientela_ledger_rekey(const struct clientela_ledger *ledger,
                               const char *rekeys,
                               size_t rekeys_length,
                               struct clientela_ledger **out,
                               struct clientela_error **error);
int32_t clientela_portraits_rekey(const struct clientela_portraits *portraits,
                                  const char *rekeys,
                                  size_t rekeys_length,
                                  struct clientela_text **set_aside,
                                  struct clientela_portraits **out,
                                  struct clientela_error **error);
int32_t clientela_journal_rekey(const struct clientela_journal *journal,
                                const char *rekeys,
                                size_t rekeys_length,
                                struct clientela_journal **out,
                                struct clientela_error **error);
int32_t clientela_statement_from_bytes(const uint8_t *data,
                                       size_t length,
                                       const char *options,
                                       size_t options_length,
                                       struct clientela_statement **out,
                                       struct clientela_error **error);
int32_t clientela_statement_to_json(const struct clientela_statement *statement,
                                    struct clientela_text **out,
                                    struct clientela_error **error);
size_t clientela_statement_count(const struct clientela_statement *statement);
int32_t clientela_statement_ledger(const struct clientela_statement *statement,
                                   const char *options,
                                   size_t options_length,
                                   struct clientela_text **report,
                                   struct clientela_ledger **out,
                                   struct clientela_error **error);
void clientela_statement_free(struct clientela_statement *statement);
int32_t clientela_grid_from_bytes(const uint8_t *data,
                                  size_t length,
                                  const char *options,
                                  size_t options_length,
                                  int32_t header,
                                  struct clientela_grid **out,
                                  struct clientela_error **error);
int32_t clientela_grid_from_json(const char *json,
                                 size_t json_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_grid **out,
                                 struct clientela_error **error);
int32_t clientela_grid_to_json(const struct clientela_grid *grid,
                               struct clientela_text **out,
                               struct clientela_error **error);
int32_t clientela_grid_report(const struct clientela_grid *grid,
                              struct clientela_text **out,
                              struct clientela_error **error);
size_t clientela_grid_rows(const struct clientela_grid *grid);
size_t clientela_grid_columns(const struct clientela_grid *grid);
int32_t clientela_grid_suggest(const struct clientela_grid *grid,
                               const char *target,
                               size_t target_length,
                               const char *catalogue,
                               size_t catalogue_length,
                               const struct clientela_policy *policy,
                               struct clientela_text **out,
                               struct clientela_error **error);
int32_t clientela_grid_documents(const struct clientela_grid *grid,
                                 const char *mapping,
                                 size_t mapping_length,
                                 const char *options,
                                 size_t options_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_text **out,
                                 struct clientela_error **error);
int32_t clientela_grid_portraits(const struct clientela_grid *grid,
                                 const char *mapping,
                                 size_t mapping_length,
                                 const char *options,
                                 size_t options_length,
                                 const struct clientela_policy *policy,
                                 struct clientela_text **report,
                                 struct clientela_portraits **out,
                                 struct clientela_error **error);
int32_t clientela_grid_ledger(const struct clientela_grid *grid,
                              const char *mapping,
                              size_t mapping_length,
                              const char *options,
                              size_t options_length,
                              const struct clientela_policy *policy,
                              struct clientela_text **report,
                              struct clientela_ledger **out,
                              struct clientela_error **error);
void clientela_grid_free(struct clientela_grid *grid);
int32_t clientela_summary_from_arrays(const struct clientela_histories *histories,
                                      const char *time_unit,
                                      size_t time_unit_length,
                                      struct clientela_summary **out,
                                      struct clientela_error **error);
int32_t clientela_summary_of_ledger(const struct clientela_ledger *ledger,
                                    int32_t as_of,
                                    const char *options,
                                    size_t options_length,
                                    int32_t threads,
                                    struct clientela_summary **out,
                                    struct clientela_error **error);
int32_t clientela_summary_with_covariates(const struct clientela_summary *summary,
                                          const char *names,
                                          size_t names_length,
                                          const double *const *columns,
                                          size_t count,
                                          size_t rows,
                                          struct clientela_summary **out,
                                          struct clientela_error **error);
int32_t clientela_summary_read(const struct clientela_summary *summary,
                               size_t rows,
                               double *x,
                               double *t_x,
                               double *age,
                               double *spend,
                               struct clientela_error **error);
int32_t clientela_summary_table(const struct clientela_summary *summary,
                                struct clientela_table **out,
                                struct clientela_error **error);
int32_t clientela_summary_report(const struct clientela_summary *summary,
                                 struct clientela_text **out,
                                 struct clientela_error **error);
size_t clientela_summary_rows(const struct clientela_summary *summary);
void clientela_summary_free(struct clientela_summary *summary);
int32_t clientela_lifetime_fit(const struct clientela_summary *summary,
                               const char *model,
                               size_t model_length,
                               const char *options,
                               size_t options_length,
                               int32_t threads,
                               struct clientela_text **out,
                               struct clientela_error **error);
int32_t clientela_lifetime_fit_contracts(const char *time_unit,
                                         size_t time_unit_length,
                                         size_t rows,
                                         const uint32_t *renewals,
                                         const uint8_t *ended,
                                         const uint64_t *count,
                                         struct clientela_text **out,
                                         struct clientela_error **error);
int32_t clientela_lifetime_report(const char *fit,
                                  size_t fit_length,
                                  double level,
                                  struct clientela_text **out,
                                  struct clientela_error **error);
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
int32_t clientela_lifetime_predict_new(const char *model,
                                       size_t model_length,
                                       const char *what,
                                       size_t what_length,
                                       double *value,
                                       struct clientela_error **error);
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
int32_t clientela_lifetime_bootstrap(const struct clientela_summary *summary,
                                     const char *fit,
                                     size_t fit_length,
                                     uint32_t repeats,
                                     uint64_t seed,
                                     int32_t threads,
                                     struct clientela_text **out,
                                     struct clientela_error **error);
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
int32_t clientela_lifetime_for_client(const char *model,
                                      size_t model_length,
                                      const char *covariates,
                                      size_t covariates_length,
                                      struct clientela_text **out,
                                      struct clientela_error **error);
int32_t clientela_lifetime_test(const char *fit,
                                size_t fit_length,
                                const char *larger,
                                size_t larger_length,
                                struct clientela_text **out,
                                struct clientela_error **error);
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
int32_t clientela_lifetime_simulate(const char *model,
                                    size_t model_length,
                                    size_t rows,
                                    const double *ages,
                                    uint64_t seed,
                                    struct clientela_summary **out,
                                    struct clientela_error **error);
int32_t clientela_lifetime_simulate_like(const struct clientela_summary *summary,
                                         const char *model,
                                         size_t model_length,
                                         uint64_t seed,
                                         int32_t threads,
                                         struct clientela_summary **out,
                                         struct clientela_error **error);
int32_t clientela_lifetime_simulate_contracts(const char *model,
                                              size_t model_length,
                                              size_t rows,
                                              const uint32_t *renewals,
                                              uint64_t seed,
                                              uint32_t *passed,
                                              uint8_t *ended,
                                              struct clientela_error **error);
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
int32_t clientela_lifetime_frequencies(const struct clientela_summary *summary,
                                       const char *model,
                                       size_t model_length,
                                       uint32_t censor,
                                       int32_t threads,
                                       struct clientela_table **out,
                                       struct clientela_error **error);
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
int32_t clientela_holdout_of_ledger(const struct clientela_ledger *ledger,
                                    int32_t calibration_end,
                                    int32_t holdout_end,
                                    const char *options,
                                    size_t options_length,
                                    int32_t threads,
                                    struct clientela_holdout **out,
                                    struct clientela_error **error);
int32_t clientela_holdout_summary(const struct clientela_holdout *holdout,
                                  struct clientela_summary **out,
                                  struct clientela_error **error);
int32_t clientela_holdout_table(const struct clientela_holdout *holdout,
                                struct clientela_table **out,
                                struct clientela_error **error);
int32_t clientela_holdout_choose(const struct clientela_holdout *holdout,
                                 const char *candidates,
                                 size_t candidates_length,
                                 int32_t threads,
                                 struct clientela_text **out,
                                 struct clientela_error **error);
int32_t clientela_holdout_expectations(const struct clientela_holdout *holdout,
                                       const char *model,
                                       size_t model_length,
                                       uint32_t censor,
                                       int32_t threads,
                                       struct clientela_table **out,
                                       struct clientela_error **error);
int32_t clientela_holdout_alive(const struct clientela_holdout *holdout,
                                const char *model,
                                size_t model_length,
                                uint32_t bins,
                                int32_t threads,
                                struct clientela_table **out,
                                struct clientela_error **error);
void clientela_holdout_free(struct clientela_holdout *holdout);
int32_t clientela_census_count(const struct clientela_ledger *ledger,
                               int32_t as_of,
                               const struct clientela_policy *policy,
                               int32_t threads,
                               struct clientela_text **out,
                               struct clientela_error **error);
int32_t clientela_census_count_of(const struct clientela_base *base,
                                  int32_t as_of,
                                  const struct clientela_policy *policy,
                                  int32_t threads,
                                  struct clientela_text **out,
                                  struct clientela_error **error);
int32_t clientela_census_merge(const char *left,
                               size_t left_length,
                               const char *right,
                               size_t right_length,
                               struct clientela_text **out,
                               struct clientela_error **error);
int32_t clientela_census_remaining(const struct clientela_ledger *ledger,
                                   const char *census,
                                   size_t census_length,
                                   int32_t threads,
                                   struct clientela_text **out,
                                   struct clientela_error **error);
int32_t clientela_census_remaining_of(const struct clientela_base *base,
                                      const char *census,
                                      size_t census_length,
                                      int32_t threads,
                                      struct clientela_text **out,
                                      struct clientela_error **error);
int32_t clientela_census_merge_remaining(const char *left,
                                         size_t left_length,
                                         const char *right,
                                         size_t right_length,
                                         struct clientela_text **out,
                                         struct clientela_error **error);
int32_t clientela_census_close(const char *census,
                               size_t census_length,
                               const char *remaining,
                               size_t remaining_length,
                               struct clientela_text **out,
                               struct clientela_error **error);
