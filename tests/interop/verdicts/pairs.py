"""Pairs of directories, each with one fault or change."""
from pairs_confs import CONFIGURATIONS, MODES, USERS
from pairs_files import ENCRYPTION, GENERATIONS, HEADERS, LINKS, PEM
from pairs_hosts import CERTIFICATES, GROUPS, HOST_KEYS, KINDS, MV
from row import Row

AS_MADE = [Row(f"{base}: as made", base, ":") for base in ("iff", "gq", "mv", "tc", "iff-host", "gq-host", "pc")]
PAIRS = [*AS_MADE, *LINKS, *HEADERS, *PEM, *ENCRYPTION, *GENERATIONS, *GROUPS, *KINDS, *CERTIFICATES, *HOST_KEYS, *MV, *CONFIGURATIONS,
         *MODES, *USERS]
