#include "inspect/decrypt_keys.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "inspect/private_key.hpp"
#include "inspect/remedy.hpp"
#include "inspect/scan.hpp"

namespace keygen::inspection {

namespace {

// Every trial costs a key derivation.
constexpr unsigned MAX_DEFAULT_TRIALS = 8;

/// Opens the closed keys of one place, or those that the caller named.
class KeyDecryptor {
  public:
    KeyDecryptor(Scan& scan, const std::vector<std::size_t>& subjects, const Context& context)
        : scan_(scan), context_(context) {
        for (const std::size_t index : subjects) {
            if (is_encrypted(scan.subjects[index]))
                closed_.push_back(index);
            left_out_ += scan.subjects[index].is_left_out ? 1 : 0;
        }
        // The host keys first: their password is the directory's.
        const auto rank = [&](std::size_t index) {
            const ExaminedFile& subject = scan.subjects[index];
            return (subject.is_explicit       ? 0
                    : subject.file.is_current ? 1
                                              : 2) *
                       2 +
                   (subject.file.kind == FileKind::host_key ? 0 : 1);
        };
        std::stable_sort(closed_.begin(), closed_.end(),
                         [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
    }

    std::size_t run() {
        std::size_t examined = 0;
        std::size_t left_out = left_out_;
        for (const std::size_t index : closed_) {
            ExaminedFile& subject = scan_.subjects[index];
            const bool is_examined =
                !context_.is_time_over() && (subject.is_explicit || examined < MAX_EXAMINED_FILES);
            if (!subject.file.encryption) {
                open_key(subject, nullptr, is_examined, context_);
            } else if (is_examined) {
                open_encrypted(subject);
            }
            examined += is_examined ? 1 : 0;
            left_out += is_examined ? 0 : 1;
            if (!is_examined)
                subject.identity.reset();
            subject.content.wipe();
        }
        return left_out;
    }

  private:
    void open_encrypted(ExaminedFile& subject) {
        if (subject.file.role == IdentityRole::client)
            return;
        if (context_.request.password != nullptr) {
            open_with_given(subject);
            return;
        }
        if (default_password_) {
            open_key(subject, &*default_password_, true, context_);
            return;
        }
        if (subject.file.kind != FileKind::host_key || !subject.file.is_current)
            return;
        for (const std::string& name : {subject.file.owner, context_.request.host_name}) {
            if (!is_encrypted(subject) || name.empty() || default_trials_++ >= MAX_DEFAULT_TRIALS)
                continue;
            SecretBytes candidate(name);
            if (open_key(subject, &candidate, true, context_) != Opening::opened)
                continue;
            report_default(subject);
            default_password_ = std::move(candidate);
            return;
        }
    }

    void open_with_given(ExaminedFile& subject) {
        const SecretBytes& password = *context_.request.password;
        const Opening opening = open_key(subject, &password, true, context_);
        if (opening == Opening::wrong_password) {
            // That the directory's password is another comes first.
            for (const char* id : {"weak-cipher", "weak-key-derivation"})
                context_.findings.set_remedy(id, subject.file.path, "");
            context_.findings.add(
                "wrong-password", subject.file.is_current ? Severity::critical : Severity::note,
                subject.file.path, 0,
                "the given password does not open the key: with it, ntpd says \"crypto_key: ...bad "
                "decrypt\" and ends");
        } else if (opening == Opening::opened &&
                   (password.equals(subject.file.owner) || password.equals(context_.request.host_name)))
            report_default(subject);
    }

    void report_default(const ExaminedFile& subject) {
        context_.findings.add(
            "password-is-host-name", subject.file.path,
            "the key opens with the host's or owner's name, ntpd's password where none is configured: it "
            "protects nothing",
            new_password(subject, context_));
    }

    Scan& scan_;
    const Context& context_;
    std::vector<std::size_t> closed_;
    std::size_t left_out_ = 0;
    unsigned default_trials_ = 0;
    std::optional<SecretBytes> default_password_;
};

void report_time(const Scan& scan, const Context& context) {
    const std::string path =
        scan.directories.empty() ? std::string(".") : scan.directories.front().directory.path;
    if (!context.findings.has("time-over", path))
        context.findings.add(
            "time-over", path,
            "the time for decrypting and proving is used up: the rest was looked at from outside");
}

}  // namespace

void open_keys(Scan& scan, const Context& context) {
    std::vector<std::size_t> named;
    for (std::size_t i = 0; i < scan.subjects.size(); ++i) {
        if (scan.subjects[i].is_explicit)
            named.push_back(i);
    }
    if (KeyDecryptor(scan, named, context).run() > 0)
        report_time(scan, context);
    for (const ScannedDirectory& directory_scan : scan.directories) {
        if (const std::size_t left_out = KeyDecryptor(scan, directory_scan.subjects, context).run();
            left_out > 0 && context.is_time_over())
            report_time(scan, context);
        else if (left_out > 0)
            context.findings.add(
                "not-examined", directory_scan.directory.path,
                fmt::format("{} more keys than the {} that are opened and tested in one directory; name "
                            "them to have them opened",
                            left_out, MAX_EXAMINED_FILES),
                "");
    }
}

}  // namespace keygen::inspection
