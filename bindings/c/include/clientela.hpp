/*
 * Clientela for C++17: handles that free themselves, and exceptions in place of statuses.
 *
 * All calls are those of clientela.h. `make` takes one that puts a new handle at `out`, `call`
 * any other that returns a status; both leave out the last argument, `error`, and `make` the one
 * before it as well:
 *
 *     auto policy = clientela::make<clientela::Policy>(clientela_policy_new);
 *     auto table = clientela::make<clientela::Table>(clientela_snapshot_clients, snapshot.get());
 *     std::size_t column = 0;
 *     clientela::call(clientela_table_find, table.get(), "amount", 6, &column);
 */
#ifndef CLIENTELA_HPP
#define CLIENTELA_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "clientela.h"

namespace clientela {

/* What a call refused, with everything that the error object says. */
class Error : public std::runtime_error {
public:
    /* Takes over the error object, which may be NULL. */
    Error(std::int32_t status, clientela_error *error)
        : Error(status, std::unique_ptr<clientela_error, void (*)(clientela_error *)>(
                            error, clientela_error_free)) {}

    /* A clientela_status. */
    std::int32_t status() const noexcept { return status_; }
    /* The row, from 0, or -1. */
    std::int64_t row() const noexcept { return row_; }
    /* The column, the argument, or the path in a policy or document; may be empty. */
    const std::string &place() const noexcept { return place_; }
    /* The value found there; may be empty. */
    const std::string &value() const noexcept { return value_; }

private:
    Error(std::int32_t status, std::unique_ptr<clientela_error, void (*)(clientela_error *)> error)
        : std::runtime_error(clientela_error_message(error.get())), status_(status),
          row_(clientela_error_row(error.get())), place_(clientela_error_place(error.get())),
          value_(clientela_error_value(error.get())) {}

    std::int32_t status_;
    std::int64_t row_;
    std::string place_;
    std::string value_;
};

/* Frees a handle with the function of its type. */
template <typename T, void (*free)(T *)> struct Free {
    void operator()(T *handle) const noexcept { free(handle); }
};

/* A handle that frees itself. */
template <typename T, void (*free)(T *)> using Handle = std::unique_ptr<T, Free<T, free>>;

using Bytes = Handle<clientela_bytes, clientela_bytes_free>;
using Builder = Handle<clientela_builder, clientela_builder_free>;
using Directory = Handle<clientela_directory, clientela_directory_free>;
using Duplicates = Handle<clientela_duplicates, clientela_duplicates_free>;
using Grid = Handle<clientela_grid, clientela_grid_free>;
using History = Handle<clientela_history, clientela_history_free>;
using Holdout = Handle<clientela_holdout, clientela_holdout_free>;
using Journal = Handle<clientela_journal, clientela_journal_free>;
using Ledger = Handle<clientela_ledger, clientela_ledger_free>;
using Policy = Handle<clientela_policy, clientela_policy_free>;
using Portraits = Handle<clientela_portraits, clientela_portraits_free>;
using Rules = Handle<clientela_rules, clientela_rules_free>;
using Segments = Handle<clientela_segments, clientela_segments_free>;
using Snapshot = Handle<clientela_snapshot, clientela_snapshot_free>;
using Statement = Handle<clientela_statement, clientela_statement_free>;
using Summary = Handle<clientela_summary, clientela_summary_free>;
using Table = Handle<clientela_table, clientela_table_free>;
using Text = Handle<clientela_text, clientela_text_free>;

/* Makes a call that returns a status, and throws Error where it fails. */
template <typename Function, typename... Arguments>
void call(Function function, Arguments... arguments) {
    clientela_error *error = nullptr;
    const std::int32_t status = function(arguments..., &error);
    if (status != CLIENTELA_OK) {
        throw Error(status, error);
    }
}

/* Makes a call that puts a new handle at its argument `out`, and throws Error where it fails. */
template <typename Owned, typename Function, typename... Arguments>
Owned make(Function function, Arguments... arguments) {
    typename Owned::pointer out = nullptr;
    call(function, arguments..., &out);
    return Owned(out);
}

/* A base of these handles, for clientela_snapshot_of, with the JSON of a lifetime model and of a
 * model of spend, and with a journal; all but the ledger may be empty. They stay with their owners
 * and must live as long as the base. */
inline clientela_base base(const Ledger &ledger, const Portraits &portraits = {},
                           const Ledger &payments = {}, const Ledger &orders = {},
                           std::string_view lifetime = {}, std::string_view spend = {},
                           const Journal &journal = {}) {
    clientela_base made{};
    made.size = sizeof made;
    made.ledger = ledger.get();
    made.portraits = portraits.get();
    made.payments = payments.get();
    made.orders = orders.get();
    made.lifetime = lifetime.data();
    made.lifetime_length = lifetime.size();
    made.spend = spend.data();
    made.spend_length = spend.size();
    made.journal = journal.get();
    return made;
}

/* The answer of a view of a snapshot by name, with its arguments as JSON. */
inline Table ask(const Snapshot &snapshot, std::string_view view, std::string_view arguments = {}) {
    return make<Table>(clientela_snapshot_view, snapshot.get(), view.data(), view.size(),
                       arguments.data(), arguments.size());
}

/* Who is in which segment of a snapshot, by rules as JSON. */
inline Segments segments(const Snapshot &snapshot, std::string_view rules) {
    const auto document = make<Rules>(clientela_rules_from_json, rules.data(), rules.size());
    return make<Segments>(clientela_snapshot_segments, snapshot.get(), document.get());
}

/* The answer of a formula by name as JSON, with its arguments as JSON; under the default policy
 * where none is given. */
inline Text formula(std::string_view name, std::string_view arguments, const Policy &policy = {}) {
    return make<Text>(clientela_formula, name.data(), name.size(), arguments.data(),
                      arguments.size(), policy.get());
}

/* The characters of a text, while it lives. */
inline std::string_view view(const Text &text) {
    return {clientela_text_data(text.get()), clientela_text_length(text.get())};
}

/* Fits a model such as pareto_nbd to a summary; gives the fit as JSON. */
inline Text fit(const Summary &summary, std::string_view model, std::string_view options = {}) {
    return make<Text>(clientela_lifetime_fit, summary.get(), model.data(), model.size(),
                      options.data(), options.size(), 0);
}

/* What a model or a fit, as JSON, says of every client; NaN where it says nothing. */
inline std::vector<double> predict(const Summary &summary, std::string_view model,
                                   std::string_view what) {
    std::vector<double> values(clientela_summary_rows(summary.get()));
    call(clientela_lifetime_predict, summary.get(), model.data(), model.size(), what.data(),
         what.size(), 0, values.size(), values.data(), nullptr);
    return values;
}

/* What every client is worth, by models or fits as JSON; NaN where that is undefined. */
inline std::vector<double> clv(const Summary &summary, std::string_view model,
                               std::string_view spend, std::string_view options) {
    std::vector<double> values(clientela_summary_rows(summary.get()));
    call(clientela_lifetime_clv, summary.get(), model.data(), model.size(), spend.data(),
         spend.size(), options.data(), options.size(), 0, values.size(), values.data(), nullptr);
    return values;
}

/* The text of a cell, while the table lives; empty where the value is missing. */
inline std::string_view name(const Table &table, std::size_t column, std::size_t row) {
    const char *data = nullptr;
    std::size_t length = 0;
    call(clientela_table_name, table.get(), column, row, &data, &length);
    return data == nullptr ? std::string_view() : std::string_view(data, length);
}

/* The position of a column. */
inline std::size_t find(const Table &table, std::string_view name) {
    std::size_t column = 0;
    call(clientela_table_find, table.get(), name.data(), name.size(), &column);
    return column;
}

} // namespace clientela

#endif
