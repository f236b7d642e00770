/*
 * Lifetime models: published figures, and what is refused.
 *
 *     lifetime [SALES]
 *
 * SALES is tests/data/cdnow_sample.csv, the sample of CDNOW that the papers are about; without it
 * only what needs no data is tested. Figures of the sample: Fader, Hardie and Lee (2005), Fader
 * and Hardie (notes 009 and 025), the walkthrough of the package BTYD.
 */
#include "check.h"
#include "clientela.h"
#include "json.h"

/* A text as the two arguments that calls take. */
#define TEXT(literal) (literal), (sizeof(literal) - 1)
#define BOTH(text) clientela_text_data(text), clientela_text_length(text)
#define ROOM 8000

static const char bg[] =
    "{\"model\": \"bg_nbd\", \"unit\": \"week\", \"r\": 0.243, \"alpha\": 4.414, "
    "\"a\": 0.793, \"b\": 2.426}";
static const char pareto[] =
    "{\"model\": \"pareto_nbd\", \"unit\": \"week\", \"r\": 0.5629966, \"alpha\": 12.559037, "
    "\"s\": 0.4081095, \"beta\": 10.5148048}";
static const char spend[] =
    "{\"model\": \"gamma_gamma\", \"p\": 6.25, \"q\": 3.74, \"gamma\": 15.44}";
static const char next39[] =
    "{\"predict\": \"expected_purchases\", \"horizon\": 39, \"unit\": \"week\"}";

static double distance(double found, double expected) {
    return found < expected ? expected - found : found - expected;
}

/* Whether a figure is the expected one, to a share of it. */
static int is(double found, double expected, double share) {
    double size = expected < 0 ? -expected : expected;
    int good = distance(found, expected) <= share * size;
    if (!good) {
        printf("found %.12g, expected %.12g\n", found, expected);
    }
    return good;
}

/* Whether a call failed as expected, with an error that says so; frees the error. */
static int fails(int32_t status, clientela_error **error, int32_t expected, const char *part) {
    const char *message = clientela_error_message(*error);
    int good = status == expected && *error != NULL && strstr(message, part) != NULL;
    if (!good) {
        printf("status %d, %s\n", (int)status, message);
    }
    clientela_error_free(*error);
    *error = NULL;
    return good;
}

/* Whether a call worked; prints and frees its error if not. */
static int works(int32_t status, clientela_error **error) {
    if (status != CLIENTELA_OK) {
        printf("status %d, %s\n", (int)status, clientela_error_message(*error));
    }
    clientela_error_free(*error);
    *error = NULL;
    return status == CLIENTELA_OK;
}

static clientela_histories histories(size_t rows, const double *x, const double *t_x,
                                     const double *age) {
    clientela_histories made;
    memset(&made, 0, sizeof made);
    made.size = sizeof made;
    made.rows = rows;
    made.x = x;
    made.t_x = t_x;
    made.age = age;
    return made;
}

static clientela_summary *summary_of(const clientela_histories *columns) {
    clientela_summary *summary = NULL;
    clientela_error *error = NULL;
    CHECK(works(clientela_summary_from_arrays(columns, TEXT("week"), &summary, &error), &error));
    return summary;
}

/* The figure that a model gives for one history. */
static double figure(const char *model, const char *what, double x, double t_x, double age) {
    clientela_histories one = histories(1, &x, &t_x, &age);
    clientela_summary *summary = summary_of(&one);
    clientela_error *error = NULL;
    double value = -1;
    uint8_t missing = 9;
    CHECK(works(clientela_lifetime_predict(summary, model, strlen(model), what, strlen(what), 1, 1,
                                           &value, &missing, &error),
                &error));
    CHECK(missing == (value != value));
    clientela_summary_free(summary);
    return value;
}

static void test_figures(void) {
    static const char alive[] = "{\"predict\": \"p_alive\"}";
    /* 0.0027 per week at every instant. */
    static const char dert[] =
        "{\"predict\": \"discounted_forever\", \"discount\": 0.0027036482827155332, "
        "\"discount_unit\": \"week\"}";
    static const char walk[] =
        "{\"model\": \"pareto_nbd\", \"unit\": \"week\", \"r\": 0.553, \"alpha\": 10.58, "
        "\"s\": 0.606, \"beta\": 11.656}";
    static const char year[] =
        "{\"predict\": \"expected_purchases\", \"horizon\": 52, \"unit\": \"week\"}";
    double value = 0;
    clientela_error *error = NULL;
    CHECK(is(figure(bg, next39, 2, 30.43, 38.86), 1.2260281747671445, 1e-10));
    CHECK(figure(bg, alive, 0, 0, 39) == 1.0);
    CHECK(is(figure(pareto, dert, 7, 35, 77.86), 1.8641833280713295, 1e-7));
    CHECK(is(figure(pareto, dert, 1, 30, 77.86), 2.19915545, 1e-7));
    CHECK(is(figure(pareto, dert, 5, 30, 77.86), 1.84050192, 1e-7));
    CHECK(is(figure(pareto, dert, 10, 30, 77.86), 0.16792751, 1e-7));
    CHECK(is(figure(walk, year, 26, 30.857142857142858, 31), 25.45647, 1e-3));
    CHECK(is(figure(walk, alive, 26, 30.857142857142858, 31), 0.997874, 1e-5));
    /* A horizon in another unit: 39 weeks are 273 days. */
    CHECK(is(figure(bg,
                    "{\"predict\": \"expected_purchases\", \"horizon\": 273, \"unit\": \"day\"}", 2,
                    30.43, 38.86),
             1.2260281747671445, 1e-10));
    /* Nobody's worth is finite for ever where money keeps its value and s is below 1. */
    value = figure(pareto,
                   "{\"predict\": \"discounted_forever\", \"discount\": 0, "
                   "\"discount_unit\": \"week\"}",
                   7, 35, 77.86);
    CHECK(value != value);
    CHECK(works(clientela_lifetime_predict_new(TEXT(bg),
                                               TEXT("{\"predict\": \"p_purchases\", \"n\": 0, "
                                                    "\"horizon\": 39, \"unit\": \"week\"}"),
                                               &value, &error),
                &error));
    CHECK(is(value, 0.5737864, 1e-6));
    CHECK(works(clientela_lifetime_predict_new(TEXT(spend), TEXT("{\"predict\": \"expected_spend\"}"),
                                               &value, &error),
                &error));
    CHECK(is(value, 6.25 * 15.44 / 2.74, 1e-12));
}

/* Of many clients the bits are the same on any number of threads and in any order of rows. */
static void test_many(void) {
    static double ages[2000];
    static double values[2000];
    static double same[2000];
    static double low[2000];
    static double high[2000];
    static uint8_t missing[2000];
    clientela_summary *summary = NULL;
    clientela_text *fit = NULL;
    clientela_text *again = NULL;
    clientela_text *amounts = NULL;
    clientela_text *text = NULL;
    clientela_table *table = NULL;
    clientela_error *error = NULL;
    json report;
    size_t i;
    for (i = 0; i < 2000; i++) {
        ages[i] = 39.0 - (double)(i % 84) / 7.0;
    }
    CHECK(works(clientela_lifetime_simulate(TEXT(bg), 2000, ages, 7, &summary, &error), &error));
    CHECK(clientela_summary_rows(summary) == 2000);
    CHECK(works(clientela_lifetime_fit(summary, TEXT("bg_nbd"), NULL, 0, 1, &fit, &error), &error));
    CHECK(works(clientela_lifetime_fit(summary, TEXT("bg_nbd"), TEXT("{\"k\": 1}"), 0, &again,
                                       &error),
                &error));
    CHECK(strcmp(clientela_text_data(fit), clientela_text_data(again)) == 0);
    CHECK(works(clientela_lifetime_report(BOTH(fit), 0.95, &text, &error), &error));
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &report));
    CHECK(json_get(&report, "estimates")->count == 4);
    CHECK(json_double(json_get(&report, "clients")) == 2000);
    json_free(&report);
    clientela_text_free(text);
    CHECK(works(clientela_lifetime_predict(summary, BOTH(fit), TEXT(next39), 1, 2000, values, missing,
                                           &error),
                &error));
    CHECK(works(clientela_lifetime_predict(summary, BOTH(fit), TEXT(next39), 2, 2000, same, NULL,
                                           &error),
                &error));
    CHECK(memcmp(values, same, sizeof values) == 0);
    CHECK(works(clientela_lifetime_intervals(summary, BOTH(fit), TEXT(next39), 0.9, 0, 2000, low,
                                             high, &error),
                &error));
    for (i = 0; i < 2000; i++) {
        if (missing[i] != 0 || !(low[i] < values[i] && values[i] < high[i])) {
            break;
        }
    }
    CHECK(i == 2000);
    /* Nobody's spend is known, so all are taken for the mean. */
    CHECK(works(clientela_lifetime_clv(summary, BOTH(fit), TEXT(spend),
                                       TEXT("{\"horizon\": 39, \"unit\": \"week\"}"), 0, 2000, same,
                                       missing, &error),
                &error));
    for (i = 0; i < 2000; i++) {
        if (missing[i] != 0 ||
            distance(same[i], values[i] * 6.25 * 15.44 / 2.74) > 1e-9 * same[i]) {
            break;
        }
    }
    CHECK(i == 2000);
    CHECK(works(clientela_lifetime_frequencies(summary, BOTH(fit), 7, 0, &table, &error), &error));
    CHECK(clientela_table_rows(table) == 8);
    clientela_table_free(table);
    CHECK(works(clientela_lifetime_active(summary, BOTH(fit), 1, TEXT("year"), 4, 0, &table, &error),
                &error));
    CHECK(clientela_table_rows(table) == 5);
    clientela_table_free(table);
    table = NULL;

    /* What is refused. */
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("gg_nbd"), NULL, 0, 0, &amounts, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "gg_nbd"));
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("gamma_gamma"), NULL, 0, 0, &amounts, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "spend"));
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("bg_nbd"), TEXT("{\"j\": 1}"), 0, &amounts,
                                       &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`options`"));
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("bg_nbd"), TEXT("{\"k\": 0}"), 0, &amounts,
                                       &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`k`"));
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("bg_nbd"), NULL, 0, -1, &amounts, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`threads`"));
    CHECK(amounts == NULL);
    CHECK(fails(clientela_lifetime_predict(summary, BOTH(fit), TEXT(next39), 0, 1999, values, NULL,
                                           &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`count`"));
    CHECK(fails(clientela_lifetime_predict(summary, TEXT("{}"), TEXT(next39), 0, 2000, values, NULL,
                                           &error),
                &error, CLIENTELA_BAD_FORMAT, "model"));
    CHECK(fails(clientela_lifetime_predict(summary, BOTH(fit), TEXT("{\"predict\": \"luck\"}"), 0,
                                           2000, values, NULL, &error),
                &error, CLIENTELA_BAD_FORMAT, "luck"));
    CHECK(fails(clientela_lifetime_predict(
                    summary, BOTH(fit), TEXT("{\"predict\": \"expected_purchases\", \"horizon\": 39}"),
                    0, 2000, values, NULL, &error),
                &error, CLIENTELA_BAD_FORMAT, "unit"));
    CHECK(fails(clientela_lifetime_predict(summary, TEXT(spend), TEXT(next39), 0, 2000, values, NULL,
                                           &error),
                &error, CLIENTELA_BAD_ARGUMENT, "Gamma-Gamma"));
    CHECK(fails(clientela_lifetime_predict(
                    summary,
                    TEXT("{\"model\": \"nbd\", \"unit\": \"day\", \"r\": 0.385, \"alpha\": 84.5}"),
                    TEXT(next39), 0, 2000, values, NULL, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`summary`"));
    CHECK(fails(clientela_lifetime_predict(
                    summary,
                    TEXT("{\"model\": \"nbd\", \"unit\": \"week\", \"r\": -1, \"alpha\": 84.5}"),
                    TEXT(next39), 0, 2000, values, NULL, &error),
                &error, CLIENTELA_BAD_FORMAT, "`r`"));
    CHECK(fails(clientela_lifetime_clv(summary, BOTH(fit), TEXT(bg), NULL, 0, 0, 2000, values, NULL,
                                       &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`spend`"));
    CHECK(fails(clientela_lifetime_clv(summary, BOTH(fit), TEXT(spend), TEXT("{\"horizon\": 12}"), 0,
                                       2000, values, NULL, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "horizon"));
    CHECK(fails(clientela_lifetime_report(TEXT(bg), 0.95, &text, &error), &error,
                CLIENTELA_BAD_FORMAT, "fit"));
    CHECK(fails(clientela_lifetime_report(BOTH(fit), 95, &text, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`level`"));
    CHECK(fails(clientela_summary_table(summary, &table, &error), &error, CLIENTELA_BAD_ARGUMENT,
                "ledger"));
    CHECK(fails(clientela_summary_report(summary, &text, &error), &error, CLIENTELA_BAD_ARGUMENT,
                "ledger"));
    clientela_text_free(again);
    clientela_text_free(fit);
    clientela_summary_free(summary);
}

/* Histories that cannot be: the row and the column are named. */
static void test_bad_rows(void) {
    static const double x[4] = {0, 2, 1, 3};
    static const double t_x[4] = {0, 30.43, 9, 20};
    static const double age[4] = {38.86, 38.86, 39, 39};
    static const double log_gaps[4] = {0, 5, 2, 6};
    static const uint64_t count[4] = {1411, 100, 100, 100};
    static const double zeros[4] = {0, 0, 0, 0};
    double bad[4];
    double zero = 0;
    double nan = zero / zero;
    double infinite = 1 / zero;
    clientela_histories good = histories(4, x, t_x, age);
    clientela_histories columns;
    clientela_summary *summary = NULL;
    clientela_text *fit = NULL;
    clientela_error *error = NULL;
    int32_t status;

/* The column `member` with one bad value: the row, the column `named` and a sentence come back. */
#define REFUSED(column, member, place, value, named, says)                                     \
    memcpy(bad, column, sizeof bad);                                                           \
    bad[place] = (value);                                                                      \
    columns = good;                                                                            \
    columns.member = bad;                                                                      \
    status = clientela_summary_from_arrays(&columns, TEXT("week"), &summary, &error);          \
    CHECK(summary == NULL && clientela_error_row(error) == (place));                           \
    CHECK(strcmp(clientela_error_place(error), named) == 0);                                   \
    CHECK(fails(status, &error, CLIENTELA_BAD_ROW, says))
    REFUSED(x, x, 1, 1.5, "x", "not a count of purchases, found 1.5");
    REFUSED(x, x, 1, -1, "x", "not a count of purchases, found -1");
    REFUSED(x, x, 2, nan, "x", "not a count of purchases, found NaN");
    REFUSED(x, x, 3, 1e10, "x", "a whole number from 0 up");
    REFUSED(x, x, 2, 0, "t_x", "no repeat purchase, but a time of the last one, found 9");
    REFUSED(t_x, t_x, 1, -0.5, "t_x", "not a time that can have passed, found -0.5");
    REFUSED(t_x, t_x, 1, nan, "t_x", "not a time that can have passed, found NaN");
    REFUSED(t_x, t_x, 0, 4, "t_x", "no repeat purchase, but a time of the last one, found 4");
    REFUSED(t_x, t_x, 3, 40, "t_x", "lies after the end of observation, found 40");
    REFUSED(age, age, 0, nan, "T", "not a time that can have passed, found NaN");
    REFUSED(age, age, 2, infinite, "T", "not a time that can have passed, found inf");
    REFUSED(age, age, 2, -39, "T", "not a time that can have passed, found -39");
    REFUSED(x, spend, 3, infinite, "spend", "not a number, found inf");
    REFUSED(log_gaps, log_gaps, 2, infinite, "log_gaps", "not a number, found inf");
#undef REFUSED
    columns = good;
    columns.t_x = NULL;
    CHECK(fails(clientela_summary_from_arrays(&columns, TEXT("week"), &summary, &error), &error,
                CLIENTELA_NULL_POINTER, "`t_x`"));
    columns = good;
    columns.size = 8;
    CHECK(fails(clientela_summary_from_arrays(&columns, TEXT("week"), &summary, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "sizeof(clientela_histories)"));
    CHECK(fails(clientela_summary_from_arrays(&good, TEXT("fortnight"), &summary, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "fortnight"));
    CHECK(fails(clientela_summary_from_arrays(&good, TEXT("\xFF"), &summary, &error), &error,
                CLIENTELA_BAD_UTF8, "`time_unit`"));
    CHECK(fails(clientela_summary_from_arrays(NULL, TEXT("week"), &summary, &error), &error,
                CLIENTELA_NULL_POINTER, "`histories`"));
    CHECK(fails(clientela_summary_from_arrays(&good, TEXT("week"), NULL, &error), &error,
                CLIENTELA_NULL_POINTER, "`out`"));
    CHECK(summary == NULL);

    /* Three who bought again are too few for four parameters. */
    summary = summary_of(&good);
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("pareto_nbd"), NULL, 0, 0, &fit, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "only 3"));
    CHECK(fit == NULL);
    clientela_summary_free(summary);
    /* With counts they are 300, and gaps let regularities be told apart. */
    good.count = count;
    good.log_gaps = log_gaps;
    summary = summary_of(&good);
    CHECK(works(clientela_lifetime_fit(summary, TEXT("mbg_nbd"), TEXT("{\"largest_k\": 2}"), 0, &fit,
                                       &error),
                &error));
    CHECK(strstr(clientela_text_data(fit), "\"clients\":1711") != NULL);
    clientela_text_free(fit);
    clientela_summary_free(summary);
    /* Of clients who never came back nothing can be said; nor of those who were only just seen. */
    good = histories(4, zeros, zeros, age);
    summary = summary_of(&good);
    fit = NULL;
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("bg_nbd"), NULL, 0, 0, &fit, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "only 0 of 4 clients bought again"));
    clientela_summary_free(summary);
    good = histories(4, zeros, zeros, zeros);
    summary = summary_of(&good);
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("nbd"), NULL, 0, 0, &fit, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "only 0 of 4 clients bought again"));
    CHECK(fit == NULL);
    clientela_summary_free(summary);
    /* No clients are a summary, but nothing to fit. */
    good = histories(0, NULL, NULL, NULL);
    summary = summary_of(&good);
    CHECK(clientela_summary_rows(summary) == 0);
    CHECK(works(clientela_lifetime_predict(summary, TEXT(bg), TEXT(next39), 0, 0, NULL, NULL, &error),
                &error));
    fit = NULL;
    CHECK(fails(clientela_lifetime_fit(summary, TEXT("nbd"), NULL, 0, 0, &fit, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "no clients"));
    clientela_summary_free(summary);
}

/* Two kinds of clients, the second of whom buy e^0.7 times as fast. */
static void test_covariates(void) {
    enum { KIND = 900, ALL = 2 * KIND };
    static const char both[] = "{\"purchase\": [\"web\"], \"dropout\": [\"web\"]}";
    static const char slow[] =
        "{\"model\": \"pareto_nbd\", \"unit\": \"week\", \"r\": 0.8, \"alpha\": 8, "
        "\"s\": 0.7, \"beta\": 12}";
    static const char kinds[] =
        "{\"model\": \"pareto_nbd_with_covariates\", \"base\": {\"unit\": \"week\", \"r\": 0.8, "
        "\"alpha\": 8, \"s\": 0.7, \"beta\": 12}, \"purchase\": [\"web\"], "
        "\"dropout\": [\"web\"], \"coefficients\": [0.7, 0]}";
    static double web[ALL];
    static double ages[ALL];
    static double x[ALL];
    static double t_x[ALL];
    static double values[ALL];
    static double plain[ALL];
    static double low[ALL];
    static double high[ALL];
    static double low_too[ALL];
    static double high_too[ALL];
    const double *columns[2];
    clientela_histories made;
    clientela_summary *bare = NULL;
    clientela_summary *known = NULL;
    clientela_summary *lives = NULL;
    clientela_summary *none = NULL;
    clientela_text *fit = NULL;
    clientela_text *small = NULL;
    clientela_text *text = NULL;
    clientela_text *models = NULL;
    clientela_error *error = NULL;
    json report;
    const json *estimate;
    size_t i;
    double widths[2] = {0, 0};
    double zero = 0;
    columns[0] = web;
    columns[1] = web;
    for (i = 0; i < ALL; i++) {
        web[i] = i < KIND ? 0 : 1;
        ages[i] = 39.0 + (double)(i % 84) / 7.0;
    }
    made = histories(ALL, ages, ages, ages);
    /* Histories that only lend their length, and their T. */
    for (i = 0; i < ALL; i++) {
        x[i] = 0;
    }
    made.x = x;
    made.t_x = x;
    none = summary_of(&made);
    CHECK(works(clientela_summary_with_covariates(none, TEXT(both), columns, 2, ALL, &bare, &error),
                &error));
    CHECK(clientela_summary_rows(bare) == ALL);
    CHECK(works(clientela_lifetime_simulate_like(bare, TEXT(kinds), 5, 0, &lives, &error), &error));
    CHECK(works(clientela_summary_read(lives, ALL, x, t_x, values, plain, &error), &error));
    for (i = 0; i < ALL; i++) {
        widths[i < KIND ? 0 : 1] += x[i];
        if (values[i] < ages[i] || values[i] > ages[i] || t_x[i] > ages[i] || plain[i] == plain[i]) {
            break;
        }
    }
    CHECK(i == ALL);
    CHECK(widths[1] > 1.4 * widths[0]);
    CHECK(works(clientela_summary_with_covariates(lives, TEXT(both), columns, 2, ALL, &known, &error),
                &error));
    clientela_summary_free(bare);

    /* Coefficient, standard error and interval; the plain model is contained in it. */
    CHECK(works(clientela_lifetime_fit(known, TEXT("pareto_nbd"), NULL, 0, 0, &fit, &error), &error));
    CHECK(works(clientela_lifetime_fit(lives, TEXT("pareto_nbd"), NULL, 0, 0, &small, &error),
                &error));
    CHECK(works(clientela_lifetime_report(BOTH(fit), 0.999, &text, &error), &error));
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &report));
    CHECK(json_get(&report, "estimates")->count == 6);
    estimate = &json_get(&report, "estimates")->items[4];
    CHECK(strcmp(json_get(estimate, "name")->text, "purchase:web") == 0);
    CHECK(json_double(json_get(json_get(estimate, "interval"), "low")) < 0.7);
    CHECK(json_double(json_get(json_get(estimate, "interval"), "high")) > 0.7);
    CHECK(json_double(json_get(estimate, "standard_error")) > 0);
    json_free(&report);
    clientela_text_free(text);
    CHECK(works(clientela_lifetime_test(BOTH(small), BOTH(fit), &text, &error), &error));
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &report));
    CHECK(json_double(json_get(&report, "freedom")) == 2);
    CHECK(json_double(json_get(&report, "p_value")) < 1e-6);
    json_free(&report);
    clientela_text_free(text);

    /* Each kind is asked by a plain model of its own. */
    CHECK(works(clientela_lifetime_predict(known, TEXT(kinds), TEXT(next39), 0, ALL, values, NULL,
                                           &error),
                &error));
    CHECK(works(clientela_lifetime_predict(lives, TEXT(slow), TEXT(next39), 0, ALL, plain, NULL,
                                           &error),
                &error));
    CHECK(memcmp(values, plain, KIND * sizeof *values) == 0);
    CHECK(works(clientela_lifetime_for_client(TEXT(kinds), TEXT("{\"web\": 1}"), &text, &error),
                &error));
    CHECK(works(clientela_lifetime_predict(lives, BOTH(text), TEXT(next39), 0, ALL, plain, NULL,
                                           &error),
                &error));
    CHECK(memcmp(values + KIND, plain + KIND, KIND * sizeof *values) == 0);
    clientela_text_free(text);

    /* Intervals by the delta method and by the bootstrap. */
    CHECK(works(clientela_lifetime_bootstrap(known, BOTH(fit), 30, 1, 0, &models, &error), &error));
    CHECK(works(clientela_lifetime_bootstrap(known, BOTH(fit), 30, 1, 1, &text, &error), &error));
    CHECK(strcmp(clientela_text_data(models), clientela_text_data(text)) == 0);
    clientela_text_free(text);
    CHECK(works(clientela_lifetime_bootstrap_intervals(known, BOTH(fit), BOTH(models), TEXT(next39),
                                                       0.9, 0, ALL, low, high, &error),
                &error));
    CHECK(works(clientela_lifetime_intervals(known, BOTH(fit), TEXT(next39), 0.9, 0, ALL, low_too,
                                             high_too, &error),
                &error));
    widths[0] = 0;
    widths[1] = 0;
    for (i = 0; i < ALL; i++) {
        widths[0] += high[i] - low[i];
        widths[1] += high_too[i] - low_too[i];
    }
    CHECK(widths[0] > 0.5 * widths[1] && widths[0] < 2 * widths[1]);

    /* What is refused. */
    text = NULL;
    bare = NULL;
    CHECK(fails(clientela_lifetime_predict(lives, BOTH(fit), TEXT(next39), 0, ALL, values, NULL,
                                           &error),
                &error, CLIENTELA_BAD_ARGUMENT, "web for purchases"));
    CHECK(fails(clientela_lifetime_predict(known, BOTH(small), TEXT(next39), 0, ALL, values, NULL,
                                           &error),
                &error, CLIENTELA_BAD_ARGUMENT, "would change nothing"));
    CHECK(fails(clientela_lifetime_predict_new(BOTH(fit), TEXT(next39), values, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "differs between clients"));
    CHECK(fails(clientela_lifetime_fit(known, TEXT("nbd"), NULL, 0, 0, &text, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "only bg_nbd, mbg_nbd and pareto_nbd"));
    CHECK(fails(clientela_lifetime_for_client(BOTH(fit), TEXT("{\"sex\": 1}"), &text, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "sex"));
    CHECK(fails(clientela_lifetime_for_client(BOTH(fit), NULL, 0, &text, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`web` is missing"));
    CHECK(fails(clientela_lifetime_test(BOTH(fit), BOTH(small), &text, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "not contained"));
    CHECK(fails(clientela_lifetime_bootstrap(known, TEXT(slow), 30, 1, 0, &text, &error), &error,
                CLIENTELA_BAD_FORMAT, "fit"));
    CHECK(fails(clientela_lifetime_bootstrap_intervals(known, BOTH(fit), TEXT("[]"), TEXT(next39),
                                                       0.9, 0, ALL, low, high, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "give 20"));
    CHECK(fails(clientela_summary_with_covariates(lives, TEXT(both), columns, 1, ALL, &bare, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`count`"));
    CHECK(fails(clientela_summary_with_covariates(lives, TEXT(both), columns, 2, KIND, &bare,
                                                  &error),
                &error, CLIENTELA_BAD_ARGUMENT, "rows beside"));
    CHECK(fails(clientela_summary_with_covariates(lives, TEXT("{\"purchases\": []}"), columns, 0, ALL,
                                                  &bare, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "purchases"));
    web[3] = zero / zero;
    CHECK(fails(clientela_summary_with_covariates(lives, TEXT(both), columns, 2, ALL, &bare, &error),
                &error, CLIENTELA_BAD_ROW, "row 3"));
    columns[1] = NULL;
    CHECK(fails(clientela_summary_with_covariates(lives, TEXT(both), columns, 2, ALL, &bare, &error),
                &error, CLIENTELA_NULL_POINTER, "columns"));
    CHECK(fails(clientela_summary_read(lives, KIND, x, NULL, NULL, NULL, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`rows`"));
    CHECK(text == NULL && bare == NULL);
    clientela_text_free(models);
    clientela_text_free(small);
    clientela_text_free(fit);
    clientela_summary_free(known);
    clientela_summary_free(lives);
    clientela_summary_free(none);
}

/* Fader and Hardie (2007), the segment High End: 1,000 contracts, years 1 to 7. */
static void test_contracts(void) {
    static const uint32_t renewals[8] = {1, 2, 3, 4, 5, 6, 7, 7};
    static const uint8_t ended[8] = {1, 1, 1, 1, 1, 1, 1, 0};
    static const uint64_t count[8] = {131, 126, 90, 60, 42, 34, 26, 491};
    static const uint32_t at_once[1] = {0};
    static uint32_t could[4000];
    static uint32_t passed[4000];
    static uint8_t gone[4000];
    size_t i;
    int ends = 0;
    clientela_text *fit = NULL;
    clientela_error *error = NULL;
    json value;
    const json *model;
    CHECK(works(clientela_lifetime_fit_contracts(TEXT("year"), 8, renewals, ended, count, &fit,
                                                 &error),
                &error));
    CHECK(json_read(clientela_text_data(fit), clientela_text_length(fit), &value));
    model = json_get(&value, "model");
    CHECK(is(json_double(json_get(model, "a")), 0.668, 1e-3));
    CHECK(is(json_double(json_get(model, "b")), 3.806, 1e-3));
    json_free(&value);
    /* Made-up contracts end as the model says: of 4,000 a share of a/(a + b) at the first. */
    for (i = 0; i < 4000; i++) {
        could[i] = 1;
    }
    CHECK(works(clientela_lifetime_simulate_contracts(BOTH(fit), 4000, could, 3, passed, gone, &error),
                &error));
    for (i = 0; i < 4000; i++) {
        ends += gone[i];
        if (passed[i] != 1) {
            break;
        }
    }
    CHECK(i == 4000 && ends > 4000 * 0.1325 && ends < 4000 * 0.1660);
    CHECK(fails(clientela_lifetime_simulate_contracts(TEXT(bg), 4000, could, 3, passed, gone, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "contracts"));
    clientela_text_free(fit);
    fit = NULL;
    CHECK(fails(clientela_lifetime_fit_contracts(TEXT("year"), 1, at_once, ended, NULL, &fit, &error),
                &error, CLIENTELA_BAD_ROW, "renewal"));
    CHECK(fails(clientela_lifetime_fit_contracts(TEXT("year"), 8, NULL, ended, NULL, &fit, &error),
                &error, CLIENTELA_NULL_POINTER, "`renewals`"));
    CHECK(fit == NULL);
}

/* Every handle and address that must be there, left out once. */
static void test_nulls(void) {
    static const double age = 39;
    clientela_histories none = histories(0, NULL, NULL, NULL);
    clientela_summary *summary = summary_of(&none);
    clientela_summary *unmade = NULL;
    clientela_holdout *holdout = NULL;
    clientela_table *table = NULL;
    clientela_text *text = NULL;
    double value;

    clientela_summary_free(NULL);
    clientela_holdout_free(NULL);
    CHECK(clientela_summary_rows(NULL) == 0);
#define NULL_POINTER(call) CHECK((call) == CLIENTELA_NULL_POINTER)
    NULL_POINTER(clientela_summary_of_ledger(NULL, 1, TEXT("{\"unit\": \"week\"}"), 0, &unmade, NULL));
    NULL_POINTER(clientela_summary_table(NULL, &table, NULL));
    NULL_POINTER(clientela_summary_table(summary, NULL, NULL));
    NULL_POINTER(clientela_summary_report(NULL, &text, NULL));
    NULL_POINTER(clientela_lifetime_fit(NULL, TEXT("nbd"), NULL, 0, 0, &text, NULL));
    NULL_POINTER(clientela_lifetime_fit(summary, NULL, 3, NULL, 0, 0, &text, NULL));
    NULL_POINTER(clientela_lifetime_fit(summary, TEXT("nbd"), NULL, 2, 0, &text, NULL));
    NULL_POINTER(clientela_lifetime_fit(summary, TEXT("nbd"), NULL, 0, 0, NULL, NULL));
    NULL_POINTER(clientela_lifetime_report(NULL, 2, 0.95, &text, NULL));
    NULL_POINTER(clientela_lifetime_predict(NULL, TEXT(bg), TEXT(next39), 0, 1, &value, NULL, NULL));
    NULL_POINTER(clientela_lifetime_predict(summary, NULL, 2, TEXT(next39), 0, 0, NULL, NULL, NULL));
    NULL_POINTER(clientela_lifetime_predict(summary, TEXT(bg), NULL, 2, 0, 0, NULL, NULL, NULL));
    NULL_POINTER(clientela_lifetime_predict_new(TEXT(bg), TEXT(next39), NULL, NULL));
    NULL_POINTER(clientela_lifetime_intervals(NULL, TEXT("{}"), TEXT(next39), 0.9, 0, 0, NULL, NULL,
                                              NULL));
    NULL_POINTER(clientela_lifetime_clv(NULL, TEXT(bg), TEXT(spend), NULL, 0, 0, 0, NULL, NULL, NULL));
    NULL_POINTER(clientela_lifetime_clv(summary, TEXT(bg), NULL, 2, NULL, 0, 0, 0, NULL, NULL, NULL));
    NULL_POINTER(clientela_lifetime_simulate(TEXT(bg), 1, NULL, 1, &unmade, NULL));
    NULL_POINTER(clientela_lifetime_simulate(TEXT(bg), 1, &age, 1, NULL, NULL));
    NULL_POINTER(clientela_lifetime_simulate_like(NULL, TEXT(bg), 1, 0, &unmade, NULL));
    NULL_POINTER(clientela_lifetime_simulate_like(summary, NULL, 2, 1, 0, &unmade, NULL));
    NULL_POINTER(clientela_lifetime_simulate_contracts(TEXT(bg), 1, NULL, 1, NULL, NULL, NULL));
    NULL_POINTER(clientela_summary_with_covariates(NULL, NULL, 0, NULL, 0, 0, &unmade, NULL));
    NULL_POINTER(clientela_summary_with_covariates(summary, NULL, 0, NULL, 0, 0, NULL, NULL));
    NULL_POINTER(clientela_summary_read(NULL, 0, NULL, NULL, NULL, NULL, NULL));
    NULL_POINTER(clientela_lifetime_bootstrap(NULL, TEXT("{}"), 20, 1, 0, &text, NULL));
    NULL_POINTER(clientela_lifetime_bootstrap(summary, NULL, 2, 20, 1, 0, &text, NULL));
    NULL_POINTER(clientela_lifetime_bootstrap_intervals(NULL, TEXT(bg), TEXT("[]"), TEXT(next39), 0.9,
                                                        0, 0, NULL, NULL, NULL));
    NULL_POINTER(clientela_lifetime_for_client(NULL, 2, TEXT("{}"), &text, NULL));
    NULL_POINTER(clientela_lifetime_for_client(TEXT(bg), TEXT("{}"), NULL, NULL));
    NULL_POINTER(clientela_lifetime_test(NULL, 2, TEXT("{}"), &text, NULL));
    NULL_POINTER(clientela_lifetime_tracking(NULL, TEXT(bg), 1, 2, TEXT("{\"unit\": \"week\"}"), 0,
                                             &table, NULL));
    NULL_POINTER(clientela_lifetime_frequencies(NULL, TEXT(bg), 7, 0, &table, NULL));
    NULL_POINTER(clientela_lifetime_active(NULL, TEXT(bg), 1, TEXT("year"), 4, 0, &table, NULL));
    NULL_POINTER(clientela_holdout_of_ledger(NULL, 1, 2, TEXT("{\"unit\": \"week\"}"), 0, &holdout,
                                             NULL));
    NULL_POINTER(clientela_holdout_summary(NULL, &unmade, NULL));
    NULL_POINTER(clientela_holdout_table(NULL, &table, NULL));
    NULL_POINTER(clientela_holdout_choose(NULL, NULL, 0, 0, &text, NULL));
    NULL_POINTER(clientela_holdout_expectations(NULL, TEXT(bg), 7, 0, &table, NULL));
    NULL_POINTER(clientela_holdout_alive(NULL, TEXT(bg), 10, 0, &table, NULL));
#undef NULL_POINTER
    CHECK(unmade == NULL && holdout == NULL && table == NULL && text == NULL);
    clientela_summary_free(summary);
}

/* The sample of CDNOW. */

static clientela_ledger *read_ledger(const char *path) {
    static int64_t client[ROOM];
    static int32_t date[ROOM];
    static int64_t amount[ROOM];
    char line[200];
    clientela_sales sales;
    clientela_ledger *ledger = NULL;
    clientela_error *error = NULL;
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        perror(path);
        exit(2);
    }
    memset(&sales, 0, sizeof sales);
    while (sales.rows < ROOM && fgets(line, sizeof line, file) != NULL) {
        char day[11];
        char money[40];
        long id;
        CHECK(sscanf(line, "%ld,%10[^,],%*d,%39s", &id, day, money) == 3);
        client[sales.rows] = id;
        CHECK(clientela_day_parse(day, 10, &date[sales.rows], NULL) == CLIENTELA_OK);
        CHECK(clientela_amount_parse(money, strlen(money), 2, &amount[sales.rows], NULL) ==
              CLIENTELA_OK);
        sales.rows++;
    }
    fclose(file);
    sales.size = sizeof sales;
    sales.client = client;
    sales.date = date;
    sales.amount = amount;
    CHECK(works(clientela_ledger_from_arrays(&sales, NULL, 0, &ledger, &error), &error));
    return ledger;
}

typedef struct {
    const char *model;
    size_t parameters;
    double value[4];
    double error[4];
    double log_likelihood;
} golden;

static const golden fits[] = {
    {"bg_nbd", 4, {.2425945, 4.4136020, .7929220, 2.4259068}, {.01256, .37822, .18573, .70542},
     -9582.42921},
    {"pareto_nbd", 4, {.5532770, 10.5776834, .6062399, 11.6687341},
     {.04763, .84272, .18728, 6.21100}, -9594.97618},
    {"mbg_nbd", 4, {.5248432, 6.1830852, .8913594, 1.6140023}, {.08327, .69562, .15479, .53749},
     -9582.13572},
    {"nbd", 2, {.3847661, 12.0720228, 0, 0}, {0, 0, 0, 0}, -9763.65761},
    {"gamma_gamma", 3, {6.2495721, 3.7442246, 15.4435210, 0}, {1.19006, .29013, 4.15943, 0},
     -4055.91769},
};

/* The fit of a model, held against the golden one; free it. */
static clientela_text *golden_fit(const clientela_summary *summary, const golden *expected) {
    clientela_text *fit = NULL;
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    json report;
    size_t i;
    CHECK(works(clientela_lifetime_fit(summary, expected->model, strlen(expected->model), NULL, 0, 0,
                                       &fit, &error),
                &error));
    CHECK(works(clientela_lifetime_report(BOTH(fit), 0.95, &text, &error), &error));
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &report));
    CHECK(distance(json_double(json_get(&report, "log_likelihood")), expected->log_likelihood) <
          1e-4);
    CHECK(json_get(&report, "estimates")->count == expected->parameters);
    for (i = 0; i < expected->parameters; i++) {
        const json *estimate = &json_get(&report, "estimates")->items[i];
        CHECK(is(json_double(json_get(estimate, "value")), expected->value[i], 1e-6));
        if (expected->error[i] > 0) {
            CHECK(is(json_double(json_get(estimate, "standard_error")), expected->error[i], 1e-3));
        }
    }
    json_free(&report);
    clientela_text_free(text);
    return fit;
}

/* The values of a column of real or whole numbers. */
static void column(const clientela_table *table, const char *name, size_t first, size_t count,
                   double *values) {
    size_t at = 0;
    clientela_error *error = NULL;
    clientela_column about;
    int64_t whole[64];
    size_t i;
    about.size = sizeof about;
    CHECK(works(clientela_table_find(table, name, strlen(name), &at, &error), &error));
    CHECK(clientela_table_column(table, at, &about, NULL) == CLIENTELA_OK);
    if (about.kind == CLIENTELA_FLOAT) {
        CHECK(works(clientela_table_double(table, at, first, count, values, NULL, &error), &error));
        return;
    }
    CHECK(works(clientela_table_int64(table, at, first, count, whole, NULL, &error), &error));
    for (i = 0; i < count; i++) {
        values[i] = (double)whole[i];
    }
}

static void test_sample(const char *path) {
    static const char weekly[] = "{\"unit\": \"week\"}";
    static const double clients[8] = {1411, 439, 214, 100, 62, 38, 29, 64};
    static const double actual[8] = {.2367116, .6970387, 1.392523, 1.56,
                                     2.532258, 2.947368, 3.862069, 6.359375};
    static const double expected[8] = {.2250893, .5231364, 1.044126, 1.520256,
                                       2.163824, 2.653789, 3.503957, 6.157036};
    clientela_ledger *ledger = read_ledger(path);
    clientela_holdout *holdout = NULL;
    clientela_summary *summary = NULL;
    clientela_summary *part = NULL;
    clientela_snapshot *snapshot = NULL;
    clientela_table *table = NULL;
    clientela_text *fit[5];
    clientela_text *text = NULL;
    clientela_error *error = NULL;
    clientela_base base;
    int32_t end = 0;
    int32_t last = 0;
    size_t rows;
    size_t i;
    double found[8];
    json value;

    CHECK(clientela_day_parse(TEXT("1997-09-30"), &end, NULL) == CLIENTELA_OK);
    CHECK(clientela_day_parse(TEXT("1998-06-30"), &last, NULL) == CLIENTELA_OK);
    CHECK(works(clientela_summary_of_ledger(ledger, end, TEXT(weekly), 0, &summary, &error), &error));
    CHECK(clientela_summary_rows(summary) == 2357);
    CHECK(works(clientela_summary_report(summary, &text, &error), &error));
    CHECK(strstr(clientela_text_data(text), "\"repeaters\":946") != NULL);
    clientela_text_free(text);
    CHECK(works(clientela_summary_table(summary, &table, &error), &error));
    /* Client 1 bought again twice, after 30.43 weeks last, and was seen for 38.86. */
    column(table, "frequency", 0, 1, found);
    column(table, "recency", 0, 1, found + 1);
    column(table, "T", 0, 1, found + 2);
    CHECK(found[0] == 2 && found[1] == 213 / 7.0 && found[2] == 272 / 7.0);
    clientela_table_free(table);
    for (i = 0; i < 5; i++) {
        fit[i] = golden_fit(summary, &fits[i]);
    }

    CHECK(works(clientela_holdout_of_ledger(ledger, end, last, TEXT(weekly), 0, &holdout, &error),
                &error));
    CHECK(works(clientela_holdout_summary(holdout, &part, &error), &error));
    CHECK(clientela_summary_rows(part) == 2357);
    clientela_summary_free(part);
    CHECK(works(clientela_holdout_table(holdout, &table, &error), &error));
    CHECK(clientela_table_rows(table) == 2357);
    clientela_table_free(table);
    CHECK(works(clientela_holdout_expectations(holdout, BOTH(fit[0]), 7, 0, &table, &error), &error));
    CHECK(clientela_table_rows(table) == 8);
    column(table, "clients", 0, 8, found);
    CHECK(memcmp(found, clients, sizeof found) == 0);
    column(table, "actual", 0, 8, found);
    for (i = 0; i < 8; i++) {
        CHECK(is(found[i], actual[i], 1e-6));
    }
    column(table, "expected", 0, 8, found);
    for (i = 0; i < 8; i++) {
        CHECK(is(found[i], expected[i], 1e-4));
    }
    clientela_table_free(table);
    CHECK(works(clientela_holdout_alive(holdout, BOTH(fit[1]), 10, 0, &table, &error), &error));
    CHECK(clientela_table_rows(table) == 10);
    clientela_table_free(table);
    CHECK(works(clientela_lifetime_tracking(ledger, BOTH(fit[0]), end, last, TEXT(weekly), 0, &table,
                                            &error),
                &error));
    rows = clientela_table_rows(table);
    /* Whole weeks from the first purchase of all, on 1997-01-01. */
    CHECK(rows == 77);
    column(table, "cumulative_actual", 0, 8, found);
    for (i = 1; i < 8 && found[i - 1] <= found[i]; i++) {
    }
    CHECK(i == 8);
    column(table, "cumulative_actual", rows - 1, 1, found);
    column(table, "cumulative_expected", rows - 1, 1, found + 1);
    CHECK(distance(found[1], found[0]) < 0.1 * found[0]);
    clientela_table_free(table);
    CHECK(works(clientela_holdout_choose(holdout, TEXT("[\"nbd\", \"pareto_nbd\"]"), 0, &text,
                                         &error),
                &error));
    CHECK(json_read(clientela_text_data(text), clientela_text_length(text), &value));
    CHECK(json_is(json_get(json_get(&value, "model"), "model"), "pareto_nbd"));
    CHECK(json_get(&value, "scores")->count == 2);
    json_free(&value);
    clientela_text_free(text);
    table = NULL;

    /* Models beside the base fill columns of the snapshot. */
    memset(&base, 0, sizeof base);
    base.size = sizeof base;
    base.ledger = ledger;
    base.lifetime = clientela_text_data(fit[0]);
    base.lifetime_length = clientela_text_length(fit[0]);
    base.spend = clientela_text_data(fit[4]);
    base.spend_length = clientela_text_length(fit[4]);
    CHECK(works(clientela_snapshot_of(&base, end, NULL, 0, &snapshot, &error), &error));
    CHECK(works(clientela_snapshot_clients(snapshot, &table, &error), &error));
    column(table, "p_alive", 0, 1, found);
    CHECK(found[0] > 0 && found[0] < 1);
    column(table, "clv", 0, 1, found);
    CHECK(found[0] > 0);
    clientela_table_free(table);
    table = NULL;
    clientela_snapshot_free(snapshot);
    snapshot = NULL;
    base.lifetime = NULL;
    base.lifetime_length = 0;
    CHECK(fails(clientela_snapshot_of(&base, end, NULL, 0, &snapshot, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`spend`"));
    base.lifetime = "{}";
    base.lifetime_length = 2;
    CHECK(fails(clientela_snapshot_of(&base, end, NULL, 0, &snapshot, &error), &error,
                CLIENTELA_BAD_FORMAT, "model"));
    CHECK(snapshot == NULL);

    /* What is refused. */
    part = NULL;
    CHECK(fails(clientela_summary_of_ledger(ledger, end, NULL, 0, 0, &part, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`options`"));
    CHECK(fails(clientela_summary_of_ledger(ledger, INT32_MAX, TEXT(weekly), 0, &part, &error), &error,
                CLIENTELA_BAD_ARGUMENT, "`as_of`"));
    clientela_holdout_free(holdout);
    holdout = NULL;
    CHECK(fails(clientela_holdout_of_ledger(ledger, last, end, TEXT(weekly), 0, &holdout, &error),
                &error, CLIENTELA_BAD_ARGUMENT, "`holdout_end`"));
    CHECK(part == NULL && holdout == NULL && table == NULL);
    for (i = 0; i < 5; i++) {
        clientela_text_free(fit[i]);
    }
    clientela_summary_free(summary);
    clientela_ledger_free(ledger);
}

int main(int count, char **words) {
    test_figures();
    test_many();
    test_bad_rows();
    test_covariates();
    test_contracts();
    test_nulls();
    if (count > 1) {
        test_sample(words[1]);
    }
    return check_result();
}
