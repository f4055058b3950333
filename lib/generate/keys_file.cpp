#include <keygen/error.hpp>
#include <keygen/keys_file.hpp>

#include <fmt/format.h>

#include "generate/keys_file_edit.hpp"
#include "keysdir/header.hpp"
#include "keysdir/links.hpp"
#include "keysdir/settled_directory.hpp"
#include "keysdir/staging.hpp"

namespace keygen {

using namespace generation;

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
