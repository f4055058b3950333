#include "inspect/survey.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "inspect/keys_file.hpp"
#include "inspect/private_key.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/filename.hpp"

namespace keygen::inspect_room {

namespace {

constexpr unsigned PERMISSION_BITS = 07777;
// A file of another name is looked into for keys only when it is small.
constexpr std::uint64_t MAX_UNNAMED_BYTES = 1 << 20;

std::string directory_of(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? "." : std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string last_component(std::string_view path) {
    const auto slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

Subject make_subject(std::string path, std::string directory, std::string name, const struct stat& status) {
    Subject subject;
    subject.file.path = std::move(path);
    subject.file.directory = std::move(directory);
    subject.file.name = std::move(name);
    subject.file.mode = status.st_mode & PERMISSION_BITS;
    subject.file.user = status.st_uid;
    subject.file.size = static_cast<std::uint64_t>(status.st_size);
    return subject;
}

void report_error(const Error& error, const std::string& path, const Surroundings& around) {
    if (error.code() == ErrorCode::crypto)
        throw error;
    const bool is_file = error.code() == ErrorCode::bad_file;
    const bool is_regular = error.message().find("regular") == std::string::npos;
    around.findings.add(!is_file     ? "unreadable"
                        : is_regular ? "too-large"
                                     : "not-regular",
                        path, error.message());
}

/// Reads and identifies; what goes wrong is a finding, and the subject stays unreadable.
template <typename Read>
void read_subject(Subject& subject, const Surroundings& around, Read read) {
    try {
        if (subject.file.size > MAX_KEY_FILE_BYTES)
            around.findings.add("too-large", subject.file.path,
                                fmt::format("{} bytes; no key file has more than 16 MB", subject.file.size));
        else
            identify(subject, read(), around);
    } catch (const Error& error) {
        report_error(error, subject.file.path, around);
    }
}

bool is_key_name(std::string_view name) {
    return name.starts_with("ntpkey_") || is_keys_file_name(name);
}

bool has_key_content(std::string_view text) {
    return text.starts_with("# ntpkey_") || text.find("-----BEGIN ") != std::string_view::npos ||
           looks_like_keys_file(text);
}

class PlaceSurveyor {
  public:
    PlaceSurveyor(Survey& survey, const keysdir::Directory& directory, const Surroundings& around)
        : survey_(survey), directory_(directory), around_(around) {}

    Place run() {
        struct stat status {};
        if (::fstat(directory_.descriptor(), &status) == 0) {
            place_.directory.mode = status.st_mode & PERMISSION_BITS;
            place_.directory.user = status.st_uid;
        }
        place_.directory.path = directory_.path();
        const std::vector<std::string> names = directory_.list();
        for (const std::string& name : names) {
            // Only what links lead to directly; the rest of a chain is followed later.
            if (const auto target = is_key_name(name) ? directory_.link_target(name) : std::nullopt)
                linked_.insert(*target);
        }
        for (const std::string& name : names) {
            try {
                visit(name);
            } catch (const Error& error) {
                report_error(error, directory_.path_of(name), around_);
            }
        }
        place_.directory.files = place_.subjects.size();
        return std::move(place_);
    }

  private:
    void visit(const std::string& name) {
        const auto status = directory_.status_of(name);
        if (!status)
            return;  // gone since it was listed
        if (S_ISLNK(status->st_mode))
            visit_link(name);
        else if (S_ISREG(status->st_mode))
            visit_file(name, *status);
        else if (is_key_name(name))
            around_.findings.add("not-regular", directory_.path_of(name),
                                 S_ISDIR(status->st_mode)
                                     ? "a directory, where a key file should be"
                                     : "a FIFO, device or socket, where a key file should be");
        else
            ++place_.directory.others;
    }

    void visit_link(const std::string& name) {
        if (!is_key_name(name)) {
            ++place_.directory.others;
            return;
        }
        std::string target = directory_.link_target(name).value_or("");
        place_.links.push_back(survey_.links.size());
        survey_.links.push_back({directory_.path_of(name), directory_.path(), name, std::move(target), ""});
    }

    void visit_file(const std::string& name, const struct stat& status) {
        Subject subject = make_subject(directory_.path_of(name), directory_.path(), name, status);
        subject.file.is_current =
            linked_.contains(name) || keysdir::LinkName::parse(name) || name == "ntp.keys";
        if (is_key_name(name)) {
            read_subject(subject, around_, [&] { return directory_.read(name); });
        } else {
            SecretBytes content;
            if (subject.file.size <= MAX_UNNAMED_BYTES)
                content = directory_.read(name);
            if (!has_key_content(content.text())) {
                ++place_.directory.others;
                return;
            }
            read_subject(subject, around_, [&] { return std::move(content); });
        }
        leave_out_beyond_limit(subject);
        place_.by_name.emplace(name, survey_.subjects.size());
        place_.subjects.push_back(survey_.subjects.size());
        survey_.subjects.push_back(std::move(subject));
    }

    // Keeps the content of no more keys than will be opened.
    void leave_out_beyond_limit(Subject& subject) {
        if (!is_closed(subject))
            return;
        std::size_t& count = subject.file.is_current ? current_keys_ : other_keys_;
        if (count++ < MAX_EXAMINED_FILES)
            return;
        if (!subject.file.encryption)
            open_key(subject, nullptr, false, around_);
        subject.is_left_out = true;
        subject.identity.reset();
        subject.content.wipe();
    }

    Survey& survey_;
    const keysdir::Directory& directory_;
    const Surroundings& around_;
    Place place_;
    std::set<std::string, std::less<>> linked_;
    std::size_t current_keys_ = 0;
    std::size_t other_keys_ = 0;
};

void report_missing(const std::string& path, int number, const Surroundings& around) {
    struct stat status {};
    const bool is_link = ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
    if (is_link && number == ENOENT)
        around.findings.add("link-dangling", path, "the link leads to nothing");
    else if (number == ELOOP)
        around.findings.add("link-loop", path, "the link leads in a circle");
    else
        around.findings.add("unreadable", path, fmt::format("cannot look at it: {}", std::strerror(number)));
}

void survey_file(Survey& survey, const std::string& path, const struct stat& status,
                 const Surroundings& around) {
    std::string name = last_component(path);
    // The name that counts is that of the file which a link in the same directory leads to.
    struct stat own {};
    if (::lstat(path.c_str(), &own) == 0 && S_ISLNK(own.st_mode)) {
        const auto target = keysdir::Directory::open(directory_of(path)).link_target(name);
        if (target)
            name = last_component(*target);
    }
    Subject subject = make_subject(path, directory_of(path), name, status);
    subject.is_explicit = true;
    subject.file.is_current = true;
    read_subject(subject, around, [&] { return keysdir::read_file(path); });
    survey.subjects.push_back(std::move(subject));
}

void survey_path(Survey& survey, const std::string& path, const Surroundings& around) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        report_missing(path, errno, around);
    } else if (S_ISDIR(status.st_mode)) {
        const auto directory = keysdir::Directory::open(path);
        survey.places.push_back(PlaceSurveyor(survey, directory, around).run());
    } else if (S_ISREG(status.st_mode)) {
        survey_file(survey, path, status, around);
    } else {
        around.findings.add("not-regular", path, "a FIFO, device or socket, where a key file should be");
    }
}

}  // namespace

Survey survey_paths(const Surroundings& around) {
    Survey survey;
    for (const std::string& path : around.request.paths) {
        try {
            survey_path(survey, path, around);
        } catch (const Error& error) {
            report_error(error, path, around);
        }
    }
    for (const InspectContent& content : around.request.contents) {
        Subject subject;
        subject.file.path = content.path;
        subject.file.size = content.content.size();
        subject.is_explicit = true;
        subject.file.is_current = true;
        read_subject(subject, around, [&] { return content.content.clone(); });
        survey.subjects.push_back(std::move(subject));
    }
    return survey;
}

}  // namespace keygen::inspect_room
