#include <keygen/error.hpp>

#include <random>

#include "catch.hpp"
#include "crypto/certificate.hpp"
#include "crypto/pem.hpp"
#include "inspect/fixture_directory.hpp"
#include "keysdir/header.hpp"

using namespace keygen;
using namespace keygen::test;

namespace {

constexpr int MUTATIONS = 100;
using Dice = std::mt19937;

std::size_t roll(Dice& dice, std::size_t sides) {
    return std::uniform_int_distribution<std::size_t>(0, sides - 1)(dice);
}

std::string flip_bit(std::string text, Dice& dice) {
    char& c = text[roll(dice, text.size())];
    c = static_cast<char>(static_cast<unsigned char>(c) ^ (1U << roll(dice, 8)));
    return text;
}

// Another letter of base64, which gets through to the content more often than any bit does.
std::string replace_letter(std::string text, Dice& dice) {
    constexpr std::string_view LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    text[roll(dice, text.size())] = LETTERS[roll(dice, LETTERS.size())];
    return text;
}

std::string swap_pieces(std::string text, Dice& dice) {
    const std::size_t length = 1 + roll(dice, 8);
    if (text.size() < 4 * length)
        return text;
    const std::size_t a = roll(dice, text.size() / 2 - length);
    const std::size_t b = text.size() / 2 + roll(dice, text.size() / 2 - length);
    for (std::size_t i = 0; i < length; ++i)
        std::swap(text[a + i], text[b + i]);
    return text;
}

std::string mutate(const std::string& text, Dice& dice) {
    switch (roll(dice, 6)) {
        case 0:
            return flip_bit(text, dice);
        case 1:
            return text.substr(0, roll(dice, text.size()));
        case 2:
            return swap_pieces(text, dice);
        case 3:
            return std::string(text).erase(roll(dice, text.size()), 1 + roll(dice, 40));
        default:
            return replace_letter(text, dice);
    }
}

// What a daemon gets from a file: filestamp, and certificate or numbers; "nothing" where it gets nothing.
std::string meaning(const std::string& text, const SecretBytes& password) {
    try {
        const auto filestamp = keysdir::filestamp_as_ntpd_reads(text);
        std::string result = filestamp ? filestamp->text() : "no filestamp";
        const auto blocks = crypto::parse_pem(text);
        if (blocks.front().label == "CERTIFICATE")
            return result + crypto::parse_certificate(text).fields.fingerprint;
        const auto numbers = crypto::decode_key(blocks.front(), &password);
        const SecretBytes der = std::visit([](const auto& value) { return crypto::encode(value); }, numbers);
        for (const std::uint8_t byte : der.bytes())
            result += fmt::format("{:02x}", byte);
        return result;
    } catch (const Error&) {
        return "nothing";
    }
}

bool is_vouched_for(const InspectReport& report) {
    return report.files.size() == 1 && (report.files[0].assurance == VerificationState::consistent ||
                                        report.files[0].assurance == VerificationState::proven);
}

std::string describe_keys(const InspectReport& report) {
    std::string text;
    for (const InspectedKey& key : report.files.at(0).keys)
        text +=
            fmt::format("{} {} {} {}\n", key.id, format_symmetric_type(key.type), key.bits, key.fingerprint);
    return text;
}

std::string describe_keys(const std::string& text, Dialect dialect) {
    std::string result;
    for (const SymmetricKey& key : parse_keys_file(text, dialect).keys)
        result += fmt::format("{} {} {}\n", key.id, format_symmetric_type(key.type), key.value.text());
    return result;
}

std::vector<std::string> fixture_files(const std::string& folder) {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(KEYGEN_TEST_DATA "/fixtures/" + folder)) {
        const std::string path = entry.path().string();
        constexpr std::uintmax_t LONGEST_LINK = 100;  // kept as a file that holds its target
        if (!entry.is_symlink() && entry.is_regular_file() && entry.file_size() > LONGEST_LINK)
            files.push_back(path);
    }
    return files;
}

void check_mutations(const std::string& path, const char* password) {
    CAPTURE(path);
    const Workplace directory_scan;
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string original{keysdir::read_file(path).text()};
    const std::string original_meaning = meaning(original, SecretBytes(std::string_view(password)));
    directory_scan.write(name, original);
    ::chmod(directory_scan.path_of(name).c_str(), 0600);
    const auto known = ids(look_at({directory_scan.path_of(name)}, password), Severity::warning, true);
    Dice dice(static_cast<unsigned>(std::hash<std::string>()(name)));
    for (int i = 0; i < MUTATIONS; ++i) {
        const std::string mutated = mutate(original, dice);
        directory_scan.write(name, mutated);
        const auto report = look_at({directory_scan.path_of(name)}, password);
        const auto found = ids(report, Severity::warning, true);
        const bool has_new_finding = !std::includes(known.begin(), known.end(), found.begin(), found.end());
        CAPTURE(i, mutated);
        if (meaning(mutated, SecretBytes(std::string_view(password))) != original_meaning)
            REQUIRE((has_new_finding || !is_vouched_for(report)));
    }
}

}  // namespace

TEST_CASE("mutated files of ntpd's pairs are never vouched for", "[mutation][slow]") {
    const auto path = GENERATE(from_range(fixture_files("accepted-by-ntpd")));
    check_mutations(path, "pw1");
}

TEST_CASE("mutated files of ntp-keygen are never vouched for", "[mutation][slow]") {
    const auto path = GENERATE(from_range(fixture_files("ntp-4.2.8p15")));
    check_mutations(path, "seekritword");
}

TEST_CASE("mutated IFF parameters under their full name are never vouched for", "[mutation]") {
    const Workplace directory_scan;
    const std::string name = "ntpkey_IFFpar_grp.4004387960";
    std::string text = fixture("accepted-by-ntpd/iff-512-client/ntpkey_iffpar_grp");
    text.replace(text.find("iffpar"), 6, "IFFpar");
    directory_scan.write(name, text);
    ::chmod(directory_scan.path_of(name).c_str(), 0600);
    CHECK(is_vouched_for(look_at({directory_scan.path_of(name)})));
    check_mutations(directory_scan.path_of(name), "pw1");
}

TEST_CASE("a changed symmetric key has another fingerprint or a finding", "[mutation]") {
    const auto path = GENERATE(from_range(fixture_files("symmetric")));
    CAPTURE(path);
    const Workplace directory_scan;
    const std::string name = path.substr(path.rfind('/') + 1);
    const std::string original{keysdir::read_file(path).text()};
    const Dialect dialect = name.starts_with("chrony") ? Dialect::chrony : Dialect::ntpsec;
    directory_scan.write(name, original);
    const auto before = look_at({directory_scan.path_of(name)});
    Dice dice(7);
    for (int i = 0; i < MUTATIONS; ++i) {
        const std::string mutated = mutate(original, dice);
        directory_scan.write(name, mutated);
        const auto report = look_at({directory_scan.path_of(name)});
        CAPTURE(i, mutated);
        if (report.files.empty() || report.files[0].kind != FileKind::symmetric_keys)
            CHECK_FALSE(report.findings.empty());
        else if (describe_keys(mutated, dialect) != describe_keys(original, dialect))
            CHECK((describe_keys(report) != describe_keys(before) || ids(report) != ids(before)));
    }
}

TEST_CASE("a mutated file is never proven against the other side", "[mutation][slow]") {
    const auto scheme = GENERATE("iff-512", "mv-512x5");
    const FixtureDirectory server(fmt::format("accepted-by-ntpd/{}-server", scheme));
    const FixtureDirectory client(fmt::format("accepted-by-ntpd/{}-client", scheme));
    const std::string name =
        std::string(scheme).starts_with("iff") ? "ntpkey_iffpar_grp" : "ntpkey_mvpar_grp";
    const std::string original = client.read(name);
    const SecretBytes none("x");
    Dice dice(11);
    for (int i = 0; i < MUTATIONS; ++i) {
        const std::string mutated = mutate(original, dice);
        client.write(name, mutated);
        const auto report = look_at({server.path(), client.path()}, "pw1", true);
        CAPTURE(i, mutated);
        if (meaning(mutated, none) != meaning(original, none))
            CHECK(file_named(report, name).assurance != VerificationState::proven);
    }
}
