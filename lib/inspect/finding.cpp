#include <keygen/finding.hpp>

namespace keygen {

const std::vector<FindingKind>& finding_kinds() {
    using enum Severity;
    static const std::vector<FindingKind> kinds = {
        // files
        {"unreadable", critical, "the file, link or directory could not be read"},
        {"not-regular", critical, "a FIFO, device or socket stands where a key file should"},
        {"too-large", critical, "the file has more than 16 MB; no key file has"},
        {"empty", critical, "the file is empty"},
        {"unknown-content", warning, "the file is neither a PEM key or certificate nor a keys file"},
        {"damaged", critical, "the PEM block or what it holds is truncated or damaged"},
        {"link-as-text", critical, "the file holds only the name of another: a link that was copied as text"},
        {"type-mismatch", critical, "the content is not of the type that the name says"},
        {"not-examined", note, "one of very many files; only its outside was looked at"},
        // names, headers and links
        {"run-interrupted", warning, "a run was interrupted; the next one finishes or undoes it"},
        {"header-missing", critical, "line 1 has no filestamp: ntpd refuses the file"},
        {"header-mismatch", warning, "the name in line 1 is not the file's name"},
        {"filestamp-future", warning, "the filestamp lies in the future"},
        {"link-dangling", critical, "the link leads to nothing"},
        {"link-loop", critical, "the link leads in a circle"},
        {"link-absolute", warning, "the link is absolute; a copied directory leads back to the old one"},
        {"link-foreign", warning, "the link leads out of the key directory"},
        {"link-wrong-type", critical, "the link leads to a file of another type than its name says"},
        {"link-missing", warning, "no link leads to the file, so ntpd never reads it"},
        {"group-link-missing", warning, "the identity file is linked, but not under its group's name"},
        {"superseded", note, "files of older generations that nothing uses any more"},
        {"link-superseded", warning, "the link leads to an older generation than the newest there is"},
        // modes and owners
        {"mode-readable", critical, "others can read a secret that is not encrypted"},
        {"mode-readable-encrypted", warning, "others can read an encrypted secret and try passwords on it"},
        {"mode-writable", critical, "others than its owner can write to the file"},
        {"directory-writable", critical, "others than its owner can replace files in the key directory"},
        {"directory-readable", warning, "the key directory is open to all, and so are secrets in it"},
        {"owner-foreign", warning, "the file belongs to neither root nor the directory's owner"},
        // encryption
        {"key-unencrypted", warning, "the private key is not encrypted"},
        {"parameters-encrypted", critical,
         "clients' parameters are encrypted; ntpd reads them without a password"},
        {"weak-cipher", warning, "the cipher has a block or a key that is too short"},
        {"weak-key-derivation", warning, "passwords can be tried quickly against this file"},
        {"password-is-host-name", warning,
         "the key opens with the host's or owner's name, which protects nothing"},
        {"wrong-password", critical, "the given password does not open the key"},
        {"cipher-unsupported", critical, "encrypted with a cipher that this OpenSSL does not offer"},
        // keys
        {"weak-modulus", warning, "the modulus is shorter than 2048 bits"},
        {"key-unsound", critical, "the key's numbers do not belong together"},
        {"host-key-type", critical, "the host key is not RSA; ntpd ends"},
        {"host-key-missing", critical, "there is a certificate and no host key of that name; ntpd ends"},
        // certificates
        {"certificate-missing", critical, "there is a host key and no certificate of that name; ntpd ends"},
        {"certificate-expired", critical, "the certificate has ended"},
        {"certificate-expires-soon", warning, "the certificate ends soon"},
        {"certificate-not-yet-valid", critical, "the certificate has not begun"},
        {"certificate-before-filestamp", critical,
         "the certificate begins before its filestamp; ntpd refuses it"},
        {"certificate-old-filestamp", warning,
         "the certificate was renewed under an old filestamp; peers keep the old one"},
        {"certificate-signature", critical, "the signature does not verify"},
        {"certificate-not-self-signed", critical, "subject and issuer differ; ntpd ends"},
        {"certificate-key-mismatch", critical, "the certificate does not carry the linked sign or host key"},
        {"certificate-name-mismatch", warning, "the certificate names another host than its file or link"},
        {"certificate-group-missing", note,
         "the host's certificate has no group; servers of the group drop it"},
        {"certificate-dsa", critical, "a DSA certificate: today's ntpd answers unsupported_digest_type"},
        {"weak-digest", warning, "the certificate is signed with a weak digest"},
        // identity
        {"identity-missing", warning, "the certificate is trusted, but no identity key is there"},
        {"iff-no-public-value", critical, "the IFF parameters have lost the public value; ntpd rejects them"},
        {"mv-no-public-value", critical, "the MV file has lost a value that ntpd needs; ntpd rejects it"},
        {"mv-authority-incomplete", warning, "made by ntp-keygen: nothing can be revoked or issued with it"},
        {"mv-revoked", note, "clients that the trusted authority has revoked"},
        {"gq-wrong-reading", critical,
         "the GQ file holds in the published reading, not in the one of today's ntpd"},
        {"gq-both-readings", critical,
         "client files of both readings exist; whoever holds both can pose as a server"},
        {"gq-value-missing", critical, "the certificate carries no GQ public value"},
        {"gq-value-encoding", critical, "ntpd reads another GQ value from the certificate than was stored"},
        {"gq-value-mismatch", critical, "the certificate carries the GQ value of another key"},
        {"identity-filestamp", critical,
         "ntpd refuses the pair: server's and client's filestamps do not fit"},
        {"identity-not-proven", critical, "server's and client's file do not answer each other"},
        {"identity-unmatched", note, "no file of the other side is here to prove this one against"},
        // keys files
        {"keys-refused", critical, "the daemon drops the whole keys file"},
        {"keys-none", critical, "the daemon finds no key in the keys file"},
        {"keys-dialect-unclear", warning, "it is not clear whose keys file this is"},
        {"keys-bad-id", critical, "the key id is no number"},
        {"keys-id-out-of-range", critical, "the key id is larger than the daemon takes"},
        {"keys-duplicate-id", warning, "the key id stands there twice"},
        {"keys-missing-type", critical, "no key type on the line"},
        {"keys-unknown-type", critical, "the daemon does not know the key type"},
        {"keys-type-fallback", warning,
         "an unknown type that begins with m: ntpd takes it for MD5, silently"},
        {"keys-default-type", note, "no key type: chrony takes MD5"},
        {"keys-digest-too-long", warning, "the digest is longer than what fits into a packet"},
        {"keys-missing-key", critical, "no key on the line"},
        {"keys-short-key", note, "the key has fewer than 80 bits"},
        {"keys-key-truncated", warning, "the daemon drops the end of the key"},
        {"keys-cmac-length", critical, "the length is not what AES takes"},
        {"keys-bad-hex", critical, "a digit that is not hexadecimal"},
        {"keys-odd-hex", critical, "an odd number of hexadecimal digits: daemons make different keys of it"},
        {"keys-hex-without-prefix", warning, "chrony takes bare hexadecimal digits for text"},
        {"keys-chrony-prefix", critical,
         "HEX: or ASCII: is chrony's; other daemons take it for a part of the key"},
        {"keys-hash-in-key", warning, "a # in the key: ntpd and NTPsec take the rest for a comment"},
        {"keys-trailing-text", critical, "text behind the key: chrony refuses the line"},
        {"keys-bad-access-list", critical, "the list of addresses behind the key is wrong"},
        {"keys-carriage-return", critical, "CR LF: the CR becomes a part of the key"},
        {"keys-byte-order-mark", critical,
         "a byte order mark, which daemons take for a part of the first line"},
        {"keys-zero-byte", warning, "the line has a zero byte"},
        {"keys-line-too-long", warning, "the line is longer than the daemon's buffer"},
        {"keys-not-common", warning, "the daemons read different keys on the line"},
        // configuration
        {"conf-syntax", critical, "a line of the configuration that the daemon does not understand"},
        {"conf-include", critical, "an included file cannot be read"},
        {"conf-crypto-missing", critical, "autokey is asked for and there is no crypto line"},
        {"conf-file-missing", critical, "a file that the daemon needs is not there"},
        {"conf-file-refused", critical, "a file that the daemon refuses"},
        {"conf-file-unreadable", warning, "a file that this user cannot read, so that nothing is known"},
        {"conf-identity-missing", warning,
         "no identity key of the group is linked: ntpd serves without, and says nothing"},
        {"conf-auth-disabled", warning,
         "disable auth: ntpd takes up associations that are not authenticated"},
        {"conf-password-default", warning, "no password is configured, so ntpd takes the host's name"},
        {"conf-key-missing", critical, "a key id is used that the keys file does not hold"},
        {"conf-key-untrusted", critical, "a key id is used that is not in trustedkey"},
        {"conf-trusted-missing", note, "a trusted key id that the keys file does not hold"},
        {"conf-ident-missing", critical, "an ident is given and there are no parameters for it"},
        {"conf-ident-unset", note, "no ident on the line: only the trusted certificate is checked"},
        {"conf-scheme-conflict", warning,
         "several schemes are there; ntpd tries the server's first one only"},
        {"conf-nothing", note, "the configuration authenticates nothing"},
    };
    return kinds;
}

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::note:
            return "note";
        case Severity::warning:
            return "warning";
        case Severity::critical:
            return "critical";
    }
    return "unknown";
}

}  // namespace keygen
