#include "inspect/key_file.hpp"

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "crypto/key_pair.hpp"
#include "crypto/pem.hpp"
#include "daemon/file_probe.hpp"
#include "inspect/consistency.hpp"
#include "inspect/private_key.hpp"

namespace keygen::inspection {

namespace {

using Outcome = ExpectedFile::Outcome;

// Of the first PEM block; empty where there is none.
std::string label_of_first_block(std::string_view text) {
    try {
        return crypto::parse_pem(text).front().label;
    } catch (const Error&) {
        return "";
    }
}

// ntpd's sentence about line 1, which it reads into MAXFILENAME bytes; empty where it takes the filestamp.
std::string filestamp_trouble(std::string_view text) {
    constexpr std::size_t MAX_HEADER_LINE_BYTES = 255;
    const std::string_view line = text.substr(0, std::min(text.find('\n'), MAX_HEADER_LINE_BYTES));
    const auto dot = line.rfind('.');
    if (dot == std::string_view::npos)
        return "no filestamp";
    std::string_view number = line.substr(dot + 1);
    number.remove_prefix(std::min(number.find_first_not_of(" \t\v\f\r"), number.size()));
    number.remove_prefix(number.starts_with('-') || number.starts_with('+') ? 1 : 0);
    return !number.empty() && number[0] >= '0' && number[0] <= '9' ? "" : "invalid filestamp";
}

void refuse(KeyFile& key, std::string detail) {
    key.outcome = Outcome::refused;
    key.detail = std::move(detail);
}

// The file that a link leads to, by which people know it.
std::string own_name(const std::string& path) {
    std::error_code is_no_link;
    const auto target = std::filesystem::read_symlink(path, is_no_link);
    return std::filesystem::path(is_no_link ? std::filesystem::path(path) : target).filename().string();
}

// A key that is none of its file's scheme is one to ntpd, until the scheme runs. Returns false for no key.
bool take_numbers(KeyFile& key, const SecretBytes& content, const SecretBytes* password) {
    try {
        for (const crypto::PemBlock& block : crypto::parse_pem(content.text())) {
            if (!crypto::is_private_key(block))
                continue;
            const crypto::KeyNumbers numbers = crypto::decode_key(block, password);
            const auto* rsa = std::get_if<crypto::RsaNumbers>(&numbers);
            const auto* dsa = std::get_if<crypto::DsaNumbers>(&numbers);
            key.file->algorithm = rsa != nullptr ? "RSA" : "DSA";
            key.file->bits = rsa != nullptr ? rsa->n.bits() : dsa != nullptr ? dsa->p.bits() : 0;
            return true;
        }
    } catch (const Error&) {  // then ntpd's OpenSSL has trouble with it as well
    }
    return false;
}

// Returns false where ntpd gets no further than line 1.
bool open(KeyFile& key, ExaminedFile& subject, SecretBytes& content, const std::string& path) {
    daemon::FileProbe probed = daemon::probe(path);
    if (probed.state != daemon::FileProbe::State::present) {
        const bool is_absent = probed.state == daemon::FileProbe::State::absent;
        key.outcome = is_absent ? Outcome::absent : Outcome::unknown;
        key.detail = is_absent ? "not there" : probed.cause;
        return false;
    }
    if (probed.content.empty()) {
        refuse(key, probed.is_directory ? "a directory" : "the file is empty");
        return false;
    }
    if (const auto trouble = filestamp_trouble(probed.content.text()); !trouble.empty()) {
        refuse(key, fmt::format("{} in line 1", trouble));
        return false;
    }
    subject.file.path = path;
    subject.file.name = own_name(path);
    subject.is_explicit = true;
    subject.file.is_current = true;
    content = std::move(probed.content);
    return true;
}

}  // namespace

KeyFile load_key(const std::string& path, const SecretBytes* password, const ConfigurationRequest& request) {
    KeyFile key;
    ExaminedFile subject;
    SecretBytes content;
    if (!open(key, subject, content, path))
        return key;
    const std::string label = label_of_first_block(content.text());
    const SecretBytes copy = content.clone();
    InspectRequest inspection;
    inspection.now = request.now;
    Findings findings;
    PrimeTests primes;
    const Context context{inspection, findings, primes};
    identify(subject, std::move(content), context);
    const bool has_encryption = subject.file.encryption.has_value();
    const bool is_client = password == nullptr;
    Opening opening = Opening::opened;
    // The numbers are of no interest to ntpd before it has to use them.
    if (is_encrypted(subject) && !(has_encryption && is_client))
        opening = open_key(subject, has_encryption ? password : nullptr, is_client, context);
    key.findings = findings.take();
    key.file = std::move(subject.file);

    const bool is_unreadable =
        key.file->assurance == VerificationState::unreadable || find_finding(key, "damaged");
    const char* reason =
        opening == Opening::wrong_password                         ? "the password does not open it"
        : has_encryption && is_client                              ? "it is encrypted"
        : find_finding(key, "cipher-unsupported") != nullptr       ? "its cipher is not supported"
        : key.file->kind == FileKind::certificate || label.empty() ? "there is no private key in it"
        : is_unreadable && !take_numbers(key, copy, has_encryption ? password : nullptr) ? "it is damaged"
                                                                                         : nullptr;
    if (reason != nullptr) {
        refuse(key, fmt::format("ntpd cannot read the key: {}", reason));
        key.ends = true;
        return key;
    }
    key.outcome = Outcome::loaded;
    key.detail = describe(*key.file);
    return key;
}

KeyFile load_certificate(const std::string& path, const ConfigurationRequest& request) {
    KeyFile key;
    ExaminedFile subject;
    SecretBytes content;
    if (!open(key, subject, content, path))
        return key;
    const std::string label = label_of_first_block(content.text());
    InspectRequest inspection;
    inspection.now = request.now;
    Findings findings;
    PrimeTests primes;
    identify(subject, std::move(content), {inspection, findings, primes});
    key.findings = findings.take();
    key.file = std::move(subject.file);

    const auto& certificate = key.file->certificate;
    if (!certificate) {
        refuse(key, "no certificate");
    } else if (find_finding(key, "certificate-signature") != nullptr) {
        refuse(key, "the signature does not verify");
    } else if (find_finding(key, "certificate-before-filestamp") != nullptr) {
        refuse(key, "begins before its filestamp");
    } else {
        key.outcome = Outcome::loaded;
        key.detail = describe(*key.file);
    }
    return key;
}

const Finding* find_finding(const KeyFile& key, std::string_view id) {
    const auto found = std::find_if(key.findings.begin(), key.findings.end(),
                                    [&](const Finding& finding) { return finding.id == id; });
    return found == key.findings.end() ? nullptr : &*found;
}

std::string describe(const InspectedFile& file) {
    std::string text = fmt::format("{}, {} {} bits", file.name, file.algorithm, file.bits);
    if (file.certificate)
        text +=
            fmt::format(", {}, until {}", file.certificate->subject, format_utc(file.certificate->not_after));
    return text;
}

}  // namespace keygen::inspection
