// Fits lifetime models to a CSV file of sales, chooses the one that foretells best, and prints the
// clients who are worth most over the next twelve months.
//
//     worth SALES CALIBRATION_END END
//
// SALES has the columns client, date and amount, clients as numbers. The models are chosen by what
// came between the two days, and then fitted again to all up to END.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <numeric>
#include <sstream>
#include <vector>

#include "clientela.hpp"

namespace {

std::int32_t day(std::string_view text) {
    std::int32_t days = 0;
    clientela::call(clientela_day_parse, text.data(), text.size(), &days);
    return days;
}

clientela::Ledger read_ledger(const char *path) {
    std::vector<std::int64_t> clients;
    std::vector<std::int32_t> days;
    std::vector<std::int64_t> amounts;
    std::ifstream file(path);
    std::string line;
    std::vector<std::string> names;
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        std::vector<std::string> row;
        for (std::string cell; std::getline(cells, cell, ',');) {
            row.push_back(cell);
        }
        if (names.empty()) {
            names = row;
            continue;
        }
        const auto cell = [&](const char *name) {
            const auto at = std::find(names.begin(), names.end(), name) - names.begin();
            return row.at(static_cast<std::size_t>(at));
        };
        const std::string money = cell("amount");
        clients.push_back(std::stoll(cell("client")));
        days.push_back(day(cell("date")));
        amounts.push_back(0);
        clientela::call(clientela_amount_parse, money.data(), money.size(), 2, &amounts.back());
    }
    clientela_sales sales{};
    sales.size = sizeof sales;
    sales.rows = clients.size();
    sales.client = clients.data();
    sales.date = days.data();
    sales.amount = amounts.data();
    return clientela::make<clientela::Ledger>(clientela_ledger_from_arrays, &sales, nullptr, 0);
}

} // namespace

int main(int count, char **words) {
    if (count != 4) {
        std::cerr << "worth SALES CALIBRATION_END END\n";
        return 2;
    }
    try {
        const std::string_view weekly = R"({"unit": "week"})";
        const auto ledger = read_ledger(words[1]);
        const std::int32_t calibration_end = day(words[2]);
        const std::int32_t end = day(words[3]);

        // Which model foretells the purchases after the calibration best?
        const auto holdout = clientela::make<clientela::Holdout>(
            clientela_holdout_of_ledger, ledger.get(), calibration_end, end, weekly.data(),
            weekly.size(), 0);
        std::cout << "model        log score\n";
        std::string best;
        double most = 0;
        for (const std::string name : {"nbd", "bg_nbd", "mbg_nbd", "pareto_nbd"}) {
            const std::string only = "[\"" + name + "\"]";
            const auto choice = clientela::make<clientela::Text>(
                clientela_holdout_choose, holdout.get(), only.data(), only.size(), 0);
            const std::string scores(clientela::view(choice));
            const std::string key = "\"log_score\":";
            const double score = std::stod(scores.substr(scores.find(key) + key.size()));
            std::printf("%-12s %9.5f\n", name.c_str(), score);
            if (best.empty() || score > most) {
                best = name;
                most = score;
            }
        }

        const auto summary = clientela::make<clientela::Summary>(
            clientela_summary_of_ledger, ledger.get(), end, weekly.data(), weekly.size(), 0);
        const auto model = clientela::fit(summary, best);
        const auto spend = clientela::fit(summary, "gamma_gamma");
        const auto alive =
            clientela::predict(summary, clientela::view(model), R"({"predict": "p_alive"})");
        const auto worth = clientela::clv(
            summary, clientela::view(model), clientela::view(spend),
            R"({"horizon": 12, "unit": "month", "discount": 0.1, "discount_unit": "year"})");

        const auto table =
            clientela::make<clientela::Table>(clientela_summary_table, summary.get());
        std::vector<std::size_t> order(worth.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::sort(order.begin(), order.end(),
                  [&](std::size_t a, std::size_t b) { return worth[a] > worth[b]; });
        order.resize(std::min<std::size_t>(order.size(), 10));
        std::cout << "\nclient  p_alive  worth of 12 months\n";
        for (const std::size_t row : order) {
            std::int64_t client = 0;
            clientela::call(clientela_table_int64, table.get(), clientela::find(table, "client"),
                            row, 1, &client, nullptr);
            std::printf("%6lld  %7.3f  %18.2f\n", static_cast<long long>(client), alive[row],
                        worth[row]);
        }
        const double sum = std::accumulate(worth.begin(), worth.end(), 0.0);
        std::printf("all of %zu clients: %.0f\n", worth.size(), sum);
    } catch (const clientela::Error &error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
    return 0;
}
