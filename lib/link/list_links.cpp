#include <keygen/error.hpp>
#include <keygen/link.hpp>

#include <fmt/format.h>

#include "keysdir/header.hpp"
#include "keysdir/links.hpp"
#include "keysdir/settled_directory.hpp"
#include "link/generations.hpp"

namespace keygen {

using keysdir::Directory;

namespace {

LinkState look_at(const Directory& directory, const std::string& link) {
    LinkState state{link, directory.link_target(link).value_or(""), "", true, std::nullopt};
    if (directory.kind_of(link) != keysdir::EntryKind::link) {
        state.problem = "a file, not a link: keygen and keylink will not replace it without --force";
        state.is_wrong = false;
    }
    try {
        const auto file = keysdir::resolve(directory, link);
        const SecretBytes text = directory.read(file.value_or(link));
        if (link == linking::family_of_link(link)) {  // ntp.keys, whose file needs no header
            state.is_wrong = false;
            return state;
        }
        const keysdir::FileName header = keysdir::require_header(text.text());
        state.filestamp = header.filestamp;
        if (!linking::fits(link, header))
            state.problem = fmt::format("leads to a file of type {}", escaped(header.type));
        else
            state.is_wrong = false;
    } catch (const Error& error) {
        state.problem = error.message();
        state.is_wrong = true;
    }
    return state;
}

}  // namespace

std::vector<LinkState> list_links(const std::string& path) {
    const Directory directory = keysdir::open_to_list(path);
    std::vector<LinkState> states;
    for (const std::string& link : linking::link_names(directory))
        states.push_back(look_at(directory, link));
    return states;
}

}  // namespace keygen
