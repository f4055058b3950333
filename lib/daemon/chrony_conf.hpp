#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/conf_reader.hpp"

namespace keygen::daemon {

/// Reads chrony.conf and what it includes, as far as it is about keys (conf.c, cmdparse.c).
class ChronyConf : public ConfReader {
  public:
    using ConfReader::ConfReader;

    void read(const std::string& path, std::string_view text);

  private:
    using Words = std::vector<std::string_view>;

    void read_text(const std::string& path, std::string_view text, unsigned level);
    void read_line(const Place& place, const Words& words, unsigned level);
    bool read_path(const Place& place, const Words& words, std::string& value);
    void read_nts_file(const Place& place, const Words& words, NtsFile::Role role);
    void read_source(const Place& place, const Words& words);
    void read_key(const Place& place, Association& association, const Words& words, std::size_t& next);
    void include(const Place& place, const Words& words, unsigned level);
    void read_directories(const Place& place, const Words& words, unsigned level);
    void read_file(const Place& place, const std::string& path, unsigned level);
    void read_sources_file(const std::string& path);

    /// chronyd reads the directories of sources when it has read everything else.
    std::vector<std::vector<std::string>> source_directories_;
    std::size_t files_ = 0;
};

}  // namespace keygen::daemon
