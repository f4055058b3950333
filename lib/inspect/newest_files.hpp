#pragma once

#include <map>
#include <string>

#include "inspect/scan.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

/// The newest file of a place for each name of a link, gathered once.
class NewestFiles {
  public:
    NewestFiles(const Scan& scan, const ScannedDirectory& place);

    /// nullptr where there is none, or where several are as new.
    [[nodiscard]] const ExaminedFile* find(const keysdir::LinkName& link) const;

  private:
    struct Newest {
        std::size_t subject;
        Filestamp filestamp;
        bool is_only = true;
    };
    const Scan& scan_;
    std::map<std::string, Newest, std::less<>> by_link_;
};

}  // namespace keygen::inspection
