#include "faults.hpp"

#include <execinfo.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace faults {

namespace {

std::atomic<bool> is_watching = false;
std::atomic<Kind> chosen_kind = Kind::allocation;
std::atomic<std::uint64_t> chosen_call = 0;
std::array<std::atomic<std::uint64_t>, KINDS> counts;
std::atomic<const char*> function_that_failed = nullptr;
std::atomic<int> spared_kind = -1;
std::atomic<int> errno_that_was_set = 0;
std::array<void*, 48> frames;
int frame_count = 0;

}  // namespace

void watch(Kind kind, std::uint64_t which) {
    for (auto& counter : counts)
        counter = 0;
    function_that_failed = nullptr;
    errno_that_was_set = 0;
    chosen_kind = kind;
    chosen_call = which;
    is_watching = true;
}

void stop() {
    is_watching = false;
}

std::uint64_t count(Kind kind) {
    return counts[static_cast<std::size_t>(kind)];
}

std::string_view failed_call() {
    const char* name = function_that_failed;
    return name == nullptr ? "" : name;
}

int failed_errno() {
    return errno_that_was_set;
}

void print_failed_stack() {
    ::backtrace_symbols_fd(frames.data(), frame_count, STDERR_FILENO);
}

Sparing::Sparing(Kind kind) {
    spared_kind = static_cast<int>(kind);
}

Sparing::~Sparing() {
    spared_kind = -1;
}

bool is_to_fail(Kind kind, const char* function, int error_number) {
    if (!is_watching || spared_kind == static_cast<int>(kind))
        return false;
    const std::uint64_t call = ++counts[static_cast<std::size_t>(kind)];
    if (kind != chosen_kind || call != chosen_call)
        return false;
    function_that_failed = function;
    frame_count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
    errno_that_was_set = error_number;
    if (error_number != 0)
        errno = error_number;
    return true;
}

}  // namespace faults
