#include "daemon/settings.hpp"

#include "daemon/chrony_conf.hpp"
#include "daemon/detect.hpp"
#include "daemon/ntp_conf.hpp"
#include "daemon/ntp_toml.hpp"

#include <keygen/keysdir.hpp>

namespace keygen::daemon {

Settings read_settings(const ConfigurationRequest& request) {
    const SecretBytes content = read_file(request.path);
    Settings settings;
    settings.daemon = request.daemon ? *request.daemon : detect_daemon(request.path, content.text());
    switch (settings.daemon) {
        case Daemon::ntpd:
        case Daemon::ntpsec:
            NtpConf(settings).read(request.path, content.text());
            break;
        case Daemon::chrony:
            ChronyConf(settings).read(request.path, content.text());
            break;
        case Daemon::ntpd_rs:
            NtpToml(settings).read(request.path, content.text());
            break;
    }
    return settings;
}

}  // namespace keygen::daemon
