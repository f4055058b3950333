#include <keygen/progress.hpp>

namespace keygen {

Progress::~Progress() = default;

Progress& silent_progress() {
    class Silent final : public Progress {
        void report(std::string_view, std::uint64_t, double) override {}
        void finish(std::string_view) override {}
        [[nodiscard]] bool is_cancelled() const override { return false; }
    };
    static Silent silent;
    return silent;
}

}  // namespace keygen
