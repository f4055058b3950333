#include "inspect/configuration/chrony_reader.hpp"
#include "inspect/configuration/detect_daemon.hpp"
#include "inspect/configuration/ntp_reader.hpp"
#include "inspect/configuration/settings.hpp"
#include "keysdir/directory.hpp"

namespace keygen::inspection {

Settings read_configuration(const ConfigurationRequest& request, Findings& findings) {
    const SecretBytes content = keysdir::read_file(request.path);
    Settings settings;
    settings.daemon = request.daemon ? *request.daemon : detect_daemon(request.path, content.text());
    if (settings.daemon == Daemon::chrony)
        ChronyReader(settings, findings).read(request.path, content.text());
    else
        NtpReader(settings, findings).read(request.path, content.text());
    return settings;
}

}  // namespace keygen::inspection
