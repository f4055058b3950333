#pragma once

#include <keygen/keysdir.hpp>
#include <keygen/secret.hpp>

#include <string>
#include <vector>

#include "keysdir/filename.hpp"
#include "keysdir/publication.hpp"

namespace keygen::keysdir {

/// A file ready to be published and the links that will lead to it.
struct StagedFile {
    FileName name;
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
    Staging(std::vector<StagedFile> files, const std::vector<StagedLink>& more_links, Directory& directory,
            const KeysdirOptions& options, KeysdirChanges& changes);
    void commit();

  private:
    Publication publication_;
    bool dry_run_;
};

}  // namespace keygen::keysdir
