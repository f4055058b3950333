#pragma once

#include <keygen/secret.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/command_line.hpp"
#include "common/password.hpp"

/// What a run is for.
enum class Action {
    generate,
    export_identity,
    repair,
    revoke,
    change_password,
    keys_file,
    merge,
    convert,
    ensure,
    extract,
    remove
};

/// The command line of keygen, as it was given.
struct Options {
    Action action = Action::generate;

    bool trusted_certificate = false;
    bool private_certificate = false;
    bool plain_certificate = false;
    bool iff = false;
    bool gq = false;
    std::optional<unsigned> mv_clients;         ///< -V
    std::optional<unsigned> mv_update_clients;  ///< -v
    bool host_key = false;
    std::optional<std::string> sign_key;
    bool openssl_keygen = false;
    bool new_identity = false;
    bool symmetric = false;

    std::optional<std::string> subject_name;
    std::optional<std::string> ident;
    std::optional<unsigned> modulus_bits;
    std::optional<unsigned> identity_bits;
    std::optional<std::string> digest_scheme;
    std::optional<std::string> cipher;
    std::optional<int> lifetime_days;
    std::optional<int> renew_before_days;
    bool compat = false;

    bool export_client = false;                          ///< -e
    std::optional<keygen::SecretBytes> export_password;  ///< -q
    std::optional<std::uint32_t> mv_client;
    std::optional<std::string> mv_revoke;  ///< comma separated; empty lets all back in
    std::string gq_layout = "stock";
    bool repair = false;
    bool change_password = false;
    common::PasswordSource new_password;

    std::optional<std::string> key_types;
    std::optional<std::uint32_t> key_count;
    std::optional<std::uint32_t> first_id;
    std::optional<std::string> dialect;
    std::optional<std::string> source_dialect;
    std::optional<std::string> merge;
    std::optional<std::string> convert;
    std::optional<std::string> ensure;
    std::optional<std::string> ids;
    std::optional<std::string> extract;  ///< ids
    std::optional<std::string> remove;   ///< ids
    std::optional<std::string> file;     ///< what to extract or remove from
    std::optional<std::string> daemon;   ///< --for

    std::string keysdir = ".";
    std::optional<std::string> group;
    double lock_timeout_seconds = 10;
    std::optional<unsigned> jobs;
    std::optional<std::uint64_t> filestamp;
    common::PasswordSource password;
    bool dry_run = false;
    bool force = false;
    bool json = false;
    bool quiet = false;
    int debug_level = 0;
    std::vector<std::string> warnings;  ///< about what was given
};

/// Fills `options`; a status to leave with after --help and the like. Throws keygen::Error(bad_request).
std::optional<int> parse_options(common::CommandLine& command_line, const std::string& command,
                                 Options& options);
