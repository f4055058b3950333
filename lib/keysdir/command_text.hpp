#pragma once

#include <keygen/identity.hpp>
#include <keygen/keysdir.hpp>

#include <string>
#include <string_view>

namespace keygen::keysdir {

/// The options of a command line, for hints, that name this directory, host and group: "--keysdir keys -s
/// server1@wheel". The current directory needs no naming.
std::string place_options(const KeysdirOptions& keysdir, const std::string& host, const std::string& group);
/// The option that asks for a scheme: "-I", "-G" or "-V <clients>".
std::string_view option_of(IdentityScheme scheme);

}  // namespace keygen::keysdir
