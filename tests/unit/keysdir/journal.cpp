#include "keysdir/journal.hpp"

#include "catch.hpp"
#include "keysdir/own_names.hpp"
#include "keysdir/publication.hpp"
#include "thrown.hpp"
#include "workplace.hpp"

using namespace keygen;
using namespace keygen::keysdir;
using namespace keygen::test;
using Kind = Move::Kind;

namespace {

const std::string FIRST = "ntpkey-journal 1\n";

// A run that makes one name, moves a link, rewrites a file and removes another, ready to move.
std::vector<Move> stage_run(const Workplace& place) {
    place.write("old", "o");
    place.write("file", "before");
    place.write("stale", "s");
    place.link("link", "old");
    std::vector<Move> moves{Move::make(Kind::create, "new", 1), Move::make(Kind::replace, "file", 2),
                            Move::make(Kind::replace, "link", 3), Move::make(Kind::remove, "stale", 4)};
    place.write(moves[0].fresh, "n");
    place.write(moves[1].fresh, "after");
    place.link(moves[2].fresh, "new");
    const auto directory = place.open();
    keep_temporary(directory, moves[1].old, "file");
    keep_temporary(directory, moves[2].old, "link");
    return moves;
}

const std::string BEFORE = "file\nlink -> old\nold\nstale\n";
const std::string AFTER = "file\nlink -> new\nnew\nold\n";

// As a run leaves it that dies behind `count` system calls that move something.
void make_some(const Workplace& place, const std::vector<Move>& moves, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const bool is_removal = moves[i].kind == Kind::remove;
        std::filesystem::rename(place.path_of(is_removal ? moves[i].name : moves[i].fresh),
                                place.path_of(is_removal ? moves[i].old : moves[i].name));
    }
}

void require_trusted_only(const Workplace& place, const std::string& why) {
    const auto before = place.snapshot();
    CHECK_THAT(describe_error([&] { (void)recover(place.open()); }), ContainsSubstring(why));
    CHECK(place.snapshot() == before);
    place.remove(JOURNAL_NAME);
}

}  // namespace

TEST_CASE("an interrupted run is finished, wherever it stopped") {
    for (std::size_t made = 0; made <= 4; ++made) {
        const Workplace place;
        const auto moves = stage_run(place);
        Journal(moves, {}).write(place.open());
        make_some(place, moves, made);
        CHECK(is_interrupted(place.open()));
        CHECK(recover(place.open()) ==
              std::vector<std::string>{"an interrupted run is finished now: new, file, link, stale"});
        CHECK(place.listing() == AFTER);
        CHECK(place.read("file") == "after");
        CHECK_FALSE(is_interrupted(place.open()));
        CHECK(recover(place.open()).empty());
    }
}

TEST_CASE("an undo that was interrupted goes on, wherever it stopped") {
    for (std::size_t made = 0; made <= 4; ++made) {
        for (std::size_t undone = 0; undone <= made; ++undone) {
            const Workplace place;
            const auto moves = stage_run(place);
            Journal(moves, {}).write(place.open());
            make_some(place, moves, made);
            std::filesystem::rename(place.path_of(JOURNAL_NAME), place.path_of(UNDO_NAME));
            for (std::size_t i = made; i > made - undone; --i) {
                const Move& move = moves[i - 1];
                if (move.kind == Kind::create)
                    place.remove(move.name);
                else
                    std::filesystem::rename(place.path_of(move.old), place.path_of(move.name));
            }
            CHECK(recover(place.open()) ==
                  std::vector<std::string>{"an interrupted run is undone now: new, file, link, stale"});
            CHECK(place.listing() == BEFORE);
            CHECK(place.read("file") == "before");
        }
    }
}

TEST_CASE("an interrupted run that cannot be finished is undone") {
    const Workplace place;
    const auto moves = stage_run(place);
    Journal(moves, {}).write(place.open());
    make_some(place, moves, 3);
    place.remove("stale");  // what was to be removed
    CHECK(recover(place.open()).size() == 1);
    CHECK(place.listing() == "file\nlink -> old\nold\n");
    CHECK(place.read("file") == "before");

    const Workplace taken;
    const auto others = stage_run(taken);
    Journal(others, {}).write(taken.open());
    taken.write("new", "somebody else's");
    CHECK(recover(taken.open()).size() == 1);
    CHECK(taken.listing() == BEFORE.substr(0, BEFORE.find("old\nstale")) + "new\nold\nstale\n");
    CHECK(taken.read("new") == "somebody else's");
}

TEST_CASE("a name that was linked and not yet unlinked is one move") {
    // Where the file system lacks RENAME_NOREPLACE, a new name is a link(2) and an unlink(2).
    for (const char* journal : {JOURNAL_NAME, UNDO_NAME}) {
        const Workplace place;
        const auto moves = stage_run(place);
        Journal(moves, {}).write(place.open());
        std::filesystem::create_hard_link(place.path_of(moves[0].fresh), place.path_of("new"));
        std::filesystem::rename(place.path_of(JOURNAL_NAME), place.path_of(journal));
        CHECK(recover(place.open()).size() == 1);
        CHECK(place.listing() == (journal == JOURNAL_NAME ? AFTER : BEFORE));
    }
}

TEST_CASE("a journal that another may have written moves nothing") {
    const Workplace place;
    place.write("victim", "v");
    place.write(".ntpkey-unfinished-new-1", "evil");
    const std::string hint = "move it away, and see what keyinspect says";
    for (const std::string name : {"../victim", "/etc/passwd", "..", ".", ""}) {
        place.write(JOURNAL_NAME, FIRST + "replace\t" + name + "\n");
        require_trusted_only(place, "it would move \"" + name + "\" (" + hint);
    }
    place.write(JOURNAL_NAME, "replace\tvictim\n");
    require_trusted_only(place, "not a journal that this version knows (" + hint);
    place.write(JOURNAL_NAME, FIRST + "replace\tvictim");
    require_trusted_only(place, "it ends in the middle of a line");
    place.write(JOURNAL_NAME, FIRST + "destroy\tvictim\n");
    require_trusted_only(place, "not a line of ours");
    place.write(JOURNAL_NAME, FIRST + "replace\tvictim\nlink\ta\tb\n");
    require_trusted_only(place, "not a line of ours");
    place.write(JOURNAL_NAME, FIRST + "replace\tvictim\n");
    std::filesystem::permissions(place.path_of(JOURNAL_NAME), std::filesystem::perms(0620));
    require_trusted_only(place, "not a file of ours");
    place.write("journal", FIRST + "replace\tvictim\n");
    place.link(JOURNAL_NAME, "journal");
    require_trusted_only(place, "not a file of ours");
    if (::geteuid() == 0) {
        place.write(JOURNAL_NAME, FIRST + "replace\tvictim\n");
        REQUIRE(::chown(place.path_of(JOURNAL_NAME).c_str(), 65534, 65534) == 0);
        require_trusted_only(place, "not a file of ours: user 65534");
    }
    CHECK(place.read("victim") == "v");
}

TEST_CASE("what a killed run left behind goes before the next") {
    const Workplace place;
    place.write(".ntpkey-unfinished-new-1", "half a secret");
    place.write(".ntpkey-unfinished-old-3", "a whole secret");
    place.link(".ntpkey-unfinished-new-2", "nowhere");
    place.write(".hidden", "not ours");
    CHECK(is_interrupted(place.open()));
    CHECK(recover(place.open()).empty());
    CHECK(place.listing() == ".hidden\n");
    CHECK_FALSE(is_interrupted(place.open()));
}

TEST_CASE("the record of runs is what was written") {
    const History history{{{{"ntpkey_cert_h", "b", "a", "00ff"}, {"ntpkey_sign_h", "c", "", ""}}},
                          {{{"ntp.keys", "", "./with a blank", ""}}}};
    const std::string text = format_history(history);
    CHECK(text ==
          "run\nlink\tntpkey_cert_h\tb\ta\t00ff\nlink\tntpkey_sign_h\tc\t\t\nrun\nlink\tntp.keys\t\t./with a "
          "blank\t\n");
    CHECK(format_history(parse_history(text)) == text);
    CHECK(parse_history("").empty());
    History many(20, history.front());
    many.back() = history.back();
    CHECK(parse_history(format_history(many)).size() == 16);
    CHECK(parse_history(format_history(many)).back().links.front().name == "ntp.keys");
}
