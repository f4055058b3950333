"""Filters of the collection: single lines of a keys file, and servers for the role timesync of linux-system-roles."""


def key_lines(text, ids):
    """The lines of a keys file that begin with one of these ids."""
    wanted = {str(number) for number in ids}
    lines = [line for line in text.splitlines() if line.split()[:1] and line.split()[0] in wanted]
    return "".join(line + "\n" for line in lines)


def lines_of_client(results, pairs, hostvars):
    """What ntp_keys takes as `lines`: of the files that were extracted on servers, the keys of one client's pairs."""
    texts = {result["item"]: result["content"] for result in results}
    return [{"text": key_lines(texts[pair["server"]], pair["ids"]),
             "dialect": hostvars[pair["server"]].get("ntp_auth_daemon", "chrony")}
            for pair in pairs]


def refusals(results):
    """Why servers of which lines were wanted have given none."""
    return "; ".join("%s: %s" % (result["item"], result.get("msg", "no answer"))
                     for result in results if "content" not in result)


def timesync_servers(pairs, client, addresses=None, **options):
    """The list timesync_ntp_servers of one client, from the pairs that ntp_key_ids returns."""
    return [dict({"hostname": (addresses or {}).get(pair["server"], pair["server"]), "iburst": True}, **options,
                 key=pair["use"])
            for pair in pairs if pair["client"] == client]


class FilterModule:
    def filters(self):
        return {"key_lines": key_lines, "lines_of_client": lines_of_client, "refusals": refusals,
                "timesync_servers": timesync_servers}
