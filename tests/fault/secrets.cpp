// Looks for secrets in this process's memory once everything that held them is gone.
//
// fault_secrets library: makes, exports, repairs and revokes with the library. fault_secrets parse -p
// PASSWORD: only what keygen does with its command line. What is searched for is learnt from a second
// process, masked, so that the search itself holds no secret.
#include <keygen/error.hpp>
#include <keygen/generate.hpp>
#include <keygen/keys_file.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "crypto/pem.hpp"
#include "keysdir/directory.hpp"
#include "keysdir/header.hpp"
#include "memory_search.hpp"
#include "options.hpp"

using namespace keygen;

namespace {

constexpr UnixTime NOW = 1795400000;
// The passwords, masked like everything that is searched for: one too long for a std::string's own room, one
// that fits.
constexpr auto MASKED_PASSWORD = mask_text("Zq7-lingering-pass-44xY!");
constexpr auto MASKED_SHORT_PASSWORD = mask_text("kP3~vw!z9Q");

SecretBytes password() {
    SecretBytes result(MASKED_PASSWORD.size());
    for (std::size_t i = 0; i < result.size(); ++i)
        result.bytes()[i] = MASKED_PASSWORD[i] ^ MASK;
    return result;
}

GenerateRequest request_in(const std::string& directory, UnixTime now) {
    GenerateRequest request;
    request.keysdir.directory = directory;
    request.host = "server1";
    request.now = now;
    request.password = password();
    request.modulus_bits = 1024;
    request.identity_bits = 512;
    return request;
}

// One directory for each scheme: everything that handles secrets.
void use_library(const std::string& root, unsigned jobs) {
    const Resources resources{.jobs = jobs};
    for (const auto scheme : {IdentityScheme::iff, IdentityScheme::gq, IdentityScheme::mv}) {
        const std::string directory = fmt::format("{}/{}", root, name_of(scheme));
        std::filesystem::create_directory(directory);
        GenerateRequest first = request_in(directory, NOW);
        first.identity =
            IdentityRequest{scheme, scheme == IdentityScheme::mv ? 3U : 0U, GqLayout::stock, false};
        (void)generate(first, resources);
        (void)generate(request_in(directory, NOW + 1), resources);
        ExportRequest exported;
        exported.keysdir.directory = directory;
        exported.host = "server1";
        exported.now = NOW;
        exported.password = password();
        (void)export_identity(exported, resources);
        exported.export_password = password();
        (void)export_identity(exported, resources);
        if (scheme == IdentityScheme::mv) {
            RevokeRequest revoked;
            revoked.keysdir.directory = directory;
            revoked.host = "server1";
            revoked.now = NOW;
            revoked.password = password();
            revoked.clients = {2};
            (void)revoke(revoked, resources);
        }
    }
    KeysFileRequest keys;
    keys.keysdir.directory = root;
    keys.owner = "server1";
    keys.now = NOW;
    (void)generate_keys_file(keys, private_random());
}

// In a process of its own: the private numbers of all files, one "name hexadecimal" a line, masked.
void list_secrets(const std::string& root) {
    const SecretBytes opened = password();
    const auto show = [](const std::string& name, const crypto::Number& number) {
        constexpr unsigned SHORTEST_BITS = 120;  // anything shorter may be there by chance
        if (number.bits() < SHORTEST_BITS)
            return;
        fmt::print("{} ", name);
        for (const std::uint8_t byte : number.to_bytes(number.bytes()))
            fmt::print("{:02x}", byte ^ MASK);
        fmt::print("\n");
    };
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_symlink() || !entry.is_regular_file() || name.starts_with('.'))
            continue;
        const SecretBytes text = keysdir::read_file(entry.path().string());
        const auto type = keysdir::require_header(text.text()).type;
        if (type == "MD5key") {
            for (const SymmetricKey& key : parse_keys_file(text.text(), Dialect::ntpd).keys)
                show(fmt::format("{}:{}", type, key.id), crypto::Number::from_bytes(key.value.bytes()));
            continue;
        }
        if (type.ends_with("cert") || type.find("par") != std::string::npos)
            continue;
        const auto numbers = crypto::decode_key(crypto::parse_pem(text.text()).front(), &opened);
        if (const auto* rsa = std::get_if<crypto::RsaNumbers>(&numbers)) {
            const bool is_gq = type == "GQkey";  // d is the clients' group key, q is in the certificate
            show(type + (is_gq ? ".u" : ".p"), is_gq ? rsa->e : rsa->p);
            show(type + (is_gq ? ".root" : ".d"), is_gq ? rsa->p : rsa->d);
            if (!is_gq) {
                show(type + ".q", rsa->q);
                show(type + ".dmp1", rsa->dmp1);
                show(type + ".dmq1", rsa->dmq1);
                show(type + ".iqmp", rsa->iqmp);
            }
        } else if (const auto* dsa = std::get_if<crypto::DsaNumbers>(&numbers)) {
            show(type + ".priv", dsa->priv);
        } else {
            const auto& authority = std::get<crypto::MvAuthorityNumbers>(numbers);
            show(type + ".b", authority.b);
            for (const auto& client : authority.clients) {
                show(type + ".factor", client.factor);
                show(type + ".power", client.power);
            }
        }
    }
}

std::vector<MaskedSecret> secrets_of(const std::string& root) {
    std::vector<MaskedSecret> secrets{{"password", {MASKED_PASSWORD.begin(), MASKED_PASSWORD.end()}}};
    const std::string command = fmt::format("/proc/{}/exe list {}", ::getpid(), root);
    FILE* output = ::popen(command.c_str(), "r");
    std::array<char, 8192> line{};
    while (output != nullptr && std::fgets(line.data(), line.size(), output) != nullptr) {
        const std::string_view text(line.data());
        const auto space = text.find(' ');
        MaskedSecret secret{std::string(text.substr(0, space)), {}};
        for (std::size_t i = space + 1; i + 1 < text.size() && text[i] != '\n'; i += 2)
            secret.bytes.push_back(
                static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
        secrets.push_back(std::move(secret));
    }
    if (output == nullptr || ::pclose(output) != 0)
        throw std::runtime_error("the process that lists the secrets failed");
    return secrets;
}

int report(const std::vector<MaskedSecret>& secrets) {
    const SearchResult result = search_memory(secrets);
    for (const std::string& place : result.places)
        fmt::print("found: {}\n", place);
    fmt::print("{} secrets searched for in {} KB of memory, {} places found\n", secrets.size(),
               result.bytes / 1024, result.places.size());
    return result.places.empty() && result.bytes > 0 ? 0 : 1;
}

// A search that finds nothing shows nothing unless it would find something.
int check_search() {
    const SecretBytes text = password();
    const crypto::Number number = crypto::Number::from_bytes(text.bytes());
    SecretBytes base64(text.size() * 2);
    EVP_EncodeBlock(base64.bytes().data(), text.bytes().data(), static_cast<int>(text.size()));
    const auto result = search_memory({{"password", {MASKED_PASSWORD.begin(), MASKED_PASSWORD.end()}}});
    const auto is_found = [&](const std::string& form) {
        return std::any_of(result.places.begin(), result.places.end(),
                           [&](const std::string& place) { return place.starts_with("password " + form); });
    };
    const bool all = is_found("as it is") && is_found("backwards") && is_found("in base64");
    fmt::print("what is left in memory on purpose is {}\n", all ? "found in all three forms" : "not found");
    return all ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string mode = argc > 1 ? argv[1] : "";
    if (mode == "list" && argc == 3) {
        list_secrets(argv[2]);
        return 0;
    }
    if (mode == "parse") {
        // argv[0] and the rest as keygen gets them.
        int status = 0;
        {
            argv[1] = argv[0];
            common::CommandLine command_line(argc - 1, argv + 1);
            Options options;
            (void)parse_options(command_line, "keygen", options);
            const std::size_t size = options.password.given ? options.password.given->size() : 0;
            status = size == MASKED_PASSWORD.size() || size == MASKED_SHORT_PASSWORD.size() ? 0 : 1;
        }
        return status +
               report({{"password", {MASKED_PASSWORD.begin(), MASKED_PASSWORD.end()}},
                       {"short password", {MASKED_SHORT_PASSWORD.begin(), MASKED_SHORT_PASSWORD.end()}}});
    }
    std::string root = (std::filesystem::temp_directory_path() / "keygen-secrets-XXXXXX").string();
    if (mode != "library" || ::mkdtemp(root.data()) == nullptr) {
        fmt::print(stderr, "usage: fault_secrets library | parse ARGUMENT...\n");
        return 2;
    }
    int status = check_search();
    // On one thread, whose leftovers stay, and on several.
    for (const unsigned jobs : {1U, 3U}) {
        const std::string directory = fmt::format("{}/{}", root, jobs);
        std::filesystem::create_directory(directory);
        use_library(directory, jobs);
    }
    status += report(secrets_of(root));
    std::filesystem::remove_all(root);
    return status;
}
