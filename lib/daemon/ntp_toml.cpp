#include "daemon/ntp_toml.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <sstream>

namespace keygen::daemon {

namespace {

template <typename Take>
void for_each_table(const toml::table& document, std::string_view name, Take take) {
    const toml::node* node = document.get(name);
    if (node == nullptr)
        return;
    if (const toml::table* table = node->as_table())
        take(*table);
    if (const toml::array* array = node->as_array()) {
        for (const toml::node& element : *array) {
            if (const toml::table* table = element.as_table())
                take(*table);
        }
    }
}

std::optional<std::string> text_of(const toml::table& table, std::string_view name) {
    return table[name].value<std::string>();
}

std::size_t line_of(const toml::node& node) {
    return node.source().begin.line;
}

}  // namespace

void NtpToml::read(const std::string& path, std::string_view text) {
    toml::table document;
    try {
        std::istringstream stream{std::string(text)};
        document = toml::parse(stream);
    } catch (const toml::parse_error& error) {
        report_syntax({path, error.source().begin.line}, std::string(error.description()));
        return;
    }
    const auto add_file = [&](const toml::table& table, std::string_view name, NtsFile::Role role,
                              std::optional<std::size_t> association = std::nullopt) {
        if (const auto value = text_of(table, name))
            settings_.nts_files.push_back({role, *value, {path, line_of(*table.get(name))}, association});
    };
    for_each_table(document, "source", [&](const toml::table& table) {
        Association association;
        association.path = path;
        association.line = line_of(table);
        association.kind = text_of(table, "mode").value_or("");
        association.address = text_of(table, "address").value_or("");
        using enum Association::Authentication;
        association.authentication = association.kind.starts_with("nts") ? nts : none;
        add_file(table, "certificate-authority", NtsFile::Role::authorities, settings_.associations.size());
        settings_.associations.push_back(std::move(association));
    });
    for_each_table(document, "nts-ke-server", [&](const toml::table& table) {
        add_file(table, "certificate-chain-path", NtsFile::Role::certificate);
        add_file(table, "private-key-path", NtsFile::Role::key);
    });
}

}  // namespace keygen::daemon
