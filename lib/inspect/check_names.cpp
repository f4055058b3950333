#include "inspect/check_names.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include "identity/identity.hpp"
#include "inspect/identify.hpp"
#include "inspect/remedy.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"

namespace keygen::inspection {

namespace {

// ntpd's sscanf("%u") behind the last dot is content with a number that something else follows.
bool starts_with_number_after_dot(std::string_view line) {
    const auto dot = line.rfind('.');
    return dot != std::string_view::npos && dot + 1 < line.size() && line[dot + 1] >= '0' &&
           line[dot + 1] <= '9';
}

// Line 1 as the name has it, between two pieces of a command of sed(1). Only a full name tells it, and only
// one that means nothing else to sed.
std::string header_change(const InspectedFile& file, std::string_view before, std::string_view after) {
    constexpr std::string_view SPECIAL = "\\/&\n";
    if (!keysdir::FileName::parse(file.name) || file.name.find_first_of(SPECIAL) != std::string::npos)
        return "";
    return fmt::format("sed -i --follow-symlinks {} {}",
                       shell_word(fmt::format("{}{}{}", before, file.name, after)), path_word(file.path));
}

void report_missing_header(const ExaminedFile& subject, const Context& context) {
    const auto severity = subject.file.name.starts_with("ntpkey_") ? Severity::critical : Severity::warning;
    const bool is_lenient = subject.header && starts_with_number_after_dot(subject.header->first_line);
    if (is_lenient) {
        context.findings.add(
            "header-mismatch", subject.file.path,
            fmt::format("line 1 ends in \"{}\", of which ntpd takes the leading digits for the filestamp",
                        escaped(subject.header->first_line.substr(subject.header->first_line.rfind('.')))));
        return;
    }
    context.findings.add("header-missing", severity, subject.file.path, 1,
                         "line 1 has no filestamp, so ntpd refuses the file",
                         header_change(subject.file, "1i # ", ""));
}

// A server key whose parameters have the filestamp of its name, in their line 1 too, as keygen makes them:
// its own line 1 is the one that was changed.
bool has_twin(const ExaminedFile& subject) {
    if (subject.file.role != IdentityRole::server)
        return false;
    auto twin = *keysdir::FileName::parse(subject.file.name);
    twin.type = file_type_of(*subject.file.scheme, IdentityRole::client);
    if (subject.file.scheme == IdentityScheme::mv)
        twin.type += "1";
    if (!subject.names->files.contains(twin.text()))
        return false;
    try {
        const auto content = keysdir::read_file(fmt::format("{}/{}", subject.file.directory, twin.text()));
        return keysdir::filestamp_as_ntpd_reads(content.text()) == twin.filestamp;
    } catch (const Error&) {  // a file without a word to say
        return false;
    }
}

// keylink takes nothing that is yet to come.
std::string name_or_header_change(const ExaminedFile& subject, bool is_stamp_right, const Context& context) {
    if (subject.file.generated_at > context.request.now + SECONDS_PER_DAY)
        return "";
    if ((is_stamp_right && subject.file.is_current) || has_twin(subject))
        return header_change(subject.file, "1s/.*/# ", "/");
    if (subject.file.role == IdentityRole::client)
        return client_reissue(subject, context);
    return fmt::format("{} && rm {}", installation(subject, subject.file.path, "", context),
                       path_word(subject.file.path));
}

void check_file_name(const ExaminedFile& subject, const Context& context) {
    const auto& header = subject.header->name;
    const auto name = keysdir::FileName::parse(subject.file.name);
    const auto link = keysdir::LinkName::parse(subject.file.name);
    if (!name && !link)
        return;
    const auto mismatch = [&](std::string cause, std::string remedy) {
        context.findings.add("header-mismatch", Severity::warning, subject.file.path, 1, std::move(cause),
                             std::move(remedy));
    };
    if (!header) {
        const bool is_stamp_right = name && subject.header->filestamp == name->filestamp;
        mismatch("line 1 does not name a key file",
                 is_stamp_right ? header_change(subject.file, "1s/.*/# ", "/") : "");
        return;
    }
    if (link && keysdir::link_key_of(header->type) != keysdir::link_key_of(link->key))
        mismatch(fmt::format("line 1 names a file of type {}", escaped(header->type)), "");
    else if (link && header->owner != link->owner && subject.file.role == IdentityRole::client)
        mismatch(fmt::format("line 1 names {} as the owner", escaped(header->owner)), "");
    if (!name || name->text() == header->text())
        return;
    const bool is_stamp_right = name->filestamp == header->filestamp;
    mismatch(is_stamp_right ? fmt::format("line 1 names {}", escaped(header->text()))
                            : fmt::format("line 1 has the filestamp {}, which is the one that ntpd takes",
                                          header->filestamp.text()),
             name_or_header_change(subject, is_stamp_right, context));
}

}  // namespace

bool is_in_use(const ExaminedFile& subject) {
    return subject.is_explicit || subject.file.is_current || !keysdir::FileName::parse(subject.file.name);
}

Severity severity_in_use(const ExaminedFile& subject, Severity severity) {
    return is_in_use(subject) ? severity : Severity::note;
}

bool bears_its_name(const ExaminedFile& subject) {
    return subject.header && subject.header->name && subject.header->name->text() == subject.file.name;
}

void check_names(const ExaminedFile& subject, const Context& context) {
    if (!subject.header && subject.file.filestamp) {
        context.findings.add(
            "header-mismatch", Severity::warning, subject.file.path, 1,
            fmt::format("line 1 does not begin with #; ntpd takes its filestamp, {}, all the same",
                        subject.file.filestamp->text()));
        return;
    }
    if (!subject.header || !subject.header->filestamp) {
        report_missing_header(subject, context);
        return;
    }
    check_file_name(subject, context);
    if (subject.file.generated_at > context.request.now + SECONDS_PER_DAY)
        context.findings.add(
            "filestamp-future", subject.file.path,
            fmt::format("the filestamp is {}; is this clock right?", format_utc(subject.file.generated_at)));
}

}  // namespace keygen::inspection
