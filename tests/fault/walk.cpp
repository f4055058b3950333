// Lets every call that can fail do so, one at a time, in everything the commands do with a key directory, and
// looks at what is left. Usage: fault_walk [--seed N] [--most N] [--kind KIND] [--trace] [USE CASE...];
// --most limits the points of one kind in one use case, drawn by the seed; --trace shows for each defect
// where the call that failed came from.
#include <keygen/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <map>
#include <new>
#include <numeric>
#include <random>

#include "allocations.hpp"
#include "faults.hpp"
#include "use_cases.hpp"

using faults::Kind;

namespace {

enum class Outcome {
    refused,      // an error came out, and nothing had changed
    complete,     // the call could be done without, and everything was done
    left_over,    // a clean-up failed, and the next run did it
    not_reached,  // the run took another way and ended before the chosen call
    bad
};
constexpr std::size_t OUTCOMES = static_cast<std::size_t>(Outcome::bad) + 1;

struct Verdict {
    Outcome outcome;
    std::string why = {};  // bad only
};

struct Failure {
    enum class Type { none, error, out_of_memory, other };
    Type type = Type::none;
    keygen::ErrorCode code = keygen::ErrorCode::crypto;
    std::string text;
};

struct Attempt {
    Failure failure;
    std::string report;
    std::string failed_call;
    int failed_errno = 0;
};

bool tracing = false;
std::string only_kind;

// Where the walk is, for the handler of a crash, which cannot format.
std::array<char, 256> position;

void show_position(int signal) {
    const auto ignored = ::write(STDERR_FILENO, position.data(), std::strlen(position.data()));
    (void)ignored;
    ::_exit(128 + signal);
}

Attempt attempt(const UseCase& use_case, const Scene& scene, Kind kind, std::uint64_t which) {
    Attempt result;
    faults::watch(kind, which);
    try {
        result.report = use_case.run(scene);
        faults::stop();
    } catch (const keygen::Error& error) {
        faults::stop();
        result.failure = {Failure::Type::error, error.code(), error.what()};
    } catch (const std::bad_alloc&) {
        faults::stop();
        result.failure = {Failure::Type::out_of_memory, {}, "out of memory"};
    } catch (const std::exception& error) {
        faults::stop();
        result.failure = {Failure::Type::other, {}, error.what()};
    }
    result.failed_call = faults::failed_call();
    result.failed_errno = faults::failed_errno();
    return result;
}

// Empty, or why this is not what a person needs to hear.
std::string judge_message(Kind kind, const Attempt& attempt) {
    const Failure& failure = attempt.failure;
    const bool is_of_memory = failure.type == Failure::Type::out_of_memory;
    if (failure.text.empty() || failure.text.find('\n') != std::string::npos)
        return "the message is not one line";
    switch (kind) {
        case Kind::allocation:
            return is_of_memory ? "" : "memory ran out, and the error says something else";
        case Kind::openssl_allocation:
            // OpenSSL does not always pass on why; a proof that fails for it is refused as a proof.
            return is_of_memory || failure.code == keygen::ErrorCode::crypto ||
                           failure.code == keygen::ErrorCode::not_proven
                       ? ""
                       : "memory ran out in OpenSSL, and the error says something else";
        case Kind::cancellation:
            return failure.code == keygen::ErrorCode::cancelled ? "" : "cancelled, and not said so";
        case Kind::openssl_call:
            return "";
        case Kind::random:
            return failure.text.find("random") != std::string::npos ||
                           failure.text.find("OpenSSL") != std::string::npos
                       ? ""
                       : "the random generator failed, and the error says something else";
        default:
            return failure.text.find(std::strerror(attempt.failed_errno)) != std::string::npos
                       ? ""
                       : "the error does not say what the system said";
    }
}

int open_files() {
    int count = 0;
    for (int file = 0; file < 256; ++file)
        count += ::fcntl(file, F_GETFD) >= 0 ? 1 : 0;
    return count;
}

bool has_leftovers(const std::vector<std::string>& names) {
    return std::any_of(names.begin(), names.end(), is_leftover);
}

class Walk {
  public:
    Walk(UseCase use_case, std::uint64_t seed, std::size_t most)
        : use_case_(std::move(use_case)), generator_(seed), most_(most) {
        use_case_.prepare(before_);
        // Once for what is set up at first use, once for the counts.
        for (int run = 0; run < 2; ++run) {
            scene_.become(before_);
            whole_ = attempt(use_case_, scene_, Kind::allocation, 0);
        }
        if (whole_.failure.type != Failure::Type::none)
            throw std::runtime_error(
                fmt::format("{} fails by itself: {}", use_case_.name, whole_.failure.text));
        for (std::size_t kind = 0; kind < faults::KINDS; ++kind)
            calls_[kind] = faults::count(static_cast<Kind>(kind));
        names_after_ = scene_.names();
        unchanged_ = before_.snapshot();
    }

    template <typename Record>
    void go(Record record) {
        for (std::size_t kind = 0; kind < faults::KINDS; ++kind) {
            if (!only_kind.empty() && faults::NAMES[kind] != only_kind)
                continue;
            scene_.become(before_);
            for (const std::uint64_t which : points(calls_[kind]))
                record(static_cast<Kind>(kind), which, visit(static_cast<Kind>(kind), which));
        }
    }

    [[nodiscard]] std::uint64_t calls(Kind kind) const { return calls_[static_cast<std::size_t>(kind)]; }

  private:
    std::vector<std::uint64_t> points(std::uint64_t calls) {
        std::vector<std::uint64_t> all(static_cast<std::size_t>(calls));
        std::iota(all.begin(), all.end(), 1);
        std::vector<std::uint64_t> chosen;
        std::sample(all.begin(), all.end(), std::back_inserter(chosen), most_, generator_);
        return chosen;
    }

    Verdict visit(Kind kind, std::uint64_t which) {
        fmt::format_to_n(position.data(), position.size() - 1, "crashed in {}: {} {}\n{}", use_case_.name,
                         faults::NAMES[static_cast<std::size_t>(kind)], which, '\0');
        const int files_before = open_files();
        const Attempt result = attempt(use_case_, scene_, kind, which);
        ERR_clear_error();
        Verdict verdict = evaluate(kind, result);
        if (open_files() != files_before)
            verdict = {Outcome::bad, "a file stays open"};
        if (verdict.outcome == Outcome::bad && tracing)
            faults::print_failed_stack();
        if (verdict.outcome == Outcome::bad)
            verdict.why += fmt::format(" ({} failed; {})", result.failed_call,
                                       result.failure.text.empty() ? "no error" : result.failure.text);
        if (verdict.outcome != Outcome::refused)
            scene_.become(before_);
        return verdict;
    }

    Verdict evaluate(Kind kind, const Attempt& result) {
        const auto now = scene_.snapshot();
        const auto names = scene_.names();
        const bool clean_up_failed = kind == Kind::unlink && has_leftovers(names);
        if (result.failure.type == Failure::Type::other)
            return {Outcome::bad, "an exception that is no Error"};
        if (result.failure.type == Failure::Type::none) {
            if (clean_up_failed)
                return judge_next_run();
            if (names != names_after_)
                return {Outcome::bad, "success, but not all was done"};
            const bool may_differ = use_case_.tells_in_report && !result.failed_call.empty();
            const bool must_differ =
                may_differ && (kind == Kind::open || kind == Kind::look || kind == Kind::read);
            if (result.report != whole_.report && !may_differ)
                return {Outcome::bad, fmt::format("success, but the report is \"{}\"", result.report)};
            if (result.report == whole_.report && must_differ)
                return {Outcome::bad, "the report does not tell"};
            return {result.failed_call.empty() ? Outcome::not_reached : Outcome::complete};
        }
        if (clean_up_failed)
            return judge_next_run();
        if (now != unchanged_)
            return {Outcome::bad, fmt::format("the directory has changed: {}", first_difference(now))};
        if (const std::string why = judge_message(kind, result); !why.empty())
            return {Outcome::bad, why};
        return {Outcome::refused};
    }

    // A failed clean-up may leave names of its own, which the next run has to remove.
    Verdict judge_next_run() {
        auto rest = scene_.snapshot();
        std::erase_if(rest, [](const auto& entry) { return is_leftover(entry.first); });
        const bool was_undone = rest == unchanged_;
        const Attempt next = attempt(use_case_, scene_, Kind::allocation, 0);
        if (was_undone && next.failure.type != Failure::Type::none)
            return {Outcome::bad, fmt::format("the next run fails: {}", next.failure.text)};
        if (next.failure.type == Failure::Type::none && has_leftovers(scene_.names()))
            return {Outcome::bad, "the next run leaves what the failed clean-up left"};
        return {Outcome::left_over};
    }

    std::string first_difference(const Scene::Snapshot& now) const {
        for (const auto& [name, content] : now) {
            const auto before = unchanged_.find(name);
            if (before == unchanged_.end())
                return name + " is new";
            if (before->second != content)
                return name + " is another";
        }
        for (const auto& [name, content] : unchanged_) {
            if (!now.contains(name))
                return name + " is gone";
        }
        return "not at all";
    }

    UseCase use_case_;
    std::mt19937_64 generator_;
    std::size_t most_;
    Scene before_;
    Scene scene_;
    Attempt whole_;
    std::array<std::uint64_t, faults::KINDS> calls_{};
    std::vector<std::string> names_after_;
    Scene::Snapshot unchanged_;
};

struct Tally {
    std::array<std::uint64_t, OUTCOMES> outcomes{};
    std::uint64_t calls = 0;

    void add(const Tally& other) {
        for (std::size_t i = 0; i < OUTCOMES; ++i)
            outcomes[i] += other.outcomes[i];
        calls += other.calls;
    }
    [[nodiscard]] std::uint64_t walked() const {
        return std::accumulate(outcomes.begin(), outcomes.end(), std::uint64_t{0});
    }
};

void print_row(std::string_view name, const Tally& tally) {
    fmt::print("{:<28}{:>9}{:>9}", name, tally.calls, tally.walked());
    for (const auto count : tally.outcomes)
        fmt::print("{:>10}", count);
    fmt::print("\n");
}

void print_head(std::string_view title) {
    fmt::print("\n{:<28}{:>9}{:>9}{:>10}{:>10}{:>10}{:>10}{:>10}\n", title, "calls", "walked", "refused",
               "complete", "clean-up", "missed", "bad");
}

}  // namespace

int main(int argc, char** argv) {
    if (!fail_openssl_allocations()) {
        fmt::print(stderr, "OpenSSL has allocated before main\n");
        return 1;
    }
    std::uint64_t seed = 20261123;
    std::size_t most = 60;
    std::vector<std::string> chosen;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--seed" && i + 1 < argc)
            seed = std::strtoull(argv[++i], nullptr, 10);
        else if (argument == "--most" && i + 1 < argc)
            most = std::strtoul(argv[++i], nullptr, 10);
        else if (argument == "--kind" && i + 1 < argc)
            only_kind = argv[++i];
        else if (argument == "--trace")
            tracing = true;
        else
            chosen.push_back(argument);
    }
    for (const int signal : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
        std::signal(signal, show_position);

    fmt::print("seed {}, at most {} points of a kind in a use case\n", seed, most);
    const auto start = std::chrono::steady_clock::now();
    std::array<Tally, faults::KINDS> by_kind;
    std::map<std::string, int> defects;
    print_head("use case");
    for (const UseCase& use_case : all_use_cases()) {
        if (!chosen.empty() && std::find(chosen.begin(), chosen.end(), use_case.name) == chosen.end())
            continue;
        Walk walk(use_case, seed, most);
        Tally of_use_case;
        walk.go([&](Kind kind, std::uint64_t which, const Verdict& verdict) {
            auto& tally = by_kind[static_cast<std::size_t>(kind)];
            ++tally.outcomes[static_cast<std::size_t>(verdict.outcome)];
            ++of_use_case.outcomes[static_cast<std::size_t>(verdict.outcome)];
            if (verdict.outcome == Outcome::bad && defects[use_case.name + verdict.why]++ == 0)
                fmt::print(stderr, "bad: {}, {} {}: {}\n", use_case.name,
                           faults::NAMES[static_cast<std::size_t>(kind)], which, verdict.why);
        });
        for (std::size_t kind = 0; kind < faults::KINDS; ++kind) {
            by_kind[kind].calls += walk.calls(static_cast<Kind>(kind));
            of_use_case.calls += walk.calls(static_cast<Kind>(kind));
        }
        print_row(use_case.name, of_use_case);
    }
    print_head("what failed");
    Tally all;
    for (std::size_t kind = 0; kind < faults::KINDS; ++kind) {
        print_row(faults::NAMES[kind], by_kind[kind]);
        all.add(by_kind[kind]);
    }
    print_row("all", all);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const auto bad = all.outcomes[static_cast<std::size_t>(Outcome::bad)];
    fmt::print("\n{} fault points walked in {:.0f} s, {} left bad\n", all.walked(), took.count(), bad);
    return bad == 0 && all.walked() > 0 ? 0 : 1;
}
