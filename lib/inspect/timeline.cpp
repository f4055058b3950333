#include <keygen/inspect.hpp>

#include <keygen/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "inspect/time_axis.hpp"
#include "keysdir/filename.hpp"

namespace keygen {

using namespace inspection;

namespace {

constexpr int WIDTH = 1100;
constexpr int LABEL_WIDTH = 330;
constexpr int RIGHT_MARGIN = 24;
constexpr int ROW_HEIGHT = 30;
constexpr int BAR_HEIGHT = 16;
constexpr int TOP = 74;
constexpr int LANE_GAP = 16;
constexpr int LANE_HEADING = 26;

// No custom properties: not every viewer of SVG knows them.
constexpr std::string_view STYLE = R"(
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .soft { fill: #656d76; font-size: 11px; }
  .beside { paint-order: stroke; stroke: #f6f8fa; stroke-width: 4px; } .inside { fill: #ffffff; font-size: 11px; }
  .onold { fill: #1f2328; font-size: 11px; }
  .name { fill: #656d76; font-family: ui-monospace, monospace; font-size: 11px; }
  .lane { font-weight: 600; }
  .title { font-size: 17px; font-weight: 600; }
  .ground { fill: #ffffff; } .stripe { fill: #f6f8fa; } .grid { stroke: #d8dee4; }
  .now { stroke: #bc4c00; stroke-width: 1.5; stroke-dasharray: 4 3; } .nowtext { fill: #bc4c00; font-size: 11px; }
  .key { fill: #0969da; } .certificate { fill: #1a7f37; } .old { fill: #afb8c1; } .ended { fill: #cf222e; }
  .link { stroke: #656d76; fill: none; stroke-width: 1.3; marker-end: url(#head); } .head { fill: #656d76; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .soft, .name, .head { fill: #9198a1; } .link { stroke: #9198a1; }
    .beside { stroke: #161b22; } .inside { fill: #0d1117; } .onold { fill: #e6edf3; }
    .ground { fill: #0d1117; } .stripe { fill: #161b22; } .grid { stroke: #30363d; }
    .now { stroke: #f0883e; } .nowtext { fill: #f0883e; }
    .key { fill: #4493f8; } .certificate { fill: #3fb950; } .old { fill: #484f58; } .ended { fill: #f85149; } }
)";

/// A file drawn as a bar from when it begins to when it ends or is followed by another.
struct Bar {
    const InspectedFile* file = nullptr;
    UnixTime begin = 0;
    UnixTime end = 0;
    bool is_certificate = false;
};

struct Lane {
    std::string label;
    std::vector<Bar> bars;  ///< oldest first
};

std::string escape(std::string_view text) {
    std::string result;
    for (const char raw : escaped(text)) {
        const auto c = static_cast<unsigned char>(raw);
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            // Names need not be UTF-8, an SVG document has to be.
            default:
                result += c < 0x80 ? std::string(1, static_cast<char>(c)) : fmt::format("\\x{:02x}", c);
        }
    }
    return result;
}

std::string lane_label(const InspectedFile& file) {
    switch (file.kind) {
        case FileKind::host_key:
            return fmt::format("host key of {}", file.owner);
        case FileKind::sign_key:
            return fmt::format("sign key of {}", file.owner);
        case FileKind::certificate:
            return fmt::format("certificate of {}", file.owner);
        case FileKind::symmetric_keys:
            return fmt::format("symmetric keys {}", file.owner);
        case FileKind::identity:
            break;
        default:
            return file.type;
    }
    const std::string_view role = file.role == IdentityRole::client   ? "parameters"
                                  : file.role == IdentityRole::server ? "server key"
                                                                      : "authority";
    return fmt::format("{} {} of {}", name_of(*file.scheme), role, file.owner);
}

std::vector<Lane> make_lanes(const InspectReport& report) {
    std::map<std::pair<std::string, std::string>, Lane> lanes;
    for (const InspectedFile& file : report.files) {
        const bool is_certificate = file.certificate.has_value();
        if (file.generated_at == 0 && !is_certificate)
            continue;
        Lane& lane = lanes[{file.directory, lane_label(file)}];
        lane.label = lane_label(file);
        lane.bars.push_back({&file, is_certificate ? file.certificate->not_before : file.generated_at,
                             is_certificate ? file.certificate->not_after : report.now, is_certificate});
    }
    std::vector<Lane> result;
    for (auto& [key, lane] : lanes) {
        std::stable_sort(lane.bars.begin(), lane.bars.end(),
                         [](const Bar& a, const Bar& b) { return a.begin < b.begin; });
        // A key is good until the next one; only a certificate knows its end.
        for (std::size_t i = 0; i + 1 < lane.bars.size(); ++i) {
            if (!lane.bars[i].is_certificate && !lane.bars[i].file->is_current)
                lane.bars[i].end = lane.bars[i + 1].begin;
        }
        result.push_back(std::move(lane));
    }
    return result;
}

std::size_t leave_out_oldest(std::vector<Lane>& lanes) {
    std::size_t rows = 0;
    for (const Lane& lane : lanes)
        rows += lane.bars.size();
    std::size_t left_out = 0;
    while (rows - left_out > MAX_TIMELINE_ROWS) {
        const auto longest = std::max_element(lanes.begin(), lanes.end(), [](const Lane& a, const Lane& b) {
            return a.bars.size() < b.bars.size();
        });
        if (longest->bars.size() > 1) {
            const auto surplus = std::min(longest->bars.size() - 1, rows - left_out - MAX_TIMELINE_ROWS);
            longest->bars.erase(longest->bars.begin(),
                                longest->bars.begin() + static_cast<std::ptrdiff_t>(surplus));
            left_out += surplus;
        } else {
            left_out += lanes.back().bars.size();
            lanes.pop_back();
        }
    }
    return left_out;
}

std::string_view class_of(const Bar& bar, UnixTime now) {
    if (!bar.file->is_current)
        return "old";
    if (!bar.is_certificate)
        return "key";
    return now > bar.end || now < bar.begin ? "ended" : "certificate";
}

std::string describe(const Bar& bar) {
    const InspectedFile& file = *bar.file;
    std::string text = format_utc(bar.begin).substr(0, 10);
    if (bar.is_certificate)
        text += " to " + format_utc(bar.end).substr(0, 10);
    if (file.bits > 0)
        text += fmt::format(", {} {}", file.algorithm, file.bits);
    if (!file.is_current)
        text += ", not in use";
    return text;
}

class Drawing {
  public:
    Drawing(const InspectReport& report, std::vector<Lane> lanes, std::size_t left_out)
        : report_(report), lanes_(std::move(lanes)), left_out_(left_out), axis_(make_axis()) {}

    std::string draw() {
        int y = TOP;
        std::string stripes;
        std::string body;
        for (const Lane& lane : lanes_) {
            stripes += draw_stripe(lane, y);
            body += draw_lane(lane, y);
            y += height_of(lane) + LANE_GAP;
        }
        const int height = y + 34;
        std::string svg = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
            "role=\"img\">\n"
            "<title>Generations of NTP keys and lifetimes of certificates</title>\n<style>{2}</style>\n"
            "<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
            "markerHeight=\"7\" "
            "orient=\"auto\"><path class=\"head\" d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>\n"
            "<rect class=\"ground\" width=\"{0}\" height=\"{1}\"/>\n",
            WIDTH, height, STYLE);
        svg += draw_heading() + stripes + draw_grid(y) + draw_now(y) + body;
        if (left_out_ > 0)
            svg += fmt::format(
                "<text class=\"soft\" x=\"16\" y=\"{}\">{} older generations are left out</text>\n", y + 22,
                left_out_);
        return svg + "</svg>\n";
    }

  private:
    TimeAxis make_axis() const {
        UnixTime first = report_.now;
        UnixTime last = report_.now;
        for (const Lane& lane : lanes_) {
            for (const Bar& bar : lane.bars) {
                first = std::min(first, bar.begin);
                last = std::max(last, bar.end);
            }
        }
        return {first, last, LABEL_WIDTH, WIDTH - RIGHT_MARGIN};
    }

    std::string draw_heading() const {
        std::string directory_scan;
        for (const InspectedDirectory& directory : report_.directories)
            directory_scan += fmt::format("{}{}", directory_scan.empty() ? "" : ", ", escape(directory.path));
        return fmt::format("<text class=\"title\" x=\"16\" y=\"30\">{}</text>\n",
                           directory_scan.empty() ? "NTP keys" : directory_scan);
    }

    std::string draw_grid(int bottom) const {
        std::string svg;
        for (const Tick& tick : axis_.ticks())
            svg += fmt::format(
                "<line class=\"grid\" x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>"
                "<text class=\"soft\" x=\"{0}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
                tick.x, TOP - 12, bottom, TOP - 18, tick.label);
        return svg;
    }

    std::string draw_now(int bottom) const {
        const int x = axis_.x_of(report_.now);
        const bool is_at_end = x > WIDTH - 160;
        return fmt::format(
            "<line class=\"now\" x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>"
            "<text class=\"nowtext\" x=\"{3}\" y=\"{4}\" text-anchor=\"{5}\">now, {6}</text>\n",
            x, TOP - 12, bottom, is_at_end ? x - 4 : x + 4, bottom + 14, is_at_end ? "end" : "start",
            format_utc(report_.now).substr(0, 10));
    }

    static int height_of(const Lane& lane) {
        return ROW_HEIGHT * static_cast<int>(lane.bars.size()) + LANE_HEADING;
    }

    static std::string draw_stripe(const Lane& lane, int y) {
        return fmt::format("<rect class=\"stripe\" x=\"8\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
                           y, WIDTH - 16, height_of(lane));
    }

    std::string draw_lane(const Lane& lane, int y) const {
        std::string svg =
            fmt::format("<text class=\"lane\" x=\"16\" y=\"{}\">{}</text>\n", y + 18, escape(lane.label));
        int row = y + LANE_HEADING;
        for (const Bar& bar : lane.bars) {
            svg += draw_bar(bar, row);
            row += ROW_HEIGHT;
        }
        return svg;
    }

    std::string draw_bar(const Bar& bar, int y) const {
        constexpr int MIN_BAR_WIDTH = 5;
        const int begin = axis_.x_of(bar.begin);
        const int end = std::max(axis_.x_of(bar.end), begin + MIN_BAR_WIDTH);
        const int height = bar.is_certificate ? BAR_HEIGHT : BAR_HEIGHT / 2;
        const int middle = y + BAR_HEIGHT / 2;
        std::string svg = fmt::format(
            "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
            "rx=\"3\"><title>{}</title></rect>\n",
            class_of(bar, report_.now), begin, middle - height / 2, end - begin, height,
            escape(fmt::format("{} {}", bar.file->name, bar.file->fingerprint)));
        if (!bar.is_certificate)
            svg += fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"6\"/>\n",
                               class_of(bar, report_.now), begin, middle);
        svg += draw_description(bar, begin, end, middle);
        if (!bar.file->links.empty()) {
            const std::string more =
                bar.file->links.size() > 1 ? fmt::format(" +{}", bar.file->links.size() - 1) : std::string();
            std::string name = bar.file->links.front();
            constexpr std::size_t MAX_SHOWN = 38;
            if (name.size() > MAX_SHOWN)
                name = name.substr(0, MAX_SHOWN) + "...";
            const int text_end = 24 + 7 * static_cast<int>(name.size() + more.size());
            svg += fmt::format("<text class=\"name\" x=\"20\" y=\"{}\">{}{}</text>\n", middle + 4,
                               escape(name), more);
            if (text_end + 12 < begin)
                svg += fmt::format("<path class=\"link\" d=\"M{} {} L{} {}\"/>\n", text_end, middle,
                                   begin - 8, middle);
        }
        return svg;
    }

    // In the bar where it is long enough, else behind it, else below.
    static std::string draw_description(const Bar& bar, int begin, int end, int middle) {
        const std::string text = escape(describe(bar));
        const int width = static_cast<int>(text.size()) * 6 + 16;
        const auto draw = [&](std::string_view classes, int x, int y, std::string_view anchor) {
            return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", classes,
                               x, y, anchor, text);
        };
        if (bar.is_certificate && width < end - begin)
            return draw(bar.file->is_current ? "inside" : "onold", begin + 8, middle + 4, "start");
        if (end + width < WIDTH - RIGHT_MARGIN)
            return draw("soft beside", end + 8, middle + 4, "start");
        return draw("soft beside", WIDTH - RIGHT_MARGIN, middle + 19, "end");
    }

    const InspectReport& report_;
    std::vector<Lane> lanes_;
    std::size_t left_out_;
    TimeAxis axis_;
};

}  // namespace

std::string format_timeline(const InspectReport& report) {
    std::vector<Lane> lanes = make_lanes(report);
    const std::size_t left_out = leave_out_oldest(lanes);
    return Drawing(report, std::move(lanes), left_out).draw();
}

}  // namespace keygen
