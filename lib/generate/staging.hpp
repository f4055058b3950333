#pragma once

#include <keygen/keysdir.hpp>
#include <keygen/secret.hpp>

#include <string>
#include <vector>

#include "keysdir/filename.hpp"
#include "keysdir/publication.hpp"

namespace keygen::generate_room {

/// A file ready to be published and the links that will lead to it.
struct StagedFile {
    keysdir::FileName name;
    SecretBytes content;
    bool is_private = true;
    std::string description;
    std::vector<std::string> links;
    bool replaces = false;  ///< takes the place of the file of this name
};

/// A link to a file that is there already.
struct StagedLink {
    std::string name;
    std::string target;
};

/// Hands everything to one publication, notes it in `changes`, and commits unless this is a dry run.
void publish(std::vector<StagedFile> files, const std::vector<StagedLink>& more_links, keysdir::Directory& directory,
             const KeysdirOptions& options, KeysdirChanges& changes);

}  // namespace keygen::generate_room
