#include "inspect/identify.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/pem.hpp"
#include "identity/identity.hpp"
#include "inspect/certificate_file.hpp"
#include "inspect/check_names.hpp"
#include "inspect/examined_file.hpp"
#include "inspect/keys_file.hpp"
#include "inspect/private_key.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

namespace {

constexpr std::string_view BEGIN_MARK = "-----BEGIN ";

// What a link becomes when a directory is copied through something that knows no links.
std::optional<keysdir::FileName> name_only(std::string_view text) {
    constexpr std::size_t MAX_NAME_BYTES = 255;
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    return text.size() <= MAX_NAME_BYTES ? keysdir::FileName::parse(text) : std::nullopt;
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

void report_mismatch(ExaminedFile& subject, std::string_view content, const Context& context) {
    expect_named(subject);
    context.findings.add(
        "type-mismatch", subject.file.path,
        fmt::format("the name says {} and the content is {}", escaped(subject.file.type), content));
}

// What another program made, and no damage.
void report_foreign(ExaminedFile& subject, std::string_view content, const Context& context) {
    if (expected_link_key(subject))
        report_mismatch(subject, content, context);
    else
        context.findings.add("unknown-content", subject.file.path,
                             fmt::format("{}, which no NTP daemon reads", content));
}

// A key for Network Time Security, which the caller named.
void take_foreign_key(ExaminedFile& subject, std::string algorithm) {
    subject.file.kind = FileKind::private_key;
    subject.file.algorithm = std::move(algorithm);
    subject.file.assurance = VerificationState::unconfirmed;
    subject.is_secret = true;
}

std::string block_named(std::string_view label) {
    return fmt::format("a PEM block \"{}\"", escaped(label));
}

std::string_view first_label(std::string_view text) {
    text.remove_prefix(std::min(text.find(BEGIN_MARK), text.size()));
    text.remove_prefix(std::min(BEGIN_MARK.size(), text.size()));
    return text.substr(0, text.find_first_of("-\n"));
}

bool is_label_of_ntp(std::string_view label) {
    static constexpr std::array<std::string_view, 5> LABELS = {
        "CERTIFICATE", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "DSA PRIVATE KEY"};
    return std::find(LABELS.begin(), LABELS.end(), label) != LABELS.end();
}

void identify_pem(ExaminedFile& subject, SecretBytes content, const Context& context) {
    std::vector<crypto::PemBlock> blocks;
    try {
        blocks = crypto::parse_pem(content.text());
    } catch (const Error& error) {
        if (error.code() == ErrorCode::crypto)
            throw;
        // What PGP calls armour is no PEM.
        const std::string_view label = first_label(content.text());
        if (label.starts_with("PGP ")) {
            report_foreign(subject, block_named(label), context);
            return;
        }
        expect_named(subject);
        context.findings.add("damaged", subject.file.path, error.message());
        return;
    }
    const auto expected = expected_link_key(subject);
    const FileKind named = expected ? kind_named(*expected) : FileKind::unknown;
    // Where ntpd wants a key it passes over what is none (PEM_read_PrivateKey).
    const auto wanted = std::find_if(blocks.begin(), blocks.end(), [&](const crypto::PemBlock& block) {
        return named == FileKind::unknown ||
               (block.label == "CERTIFICATE") == (named == FileKind::certificate);
    });
    const crypto::PemBlock& block = wanted == blocks.end() ? blocks.front() : *wanted;
    const std::string& label = block.label;
    if (label == "EC PRIVATE KEY" && subject.is_explicit && !expected) {
        take_foreign_key(subject, "EC");
        return;
    }
    if (!is_label_of_ntp(label)) {
        report_foreign(subject, block_named(label), context);
        return;
    }
    if (label == "CERTIFICATE") {
        if (expected && named != FileKind::certificate)
            report_mismatch(subject, "a certificate", context);
        inspect_certificate(subject, content.text(), context);
        return;
    }
    if (named == FileKind::certificate) {
        report_mismatch(subject, block_named(label), context);
        return;
    }
    const auto algorithm = crypto::foreign_algorithm(block);
    if (algorithm && subject.is_explicit && !expected) {
        take_foreign_key(subject, *algorithm);
        return;
    }
    if (algorithm) {
        report_foreign(subject, fmt::format("a private key of type {}", escaped(*algorithm)), context);
        return;
    }
    subject.file.kind = expected ? named : FileKind::private_key;
    expect_named(subject);
    subject.content = std::move(content);
    inspect_private_key(subject, context);
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

std::string_view scheme_word(IdentityScheme scheme) {
    return scheme == IdentityScheme::iff ? "iff" : scheme == IdentityScheme::gq ? "gq" : "mv";
}

std::string link_name(IdentityScheme scheme, IdentityRole role, std::string_view owner) {
    const auto key = keysdir::link_key_of(file_type_of(scheme, role));
    return keysdir::LinkName{key.value_or(""), std::string(owner)}.text();
}

unsigned mv_client_of(std::string_view type) {
    constexpr std::string_view PREFIX = "MVpar";
    constexpr unsigned LARGEST = 1'000'000;
    unsigned number = 0;
    if (!type.starts_with(PREFIX))
        return 0;
    for (const char c : type.substr(PREFIX.size())) {
        if (c < '0' || c > '9' || number > LARGEST)
            return 0;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    return number;
}

std::optional<std::string> expected_link_key(const ExaminedFile& subject) {
    if (const auto link = keysdir::LinkName::parse(subject.file.name))
        return link->key;
    return keysdir::link_key_of(subject.file.type);
}

void take_names(ExaminedFile& subject) {
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

// What ntpd never opens, as the certificates and keys of Network Time Security.
bool is_of_others(const ExaminedFile& subject) {
    return !expected_link_key(subject) && !subject.header && subject.file.kind != FileKind::identity;
}

void expect_named(ExaminedFile& subject) {
    const auto key = expected_link_key(subject);
    const auto identity = key ? scheme_and_role_of(*key) : std::nullopt;
    if (!identity)
        return;
    subject.file.scheme = identity->scheme;
    subject.file.role = identity->role;
}

void identify(ExaminedFile& subject, SecretBytes content, const Context& context) {
    const std::string_view text = content.text();
    InspectedFile& file = subject.file;
    if (text.empty()) {
        take_names(subject);
        expect_named(subject);
        context.findings.add("empty", file.path, "the file is empty");
        return;
    }
    if (const auto target = name_only(text)) {
        context.findings.add(
            "link-as-text", file.path,
            fmt::format("the file holds only the name {}: a link that was copied as text",
                        escaped(target->text())),
            subject.names->files.contains(target->text())
                ? fmt::format("ln -sf {} {}", shell_word(target->text()), path_word(file.path))
                : "");
        return;
    }
    subject.header = keysdir::parse_header(text);
    take_names(subject);
    if (!file.filestamp && expected_link_key(subject))
        file.filestamp = keysdir::filestamp_as_ntpd_reads(text);
    const bool is_pem_named = expected_link_key(subject).has_value();
    if (text.find(BEGIN_MARK) != std::string_view::npos) {
        identify_pem(subject, std::move(content), context);
        if ((file.kind == FileKind::unknown && !is_pem_named) || is_of_others(subject))
            return;
    } else if (!is_pem_named && (is_keys_file_name(file.name) || looks_like_keys_file(text))) {
        inspect_keys_file(subject, text, context);
        return;
    } else if (is_pem_named) {
        expect_named(subject);
        context.findings.add("damaged", file.path, "no PEM block (\"-----BEGIN ...\")");
        if (!file.filestamp)  // and no line 1 either
            return;
    } else {
        context.findings.add("unknown-content", file.path,
                             "neither a PEM key or certificate nor a keys file");
        return;
    }
    if (file.filestamp)
        file.generated_at = file.filestamp->to_unix(context.request.now);
    check_names(subject, context);
}

}  // namespace keygen::inspection
