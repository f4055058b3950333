#pragma once

#include <keygen/error.hpp>

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

namespace keygen::keysdir {

/// Owns an open file; closes it.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~FileDescriptor() {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    [[nodiscard]] int get() const { return descriptor_; }
    [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
    /// For close(2), whose result has to be looked at after writing.
    [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

  private:
    int descriptor_ = -1;
};

/// Error(input_output), or Error(not_found) for ENOENT: "cannot `verb`: <errno's sentence>", about `path`.
Error system_failure(std::string_view verb, const std::string& path);

}  // namespace keygen::keysdir
