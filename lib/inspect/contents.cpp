#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/pem.hpp"
#include "inspect/certificate_file.hpp"
#include "inspect/keys_file.hpp"
#include "inspect/private_key.hpp"
#include "inspect/subject.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspect_room {

namespace {

constexpr std::string_view BEGIN_MARK = "-----BEGIN ";

// What a link becomes when a directory is copied through something that knows no links.
std::optional<keysdir::FileName> name_only(std::string_view text) {
    constexpr std::size_t MAX_NAME_BYTES = 255;
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    return text.size() <= MAX_NAME_BYTES ? keysdir::FileName::parse(text) : std::nullopt;
}

void take_names(Subject& subject) {
    InspectedFile& file = subject.file;
    if (const auto name = keysdir::FileName::parse(file.name)) {
        file.type = name->type;
        file.owner = name->owner;
    } else if (const auto link = keysdir::LinkName::parse(file.name)) {
        file.owner = link->owner;
        file.type = subject.header && subject.header->name ? subject.header->name->type : link->key;
    } else if (subject.header && subject.header->name) {
        file.type = subject.header->name->type;
        file.owner = subject.header->name->owner;
    }
    if (subject.header)
        file.filestamp = subject.header->filestamp;
}

FileKind kind_named(std::string_view key) {
    if (key == "host")
        return FileKind::host_key;
    if (key == "sign")
        return FileKind::sign_key;
    if (key == "cert")
        return FileKind::certificate;
    return scheme_and_role_of(key) ? FileKind::identity : FileKind::private_key;
}

void report_mismatch(const Subject& subject, std::string_view content, const Surroundings& around) {
    around.findings.add(
        "type-mismatch", subject.file.path,
        fmt::format("the name says {} and the content is {}", quoted(subject.file.type), content));
}

void identify_pem(Subject& subject, SecretBytes content, const Surroundings& around) {
    std::vector<crypto::PemBlock> blocks;
    try {
        blocks = crypto::parse_pem(content.text());
    } catch (const Error& error) {
        around.findings.add("damaged", subject.file.path, error.message());
        return;
    }
    const auto expected = expected_link_key(subject);
    const FileKind named = expected ? kind_named(*expected) : FileKind::unknown;
    if (blocks.front().label == "CERTIFICATE" || named == FileKind::certificate) {
        if (blocks.front().label != "CERTIFICATE")
            report_mismatch(subject, fmt::format("a PEM block \"{}\"", quoted(blocks.front().label)), around);
        else if (expected && named != FileKind::certificate)
            report_mismatch(subject, "a certificate", around);
        if (blocks.front().label == "CERTIFICATE")
            inspect_certificate(subject, content.text(), around);
        return;
    }
    if (!crypto::is_private_key(blocks.front())) {
        around.findings.add(
            expected ? "type-mismatch" : "unknown-content", subject.file.path,
            fmt::format("a PEM block \"{}\", which no NTP daemon reads", quoted(blocks.front().label)));
        return;
    }
    subject.file.kind = expected ? named : FileKind::private_key;
    if (expected) {
        if (const auto identity = scheme_and_role_of(*expected)) {
            subject.file.scheme = identity->scheme;
            subject.file.role = identity->role;
        }
    }
    subject.content = std::move(content);
    inspect_private_key(subject, around);
}

}  // namespace

std::optional<SchemeAndRole> scheme_and_role_of(std::string_view type) {
    struct Entry {
        std::string_view key;
        SchemeAndRole meaning;
    };
    using enum IdentityRole;
    static constexpr std::array<Entry, 10> ENTRIES = {{{"iffkey", {IdentityScheme::iff, server}},
                                                       {"iffpar", {IdentityScheme::iff, client}},
                                                       {"iff", {IdentityScheme::iff, client}},
                                                       {"gqkey", {IdentityScheme::gq, server}},
                                                       {"gqpar", {IdentityScheme::gq, client}},
                                                       {"gq", {IdentityScheme::gq, client}},
                                                       {"mvkey", {IdentityScheme::mv, server}},
                                                       {"mvpar", {IdentityScheme::mv, client}},
                                                       {"mv", {IdentityScheme::mv, client}},
                                                       {"mvta", {IdentityScheme::mv, authority}}}};
    const auto key = keysdir::link_key_of(type);
    if (!key)
        return std::nullopt;
    const auto* found =
        std::find_if(ENTRIES.begin(), ENTRIES.end(), [&](const Entry& entry) { return entry.key == *key; });
    return found == ENTRIES.end() ? std::nullopt : std::optional(found->meaning);
}

std::string link_name(IdentityScheme scheme, IdentityRole role, std::string_view owner) {
    const auto key = keysdir::link_key_of(file_type_of(scheme, role));
    return keysdir::LinkName{key.value_or(""), std::string(owner)}.text();
}

unsigned mv_client_of(std::string_view type) {
    constexpr std::string_view PREFIX = "MVpar";
    unsigned number = 0;
    if (type.starts_with(PREFIX)) {
        for (const char c : type.substr(PREFIX.size()))
            number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number;
}

std::optional<std::string> expected_link_key(const Subject& subject) {
    if (const auto link = keysdir::LinkName::parse(subject.file.name))
        return link->key;
    return keysdir::link_key_of(subject.file.type);
}

void identify(Subject& subject, SecretBytes content, const Surroundings& around) {
    const std::string_view text = content.text();
    InspectedFile& file = subject.file;
    if (text.empty()) {
        around.findings.add("empty", file.path, "the file is empty");
        return;
    }
    if (const auto target = name_only(text)) {
        around.findings.add("link-as-text", file.path,
                            fmt::format("the file holds only the name {}: a link that was copied as text",
                                        quoted(target->text())),
                            fmt::format("ln -sf {} {}", shell_word(target->text()), shell_word(file.path)));
        return;
    }
    subject.header = keysdir::parse_header(text);
    take_names(subject);
    const bool is_pem_named = expected_link_key(subject).has_value();
    if (text.find(BEGIN_MARK) != std::string_view::npos) {
        identify_pem(subject, std::move(content), around);
        if (file.kind == FileKind::unknown && !is_pem_named)
            return;
    } else if (!is_pem_named && (is_keys_file_name(file.name) || looks_like_keys_file(text))) {
        inspect_keys_file(subject, text, around);
        return;
    } else if (is_pem_named) {
        around.findings.add("damaged", file.path, "no PEM block (\"-----BEGIN ...\")");
    } else {
        around.findings.add("unknown-content", file.path, "neither a PEM key or certificate nor a keys file");
        return;
    }
    if (file.filestamp)
        file.generated_at = file.filestamp->to_unix(around.request.now);
    check_names(subject, around);
}

}  // namespace keygen::inspect_room
