#pragma once

#include <string>
#include <vector>

#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"

namespace keygen::linking {

/// What goes together through the generations: server key, client parameters and authority of a scheme are
/// "iff", "gq" or "mv"; the others are "host", "sign", "cert" and "ntp.keys". Empty for names of nothing that
/// is linked.
std::string family_of(const keysdir::FileName& file);
std::string family_of_link(const std::string& link);

/// The key files of all generations in a directory.
std::vector<keysdir::FileName> key_files(const keysdir::Directory& directory);
/// The names that ntpd, or the classic layout, may open: links, and what stands in their place.
std::vector<std::string> link_names(const keysdir::Directory& directory);

/// Whether a link of this name may lead to such a file.
bool fits(const std::string& link, const keysdir::FileName& file);

}  // namespace keygen::linking
