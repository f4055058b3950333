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

/// Everything in one publication, noted in `changes`, with nothing in its way. The caller commits it unless
/// this is a dry run, as its very last step: an error behind that would tell of a failure that is none.
class Staging {
  public:
    Staging(std::vector<StagedFile> files, const std::vector<StagedLink>& more_links,
            keysdir::Directory& directory, const KeysdirOptions& options, KeysdirChanges& changes);
    void commit();

  private:
    keysdir::Publication publication_;
    bool dry_run_;
};

}  // namespace keygen::generate_room
