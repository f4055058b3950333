"""Both ntp.conf, and whom ntpd runs as."""
from row import Row, each

CONFIGURATIONS = [
    Row("client line without autokey", "iff", "conf client 's/ autokey//'", "conf-autokey-unset"),
    Row("client line without ident", "iff", "conf client 's/autokey ident grp/autokey/'", "conf-ident-unset"),
    Row("client line with another ident", "iff", "conf client 's/autokey ident grp/autokey ident wheel/'", "conf-ident-missing"),
    Row("client line's ident is the server's name", "iff", "conf client 's/autokey ident grp/autokey ident server1/'", "conf-ident-missing"),
    Row("client without a crypto line", "iff", "conf client /crypto/d", "conf-crypto-missing"),
    Row("server without a crypto line", "iff", "conf server /crypto/d", "conf-server-without-autokey"),
    Row("client's crypto line a comment", "iff", "conf client 's/^crypto/#crypto/'", "conf-crypto-missing"),
    Row("crypto without ident on the server", "iff", "conf server 's/ident grp //'"),
    Row("crypto without ident on the client", "iff", "conf client 's/crypto host client1 ident grp/crypto host client1/'"),
    Row("crypto with another ident on the server", "iff", "conf server 's/ident grp/ident wheel/'", "conf-identity-missing"),
    Row("crypto without host on the server", "iff", "conf server 's/host server1 //'"),
    Row("crypto without host on the client", "iff", "conf client 's/host client1 //'", at="client"),
    Row("crypto with another host on the server", "iff", "conf server 's/host server1/host server9/'", "conf-file-missing"),
    Row("crypto with another host on the client", "iff", "conf client 's/host client1/host client9/'", "conf-file-missing"),
    Row("crypto host with the group behind it", "iff", "conf client 's/host client1/host client1@grp/'", "conf-file-missing conf-syntax"),
    Row("keysdir missing on the server", "iff", "conf server /keysdir/d", "conf-file-missing"),
    Row("keysdir missing on the client", "iff", "conf client /keysdir/d", "conf-file-missing"),
    Row("keysdir with a slash behind", "iff", "conf client 's,/keys$,/keys/,'"),
    Row("keysdir in quotes", "iff", "conf client 's,keysdir (.*),keysdir \"\\1\",'"),
    Row("keysdir spelt wrong", "iff", "conf client 's,/keys$,/key,'", "conf-file-missing"),
    Row("keysdir named twice, the last is right", "iff", "conf client 's,^keysdir.*,keysdir /nowhere\\n&,'"),
    Row("keysdir named twice, the last is wrong", "iff", "conf client 's,^keysdir.*,&\\nkeysdir /nowhere,'", "conf-file-missing"),
    Row("client with disable auth", "iff", "echo disable auth >>client/ntp.conf", "conf-auth-disabled"),
    Row("crypto digest on the server only", "iff", "conf server 's/^crypto/crypto digest SHA1/'", "conf-digest-mismatch"),
    Row("crypto digest on the client only", "iff", "conf client 's/^crypto/crypto digest SHA1/'", "conf-digest-mismatch"),
    Row("crypto digest on both", "iff", "conf server 's/^crypto/crypto digest SHA1/'; conf client 's/^crypto/crypto digest SHA1/'"),
    Row("key in place of autokey", "iff", "conf client 's/autokey/key 1/'; echo '1 MD5 secret' >$C/ntp.keys; chmod 600 $C/ntp.keys; "
        "printf 'keys @/keys/ntp.keys\\ntrustedkey 1\\n' >>client/ntp.conf", "conf-key-mismatch conf-key-missing"),
    Row("crypto in an included file", "iff", "grep crypto client/ntp.conf >client/crypto.conf; conf client 's,^crypto.*,includefile @/crypto.conf,'"),
    Row("included file missing", "iff", "conf client 's,^crypto.*,includefile @/crypto.conf,'", "conf-include"),
    Row("crypto line twice, password in the second", "iff", "conf client 's/^crypto.*/crypto host client1 ident grp\\ncrypto pw pw2/'"),
    Row("comments and blank lines", "iff", "conf client 's/^/  /; s/$/ # here/; $s/$/\\n\\n# end/'"),
    Row("ntp.conf with CR LF", "iff", "conf client 's/$/\\r/'"),
    Row("misspelt keyword on the client", "iff", "conf client 's/^crypto/cripto/'", "conf-syntax"),
    Row("misspelt autokey", "iff", "conf client 's/autokey/autokeys/'", "conf-syntax"),
    Row("unknown line on the client", "iff", "echo frobnicate 7 >>client/ntp.conf", "conf-syntax"),
    Row("trusted certificate, client names an ident", "tc", "conf client 's/autokey/autokey ident grp/'", "conf-ident-missing"),
    Row("client's server line in the words of NTPsec", "iff", "conf client 's/autokey.*/nts/'", "conf-syntax"),
    Row("server's and client's schemes differ", "iff", "sleep 1; keygen_server -T -G; rm $S/ntpkey_iffkey_*", "conf-scheme-mismatch"),
    Row("server has IFF and GQ, the client IFF", "iff", "sleep 1; keygen_server -T -G", "conf-scheme-conflict"),
    Row("server has IFF and GQ, the client's parameters are gone", "iff", "sleep 1; keygen_server -T -G; rm $(the $C IFFpar)", "link-dangling"),
    Row("crypto host with the group behind it, the password on a line of its own", "iff",
        "conf client 's/^crypto.*/crypto host client1@grp ident grp\\ncrypto pw pw2/'", "conf-file-missing conf-syntax"),
    Row("server has IFF and GQ, the client both", "iff", "sleep 1; keygen_server -T -G; install_client $S/ntpkey_GQpar_*", "conf-scheme-conflict"),
]

USERS = [
    *(Row(f"ntpd as nobody: {name}", base, f"{do}; chown -R nobody $C/.. $S/..; {after}", cause, user="nobody")
      for name, base, do, after, cause in (
          ("all its own", "iff", ":", ":", ""),
      )),
    Row("ntpd leaves root, its files are root's", "iff", "chmod 755 $S $C", "conf-user-unreadable", user="nobody"),
    Row("ntpd leaves root, parameters 0600", "iff", "chmod 755 $S $C; chmod 600 $(the $C IFFpar)", "conf-user-unreadable", user="nobody"),
    Row("ntpd leaves root, client's directory 0700", "iff", "chmod 700 $C", "conf-user-unreadable", user="nobody"),
    Row("ntpd leaves root, server's directory 0700", "iff", "chmod 755 $C; chmod 700 $S", "", user="nobody"),
    Row("GQ, ntpd leaves root, client's directory 0700", "gq", "chmod 700 $C", "conf-user-unreadable", user="nobody"),
]

MODES = [
    Row("server's host key readable to all", "iff", "chmod 644 $(the $S RSAhost)", "mode-readable-encrypted"),
    Row("server's unencrypted host key readable to all", "iff", "chmod 755 $S; body $(the $S RSAhost) openssl pkey -passin pass:pw1; chmod 644 $(the $S RSAhost)", "mode-readable",
        excuse="the host's private key lies open to every user"),
    Row("server's host key writable to all", "iff", "chmod 666 $(the $S RSAhost)", "mode-writable", excuse="every user can put a key of his own in place"),
    Row("client's parameters writable to all", "iff", "chmod 666 $(the $C IFFpar)", "mode-writable", excuse="every user can have the client trust a server of his own"),
    Row("server's directory writable to all", "iff", "chmod 777 $S", "directory-writable", excuse="every user can replace the keys"),
    Row("client's directory writable to all", "iff", "chmod 777 $C", "directory-writable", excuse="every user can replace the keys"),
    Row("modes all tight", "iff", "chmod 700 $S $C; chmod 600 $S/*.* $C/*.*"),
    Row("host key belongs to another", "iff", "chown nobody $(the $S RSAhost)", "owner-foreign"),
    Row("parameters 0600, ntpd stays root", "iff", "chmod 600 $(the $C IFFpar)"),
]
