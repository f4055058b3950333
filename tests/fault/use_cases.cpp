#include "use_cases.hpp"

#include <keygen/generate.hpp>
#include <keygen/inspect.hpp>
#include <keygen/keys_file.hpp>
#include <keygen/link.hpp>

#include <fmt/format.h>

#include "faults.hpp"

using namespace keygen;

namespace {

constexpr UnixTime NOW = 1795400000;
const char* const PASSWORD = "throwaway password";

// Says "cancelled" from the chosen question on, as a caller would.
class FaultyProgress final : public Progress {
  public:
    void report(std::string_view, std::uint64_t, double) override {}
    void finish(std::string_view) override {}
    [[nodiscard]] bool is_cancelled() const override {
        cancelled_ = cancelled_ || faults::is_to_fail(faults::Kind::cancellation, "Progress::is_cancelled");
        return cancelled_;
    }

  private:
    mutable bool cancelled_ = false;
};

// The library's part is over: what a use case says about it is not to fail.
template <typename Report>
Report done(Report report) {
    faults::stop();
    return report;
}

template <typename Use>
auto with_effort(Use use) {
    FaultyProgress progress;
    return done(use(Resources{private_random(), progress, 1}));
}

GenerateRequest generate_request(const Scene& scene, UnixTime now) {
    GenerateRequest request;
    request.keysdir.directory = scene.path();
    request.host = "server1";
    request.now = now;
    request.password = SecretBytes(std::string_view(PASSWORD));
    request.modulus_bits = MIN_MODULUS_BITS;
    request.kind = CertificateKind::trusted;
    request.digest_scheme = "RSA-SHA1";
    return request;
}

GenerateRequest identity_request(const Scene& scene, IdentityScheme scheme) {
    GenerateRequest request = generate_request(scene, NOW);
    request.group = "grp";
    request.identity =
        IdentityRequest{scheme, scheme == IdentityScheme::mv ? 3U : 0U, GqLayout::stock, false};
    request.identity_bits = scheme == IdentityScheme::iff ? 256 : 512;
    return request;
}

std::string run_generate(const GenerateRequest& request) {
    const auto report = with_effort([&](const Resources& resources) { return generate(request, resources); });
    const auto& fields = report.certificate;
    return fmt::format("{} files, {} links, {} of {} with {}, CA {}, GQ value {}",
                       report.changes.files.size(), report.changes.links.size(), name_of(fields.kind),
                       fields.subject, fields.digest_scheme, fields.is_authority,
                       fields.subject_key_identifier.size());
}

void prepare_identity(const Scene& scene, IdentityScheme scheme) {
    run_generate(identity_request(scene, scheme));
}

std::string run_export(const Scene& scene, bool server_key) {
    ExportRequest request;
    request.keysdir.directory = scene.path();
    request.host = "server1";
    request.now = NOW;
    request.password = SecretBytes(std::string_view(PASSWORD));
    if (server_key)
        request.export_password = SecretBytes(std::string_view("another"));
    const auto report =
        with_effort([&](const Resources& resources) { return export_identity(request, resources); });
    return report.file_name;
}

std::string run_repair(const Scene& scene) {
    RepairRequest request;
    request.keysdir.directory = scene.path();
    request.host = "server1";
    request.now = NOW;
    request.password = SecretBytes(std::string_view("seekritword"));
    const auto report = with_effort([&](const Resources& resources) { return repair(request, resources); });
    return fmt::format("{} repaired, {} beyond repair", report.repaired.size(), report.beyond_repair.size());
}

std::string run_revoke(const Scene& scene) {
    RevokeRequest request;
    request.keysdir.directory = scene.path();
    request.host = "server1";
    request.now = NOW;
    request.password = SecretBytes(std::string_view(PASSWORD));
    request.clients = {2};
    request.rewrite_clients = 1;
    const auto report = with_effort([&](const Resources& resources) { return revoke(request, resources); });
    return fmt::format("{} of {} revoked", report.revoked.size(), report.clients);
}

KeysFileRequest keys_request(const Scene& scene, UnixTime now) {
    KeysFileRequest request;
    request.keysdir.directory = scene.path();
    request.owner = "server1";
    request.now = now;
    return request;
}

std::string run_keys_file(const Scene& scene) {
    return fmt::format("{} keys",
                       done(generate_keys_file(keys_request(scene, NOW + 1), private_random())).keys.size());
}

std::string run_merge(const Scene& scene) {
    MergeRequest request;
    request.path = scene.path() + "/ntp.keys";
    return fmt::format("{} keys", done(merge_keys_file(request, private_random())).keys.size());
}

std::string run_convert(const Scene& scene) {
    ConvertRequest request;
    request.path = scene.path() + "/ntp.keys";
    request.to = Dialect::chrony;
    return fmt::format("{} bytes", done(convert(request)).text.size());
}

std::string run_link(const Scene& scene, bool install) {
    LinkRequest request;
    request.keysdir.directory = scene.path();
    request.files = {scene.path() + (install ? "/received" : "/ntpkey_IFFpar_grp.4004387960")};
    request.host = "client1";
    request.layout = LinkLayout::all;
    request.server = "server1";
    request.install = install;
    request.now = NOW;
    const auto report = done(link_files(request));
    return fmt::format("{} links, {} files", report.changes.links.size(), report.changes.files.size());
}

void prepare_received(const Scene& scene) {
    const std::string folder = KEYGEN_TEST_DATA "/fixtures/accepted-by-ntpd/iff-512-client";
    scene.add_copies_of(folder);
    std::string text = scene.read("ntpkey_iffpar_grp");
    text.replace(0, text.find('\n'), "# ntpkey_IFFpar_grp.4004387960");
    std::filesystem::remove(scene.path() + "/ntpkey_iffpar_grp");
    scene.write("received", text);
    scene.write("ntpkey_IFFpar_grp.4004387960", text);
}

// Two generations of everything.
void prepare_renewed(const Scene& scene) {
    run_generate(generate_request(scene, NOW));
    run_generate(generate_request(scene, NOW + 100));
    generate_keys_file(keys_request(scene, NOW), private_random());
    generate_keys_file(keys_request(scene, NOW + 100), private_random());
}

std::string describe(const KeysdirChanges& changes) {
    return fmt::format("{} removed, {} links", changes.removed.size(), changes.links.size());
}

std::string run_inspect(const Scene& scene) {
    const SecretBytes password{std::string_view(PASSWORD)};
    InspectRequest request;
    request.paths = {scene.path()};
    request.password = &password;
    request.host_name = "server1";
    request.now = NOW;
    const auto report = done(inspect(request));
    std::string text = fmt::format("{} files", report.files.size());
    for (const auto& finding : report.findings)
        text += fmt::format("; {}: {}", finding.path.substr(finding.path.rfind('/') + 1), finding.id);
    return text;
}

KeysdirOptions keysdir_of(const Scene& scene) {
    KeysdirOptions keysdir;
    keysdir.directory = scene.path();
    return keysdir;
}

}  // namespace

std::vector<UseCase> all_use_cases() {
    const auto nothing = [](const Scene&) {};
    const auto with = [](IdentityScheme scheme) {
        return [scheme](const Scene& s) { prepare_identity(s, scheme); };
    };
    const auto make = [](IdentityScheme scheme) {
        return [scheme](const Scene& s) { return run_generate(identity_request(s, scheme)); };
    };
    const auto repairable = [](const char* folder) {
        return [folder](const Scene& s) {
            s.add_copies_of(std::string(KEYGEN_TEST_DATA "/fixtures/ntp-4.2.8p15/") + folder);
        };
    };
    return {
        {"keygen -T -I", nothing, make(IdentityScheme::iff)},
        {"keygen -T -G", nothing, make(IdentityScheme::gq)},
        {"keygen -T -V 3", nothing, make(IdentityScheme::mv)},
        {"keygen (renewal, GQ)", with(IdentityScheme::gq),
         [](const Scene& s) { return run_generate(generate_request(s, NOW + 86400)); }},
        {"keygen -H -S RSA", with(IdentityScheme::iff),
         [](const Scene& s) {
             GenerateRequest request = generate_request(s, NOW + 86400);
             request.new_host_key = true;
             request.new_sign_key = SignKeyType::rsa;
             return run_generate(request);
         }},
        {"keygen --force (same stamp)", with(IdentityScheme::iff),
         [](const Scene& s) {
             GenerateRequest request = identity_request(s, IdentityScheme::iff);
             request.keysdir.force = true;
             request.filestamp = Filestamp::from_unix(NOW);
             request.identity->replace_existing = true;
             return run_generate(request);
         }},
        {"keygen -e", with(IdentityScheme::iff), [](const Scene& s) { return run_export(s, false); }},
        {"keygen -q", with(IdentityScheme::mv), [](const Scene& s) { return run_export(s, true); }},
        {"keygen --repair (IFF)", repairable("iff"), run_repair},
        {"keygen --repair (GQ)", repairable("gq"), run_repair},
        {"keygen --mv-revoke", with(IdentityScheme::mv), run_revoke},
        {"keygen -M", [](const Scene& s) { generate_keys_file(keys_request(s, NOW), private_random()); },
         run_keys_file},
        {"keygen -M --merge",
         [](const Scene& s) { generate_keys_file(keys_request(s, NOW), private_random()); }, run_merge},
        {"keygen --convert",
         [](const Scene& s) { generate_keys_file(keys_request(s, NOW), private_random()); }, run_convert},
        {"keylink FILE", prepare_received, [](const Scene& s) { return run_link(s, false); }},
        {"keylink --install FILE", prepare_received, [](const Scene& s) { return run_link(s, true); }},
        {"keylink --list", with(IdentityScheme::iff),
         [](const Scene& s) { return fmt::format("{} links", done(list_links(s.path())).size()); }},
        {"keylink --prune", prepare_renewed,
         [](const Scene& s) { return describe(done(prune(keysdir_of(s)))); }},
        {"keylink --rollback", prepare_renewed,
         [](const Scene& s) { return describe(done(roll_back(keysdir_of(s)))); }},
        {"keyinspect", with(IdentityScheme::gq), run_inspect, true},
    };
}
