#include "symmetric/device.hpp"

#include <keygen/error.hpp>
#include <keygen/symmetric.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "symmetric/dialect.hpp"
#include "symmetric/format.hpp"
#include "symmetric/secret_text.hpp"
#include "symmetric/type.hpp"

namespace keygen {

namespace symmetric {

namespace {

/// What a device's manual says that it takes, as far as ntpd, NTPsec and chrony compute the same MAC: the
/// HMAC types of IOS-XE are none of theirs, its SHA-256 is not cut to 20 bytes as theirs, and of its
/// CMAC-AES-128 the manual leaves open how 16 bytes are written. Literal keys are the key's bytes; where they
/// end differs by device and by whether the daemon behind it reads more than 20 characters as hexadecimal.
struct DeviceRules {
    Device device;
    std::string_view name;  ///< for options
    std::string_view title;
    std::uint32_t id_max;
    std::size_t literal_max;  ///< characters; 0 where the key is hexadecimal
    std::size_t hex_bytes;    ///< exactly; 0 where the key is literal
    std::string_view fits;    ///< a command's options that make a key that fits
};
// Cisco: Catalyst 9000 System Management Guide, "Configuring NTP Authentication"; SHA1, since 17.4, in
// Cisco-IOS-XE-ntp.yang. Juniper: Time Management Guide, "NTP Authentication Keys". Arista: EOS User Manual,
// "ntp authentication-key". NetApp: ONTAP REST API, "Create an NTP symmetric authentication key entry" (error
// 2097187).
constexpr std::array DEVICES = {
    DeviceRules{Device::ios_xe, "ios-xe", "IOS-XE", 4294967295, 32, 0, "--key-type MD5 --dialect common"},
    DeviceRules{Device::junos, "junos", "Junos", 4294967295, MAX_LITERAL_LENGTH, 0,
                "--key-type SHA1 --dialect common"},
    DeviceRules{Device::eos, "eos", "EOS", 65534, MAX_LITERAL_LENGTH, 0, "--key-type SHA1 --dialect common"},
    DeviceRules{Device::ontap, "ontap", "ONTAP", 65535, 0, 20, "--key-type SHA1 --dialect ntpd"},
};

const DeviceRules& device_rules(Device device) {
    return *std::find_if(DEVICES.begin(), DEVICES.end(),
                         [&](const auto& rules) { return rules.device == device; });
}

std::vector<SymmetricType> types_of(Device device) {
    switch (device) {
        case Device::junos:
            return {SymmetricType::md5, SymmetricType::sha1, SymmetricType::sha256};
        case Device::ios_xe:
        case Device::eos:
            return {SymmetricType::md5, SymmetricType::sha1};
        case Device::ontap:
            return {SymmetricType::sha1};
    }
    return {};
}

// What the command lines and configuration languages of all of them leave as it is.
bool is_safe(std::string_view text) {
    return is_printable(text) && text.find_first_of("?\"'\\#!;|{}") == std::string_view::npos;
}

std::string why_not(const SymmetricKey& key, const DeviceRules& rules) {
    if (key.id > rules.id_max)
        return fmt::format("{} takes key ids from 1 to {}", rules.title, rules.id_max);
    const auto types = types_of(rules.device);
    if (std::find(types.begin(), types.end(), key.type) == types.end()) {
        std::vector<std::string_view> names;
        for (const auto type : types)
            names.push_back(properties_of(type).name);
        return fmt::format("{} cannot hold {} keys; it takes {}", rules.title, properties_of(key.type).name,
                           fmt::join(names, ", "));
    }
    if (rules.hex_bytes != 0 && key.value.size() != rules.hex_bytes)
        return fmt::format("{} takes keys of exactly {} bytes, in hexadecimal, and this one has {}",
                           rules.title, rules.hex_bytes, key.value.size());
    if (rules.hex_bytes == 0 && (key.value.size() > rules.literal_max || !is_safe(key.value.text())))
        return fmt::format(
            "{} takes keys of up to {} visible characters without ? \" ' \\ # ! ; | {{ }}; this "
            "one is not",
            rules.title, rules.literal_max);
    return {};
}

std::string lower_name(SymmetricType type) {
    std::string name(properties_of(type).name);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name;
}

void append_lines(SecretText& text, const SymmetricKey& key, Device device) {
    const std::string type = lower_name(key.type);
    switch (device) {
        case Device::ios_xe:
        case Device::eos:
            text.append(fmt::format("ntp authentication-key {} {} {}", key.id, type,
                                    device == Device::eos ? "0 " : ""));
            text.append(key.value.text());
            text.append(fmt::format("\nntp trusted-key {}\n", key.id));
            return;
        case Device::junos:
            text.append(fmt::format("set system ntp authentication-key {} type {} value \"", key.id, type));
            text.append(key.value.text());
            text.append(fmt::format("\"\nset system ntp trusted-key {}\n", key.id));
            return;
        case Device::ontap:
            text.append(
                fmt::format("cluster time-service ntp key create -id {} -type {} -value ", key.id, type));
            text.append_hex(key.value.bytes(), false);
            text.append("\n");
            return;
    }
}

}  // namespace

SecretBytes format_device_keys(std::span<const SymmetricKey> keys, Device device) {
    const auto& rules = device_rules(device);
    SecretText text(keys.size() * 2 * EXPECTED_LINE_BYTES);
    for (const auto& key : keys) {
        const auto reason = why_not(key, rules);
        if (!reason.empty())
            throw Error(ErrorCode::unsupported, fmt::format("key {}: {}", key.id, reason))
                .hint(fmt::format("a key that fits: keygen --ensure <file> --ids {} {}", key.id, rules.fits));
        append_lines(text, key, device);
    }
    return text.take();
}

}  // namespace symmetric

using namespace symmetric;

std::optional<Device> find_device(std::string_view name) {
    for (const auto& rules : DEVICES) {
        if (equals_in_any_case(name, rules.name))
            return rules.device;
    }
    return std::nullopt;
}

}  // namespace keygen
