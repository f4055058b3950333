#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inspect/configuration/settings.hpp"

namespace keygen::inspection {

/// Reads chrony.conf and what it includes as chronyd does, which ends on the first line that it does not
/// understand (conf.c).
class ChronyReader {
  public:
    ChronyReader(Settings& settings, Findings& findings) : settings_(settings), findings_(findings) {}

    void read(const std::string& path, std::string_view text);

  private:
    using Words = std::vector<std::string_view>;

    void read_text(const std::string& path, std::string_view text, unsigned level);
    void read_line(const ConfigurationLine& directory_scan, const Words& words, unsigned level);
    bool check_word_count(const ConfigurationLine& directory_scan, const Words& words, std::size_t count);
    bool read_source(const ConfigurationLine& directory_scan, const Words& words);
    void include(const ConfigurationLine& directory_scan, const std::string& pattern, unsigned level);
    void read_directories(const ConfigurationLine& directory_scan, const Words& words, unsigned level);
    void read_file(const ConfigurationLine& directory_scan, const std::string& path, unsigned level);
    void read_sources_file(const std::string& path);
    void leave_out(const ConfigurationLine& directory_scan, const std::string& path, std::string_view cause);
    void end_on(const ConfigurationLine& directory_scan, const std::string& complaint);
    void end(std::string text);

    Settings& settings_;
    Findings& findings_;
    /// chronyd reads the directories of sources when it has read everything else.
    std::vector<std::string> source_directories_;
};

}  // namespace keygen::inspection
