"""Groups, kinds of certificates, certificates, sign keys, host keys, and the schemes' own numbers."""
from row import Row, each

GROUP_CAUSE = "conf-group-mismatch certificate-group-missing"
GROUPS = [
    *each(("iff", "gq"),
          Row("client without the group", "", "rm $C/*host* $C/*cert*; keygen --quiet --keysdir $C -s client1 -p pw2", GROUP_CAUSE),
          Row("client of another group", "", "rm $C/*host* $C/*cert*; keygen --quiet --keysdir $C -s client1@wheel -p pw2", GROUP_CAUSE),
          Row("server without the group", "", "rm $S/*host* $S/*cert*; keygen --quiet --keysdir $S -T -s server1 -p pw1; find $S", GROUP_CAUSE),
          Row("server of another group", "", "rm $S/*host* $S/*cert*; keygen --quiet --keysdir $S -T -s server1@wheel -p pw1", GROUP_CAUSE),
          ),
    *each(("iff-host", "gq-host"),
          Row("client with the server's name for a group", "", "rm $C/*host* $C/*cert*; keygen --quiet --keysdir $C -s client1@server1 -p pw2", GROUP_CAUSE),
          Row("client with a group", "", "rm $C/*host* $C/*cert*; keygen --quiet --keysdir $C -s client1@grp -p pw2", GROUP_CAUSE),
          ),
    Row("trusted certificates, client without the group", "tc", "rm $C/*; keygen --quiet --keysdir $C -s client1 -p pw2", GROUP_CAUSE),
    Row("trusted certificates, client of another group", "tc", "rm $C/*; keygen --quiet --keysdir $C -s client1@wheel -p pw2", GROUP_CAUSE),
    Row("group in capitals on the client", "iff", "rm $C/*host* $C/*cert*; keygen --quiet --keysdir $C -s client1@GRP -p pw2", GROUP_CAUSE),
]

KINDS = [
    *each(("iff", "gq", "tc"),
          Row("server's certificate is plain", "", "certify $S server1 server1@grp", "conf-server-untrusted"),
          Row("client's certificate is trusted", "", "certify $C client1 client1@grp -addext extendedKeyUsage=1.3.6.1.5.5.7.48.1.11 || true; sleep 1; keygen_client -T"),
          ),
    Row("server's certificate plain, by keygen", "tc", "rm $S/*; keygen_server", "conf-server-untrusted"),
    Row("server's certificate is private, the client's is not", "tc", "rm $S/*; keygen_server -P", "conf-private-mismatch"),
    Row("client's certificate is private, the server's is not", "tc", "rm $C/*; keygen_client -P", "conf-private-mismatch"),
    Row("both private, each its own", "tc", "rm $S/* $C/*; keygen_server -P; keygen_client -P", "conf-private-mismatch"),
    Row("private, the same key, another certificate", "pc", "sleep 1; keygen_server -P"),
    Row("private, another key on the client", "pc", "rm $C/*; keygen --quiet --keysdir $C -s client1 -P -p pw1", "conf-private-mismatch"),
    Row("private, client's link to the host key missing", "pc", "rm $C/ntpkey_host_client1", "host-key-missing conf-file-missing"),
    Row("private, the client has its own plain certificate", "pc", "rm $C/*; keygen --quiet --keysdir $C -s client1 -p pw1", "conf-private-mismatch"),
    Row("identity keys beside a private certificate", "iff", "sleep 1; keygen_server -P", "conf-private-mismatch"),
]

CERTIFICATES = [
    *(Row(f"server's certificate {scheme}", "iff", f"sleep 1; keygen_server -c {scheme}", cause)
      for scheme, cause in (("RSA-MD5", "weak-digest"), ("RSA-SHA1", "weak-digest"), ("RSA-SHA384", ""), ("RSA-SHA512", ""), ("RSA-RIPEMD160", "weak-digest"))),
    *(Row(f"client's certificate {scheme}", "iff", f"sleep 1; keygen_client -c {scheme}", cause)
      for scheme, cause in (("RSA-MD5", "weak-digest"), ("RSA-SHA512", ""))),
    Row("server's certificate trusted, by openssl", "iff", "certify $S server1 server1@grp -addext extendedKeyUsage=trustRoot"),
    Row("server's certificate trusted, and for TLS too", "iff", "certify $S server1 server1@grp -addext extendedKeyUsage=trustRoot,serverAuth",
        "conf-server-untrusted"),
    Row("server's certificate for TLS, and trusted too", "iff", "certify $S server1 server1@grp -addext extendedKeyUsage=serverAuth,trustRoot",
        "conf-server-untrusted"),
    Row("server's certificate for TLS only", "iff", "certify $S server1 server1@grp -addext extendedKeyUsage=serverAuth", "conf-server-untrusted"),
    Row("server's certificate names another host", "iff", "certify $S server1 server9@grp -addext extendedKeyUsage=trustRoot", "certificate-name-mismatch"),
    Row("client's certificate names another host", "iff", "certify $C client1 client9@grp", "certificate-name-mismatch"),
    Row("server's certificate is of another key", "iff", "rm -r x || true; mkdir x; keygen --quiet --keysdir x -s server1@grp -T -p pw1; "
        "{ head -n 3 $(the $S RSA-SHA256cert); sed -n '/BEGIN/,$p' $(the x RSA-SHA256cert); } >y; cat y >$(the $S RSA-SHA256cert)", "certificate-key-mismatch"),
    Row("client's certificate is of another key", "iff", "mkdir x; keygen --quiet --keysdir x -s client1@grp -p pw1; "
        "{ head -n 3 $(the $C RSA-SHA256cert); sed -n '/BEGIN/,$p' $(the x RSA-SHA256cert); } >y; cat y >$(the $C RSA-SHA256cert)", "certificate-key-mismatch"),
    Row("client's certificate DSA", "iff", "sleep 1; keygen_client -S DSA -c DSA-SHA1", "certificate-dsa"),
    Row("server's certificate DSA", "iff", "sleep 1; keygen_server -T -S DSA -c DSA-SHA1", "certificate-dsa"),
    Row("server's certificate RSA-PSS", "iff", "certify $S server1 server1@grp -addext extendedKeyUsage=trustRoot -sigopt rsa_padding_mode:pss -sha256", "certificate-algorithm conf-server-certificate"),
    Row("client's certificate RSA-PSS", "iff", "certify $C client1 client1@grp -sigopt rsa_padding_mode:pss -sha256", "certificate-algorithm conf-server-certificate"),
]

HOST_KEYS = [
    *(Row(f"server's host key of {bits} bits", "iff", f"rm $S/*host* $S/*cert*; keygen_server -T -m {bits}", cause)
      for bits, cause in ((512, "weak-modulus"), (1024, "weak-modulus"), (3072, ""), (4096, ""))),
    *(Row(f"client's host key of {bits} bits", "iff", f"rm $C/*host* $C/*cert*; keygen_client -m {bits}", cause)
      for bits, cause in ((512, "weak-modulus"), (1024, "weak-modulus"), (3072, ""), (4096, ""))),
    Row("GQ, host key of 4096 bits", "gq", "rm $S/*host* $S/*cert*; keygen_server -T -m 4096", "host-key-size conf-server-certificate"),
    Row("RSA sign key on the server", "iff", "sleep 1; keygen_server -S RSA"),
    Row("RSA sign key on the client", "iff", "sleep 1; keygen_client -S RSA"),
    Row("server's sign key not linked", "iff", "sleep 1; keygen_server -S RSA; rm $S/ntpkey_sign_server1", "certificate-key-mismatch"),
    Row("client's sign key not linked", "iff", "sleep 1; keygen_client -S RSA; rm $C/ntpkey_sign_client1", "certificate-key-mismatch"),
    Row("server's host key EC", "iff", "f=$(the $S RSAhost); body $f openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", "host-key-type conf-file-refused type-mismatch"),
    Row("client's host key EC", "iff", "f=$(the $C RSAhost); body $f openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", "host-key-type conf-file-refused type-mismatch"),
    Row("server's host key is the client's", "iff", "cat $(the $C RSAhost) >$(the $S RSAhost)", "wrong-password certificate-key-mismatch"),
]

MV = [
    Row("client revoked", "mv", "keygen_server --mv-revoke 1", "conf-client-revoked"),
    Row("another client revoked", "mv", "keygen_server --mv-revoke 2,3"),
    Row("client let in again", "mv", "keygen_server --mv-revoke 1; keygen_server --mv-revoke ''"),
    Row("client 4's parameters", "mv", "rm $C/*MVpar* $C/*mvpar*; install_client $S/ntpkey_MVpar4_*"),
    Row("all but one client revoked", "mv", "keygen_server --mv-revoke 2,3,4"),
    Row("authority not here", "mv", "rm $(the $S MVta)"),
]
