// Counts the clients of each tier, explains a key client, asks a view and a formula, and shows what
// an exception says.
//
//     tiers

#include <cstring>
#include <iostream>
#include <map>
#include <vector>

#include "clientela.hpp"

namespace {

// A year of five clients; each buys twice as much as the one before.
clientela::Ledger example_ledger() {
    std::vector<std::int64_t> clients;
    std::vector<std::int32_t> days;
    std::vector<std::int64_t> amounts;
    std::int32_t first = 0;
    clientela::call(clientela_day_parse, "1997-01-15", 10, &first);
    for (std::int64_t client = 1; client <= 5; client++) {
        for (std::int32_t month = 0; month < 12; month++) {
            clients.push_back(client);
            days.push_back(first + 30 * month);
            amounts.push_back(std::int64_t{1000} << client);
        }
    }
    clientela_sales sales;
    std::memset(&sales, 0, sizeof sales);
    sales.size = sizeof sales;
    sales.rows = clients.size();
    sales.client = clients.data();
    sales.date = days.data();
    sales.amount = amounts.data();
    return clientela::make<clientela::Ledger>(clientela_ledger_from_arrays, &sales, nullptr, 0);
}

} // namespace

int main() {
    try {
        const auto ledger = example_ledger();
        const std::string_view known =
            R"([{"client": 5, "fields": {"famous": true, "reference_allowed": true}}])";
        const auto portraits = clientela::make<clientela::Portraits>(
            clientela_portraits_from_json, known.data(), known.size(), nullptr, 0);
        const auto base = clientela::base(ledger, portraits);
        std::int32_t as_of = 0;
        clientela::call(clientela_day_parse, "1997-12-31", 10, &as_of);
        const auto snapshot = clientela::make<clientela::Snapshot>(clientela_snapshot_of, &base,
                                                                   as_of, nullptr, 0);
        const auto table =
            clientela::make<clientela::Table>(clientela_snapshot_clients, snapshot.get());
        const std::size_t tier = clientela::find(table, "tier");
        std::map<std::string_view, int> counts;
        for (std::size_t row = 0; row < clientela_table_rows(table.get()); row++) {
            counts[clientela::name(table, tier, row)]++;
        }
        for (const auto &[name, count] : counts) {
            std::cout << (name.empty() ? "none" : name) << ": " << count << "\n";
        }
        const auto reasons = clientela::make<clientela::Text>(
            clientela_snapshot_explain_by_int, snapshot.get(), 5, CLIENTELA_READABLE);
        std::cout << clientela::view(reasons) << "\n";
        const auto curve = clientela::ask(snapshot, "curve", R"({"points": 5})");
        const auto kept =
            clientela::formula("crr", R"({"at_start": 100, "at_end": 110, "new": 20})");
        std::cout << clientela_table_rows(curve.get()) << " points of the curve of revenue\n"
                  << clientela::view(kept) << "\n";
    } catch (const clientela::Error &error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
    const char policy[] = "{\"tier\": {\"months\": 0}}";
    try {
        clientela::make<clientela::Policy>(clientela_policy_from_json, policy, sizeof policy - 1);
    } catch (const clientela::Error &error) {
        std::cout << error.place() << " is refused: " << error.what() << "\n";
        return 0;
    }
    return 1;
}
