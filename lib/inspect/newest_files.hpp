#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "inspect/scan.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspection {

/// The newest of files for each name of a link, gathered once.
class NewestFiles {
  public:
    NewestFiles() = default;
    NewestFiles(const Scan& scan, const ScannedDirectory& place);

    void add(const InspectedFile& file, std::size_t index);
    /// The index of a file that can be read; nothing where there is none, or where several are as new.
    [[nodiscard]] std::optional<std::size_t> find(const keysdir::LinkName& link) const;

  private:
    struct Newest {
        std::size_t index;
        Filestamp filestamp;
        bool is_only = true;
    };
    std::map<std::string, Newest, std::less<>> by_link_;
};

}  // namespace keygen::inspection
