#include "link/generations.hpp"

#include <fmt/format.h>

namespace keygen::linking {

using keysdir::Directory;
using keysdir::EntryKind;
using keysdir::FileName;
using keysdir::LinkName;

namespace {

constexpr std::string_view KEYS_LINK = "ntp.keys";
constexpr std::string_view KEYS_FILE_TYPE = "MD5key";

}  // namespace

std::string family_of(const FileName& file) {
    if (file.type == KEYS_FILE_TYPE)
        return std::string(KEYS_LINK);
    return keysdir::family_of(keysdir::link_key_of(file.type).value_or(""));
}

std::string family_of_link(const std::string& link) {
    if (link == KEYS_LINK)
        return link;
    const auto name = LinkName::parse(link);
    return name ? keysdir::family_of(name->key) : "";
}

std::vector<FileName> key_files(const Directory& directory) {
    std::vector<FileName> files;
    for (const std::string& name : directory.list()) {
        const auto file = FileName::parse(name);
        if (file && !family_of(*file).empty() && directory.kind_of(name) == EntryKind::regular)
            files.push_back(*file);
    }
    return files;
}

std::vector<std::string> link_names(const Directory& directory) {
    std::vector<std::string> names;
    for (const std::string& name : directory.list()) {
        // ntp-keygen's exports are files named like links, "ntpkey_gqpar_<owner>.<filestamp>".
        const bool is_export = FileName::parse(name) && directory.kind_of(name) == EntryKind::regular;
        if (name == KEYS_LINK || (LinkName::parse(name) && !is_export))
            names.push_back(name);
    }
    return names;
}

bool fits(const std::string& link, const FileName& file) {
    if (link == KEYS_LINK)
        return file.type == KEYS_FILE_TYPE;
    const std::string key = LinkName::parse(link)->key;
    const std::string file_key = keysdir::link_key_of(file.type).value_or("");
    const bool is_classic = key == "iff" || key == "gq" || key == "mv";
    return file_key == key || (is_classic && file_key == fmt::format("{}par", key));
}

}  // namespace keygen::linking
