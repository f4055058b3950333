#include <keygen/error.hpp>
#include <keygen/keys_file.hpp>

#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <unordered_set>

#include "generate/keys_file_edit.hpp"
#include "keysdir/filename.hpp"
#include "keysdir/header.hpp"
#include "keysdir/links.hpp"
#include "keysdir/settled_directory.hpp"
#include "keysdir/staging.hpp"
#include "symmetric/convert.hpp"
#include "symmetric/device.hpp"
#include "symmetric/edit.hpp"
#include "symmetric/generate.hpp"

namespace keygen {

using namespace generation;
using namespace symmetric;

namespace {

constexpr const char* KEYS_LINK = "ntp.keys";
// ntp-keygen calls the file so whatever it holds, and packages look for that name.
constexpr const char* KEYS_FILE_TYPE = "MD5key";

std::vector<NewKey> name_keys(const std::vector<SymmetricKey>& keys) {
    std::vector<NewKey> names;
    for (const auto& key : keys)
        names.push_back({key.id, key.type});
    return names;
}

void add_config_lines_of(const KeysFileTarget& target, std::string_view text, KeysFileReport& report) {
    if (target.path == "-")
        return;
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(target.path, failed).lexically_normal();
    add_config_lines(report, ids_of(parse_keys_file(text, report.dialect).keys),
                     failed ? target.path : absolute.string());
}

void warn_about_types(const KeysFile& file, const EnsureFileRequest& request, KeysFileReport& report) {
    const std::unordered_set<std::uint32_t> wanted(request.ids.begin(), request.ids.end());
    std::size_t others = 0;
    const SymmetricKey* first = nullptr;
    for (const auto& key : file.keys) {
        if (key.type == request.type || !wanted.contains(key.id))
            continue;
        first = first == nullptr ? &key : first;
        ++others;
    }
    if (first != nullptr)
        report.changes.warnings.push_back(
            fmt::format("key {} stays as it is, {} and not {}{}", first->id,
                        format_symmetric_type(first->type), format_symmetric_type(request.type),
                        others > 1 ? fmt::format(", and so do {} others", others - 1) : ""));
}

}  // namespace

KeysFileReport generate_keys_file(const KeysFileRequest& request, Random& random) {
    require_usable_owner(request.owner, "owner");
    KeysFileReport report;
    auto directory = keysdir::open_for_changes(request.keysdir, request.keysdir.progress, report.changes);
    directory.require_writable();
    keysdir::FileName name{KEYS_FILE_TYPE, request.owner,
                           request.filestamp.value_or(Filestamp::from_unix(request.now))};
    while (!request.filestamp && directory.kind_of(name.text()) != keysdir::EntryKind::missing)
        name.filestamp = Filestamp(name.filestamp.value() + 1);

    SymmetricRequest keys = request.keys;
    keys.header = keysdir::format_header(name, name.filestamp.to_unix(request.now));
    GeneratedKeys generated = generate_keys(keys, random);

    warn_about_policy(keys.types, report.changes);
    report.file = name.text();
    report.keys = std::move(generated.keys);
    std::vector<keysdir::StagedFile> files;
    files.push_back(
        {name,
         std::move(generated.text),
         true,
         fmt::format("{}, {} dialect", count_keys(report.keys.size()), format_dialect(keys.dialect)),
         {KEYS_LINK}});
    keysdir::Staging staging(std::move(files), {}, directory, request.keysdir, report.changes);
    report.dialect = keys.dialect;
    add_config_lines(report, ids_of(report.keys), fmt::format("{}/{}", directory.absolute_path(), KEYS_LINK));
    staging.commit();
    return report;
}

KeysFileReport merge_keys_file(const MergeRequest& request, Random& random) {
    KeysFileReport report;
    KeysFileEdit edit(request, KeysFileEdit::IfMissing::refuse, report.changes);
    SymmetricRequest keys = request.keys;
    if (!request.has_dialect)
        keys.dialect = guess_dialect(edit.text(), edit.path());
    GeneratedKeys merged = merge_keys(edit.text(), edit.path(), keys, random);

    warn_about_policy(keys.types, report.changes);
    report.keys = std::move(merged.keys);
    report.dialect = keys.dialect;
    add_config_lines_of(request, merged.text.text(), report);
    edit.finish(std::move(merged.text), fmt::format("{} more", count_keys(report.keys.size())), std::nullopt,
                report);
    return report;
}

KeysFileReport ensure_keys_file(const EnsureFileRequest& request, Random& random) {
    KeysFileReport report;
    KeysFileEdit edit(request, KeysFileEdit::IfMissing::create, report.changes);
    if (request.must_be_plain && edit.is_behind_link())
        throw Error(ErrorCode::already_exists, "a link is in the place of the daemon's keys file")
            .in(request.path)
            .hint("move it away; the daemon's profile of AppArmor may not let it follow one");
    EnsureRequest keys;
    keys.dialect = edit.choose_dialect(request.dialect);
    keys.type = request.type;
    keys.ids = request.ids;
    GeneratedKeys ensured = ensure_keys(edit.text(), edit.path(), keys, random);

    report.keys = std::move(ensured.keys);
    if (!report.keys.empty())
        warn_about_policy(std::array{request.type}, report.changes);
    report.dialect = keys.dialect;
    const KeysFile file = parse_keys_file(ensured.text.text(), keys.dialect);
    warn_about_types(file, request, report);
    add_config_lines_of(request, ensured.text.text(), report);
    edit.finish(std::move(ensured.text),
                fmt::format("{}{}, {} dialect", count_keys(report.keys.size()),
                            edit.text().empty() ? "" : " more", format_dialect(keys.dialect)),
                request.access, report);
    return report;
}

KeysFileReport remove_from_keys_file(const RemoveRequest& request) {
    KeysFileReport report;
    KeysFileEdit edit(request, KeysFileEdit::IfMissing::refuse, report.changes);
    report.dialect = edit.choose_dialect(request.dialect);
    EditedKeys edited = remove_keys(edit.text(), edit.path(), report.dialect, request.ids);
    report.keys = std::move(edited.keys);
    edit.finish(std::move(edited.text), fmt::format("{} fewer", count_keys(report.keys.size())), std::nullopt,
                report);
    return report;
}

KeysTextReport convert(const ConvertRequest& request) {
    KeysTextReport report;
    const KeysText source = read_keys_text(request.path, request.text, report.warnings);
    report.from = request.from ? *request.from : guess_dialect(source.text.text(), source.path);
    report.text = convert_keys_file(source.text.text(), source.path, report.from, request.to);
    report.keys = name_keys(parse_keys_file(report.text.text(), request.to).keys);
    return report;
}

KeysTextReport extract_from_keys_file(const ExtractRequest& request) {
    KeysTextReport report;
    const KeysText source = read_keys_text(request.path, request.text, report.warnings);
    const auto text = source.text.text();
    report.from = request.from ? *request.from : guess_dialect(text, source.path);
    if (!request.device) {
        EditedKeys extracted = extract_keys(text, source.path, report.from, request.ids, request.to);
        report.text = std::move(extracted.text);
        report.keys = std::move(extracted.keys);
        return report;
    }
    const auto keys = select_keys(text, source.path, report.from, request.ids);
    report.keys = name_keys(keys);
    try {
        report.text = format_device_keys(keys, *request.device);
    } catch (Error& error) {
        error.in(source.path);
        throw;
    }
    return report;
}

}  // namespace keygen
